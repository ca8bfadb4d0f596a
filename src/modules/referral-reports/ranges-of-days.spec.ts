import { makeInvited } from '../../../test/support/invited.js';
import { ServicesWorld } from '../../../test/support/services.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { UsersModule } from '../users/users.module.js';
import { ReferralReportsModule } from './referral-reports.module.js';
import { type ReferralStats, ReferralStatistics } from './referral-stats.service.js';

const DAY_MS = 86_400_000;

let world: ServicesWorld;
let statistics: ReferralStatistics;

beforeAll(async () => {
  world = await ServicesWorld.start([UsersModule, ReferralReportsModule]);
  statistics = world.get(ReferralStatistics);
  await world.clock.goToNextNoon();
});

afterAll(() => world.close());

const daysAgo = (days: number): string =>
  new Date(world.clock.now().getTime() - days * DAY_MS).toISOString().slice(0, 10);
const daysIn = ({ items }: ReferralStats): string[] => items.map(({ day }) => day);

/** What is said of days that are refused. */
async function refusalOf(asked: { from?: string; to?: string }) {
  const refused: unknown = await statistics.of(asked).catch((error: unknown) => error);
  if (!(refused instanceof RequestInvalid)) throw new Error('The days were not refused.');
  return refused.facts.errors;
}

describe('The statistics of a range of days', () => {
  it('tell what happened on each, and sum up all of it', async () => {
    const moments = ['2025-05-01T10:00:00Z', '2025-05-01T11:00:00Z', '2025-05-03T10:00:00Z', '2025-05-04T10:00:00Z'];
    await makeInvited(world, await world.aPerson(), moments.map((at) => ({ at: new Date(at) }))); // prettier-ignore
    await world.sql(`INSERT INTO users (id, created_at) VALUES (gen_random_uuid(), '2025-05-02T10:00:00Z')`);
    await world.sql(
      `INSERT INTO invite_days (day, opens) VALUES ('2025-05-01', 5), ('2025-05-03', 39), ('2025-05-04', 7)`,
    );
    expect(await statistics.of({ from: '2025-05-01', to: '2025-05-03' })).toEqual({
      items: [
        { day: '2025-05-01', opens: 5, newPeople: 2, activations: 2 },
        { day: '2025-05-02', opens: 0, newPeople: 1, activations: 0 },
        { day: '2025-05-03', opens: 39, newPeople: 1, activations: 1 },
      ],
      totals: { opens: 44, newPeople: 4, activations: 3 },
    });
  });

  it('are of the last 30 days unless others are named', async () => {
    const lastDays = Array.from({ length: 30 }, (_, index) => daysAgo(29 - index));
    expect(daysIn(await statistics.of({}))).toEqual(lastDays);
    expect(daysIn(await statistics.of({ from: daysAgo(2) }))).toEqual([daysAgo(2), daysAgo(1), daysAgo(0)]);
    const before = daysIn(await statistics.of({ to: '2024-03-01' }));
    expect([before.length, before[0], before.at(-1)]).toEqual([30, '2024-02-01', '2024-03-01']);
  });

  it('are refused when they end before they begin', async () => {
    const refusal = [{ field: 'from', rule: 'daysInOrder' }];
    expect(await refusalOf({ from: '2025-05-02', to: '2025-05-01' })).toMatchObject(refusal);
    expect(await refusalOf({ from: daysAgo(-1) })).toMatchObject(refusal);
  });

  it('are of a leap year at most, also when they end today', async () => {
    expect(daysIn(await statistics.of({ from: '2024-01-01', to: '2024-12-31' }))).toHaveLength(366);
    expect(daysIn(await statistics.of({ from: daysAgo(365) }))).toHaveLength(366);
    const refusal = [{ field: 'from', rule: 'daysAtMost' }];
    expect(await refusalOf({ from: '2024-01-01', to: '2025-01-01' })).toMatchObject(refusal);
    expect(await refusalOf({ from: daysAgo(366) })).toMatchObject(refusal);
  });
});
