import { randomBytes } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { newId } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { type Fragment, statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { AuditService } from '../audit/audit.service.js';
import { PersonBlocked, PersonErased, PersonUnblocked } from '../users/users.events.js';
import { type Person, personColumns } from '../users/users.service.js';
import { deviceName } from './device-name.js';
import { endedBecause, IDLE_SECONDS, RefreshTokens, type TokenPair } from './refresh-tokens.service.js';
import { SessionNotFound } from './sessions.errors.js';

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

/** One of a person's sessions, as they recognise it. */
export interface SessionView {
  readonly id: string;
  /** `Chrome on Windows`; null when it cannot be told. */
  readonly device: string | null;
  /** Where it was last used, masked. */
  readonly address: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

export interface EndedDevice {
  readonly by: Principal;
  readonly address: string;
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

const IS_LIVE = 'ended_at IS NULL AND least(idle_expires_at, absolute_expires_at) > clock_now()';

const AUTHENTICATE = statement<Person & Pick<Principal, 'sessionId' | 'authenticatedAt' | 'fresh'>>(
  'sessions.authenticate',
  `SELECT session.id AS "sessionId", session.authenticated_at AS "authenticatedAt",
     session.authenticated_at >= clock_now() - interval '${FRESH_SECONDS} seconds' AS fresh, ${personColumns('person')}
   FROM sessions session JOIN users person ON person.id = session.user_id
   WHERE session.id = $1 AND session.user_id = $2 AND ${IS_LIVE} AND person.status = 'active'`,
);

const LIST = statement<Omit<SessionView, 'device'> & { userAgent: string | null }>(
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
    private readonly audit: AuditService,
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
    if (!row) return undefined;
    const { sessionId: id, authenticatedAt, fresh, ...person } = row;
    return { sessionId: id, authenticatedAt, fresh, person };
  }

  /** The live sessions of a person, the newest first. */
  async list(personId: string, currentSessionId: string): Promise<SessionView[]> {
    const rows = await this.database.run(LIST, [personId, currentSessionId]);
    return rows.map(({ userAgent, ...row }) => ({ ...row, device: deviceName(userAgent) }));
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

  /** A person ends one of their sessions. @throws SessionNotFound */
  async endDevice(sessionId: string, { by, address }: EndedDevice): Promise<void> {
    const personId = by.person.id;
    await this.database.transaction(async () => {
      if (!(await this.end(personId, sessionId))) throw new SessionNotFound();
      await this.audit.record({ action: 'sessions.ended', actorId: personId, subjectId: personId, address });
    });
  }

  /** A person ends all of their sessions but this one. */
  async endOtherDevices({ by, address }: EndedDevice): Promise<void> {
    const personId = by.person.id;
    await this.database.transaction(async () => {
      const count = await this.endOthers(personId, by.sessionId);
      const fact = { actorId: personId, subjectId: personId, address, details: { count } };
      await this.audit.record({ action: 'sessions.others_ended', ...fact });
    });
  }

  private async endThose(personId: string, reason: string, by: { id?: string; butId?: string } = {}): Promise<number> {
    const ended = await this.database.run(END, [personId, by.id ?? null, by.butId ?? null, reason]);
    return ended.filter(({ isLive }) => isLive).length;
  }
}
