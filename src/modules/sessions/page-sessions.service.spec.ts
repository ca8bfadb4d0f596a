import { SessionsWorld } from '../../../test/support/sessions-world.js';
import { StatementCost } from '../../../test/support/statement-cost.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import { PageSessions } from './page-sessions.service.js';
import { RefreshTokenInvalid } from './sessions.errors.js';

const OPENED_AT = new Date('2026-03-01T12:00:00Z');
const DEVICE = { address: '203.0.113.7', userAgent: 'a browser' };

let stored: StoredWorld;
let world: SessionsWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(() => {
  world = new SessionsWorld(stored);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => stored.close());

async function aPageSession() {
  const personId = await world.aPerson();
  const draft = await world.open(personId);
  const { refreshToken } = world.sessions.tokensOf(draft, { id: personId, role: 'user' }, OPENED_AT);
  return { personId, sessionId: draft.id, refreshToken, cookie: await world.pages.adopt({ refreshToken }) };
}

const isIn = async (cookie: string) => (await world.pages.principalOf(cookie)) !== undefined;

async function rowOf(sessionId: string): Promise<Record<string, unknown>> {
  const rows = await stored.sql<Record<string, unknown>>('SELECT * FROM sessions WHERE id = $1', [sessionId]);
  return rows[0] ?? {};
}

describe('The cookie of a page session', () => {
  it('tells who is behind it, as a bearer token does', async () => {
    const { personId, sessionId, cookie } = await aPageSession();
    const principal = await world.pages.principalOf(cookie);
    expect(principal).toMatchObject({ sessionId, fresh: true, person: { id: personId } });
    expect(principal).toEqual(await world.sessions.authenticate(sessionId, personId));
  });

  it('is not fresh ten minutes after the sign-in', async () => {
    const { cookie } = await aPageSession();
    await stored.clock.advance('10 min 1 s');
    expect(await world.pages.principalOf(cookie)).toMatchObject({ fresh: false });
  });

  it('is a secret of its own each time, of which only the hash is kept', async () => {
    const [one, other] = [await aPageSession(), await aPageSession()];
    const [secret = '', otherSecret] = [one, other].map(({ cookie }) => cookie.split('.')[1]);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(secret).not.toBe(otherSecret);
    const { page_token_hash: hash, ...row } = await rowOf(one.sessionId);
    expect(hash).toHaveLength(32);
    expect(JSON.stringify(row)).not.toContain(secret);
    expect((hash as Buffer).equals(Buffer.from(secret, 'base64url'))).toBe(false);
  });

  it('opens no other session', async () => {
    const [one, other] = [await aPageSession(), await aPageSession()];
    expect(await isIn(`${one.sessionId}.${other.cookie.split('.')[1]}`)).toBe(false);
    const { sessionId } = await world.aPersonWithSession();
    expect(await isIn(`${sessionId}.${one.cookie.split('.')[1]}`)).toBe(false);
    expect(await isIn(`${newId()}.${one.cookie.split('.')[1]}`)).toBe(false);
  });

  it.each([
    ['has ended', 'UPDATE sessions SET ended_at = clock_now() WHERE id = $1'],
    ['was idle too long', 'UPDATE sessions SET idle_expires_at = clock_now() WHERE id = $1'],
    ['is too old, though it was used', 'UPDATE sessions SET absolute_expires_at = clock_now() WHERE id = $1'],
    [
      'belongs to somebody who was blocked',
      `UPDATE users SET status = 'blocked' FROM sessions WHERE users.id = user_id AND sessions.id = $1`,
    ],
  ])('lets nobody in when its session %s', async (_, change) => {
    const { sessionId, cookie } = await aPageSession();
    await stored.sql(change, [sessionId]);
    expect(await isIn(cookie)).toBe(false);
  });

  it.each<[string, (cookie: string) => string]>([
    ['nothing', () => ''],
    ['another text', () => 'garbage'],
    ['an id alone', (cookie) => cookie.slice(0, 36)],
    ['a secret that is cut', (cookie) => cookie.slice(0, -1)],
    ['more than a cookie', (cookie) => `${cookie}A`],
    ['something before it', (cookie) => ` ${cookie}`],
    ['an id that is none', (cookie) => cookie.replace(/^.{36}/, '-'.repeat(36))],
    ['an id in capitals', (cookie) => cookie.toUpperCase()],
    ['a NUL', (cookie) => `${cookie}\0`],
    ['something very long', (cookie) => cookie.repeat(1_000)],
  ])('is nobody’s when it is %s, and the database is not asked', async (_, change) => {
    const { cookie } = await aPageSession();
    const run = jest.spyOn(Database.prototype, 'run');
    expect(await isIn(change(cookie))).toBe(false);
    expect(await world.pages.principalOf(undefined)).toBeUndefined();
    await world.pages.end(change(cookie));
    await world.pages.end(undefined);
    expect(run).not.toHaveBeenCalled();
    expect(await isIn(cookie)).toBe(true);
  });
});

describe('A session that became one of a page', () => {
  it('has no refresh token any more', async () => {
    const { cookie, refreshToken } = await aPageSession();
    await expect(world.refreshTokens.rotate(refreshToken, DEVICE)).rejects.toThrow(RefreshTokenInvalid);
    await world.refreshTokens.signOut(refreshToken);
    expect(await isIn(cookie)).toBe(true);
  });

  it('is still known by its id to whoever bears an access token', async () => {
    const { personId, sessionId } = await aPageSession();
    expect(await world.sessions.authenticate(sessionId, personId)).toMatchObject({ sessionId });
  });

  it('leaves the other sessions of the person as they are', async () => {
    const { personId } = await aPageSession();
    const draft = await world.open(personId);
    const { refreshToken } = world.sessions.tokensOf(draft, { id: personId, role: 'user' }, OPENED_AT);
    await world.pages.adopt({ refreshToken: `${newId()}.0.x` });
    expect(await world.refreshTokens.rotate(refreshToken, DEVICE)).toBeDefined();
  });
});

describe('A page session that is used', () => {
  const lastSeen = async (sessionId: string) => (await rowOf(sessionId)).last_seen_at;

  it('does not end by idling, and never lives beyond ninety days', async () => {
    const { cookie } = await aPageSession();
    for (const used of ['29 days', '29 days', '29 days']) {
      await stored.clock.advance(used);
      expect(await isIn(cookie)).toBe(true);
    }
    await stored.clock.advance('3 days');
    expect(await isIn(cookie)).toBe(false);
  });

  it('ends thirty days after its last use', async () => {
    const { cookie } = await aPageSession();
    await stored.clock.advance('2 h');
    expect(await isIn(cookie)).toBe(true);
    await stored.clock.advance('30 days');
    expect(await isIn(cookie)).toBe(false);
  });

  it('is renewed once an hour', async () => {
    const { sessionId, cookie } = await aPageSession();
    const opened = await lastSeen(sessionId);
    await stored.clock.advance('59 min');
    await isIn(cookie);
    expect(await lastSeen(sessionId)).toEqual(opened);
    await stored.clock.advance('1 min');
    await isIn(cookie);
    const renewed = await lastSeen(sessionId);
    expect(renewed).not.toEqual(opened);
    await isIn(cookie);
    expect(await lastSeen(sessionId)).toEqual(renewed);
  });

  it('is renewed once by requests that come at the same time', async () => {
    await stored.sql('CREATE TABLE renewals (id uuid)');
    await stored.sql(`CREATE FUNCTION note_renewal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO renewals VALUES (new.id); RETURN NULL; END $$`);
    await stored.sql('CREATE TRIGGER noted AFTER UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION note_renewal()');
    const { sessionId, cookie } = await aPageSession();
    await stored.clock.advance('1 h');
    await stored.sql('TRUNCATE renewals');
    await Promise.all(Array.from({ length: 8 }, () => isIn(cookie)));
    expect(await stored.sql('SELECT id FROM renewals')).toEqual([{ id: sessionId }]);
    await stored.sql('DROP FUNCTION note_renewal CASCADE');
  });

  it('costs one statement, a second one when it is renewed, and no commit that waits for the disk', async () => {
    const { cookie } = await aPageSession();
    const cost = new StatementCost();
    cost.listen(stored.url);
    await isIn(cookie);
    expect(cost.statements).toHaveLength(1);
    await stored.clock.advance('1 h');
    cost.reset();
    await isIn(cookie);
    expect(cost.statements).toHaveLength(2);
    expect(cost.waitingCommits).toBe(0);
    cost.stop();
  });
});

describe('Signing out of the pages', () => {
  it('ends the session of the cookie, and no other', async () => {
    const [{ sessionId, cookie }, other] = [await aPageSession(), await aPageSession()];
    await world.pages.end(cookie);
    expect(await isIn(cookie)).toBe(false);
    expect(await isIn(other.cookie)).toBe(true);
    expect(await rowOf(sessionId)).toMatchObject({ end_reason: 'signed_out', user_agent: null, masked_address: null });
  });

  it('needs the secret', async () => {
    const [one, other] = [await aPageSession(), await aPageSession()];
    await world.pages.end(`${one.sessionId}.${other.cookie.split('.')[1]}`);
    expect(await isIn(one.cookie)).toBe(true);
  });

  it('is done once', async () => {
    const { personId, sessionId, cookie } = await aPageSession();
    await world.sessions.endAll(personId);
    await world.pages.end(cookie);
    expect(await rowOf(sessionId)).toMatchObject({ end_reason: 'all_ended' });
  });

  it('says so when it could not be done', async () => {
    const { cookie } = await aPageSession();
    const away = { run: async () => Promise.reject(new Error('away')) } as unknown as Database;
    await expect(new PageSessions(away).end(cookie)).rejects.toThrow('away');
  });
});
