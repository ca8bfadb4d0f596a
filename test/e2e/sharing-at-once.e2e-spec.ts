import { startTestApp, type TestApp } from '../support/app.js';
import { NAVIGATION, openPage } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { type User, World } from '../support/world.js';

describe('Share links that many open at once, at two processes', () => {
  let app: TestApp;
  let other: TestApp;
  let world: World;

  beforeAll(async () => {
    app = await startTestApp();
    other = await startTestApp({}, app.database);
    world = new World(app);
  });

  // So that the day begins with them, which only one may do.
  beforeEach(() => app.advance('1 day'));

  afterAll(async () => {
    await other.close();
    await app.close();
  });

  /** Every second one goes to the other process. */
  function openAtOnce(times: number, link: (n: number) => { owner: User; address: string }) {
    return Promise.all(
      Array.from({ length: times }, (_, n) => {
        const { owner, address } = link(n);
        const headers = { ...NAVIGATION, 'x-forwarded-for': address, 'user-agent': 'a browser' };
        return openPage(n % 2 ? other : app, `/i/${owner.tokens.user.inviteCode}`, { headers });
      }),
    );
  }

  async function opensToday(owners: readonly User[]): Promise<{ day: number; owners: number[] }> {
    const days = await app.sql<{ opens: number }>('SELECT opens FROM invite_days ORDER BY day DESC LIMIT 1');
    const rows = await app.sql<{ id: string; opens: number }>('SELECT user_id AS id, opens FROM invite_opens');
    const opens = new Map(rows.map((row) => [row.id, row.opens]));
    return { day: days[0]?.opens ?? 0, owners: owners.map(({ id }) => opens.get(id) ?? 0) };
  }

  const inNetwork = (n: number): string => `198.18.${n}.7`;

  it('count once for one visitor', async () => {
    const owner = await world.aUser();
    await openAtOnce(100, () => ({ owner, address: '198.51.100.7' }));
    // Whoever comes after them is counted after them, at either process.
    await openAtOnce(2, (n) => ({ owner, address: inNetwork(n) }));
    await eventually(async () => expect((await opensToday([owner])).owners).toEqual([3]));
    expect(await opensToday([owner])).toEqual({ day: 3, owners: [3] });
  });

  it('count 50 for 50 visitors', async () => {
    const owner = await world.aUser();
    await openAtOnce(50, (n) => ({ owner, address: inNetwork(n) }));
    await eventually(async () => expect(await opensToday([owner])).toEqual({ day: 50, owners: [50] }));
  });

  it('count each for its owner, and all of them for the day', async () => {
    const owners = await Promise.all(Array.from({ length: 4 }, () => world.aUser()));
    // Everybody opens every link, thrice, each time in another order: the same visits meet at both processes.
    for (const step of [7, 11, 29]) {
      await openAtOnce(80, (n) => {
        const visit = (n * step) % 80;
        return { owner: owners[visit % 4] as User, address: inNetwork(Math.floor(visit / 4)) };
      });
    }
    const expected = { day: 80, owners: [20, 20, 20, 20] };
    await eventually(async () => expect(await opensToday(owners)).toEqual(expected));
    expect([...app.lines, ...other.lines].filter((line) => line.includes('not counted'))).toEqual([]);
  });
});
