import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { maskAddress } from '../../common/contact.js';
import { keyedHash, sameText } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import type { Role } from '../../common/role.js';
import { Database } from '../../platform/database/database.js';
import { brief, durable, statement } from '../../platform/database/statement.js';
import { AuditService } from '../audit/audit.service.js';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from '../tokens/access-tokens.service.js';
import { RefreshTokenInvalid, RefreshTokenReused } from './sessions.errors.js';

export const IDLE_SECONDS = 30 * 24 * 3_600;
/** How long the token before is answered after a rotation: two tabs, a lost answer. */
const GRACE_SECONDS = 30;

export interface TokenPair {
  readonly tokenType: 'Bearer';
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  /** Seconds. */
  readonly refreshExpiresIn: number;
}

/** Whose tokens are made, and when by the database's clock. */
export interface Bearer {
  readonly personId: string;
  readonly role: Role;
  readonly at: Date;
}

/** What refresh tokens are derived from. */
export interface TokenFamily {
  readonly id: string;
  readonly seed: Buffer;
}

interface ParsedToken {
  readonly sessionId: string;
  readonly counter: number;
  readonly seal: string;
}

type Rotated = Bearer & { readonly counter: number; readonly secondsLeft: number; readonly reused: boolean };

/** SQL: what ends a session. Nobody is shown an ended one, so nothing that describes a person's device stays in it. */
export const endedBecause = (reason: string): string =>
  `ended_at = clock_now(), end_reason = ${reason}, user_agent = NULL, masked_address = NULL`;

const SEED = brief(statement<{ seed: Buffer }>('sessions.seed', 'SELECT seed FROM sessions WHERE id = $1'));

const IS_REUSE = `$2 < session.counter
  AND ($2 < session.counter - 1 OR session.rotated_at < clock_now() - interval '${GRACE_SECONDS} seconds')`;

/**
 * Whoever waits for the row decides by what it has become. A token from the future, after the database was restored
 * from a backup, moves the row on: its seal proves that it was given out.
 */
const ROTATE = durable(
  statement<Rotated>(
    'sessions.rotate',
    `UPDATE sessions AS session SET
     counter = greatest(session.counter, $2 + 1),
     rotated_at = CASE WHEN $2 >= session.counter THEN clock_now() ELSE session.rotated_at END,
     last_seen_at = clock_now(),
     idle_expires_at = clock_now() + interval '${IDLE_SECONDS} seconds',
     masked_address = CASE WHEN ${IS_REUSE} THEN NULL ELSE $3 END,
     user_agent = CASE WHEN ${IS_REUSE} THEN NULL ELSE coalesce($4, session.user_agent) END,
     ended_at = CASE WHEN ${IS_REUSE} THEN clock_now() END,
     end_reason = CASE WHEN ${IS_REUSE} THEN 'reused' END
   FROM users AS person
   WHERE session.id = $1 AND session.ended_at IS NULL AND person.id = session.user_id AND person.status = 'active'
     AND least(session.idle_expires_at, session.absolute_expires_at) > clock_now()
   RETURNING session.counter, session.ended_at IS NOT NULL AS reused, person.id AS "personId", person.role,
     clock_now() AS at,
     floor(extract(epoch FROM least(session.idle_expires_at, session.absolute_expires_at) - clock_now()))::int AS "secondsLeft"`,
  ),
);

const SIGN_OUT = statement(
  'sessions.sign_out',
  `UPDATE sessions SET ${endedBecause(`'signed_out'`)} WHERE id = $1 AND ended_at IS NULL`,
);

/** Refresh tokens: `session . counter . seal`. Derived, so that the row alone makes none, and a rotation can be repeated. */
@Injectable()
export class RefreshTokens {
  private readonly key: Buffer;
  /** Those that tokens may have been sealed under: nobody has to sign in again when the root key was renewed. */
  private readonly keys: readonly Buffer[];

  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    private readonly audit: AuditService,
    root: RootKey,
  ) {
    this.key = root.derive('refresh-tokens');
    this.keys = root.deriveAll('refresh-tokens');
  }

  /** The first tokens of a session that was opened at `bearer.at`. */
  first(session: TokenFamily, bearer: Bearer): TokenPair {
    return this.pair({ ...session, counter: 0 }, { ...bearer, secondsLeft: IDLE_SECONDS });
  }

  /**
   * Exchanges a refresh token for its successor. The one before it is answered for 30 seconds with the same successor.
   * @throws RefreshTokenInvalid, RefreshTokenReused when it is older than that: its session is ended
   */
  async rotate(
    token: string,
    { address, userAgent }: { address: string; userAgent: string | null },
  ): Promise<TokenPair> {
    const { sessionId: id, counter, seed } = await this.read(token);
    const row = await this.database.first(ROTATE, [id, counter, maskAddress(address), userAgent]);
    if (!row) throw new RefreshTokenInvalid();
    if (row.reused) {
      await this.audit.record({ action: 'sessions.refresh_token_reused', subjectId: row.personId, address });
      throw new RefreshTokenReused();
    }
    return this.pair({ id, seed, counter: row.counter }, row);
  }

  /** Ends the session of a token, whichever of its tokens it is; a token that is none ends nothing. */
  async signOut(token: string): Promise<void> {
    try {
      const { sessionId } = await this.read(token);
      await this.database.run(SIGN_OUT, [sessionId]);
    } catch (error) {
      if (!(error instanceof RefreshTokenInvalid)) throw error;
    }
  }

  /** @throws RefreshTokenInvalid unless we have given it out */
  private async read(token: string): Promise<ParsedToken & { seed: Buffer }> {
    const parsed = parse(token);
    const row = parsed && (await this.database.first(SEED, [parsed.sessionId]));
    if (!row) throw new RefreshTokenInvalid();
    const family = { id: parsed.sessionId, seed: row.seed };
    const seals = this.keys.map((key) => sealOf(key, family, parsed.counter));
    if (!seals.some((seal) => sameText(parsed.seal, seal))) throw new RefreshTokenInvalid();
    return { ...parsed, seed: row.seed };
  }

  private pair(
    { id, seed, counter }: TokenFamily & { counter: number },
    { personId, role, at, secondsLeft }: Bearer & { secondsLeft: number },
  ): TokenPair {
    return {
      tokenType: 'Bearer',
      accessToken: this.accessTokens.sign({ sub: personId, sid: id, role }, at),
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: `${id}.${counter}.${sealOf(this.key, { id, seed }, counter)}`,
      refreshExpiresIn: secondsLeft,
    };
  }
}

const sealOf = (key: Buffer, { id, seed }: TokenFamily, counter: number): string =>
  keyedHash(key, id, seed, String(counter)).toString('base64url');

/** Written exactly as we write it; a counter that its column cannot hold is none of ours. */
function parse(token: string): ParsedToken | undefined {
  const [, sessionId = '', counter, seal = ''] = /^([0-9a-f-]{36})\.(0|[1-9]\d{0,8})\.([\w-]{43})$/.exec(token) ?? [];
  return isUUID(sessionId) ? { sessionId, counter: Number(counter), seal } : undefined;
}
