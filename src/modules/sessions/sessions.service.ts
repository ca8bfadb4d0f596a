import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId, randomBytes } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { brief, type Fragment, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { PersonBlocked, PersonErased, PersonUnblocked } from '../users/users.events.js';
import { type Person, personColumns } from '../users/users.service.js';
import { endedBecause, IDLE_SECONDS, RefreshTokens, type TokenPair } from './refresh-tokens.service.js';

const ABSOLUTE_SECONDS = 90 * 24 * 3_600;
const FRESH_SECONDS = 600;
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

/** Who a request comes from. */
export interface Principal {
  readonly sessionId: string;
  readonly authenticatedAt: Date;
  /** Whether that was at most ten minutes ago. */
  readonly fresh: boolean;
  readonly person: Person;
}

/** One of a person's sessions, as its row tells it. */
export interface LiveSession {
  readonly id: string;
  readonly userAgent: string | null;
  /** Where it was last used, masked. */
  readonly address: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** Whether it is the one that asks. */
  readonly current: boolean;
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

/** Ends the oldest sessions of the person whose id it is given beyond twenty; it should not wait for the disk. */
export const CROWD_OUT: Fragment = {
  parameters: 1,
  ctes: `
   crowded_out AS (
     UPDATE sessions SET ${endedBecause(`'too_many'`)}
     WHERE id = ANY (ARRAY(
       SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id DESC OFFSET ${SESSIONS_OF_A_PERSON})))`,
};

/** SQL: whether a row of `sessions` lets somebody in. */
export const IS_LIVE = 'ended_at IS NULL AND least(idle_expires_at, absolute_expires_at) > clock_now()';

export type PrincipalRow = Person & Pick<Principal, 'sessionId' | 'authenticatedAt' | 'fresh'>;

/** SQL: the {@link PrincipalRow} of a live `session` that is meant, unless its `person` may not come in. */
export const selectPrincipal = (which: string, more = ''): string =>
  `SELECT session.id AS "sessionId", session.authenticated_at AS "authenticatedAt",
     session.authenticated_at >= clock_now() - interval '${FRESH_SECONDS} seconds' AS fresh, ${personColumns('person')}${more}
   FROM sessions session JOIN users person ON person.id = session.user_id
   WHERE ${which} AND ${IS_LIVE} AND person.status = 'active'`;

export function principalFrom({ sessionId, authenticatedAt, fresh, ...person }: PrincipalRow): Principal {
  return { sessionId, authenticatedAt, fresh, person };
}

const AUTHENTICATE = brief(
  statement<PrincipalRow>('sessions.authenticate', selectPrincipal('session.id = $1 AND session.user_id = $2')),
);

const LIST = statement<LiveSession>(
  'sessions.list',
  `SELECT id, user_agent AS "userAgent", masked_address AS address, created_at AS "createdAt", last_seen_at AS "lastSeenAt",
     id = $2 AS current
   FROM sessions WHERE user_id = $1 AND ${IS_LIVE} ORDER BY id DESC`,
);

/** Ends the session of an id, which may be any text, or all but that of another id. */
const END = statement<{ isLive: boolean }>(
  'sessions.end',
  `WITH chosen AS (
     SELECT id, ${IS_LIVE} AS "isLive" FROM sessions
     WHERE user_id = $1 AND ended_at IS NULL AND ($2::text IS NULL OR id::text = lower($2)) AND id IS DISTINCT FROM $3
     ORDER BY id FOR UPDATE)
   UPDATE sessions SET ${endedBecause('$4')} FROM chosen WHERE sessions.id = chosen.id RETURNING chosen."isLive"`,
);

/** Sessions: opening them, knowing who is behind one, ending them. */
@Injectable()
export class SessionsService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  onModuleInit(): void {
    const endAll = async ({ personId }: { personId: string }) => void (await this.endAll(personId));
    this.events.on(PersonBlocked, endAll);
    // A sign-in that met the block half-way has left a session that nobody may use; it must not come to life now.
    this.events.on(PersonUnblocked, endAll);
    this.events.on(PersonErased, ({ personId }) => this.erase(personId));
  }

  /** A session to be written by {@link OPEN_SESSION} with these values. */
  draft({ userAgent, maskedAddress }: Device): SessionDraft {
    const id = newId();
    const seed = randomBytes(32);
    return { id, seed, values: [id, seed, userAgent, maskedAddress] };
  }

  /** The tokens of a session that was written. @param openedAt the database's time */
  tokensOf(session: SessionDraft, { id: personId, role }: Pick<Person, 'id' | 'role'>, openedAt: Date): TokenPair {
    return this.refreshTokens.first(session, { personId, role, at: openedAt });
  }

  /** Who is behind a live session, undefined when it ended, expired or its person may not come in. */
  async authenticate(sessionId: string, personId: string): Promise<Principal | undefined> {
    const row = await this.database.first(AUTHENTICATE, [sessionId, personId]);
    return row && principalFrom(row);
  }

  /** The live sessions of a person, the newest first. */
  async list(personId: string, currentSessionId: string): Promise<LiveSession[]> {
    return this.database.run(LIST, [personId, currentSessionId]);
  }

  /** Ends a session, which may be the one that asks. @returns whether the person had it, and it was live */
  async end(personId: string, sessionId: string): Promise<boolean> {
    return (await this.endThose(personId, 'ended', { id: sessionId })) > 0;
  }

  /** Ends every session of a person but one. @returns how many live ones these were */
  async endOthers(personId: string, keptSessionId: string): Promise<number> {
    return this.endThose(personId, 'others_ended', { butId: keptSessionId });
  }

  /** Ends every session of a person. @returns how many live ones these were */
  async endAll(personId: string): Promise<number> {
    return this.endThose(personId, 'all_ended');
  }

  /** Forgets a person's devices: an ended session holds nothing of them. */
  async erase(personId: string): Promise<void> {
    await this.endAll(personId);
  }

  private async endThose(personId: string, reason: string, by: { id?: string; butId?: string } = {}): Promise<number> {
    const ended = await this.database.run(END, [personId, by.id ?? null, by.butId ?? null, reason]);
    return ended.filter(({ isLive }) => isLive).length;
  }
}
