import { newId } from '../../common/crypto.js';
import { eventually } from '../../../test/support/eventually.js';
import { makeInvited } from '../../../test/support/invited.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { UsersModule } from '../users/users.module.js';
import { ReferralReportsModule } from './referral-reports.module.js';
import { type DayStats, ReferralStatistics } from './referral-stats.service.js';

const DAY_MS = 86_400_000;

let world: ServicesWorld;
let statistics: ReferralStatistics;
let today: string;

/** Each test has a database of its own, whose sessions live on an island where it is tomorrow already for most of the day. */
beforeEach(async () => {
  world = await ServicesWorld.start([UsersModule, ReferralReportsModule], { DATABASE_POOL: '6' });
  await world.sql(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''Pacific/Kiritimati''', current_database()); END $$`,
  );
  await world.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'latchkey'`,
  );
  statistics = world.get(ReferralStatistics);
  // Connections that were cut are found out by their use: by more at once than there are.
  await eventually(() => Promise.all(Array.from({ length: 6 }, () => statistics.of({}))));
  await world.clock.goToNextNoon();
  today = await readToday();
});

afterEach(() => world.close());

async function readToday(): Promise<string> {
  const [row] = await world.sql<{ day: string }>(`SELECT to_char(clock_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day`);
  return row?.day ?? '';
}

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
const at = (day: string, time: string): Date => new Date(`${day}T${time}Z`);

async function registerAt(...moments: readonly Date[]): Promise<void> {
  for (const moment of moments) {
    await world.sql('INSERT INTO users (id, created_at) VALUES ($1, $2)', [newId(), moment.toISOString()]);
  }
}

/** Moves time to so many minutes after the next midnight (UTC). */
async function goPastMidnight(minutes: number): Promise<void> {
  const [row] = await world.sql<{ seconds: number }>(
    `SELECT extract(epoch FROM date_trunc('day', clock_now(), 'UTC') + interval '1 day' - clock_now())::float8 AS seconds`,
  );
  await world.clock.advance(`${(row?.seconds ?? 0) + minutes * 60} s`);
}

const keptDays = async (): Promise<string[]> =>
  (await world.sql<{ day: string }>(`SELECT to_char(day, 'YYYY-MM-DD') AS day FROM referral_days ORDER BY day`)).map(
    ({ day }) => day,
  );

const itemsOf = async (from: string, to: string): Promise<DayStats[]> => (await statistics.of({ from, to })).items;

describe('The statistics of a day', () => {
  const day = '2026-03-10';

  it('count from its first to its last instant in UTC, wherever the server is', async () => {
    await registerAt(at('2026-03-09', '23:59:59.999'), at(day, '00:00:00'), at(day, '23:59:59.999'));
    await registerAt(at('2026-03-11', '00:00:00'));
    await world.sql(`UPDATE users SET created_at = created_at + interval '999 microseconds'
      WHERE created_at IN ('2026-03-09T23:59:59.999Z', '2026-03-10T23:59:59.999Z')`);
    const counted = (await itemsOf('2026-03-09', '2026-03-12')).map((item) => [item.day, item.newPeople]);
    expect(counted).toEqual([
      ['2026-03-09', 1],
      [day, 2],
      ['2026-03-11', 1],
      ['2026-03-12', 0],
    ]);
  });

  it('count everybody who came and every code that was activated, also those who were deleted since', async () => {
    const inviter = await world.aPerson();
    const [gone] = await makeInvited(world, inviter, [{ at: at(day, '00:00:00') }, { at: at(day, '23:59:59.999') }]);
    await registerAt(at(day, '12:00:00'));
    await world.sql(`UPDATE users SET status = 'deleted', phone = NULL WHERE id = $1`, [gone?.id]);
    expect(await itemsOf(day, day)).toEqual([{ day, opens: 0, newPeople: 3, activations: 2 }]);
  });

  it.each([1, 7, 90])(
    'are of %i days up to today where so many are usual, and of others where these are named',
    async (usual) => {
      const days = Array.from({ length: usual }, (_, index) => dayAfter(today, index + 1 - usual));
      expect((await statistics.of({}, usual)).items.map(({ day }) => day)).toEqual(days);
      expect((await statistics.of({ from: dayAfter(today, -1) }, usual)).items).toHaveLength(2);
    },
  );

  it('are the same whether they are counted or kept', async () => {
    const first = dayAfter(today, -4);
    const inviter = await world.aPerson();
    const moments = [0, 1, 1, 3, 4].flatMap((days) => [
      at(dayAfter(first, days), '00:00:00'),
      at(dayAfter(first, days), '23:59:59.999'),
    ]);
    await makeInvited(world, inviter, moments.filter((moment) => moment < at(today, '00:00:00')).map((moment) => ({ at: moment }))); // prettier-ignore
    await registerAt(at(first, '08:00:00'));
    await goPastMidnight(61);
    const counted = await statistics.of({ from: first });
    expect(counted.items.map(({ newPeople, activations }) => [newPeople, activations])).toEqual([
      [3, 2],
      [4, 4],
      [0, 0],
      [2, 2],
      [1, 0],
      [0, 0],
    ]);
    await statistics.keep();
    expect(await keptDays()).toHaveLength(5);
    expect(await statistics.of({ from: first })).toEqual(counted);
  });

  it('are read once they are kept, and not counted again', async () => {
    const yesterday = dayAfter(today, -1);
    await registerAt(at(yesterday, '10:00:00'));
    await goPastMidnight(61);
    await statistics.keep();
    await world.sql('UPDATE referral_days SET new_people = 17, activations = 5 WHERE day = $1', [yesterday]);
    expect(await itemsOf(yesterday, yesterday)).toMatchObject([{ newPeople: 17, activations: 5 }]);
  });
});

describe('Keeping the statistics of days', () => {
  it('begins with the day of the first person, and leaves out none', async () => {
    await registerAt(at(dayAfter(today, -9), '23:59:59'), at(dayAfter(today, -2), '12:00:00'));
    await goPastMidnight(61);
    await statistics.keep();
    const days = Array.from({ length: 10 }, (_, index) => dayAfter(today, index - 9));
    expect(await keptDays()).toEqual(days);
    await goPastMidnight(61);
    await statistics.keep();
    expect(await keptDays()).toEqual([...days, dayAfter(today, 1)]);
  });

  it('waits until a day is over for an hour, for what began in it may be committed later', async () => {
    await registerAt(at(today, '00:00:00'));
    await goPastMidnight(59);
    await statistics.keep();
    expect(await keptDays()).toEqual([]);
    await world.clock.advance('2 min');
    await statistics.keep();
    expect(await keptDays()).toEqual([today]);
  });

  it('catches up a month at a time', async () => {
    await registerAt(at(dayAfter(today, -70), '12:00:00'));
    await goPastMidnight(61);
    for (const kept of [31, 62, 71, 71]) {
      await statistics.keep();
      expect(await keptDays()).toHaveLength(kept);
    }
    expect((await keptDays()).at(-1)).toBe(today);
  });

  it('is done by one process, however many try', async () => {
    await registerAt(at(dayAfter(today, -3), '12:00:00'));
    await goPastMidnight(61);
    await Promise.all(Array.from({ length: 5 }, () => statistics.keep()));
    expect(await keptDays()).toHaveLength(4);
  });

  it('keeps nothing while nobody has come', async () => {
    await goPastMidnight(61);
    await statistics.keep();
    expect(await keptDays()).toEqual([]);
  });
});

describe('Days that a clock that was ahead has kept', () => {
  const keptTooEarly = (...days: string[]) =>
    world.sql(
      'INSERT INTO referral_days (day, new_people, activations) SELECT day, 70, 70 FROM unnest($1::date[]) AS day',
      [days],
    );

  it('are not believed, and forgotten by the next that is kept', async () => {
    await registerAt(at(dayAfter(today, -2), '12:00:00'), at(today, '00:00:00'));
    await keptTooEarly(today, dayAfter(today, 1));
    expect(await itemsOf(today, dayAfter(today, 1))).toMatchObject([{ newPeople: 1 }, { newPeople: 0 }]);
    await statistics.keep();
    expect(await keptDays()).not.toContain(today);
    await goPastMidnight(61);
    await statistics.keep();
    expect(await itemsOf(dayAfter(today, -2), dayAfter(today, 1))).toMatchObject(
      [1, 0, 1, 0].map((newPeople) => ({ newPeople })),
    );
  });
});
