import { SessionsWorld } from '../../../test/support/sessions-world.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import { PersonBlocked, PersonErased, PersonUnblocked } from '../users/users.events.js';

let stored: StoredWorld;
let world: SessionsWorld;

beforeAll(async () => {
  stored = await startStoredWorld();
});

beforeEach(() => {
  world = new SessionsWorld(stored);
});

afterAll(() => stored.close());

describe('The list of a person’s sessions', () => {
  it('shows the newest first, and which one asks', async () => {
    const { personId, ids } = await world.aPersonWithSessions(3);
    const list = await world.sessions.list(personId, ids[1] ?? '');
    expect(list.map(({ id, current }) => [id, current])).toEqual([
      [ids[2], false],
      [ids[1], true],
      [ids[0], false],
    ]);
    expect(list[0]).toEqual({
      id: ids[2],
      userAgent: 'a browser',
      address: '203.0.113.*',
      createdAt: expect.any(Date) as Date,
      lastSeenAt: expect.any(Date) as Date,
      current: false,
    });
  });

  it.each(['ended_at', 'idle_expires_at', 'absolute_expires_at'])(
    'leaves out one that is over by %s',
    async (column) => {
      const { personId, ids } = await world.aPersonWithSessions(2);
      await stored.sql(`UPDATE sessions SET ${column} = clock_now() WHERE id = $1`, [ids[1]]);
      expect((await world.sessions.list(personId, ids[0] ?? '')).map(({ id }) => id)).toEqual([ids[0]]);
    },
  );
});

describe('A session that is ended', () => {
  it('is that one, of that person only', async () => {
    const { personId, ids } = await world.aPersonWithSessions(2);
    const [first = ''] = ids;
    expect(await world.sessions.end(await world.aPerson(), first)).toBe(false);
    expect(await world.sessions.end(personId, first)).toBe(true);
    expect(await world.endReasons(personId)).toEqual(['ended', null]);
    expect(await world.sessions.end(personId, first)).toBe(false);
  });

  it('is found by its id in capitals too, and by nothing else', async () => {
    const { personId, ids } = await world.aPersonWithSessions(1);
    expect(await world.sessions.end(personId, 'not an id')).toBe(false);
    expect(await world.sessions.end(personId, '')).toBe(false);
    expect(await world.sessions.end(personId, ids[0]?.toUpperCase() ?? '')).toBe(true);
  });

  it('was over before when it had expired', async () => {
    const { personId, ids } = await world.aPersonWithSessions(1);
    await stored.sql('UPDATE sessions SET idle_expires_at = clock_now()');
    expect(await world.sessions.end(personId, ids[0] ?? '')).toBe(false);
  });

  it('can be every one but one', async () => {
    const { personId, ids } = await world.aPersonWithSessions(3);
    const bystander = await world.aPersonWithSession();
    expect(await world.sessions.endOthers(personId, ids[1] ?? '')).toBe(2);
    expect(await world.endReasons(personId)).toEqual(['others_ended', null, 'others_ended']);
    expect(await world.endReasons(bystander.personId)).toEqual([null]);
  });

  it('can be every one; those that were over are not counted', async () => {
    const { personId, ids } = await world.aPersonWithSessions(3);
    await world.sessions.end(personId, ids[0] ?? '');
    await stored.sql('UPDATE sessions SET absolute_expires_at = clock_now() WHERE id = $1', [ids[1]]);
    expect(await world.sessions.endAll(personId)).toBe(1);
    expect(await world.endReasons(personId)).toEqual(['ended', 'all_ended', 'all_ended']);
  });

  it('says nothing more of the device', async () => {
    const { personId, ids } = await world.aPersonWithSessions(23);
    await world.crowdOut(personId);
    await world.sessions.end(personId, ids[3] ?? '');
    await world.sessions.endOthers(personId, ids[4] ?? '');
    await world.sessions.erase(personId);
    expect(new Set(await world.endReasons(personId))).toEqual(
      new Set(['too_many', 'ended', 'others_ended', 'all_ended']),
    );
    expect(
      await stored.sql(
        `SELECT FROM sessions WHERE user_id = $1
         AND (user_agent IS NOT NULL OR masked_address IS NOT NULL OR ended_at IS NULL)`,
        [personId],
      ),
    ).toEqual([]);
  });
});

describe('What happens to a person ends their sessions', () => {
  it.each([
    ['blocked', (id: string) => new PersonBlocked(id)],
    ['unblocked', (id: string) => new PersonUnblocked(id)],
    ['erased', (id: string) => new PersonErased(id, [])],
  ])('when they are %s', async (_, event) => {
    const { personId } = await world.aPersonWithSessions(2);
    const bystander = await world.aPersonWithSession();
    world.sessions.onModuleInit();
    await world.events.publish(event(personId));
    expect(await world.endReasons(personId)).toEqual(['all_ended', 'all_ended']);
    expect(await world.endReasons(bystander.personId)).toEqual([null]);
  });
});
