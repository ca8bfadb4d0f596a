import { SessionsWorld } from '../../../test/support/sessions-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { newId } from '../../common/crypto.js';
import type { SessionDraft } from './sessions.service.js';

const OPENED_AT = new Date('2026-03-01T12:00:00Z');
let stored: StoredWorld;
let world: SessionsWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(() => {
  world = new SessionsWorld(stored);
});

afterAll(() => stored.close());

describe('A session that is opened', () => {
  it('remembers its device and when it was opened', async () => {
    const { personId, sessionId } = await world.aPersonWithSession();
    const rows = await stored.sql('SELECT user_id, user_agent, masked_address, counter FROM sessions WHERE id = $1', [
      sessionId,
    ]);
    expect(rows).toEqual([{ user_id: personId, user_agent: 'a browser', masked_address: '203.0.113.*', counter: 0 }]);
  });

  it('has an id and a seed of its own', () => {
    const drafts = [world.draft(), world.draft()];
    expect(new Set(drafts.map(({ id }) => id)).size).toBe(2);
    expect(drafts[0]?.seed.equals(drafts[1]?.seed ?? Buffer.alloc(0))).toBe(false);
    expect(drafts.map(({ seed }) => seed.length)).toEqual([32, 32]);
  });

  it('is none for somebody who is blocked', async () => {
    const personId = await world.aPerson();
    await stored.sql(`UPDATE users SET status = 'blocked' WHERE id = $1`, [personId]);
    await world.open(personId);
    expect(await stored.sql('SELECT FROM sessions WHERE user_id = $1', [personId])).toEqual([]);
  });
});

describe('The tokens of a session', () => {
  const person = { id: 'person-1', role: 'moderator' } as const;
  const tokensOf = (draft: SessionDraft, by = world.sessions) => by.tokensOf(draft, person, OPENED_AT);

  it('are a bearer token for fifteen minutes and one to refresh it within thirty days', () => {
    const draft = world.draft();
    expect(tokensOf(draft)).toMatchObject({
      tokenType: 'Bearer',
      accessToken: `signed {"sub":"person-1","sid":"${draft.id}","role":"moderator"} at 2026-03-01T12:00:00.000Z`,
      expiresIn: 900,
      refreshExpiresIn: 2_592_000,
    });
  });

  it('name the session and how often it was refreshed, under a seal', () => {
    const draft = world.draft();
    const [id, counter, seal, ...more] = tokensOf(draft).refreshToken.split('.');
    expect([id, counter, more]).toEqual([draft.id, '0', []]);
    expect(seal).toMatch(/^[\w-]{43}$/);
  });

  it('can be made again from the same session', () => {
    const draft = world.draft();
    expect(tokensOf(draft).refreshToken).toBe(tokensOf(draft).refreshToken);
  });

  const sealOf = (token: string) => token.split('.')[2];

  it('are sealed by the seed, the session and the secret of the application together', () => {
    const draft = world.draft();
    const seals = [
      tokensOf(draft),
      tokensOf({ ...draft, seed: Buffer.alloc(32) }),
      tokensOf({ ...draft, id: newId() }),
      tokensOf(draft, world.sessionsUnder('another secret of the application')),
    ].map(({ refreshToken }) => sealOf(refreshToken));
    expect(new Set(seals).size).toBe(4);
  });

  it('are good after an update of the program', () => {
    const draft = { id: '0199aa00-0000-7000-8000-000000000001', seed: Buffer.alloc(32, 1), values: [] };
    expect(sealOf(tokensOf(draft).refreshToken)).toBe('2BFhXCpy5H3hPMo4dysAe2fI9LbguwDGOw2qjWNF6Jw');
  });
});

describe('A session', () => {
  it('tells who is behind it', async () => {
    const { personId, sessionId } = await world.aPersonWithSession();
    const principal = await world.sessions.authenticate(sessionId, personId);
    expect(principal).toMatchObject({ sessionId, person: { id: personId, role: 'user', status: 'active' } });
    expect(principal?.authenticatedAt).toBeInstanceOf(Date);
    expect(Object.keys(principal ?? {}).sort()).toEqual(['authenticatedAt', 'fresh', 'person', 'sessionId']);
    expect(principal?.person).not.toHaveProperty('authenticatedAt');
    expect(principal?.person).not.toHaveProperty('fresh');
  });

  it('is fresh for ten minutes after the sign-in', async () => {
    const { personId, sessionId } = await world.aPersonWithSession();
    const { personId: other, sessionId: stale } = await world.aPersonWithSession();
    await stored.sql(`UPDATE sessions SET authenticated_at = clock_now() - interval '9 min 55 s' WHERE id = $1`, [
      sessionId,
    ]);
    await stored.sql(`UPDATE sessions SET authenticated_at = clock_now() - interval '10 min 1 s' WHERE id = $1`, [
      stale,
    ]);
    expect((await world.sessions.authenticate(sessionId, personId))?.fresh).toBe(true);
    expect((await world.sessions.authenticate(stale, other))?.fresh).toBe(false);
  });

  it('is nobody’s but its own person’s', async () => {
    const { sessionId } = await world.aPersonWithSession();
    expect(await world.sessions.authenticate(sessionId, await world.aPerson())).toBeUndefined();
  });

  it.each([
    ['has ended', 'UPDATE sessions SET ended_at = clock_now() WHERE id = $1'],
    ['was idle too long', 'UPDATE sessions SET idle_expires_at = clock_now() WHERE id = $1'],
    ['is too old, though it was used', 'UPDATE sessions SET absolute_expires_at = clock_now() WHERE id = $1'],
    [
      'belongs to somebody who was blocked',
      `UPDATE users SET status = 'blocked' FROM sessions WHERE users.id = user_id AND sessions.id = $1`,
    ],
  ])('lets nobody in when it %s', async (_, change) => {
    const { personId, sessionId } = await world.aPersonWithSession();
    await stored.sql(change, [sessionId]);
    expect(await world.sessions.authenticate(sessionId, personId)).toBeUndefined();
  });

  it('is idle after thirty days, and never lives beyond ninety', async () => {
    const { personId, sessionId } = await world.aPersonWithSession();
    const { personId: other, sessionId: used } = await world.aPersonWithSession();
    await stored.sql(`UPDATE sessions SET idle_expires_at = idle_expires_at + interval '1 year' WHERE id = $1`, [used]);
    await stored.clock.advance('29 days 23 h');
    expect(await world.sessions.authenticate(sessionId, personId)).toBeDefined();
    await stored.clock.advance('1 h');
    expect(await world.sessions.authenticate(sessionId, personId)).toBeUndefined();
    await stored.clock.advance('59 days 23 h');
    expect(await world.sessions.authenticate(used, other)).toBeDefined();
    await stored.clock.advance('1 h');
    expect(await world.sessions.authenticate(used, other)).toBeUndefined();
  });
});

describe('More than twenty sessions of a person', () => {
  it('are too many: the oldest end, those of others stay', async () => {
    const [personId, bystander] = [await world.aPerson(), await world.aPersonWithSession()];
    const ids = [];
    while (ids.length < 22) ids.push((await world.open(personId)).id);
    await world.crowdOut(personId);
    const ended = await stored.sql<{ id: string; end_reason: string }>(
      'SELECT id, end_reason FROM sessions WHERE ended_at IS NOT NULL AND user_id = ANY ($1) ORDER BY id',
      [[personId, bystander.personId]],
    );
    expect(ended).toEqual(ids.slice(0, 2).map((id) => ({ id, end_reason: 'too_many' })));
  });
});
