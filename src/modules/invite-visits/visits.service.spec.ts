import { ServicesWorld } from '../../../test/support/services.js';
import { StatementCost } from '../../../test/support/statement-cost.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { ReferralsModule } from '../referrals/referrals.module.js';
import { InviteVisitsModule } from './invite-visits.module.js';
import { type InviteVisitor, Visits } from './visits.service.js';

const LOCK = statement(
  'test.lock_forgetting',
  `SELECT pg_advisory_xact_lock(hashtextextended('schedule:visits.forget', 0))`,
);

describe('Visits of share links', () => {
  let world: ServicesWorld;
  let visits: Visits;

  beforeAll(async () => {
    world = await ServicesWorld.start([ReferralsModule, InviteVisitsModule]);
    visits = world.get(Visits);
  });

  afterAll(() => world.close());

  async function anOwner() {
    const id = await world.aPerson();
    return { id, code: await world.inviteCodeOf(id) };
  }

  async function note(code: string, ...visitors: InviteVisitor[]): Promise<void> {
    for (const visitor of visitors) await visits.note(code, visitor);
    await visits.beforeApplicationShutdown();
  }

  const rowsOf = (code: string) =>
    world.sql<{ day: string; visitor: Buffer }>(
      `SELECT day::text, visitor FROM invite_visits WHERE code = $1 ORDER BY day, visitor`,
      [code],
    );

  const today = async (): Promise<string> =>
    (await world.sql<{ day: string }>(`SELECT (clock_now() AT TIME ZONE 'UTC')::date::text AS day`))[0]?.day ?? '';

  /** Moves to a time of the next day (UTC), as `hh:mm:ss`. */
  async function tomorrowAt(time: string): Promise<void> {
    const [row] = await world.sql<{ wait: string }>(
      `SELECT (((clock_now() AT TIME ZONE 'UTC')::date + 1 + $1::time) AT TIME ZONE 'UTC' - clock_now())::text AS wait`,
      [time],
    );
    await world.clock.advance(row?.wait ?? '');
  }

  async function someOfYesterday(count: number): Promise<void> {
    await world.sql(
      `INSERT INTO invite_visits (day, code, visitor)
       SELECT (clock_now() AT TIME ZONE 'UTC')::date - 1, n::text, '\\x00' FROM generate_series(1, $1::int) AS n`,
      [count],
    );
  }

  /** Another process that is at it until it is told to finish. */
  async function holdForgetting(): Promise<{ finish: () => Promise<void> }> {
    const database = world.get(Database);
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    let under: Promise<void> = Promise.resolve();
    await new Promise<void>((begun) => {
      under = database.transaction(async () => {
        await database.run(LOCK, []);
        begun();
        await told;
      });
    });
    return {
      finish: () => {
        tell();
        return under;
      },
    };
  }

  const remaining = async (): Promise<number> =>
    (await world.sql<{ count: number }>('SELECT count(*)::int FROM invite_visits'))[0]?.count ?? -1;

  it('are counted for the owner of the link and for the day, for which alone it is known who came', async () => {
    const owner = await anOwner();
    const [anna, boris] = [world.anAsker(), world.anAsker()];
    const days: string[] = [];
    for (const visitors of [[anna, boris, anna], [anna]]) {
      await tomorrowAt('12:00');
      days.push(await today());
      await note(owner.code, ...visitors);
    }
    const [first = '', second = ''] = days;
    expect(await visits.opensOf(owner.id)).toBe(3);
    expect(await visits.opensByDay(first, second)).toEqual(new Map([[first, 2], [second, 1]])); // prettier-ignore
    expect(await visits.opensByDay(second, second)).toEqual(new Map([[second, 1]]));
    const rows = await rowsOf(owner.code);
    expect(rows.map(({ day }) => day)).toEqual([first, first, second]);
    const hashes = rows.map(({ visitor }) => visitor.toString('hex'));
    expect(new Set(hashes).size).toBe(3);
    expect(hashes.map((hash) => hash.length)).toEqual([64, 64, 64]);
  });

  it('are none for whoever was never visited, and on days without any', async () => {
    expect(await visits.opensOf(await world.aPerson())).toBe(0);
    expect(await visits.opensByDay('2001-01-01', '2001-12-31')).toEqual(new Map());
  });

  it('begin anew at midnight UTC', async () => {
    const [owner, visitor] = [await anOwner(), world.anAsker()];
    await tomorrowAt('23:59:30');
    await note(owner.code, visitor, visitor);
    expect(await visits.opensOf(owner.id)).toBe(1);
    await world.clock.advance('60 s');
    await note(owner.code, visitor, visitor);
    expect(await visits.opensOf(owner.id)).toBe(2);
  });

  it('are forgotten with the salt of their day when it is over, and stay counted', async () => {
    const [owner, visitor] = [await anOwner(), world.anAsker()];
    await tomorrowAt('12:00');
    await note(owner.code, visitor);
    await visits.forgetPast();
    await note(owner.code, visitor);
    expect([await rowsOf(owner.code), await visits.opensOf(owner.id)]).toEqual([[expect.anything()], 1]);
    await tomorrowAt('00:00:01');
    await note(owner.code, visitor);
    await visits.forgetPast();
    expect((await rowsOf(owner.code)).map(({ day }) => day)).toEqual([await today()]);
    expect(await world.sql('SELECT day::text FROM invite_days WHERE salt IS NOT NULL')).toEqual([
      { day: await today() },
    ]);
    expect(await visits.opensOf(owner.id)).toBe(2);
    await note(owner.code, visitor);
    expect(await visits.opensOf(owner.id)).toBe(2);
  });

  it('are counted though a clock that was ahead has forgotten the salt of today', async () => {
    const { id, code } = await anOwner();
    await note(code, world.anAsker());
    await world.sql('UPDATE invite_days SET salt = NULL');
    await note(code, world.anAsker());
    expect(await visits.opensOf(id)).toBe(2);
  });

  it('are forgotten however many there were', async () => {
    await visits.forgetPast();
    const before = await remaining();
    await someOfYesterday(10_001);
    expect(await remaining()).toBe(before + 10_001);
    await visits.forgetPast();
    expect(await remaining()).toBe(before);
  });

  it('are left to another process that is forgetting them', async () => {
    await visits.forgetPast();
    const before = await remaining();
    await someOfYesterday(1);
    const other = await holdForgetting();
    await visits.forgetPast();
    expect(await remaining()).toBe(before + 1);
    await other.finish();
    await visits.forgetPast();
    expect(await remaining()).toBe(before);
  });

  it('cost two statements each, and wait for no disk', async () => {
    const [owner, cost] = [await anOwner(), new StatementCost()];
    await note(owner.code, world.anAsker());
    cost.listen();
    for (const code of [owner.code, 'NOBODY']) {
      cost.reset();
      await note(code, world.anAsker());
      expect({ statements: cost.statements.length, waiting: cost.waitingCommits }).toEqual({
        statements: 2,
        waiting: 0,
      });
    }
    cost.stop();
  });

  it('of nobody’s link leave nothing', async () => {
    const before = await world.sql('SELECT opens FROM invite_days ORDER BY day');
    await note('NOBODY', world.anAsker());
    expect(await rowsOf('NOBODY')).toEqual([]);
    expect(await world.sql('SELECT opens FROM invite_days ORDER BY day')).toEqual(before);
  });
});
