import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { deriveKey, keyedHash, newId } from '../../common/crypto.js';
import { SecretConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { type Person, personColumns } from '../users/users.service.js';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-tokens.service.js';

const DAY = 24 * 3_600;
const IDLE_SECONDS = 30 * DAY;
const ABSOLUTE_SECONDS = 90 * DAY;
const SESSIONS_OF_A_PERSON = 20;

/** The device that signs in. */
export interface Device {
  readonly maskedAddress: string;
  readonly userAgent: string | null;
}

/** A session before it is written. */
export interface SessionDraft {
  readonly id: string;
  readonly seed: Buffer;
  readonly values: readonly unknown[];
}

export interface TokenPair {
  readonly tokenType: 'Bearer';
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  /** Seconds. */
  readonly refreshExpiresIn: number;
}

/** Who a request comes from. */
export interface Principal {
  readonly sessionId: string;
  readonly authenticatedAt: Date;
  readonly person: Person;
}

/**
 * Signs the `person` (id, status) in on a device, unless they may not come in; offers `session` (created_at).
 */
export const OPEN_SESSION: Fragment = {
  parameters: 4,
  ctes: `
   session AS (
     INSERT INTO sessions (id, user_id, seed, user_agent, masked_address, idle_expires_at, absolute_expires_at)
     SELECT $1, person.id, $2, $3, $4, clock_now() + interval '${IDLE_SECONDS} seconds',
       clock_now() + interval '${ABSOLUTE_SECONDS} seconds'
     FROM person WHERE person.status = 'active' RETURNING created_at)`,
};

const CROWD_OUT = statement(
  'sessions.crowd_out',
  `UPDATE sessions SET ended_at = clock_now(), end_reason = 'too_many' FROM set_config('synchronous_commit', 'off', true)
   WHERE id = ANY (ARRAY(
     SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id DESC OFFSET ${SESSIONS_OF_A_PERSON}))`,
);

const AUTHENTICATE = statement<Person & { sessionId: string; authenticatedAt: Date }>(
  'sessions.authenticate',
  `SELECT session.id AS "sessionId", session.authenticated_at AS "authenticatedAt", ${personColumns('person')}
   FROM sessions session JOIN users person ON person.id = session.user_id
   WHERE session.id = $1 AND session.user_id = $2 AND session.ended_at IS NULL
     AND least(session.idle_expires_at, session.absolute_expires_at) > clock_now() AND person.status = 'active'`,
);

/** Sessions: opening them and knowing who is behind one. */
@Injectable()
export class SessionsService {
  private readonly refreshKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    secret: SecretConfig,
  ) {
    this.refreshKey = deriveKey(secret.appSecret, 'refresh-tokens');
  }

  /** A session to be written by {@link OPEN_SESSION} with these values. */
  draft({ userAgent, maskedAddress }: Device): SessionDraft {
    const id = newId();
    const seed = randomBytes(32);
    return { id, seed, values: [id, seed, userAgent, maskedAddress] };
  }

  /** Ends the oldest sessions of a person beyond twenty; call it after opening one. */
  async crowdOut(personId: string): Promise<void> {
    await this.database.run(CROWD_OUT, [personId]);
  }

  /** The tokens of a session that was written. @param openedAt the database's time */
  tokensOf({ id, seed }: SessionDraft, person: Pick<Person, 'id' | 'role'>, openedAt: Date): TokenPair {
    return {
      tokenType: 'Bearer',
      accessToken: this.accessTokens.sign({ sub: person.id, sid: id, role: person.role }, openedAt),
      expiresIn: ACCESS_TOKEN_SECONDS,
      refreshToken: this.refreshToken(id, seed, 0),
      refreshExpiresIn: IDLE_SECONDS,
    };
  }

  /** Who is behind a live session, undefined when it ended, expired or its person may not come in. */
  async authenticate(sessionId: string, personId: string): Promise<Principal | undefined> {
    const row = await this.database.first(AUTHENTICATE, [sessionId, personId]);
    if (!row) return undefined;
    const { sessionId: id, authenticatedAt, ...person } = row;
    return { sessionId: id, authenticatedAt, person };
  }

  /** `session . counter . MAC`: derived, so that the row alone makes no token, and a rotation can be repeated. */
  private refreshToken(sessionId: string, seed: Buffer, counter: number): string {
    const mac = keyedHash(this.refreshKey, sessionId, seed, String(counter)).toString('base64url');
    return `${sessionId}.${counter}.${mac}`;
  }
}
