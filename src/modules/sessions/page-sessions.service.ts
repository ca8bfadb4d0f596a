import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { hashOfSecret, newSecret, randomBytes } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { endedBecause, IDLE_SECONDS, type TokenPair } from './refresh-tokens.service.js';
import { IS_LIVE, type Principal, principalFrom, type PrincipalRow, selectPrincipal } from './sessions.service.js';

const SECRET_BYTES = 32;
const RENEWED_EVERY = `interval '1 hour'`;

// Nobody knows the new seed, so no refresh token goes with it.
const ADOPT = statement('sessions.adopt', 'UPDATE sessions SET page_token_hash = $2, seed = $3 WHERE id = $1');

const IS_DUE = `last_seen_at <= clock_now() - ${RENEWED_EVERY}`;

const AUTHENTICATE_PAGE = statement<PrincipalRow & { isDue: boolean }>(
  'sessions.authenticate_page',
  selectPrincipal('session.id = $1 AND session.page_token_hash = $2', `, session.${IS_DUE} AS "isDue"`),
);

const RENEW = statement(
  'sessions.renew_page',
  `UPDATE sessions SET last_seen_at = clock_now(), idle_expires_at = clock_now() + interval '${IDLE_SECONDS} seconds'
   FROM set_config('synchronous_commit', 'off', true) WHERE id = $1 AND ${IS_DUE} AND ${IS_LIVE}`,
);

const END_PAGE = statement(
  'sessions.end_page',
  `UPDATE sessions SET ${endedBecause(`'signed_out'`)} WHERE id = $1 AND page_token_hash = $2 AND ended_at IS NULL`,
);

/** Sessions of browsers that read the pages: `session . secret` in a cookie, in place of tokens. */
@Injectable()
export class PageSessions {
  constructor(private readonly database: Database) {}

  /**
   * Makes the session that was just opened one of a page: its refresh token is dead, and whoever has the cookie is signed in.
   * @returns the cookie's value
   */
  async adopt({ refreshToken }: Pick<TokenPair, 'refreshToken'>): Promise<string> {
    const [sessionId = ''] = refreshToken.split('.');
    const secret = newSecret(SECRET_BYTES);
    await this.database.run(ADOPT, [sessionId, hashOfSecret(secret), randomBytes(32)]);
    return `${sessionId}.${secret}`;
  }

  /** Who is behind a cookie; undefined when it is none of ours, or its session lets nobody in. A session that is used stays. */
  async principalOf(cookie: string | undefined): Promise<Principal | undefined> {
    const key = keyIn(cookie);
    const row = key && (await this.database.first(AUTHENTICATE_PAGE, key));
    if (!row) return undefined;
    const { isDue, ...principal } = row;
    if (isDue) await this.database.run(RENEW, [row.sessionId]);
    return principalFrom(principal);
  }

  /** Ends the session of a cookie; one that is none of ours ends nothing. */
  async end(cookie: string | undefined): Promise<void> {
    const key = keyIn(cookie);
    if (key) await this.database.run(END_PAGE, key);
  }
}

/** What a session is found by, in a cookie that is written exactly as we write it. */
function keyIn(cookie = ''): [sessionId: string, hash: Buffer] | undefined {
  const [, sessionId = '', secret = ''] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(cookie) ?? [];
  return isUUID(sessionId) ? [sessionId, hashOfSecret(secret)] : undefined;
}
