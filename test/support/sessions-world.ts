import { newId } from '../../src/common/crypto.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import type { AuditFact, AuditService } from '../../src/modules/audit/audit.service.js';
import { PageSessions } from '../../src/modules/sessions/page-sessions.service.js';
import { RefreshTokens } from '../../src/modules/sessions/refresh-tokens.service.js';
import {
  CROWD_OUT,
  OPEN_SESSION,
  type SessionDraft,
  SessionsService,
} from '../../src/modules/sessions/sessions.service.js';
import type { AccessTokens } from '../../src/modules/tokens/access-tokens.service.js';
import { compose, type Fragment } from '../../src/platform/database/statement.js';
import { Events } from '../../src/platform/events/events.js';
import type { StoredWorld } from './stored.js';

const ROOT_KEY = 'a secret of the application, thirty-two';
const DEVICE = { maskedAddress: '203.0.113.*', userAgent: 'a browser' };
const PERSON: Fragment = { parameters: 1, ctes: 'person AS (SELECT * FROM users WHERE id = $1)' };
const OPEN = compose<{ openedAt: Date }>(
  'test.open_session',
  [PERSON, OPEN_SESSION],
  'SELECT created_at AS "openedAt" FROM session',
);

const CROWD = compose('test.crowd_out', [CROWD_OUT], 'SELECT');

/** Shows what it was asked to sign. */
const accessTokens = {
  sign: (claims: object, at: Date) => `signed ${JSON.stringify(claims)} at ${at.toISOString()}`,
} as unknown as AccessTokens;

/** Sessions as the rest of the program asks for them, on a database of their own. */
export class SessionsWorld {
  readonly events = new Events();
  /** What was written to the audit log. */
  readonly written: AuditFact[] = [];
  readonly audit = { record: async (fact: AuditFact) => void this.written.push(fact) } as unknown as AuditService;
  readonly refreshTokens: RefreshTokens;
  readonly sessions: SessionsService;
  readonly pages: PageSessions;

  constructor(private readonly stored: StoredWorld) {
    this.refreshTokens = this.refreshTokensUnder(ROOT_KEY);
    this.sessions = this.sessionsUnder(ROOT_KEY);
    this.pages = new PageSessions(stored.database);
  }

  sessionsUnder(rootKey: string): SessionsService {
    const { database } = this.stored;
    return new SessionsService(database, this.events, this.refreshTokensUnder(rootKey));
  }

  private refreshTokensUnder(rootKey: string): RefreshTokens {
    return new RefreshTokens(this.stored.database, accessTokens, this.audit, new RootKey(rootKey));
  }

  async aPerson(): Promise<string> {
    const id = newId();
    await this.stored.sql('INSERT INTO users (id, phone) VALUES ($1, $2)', [id, `+7${id}`]);
    return id;
  }

  draft(): SessionDraft {
    return this.sessions.draft(DEVICE);
  }

  async crowdOut(personId: string): Promise<void> {
    await this.stored.database.run(CROWD, [personId]);
  }

  /** Opens a session for a person; answers what it was made from. */
  async open(personId: string): Promise<SessionDraft> {
    const draft = this.draft();
    await this.stored.database.run(OPEN, [personId, ...draft.values]);
    return draft;
  }

  async aPersonWithSession() {
    const personId = await this.aPerson();
    return { personId, sessionId: (await this.open(personId)).id };
  }

  /** The ids are in the order of opening. */
  async aPersonWithSessions(count: number) {
    const personId = await this.aPerson();
    const ids: string[] = [];
    while (ids.length < count) ids.push((await this.open(personId)).id);
    return { personId, ids };
  }

  /** Why each of a person's sessions ended, the oldest first; null for those that live. */
  async endReasons(personId: string): Promise<(string | null)[]> {
    const rows = await this.stored.sql<{ reason: string | null }>(
      'SELECT end_reason AS reason FROM sessions WHERE user_id = $1 ORDER BY id',
      [personId],
    );
    return rows.map(({ reason }) => reason);
  }
}
