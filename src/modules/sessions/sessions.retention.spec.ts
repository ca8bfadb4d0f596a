import { sweepBy } from '../../../test/support/retention.js';
import { SessionsWorld } from '../../../test/support/sessions-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { RefreshTokenInvalid } from './sessions.errors.js';
import { SessionsRetention } from './sessions.retention.js';

const DEVICE = { address: '203.0.113.7', userAgent: 'a browser' };
let stored: StoredWorld;
let world: SessionsWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(async () => {
  await stored.sql('TRUNCATE sessions, retention_walks');
  world = new SessionsWorld(stored);
});

afterAll(() => stored.close());

const sweep = () => sweepBy(SessionsRetention, stored.database);
const pass = async (interval: string) => {
  await stored.clock.advance(interval);
  await sweep();
};

async function aSignedIn() {
  const personId = await world.aPerson();
  const session = await world.open(personId);
  const { refreshToken } = world.sessions.tokensOf(session, { id: personId, role: 'user' }, stored.clock.now());
  return { id: session.id, personId, refreshToken };
}

async function rowOf(id: string) {
  const [row] = await stored.sql<object>(
    `SELECT end_reason AS reason, user_agent AS device, masked_address AS address,
       ended_at IS NOT DISTINCT FROM least(idle_expires_at, absolute_expires_at) AS "endedWithItsLife"
     FROM sessions WHERE id = $1`,
    [id],
  );
  return row;
}

const LIVES = { reason: null, device: 'a browser', address: '203.0.113.*', endedWithItsLife: false };
const EXPIRED = { reason: 'expired', device: null, address: null, endedWithItsLife: true };

describe('A session', () => {
  it('that lives is kept as it is, however old', async () => {
    const { id, ...first } = await aSignedIn();
    let { refreshToken } = first;
    for (const days of [29, 29, 29]) {
      await pass(`${days} days`);
      expect(await rowOf(id)).toEqual(LIVES);
      ({ refreshToken } = await world.refreshTokens.rotate(refreshToken, DEVICE));
    }
    await pass('2 days 23 hours');
    expect(await rowOf(id)).toEqual(LIVES);
    expect(await world.refreshTokens.rotate(refreshToken, DEVICE)).toMatchObject({ tokenType: 'Bearer' });
  });

  it('that nobody came back to is ended a day after its life, and its device forgotten', async () => {
    const { id } = await aSignedIn();
    await pass('30 days 23 hours 59 min');
    expect(await rowOf(id)).toEqual(LIVES);
    await pass('6 hours 1 min');
    expect(await rowOf(id)).toEqual(EXPIRED);
  });

  it('that came to the end of its longest life is ended like that, too', async () => {
    const { id, ...first } = await aSignedIn();
    let { refreshToken } = first;
    for (const days of [29, 29, 29]) {
      await stored.clock.advance(`${days} days`);
      ({ refreshToken } = await world.refreshTokens.rotate(refreshToken, DEVICE));
    }
    await pass('4 days 1 s');
    expect(await rowOf(id)).toEqual(EXPIRED);
  });

  it('that expired is forgotten 90 days after its life, not after it was noticed', async () => {
    const { id } = await aSignedIn();
    await pass('110 days');
    expect(await rowOf(id)).toEqual(EXPIRED);
    await pass('9 days 23 hours 59 min');
    expect(await rowOf(id)).toEqual(EXPIRED);
    await pass('1 min');
    expect(await rowOf(id)).toBeUndefined();
  });

  it('that was ended is forgotten 90 days after that', async () => {
    const { id, personId } = await aSignedIn();
    await stored.clock.advance('10 days');
    await world.sessions.endAll(personId);
    await pass('89 days 23 hours 59 min');
    expect(await rowOf(id)).toMatchObject({ reason: 'all_ended' });
    await pass('1 min');
    expect(await rowOf(id)).toBeUndefined();
  });

  it('of the pages is forgotten like any other', async () => {
    const { id } = await aSignedIn();
    await stored.sql(`UPDATE sessions SET page_token_hash = 'a hash' WHERE id = $1`, [id]);
    await pass('31 days 1 s');
    expect(await rowOf(id)).toEqual(EXPIRED);
    await pass('89 days');
    expect(await rowOf(id)).toBeUndefined();
  });

  it('that was forgotten answers its tokens as it did before: they are no tokens', async () => {
    const { personId, refreshToken } = await aSignedIn();
    await world.sessions.endAll(personId);
    await expect(world.refreshTokens.rotate(refreshToken, DEVICE)).rejects.toThrow(RefreshTokenInvalid);
    await pass('91 days');
    await expect(world.refreshTokens.rotate(refreshToken, DEVICE)).rejects.toThrow(RefreshTokenInvalid);
    await world.refreshTokens.signOut(refreshToken);
    expect(await stored.sql('SELECT FROM sessions')).toEqual([]);
  });
});
