import { newId } from '../../src/common/crypto.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import type { AuditService } from '../../src/modules/audit/audit.service.js';
import { Visits } from '../../src/modules/invite-visits/visits.service.js';
import { Leaderboard } from '../../src/modules/referral-reports/leaderboard.service.js';
import { ReferralExport } from '../../src/modules/referral-reports/referral-export.service.js';
import { ReferralStatistics } from '../../src/modules/referral-reports/referral-stats.service.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Statement } from '../../src/platform/database/statement.js';
import type { RateLimiter } from '../../src/platform/rate-limit/rate-limiter.js';
import { ExplainingDatabase } from '../support/explaining-database.js';
import { limits } from '../support/limits.js';

const FEW = 10_000;
const MANY = 100_000;
/** However many people there are, so many come on a day. */
const A_DAY = 1_000;

const idOf = (n: string): string => `format('00000000-0000-7000-8000-%s', lpad((${n})::text, 12, '0'))::uuid`;
const AT = `'2026-01-01T00:00:00Z'::timestamptz + n * interval '1 day' / ${A_DAY}`;
const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n / A_DAY)).toISOString().slice(0, 10);

/** A tree in which everybody has invited up to five others, and each person came by another one. */
const FILL = [
  `INSERT INTO users (id, created_at) SELECT ${idOf('n')}, ${AT} FROM generate_series($1::int, $2::int) AS n`,
  `INSERT INTO referral_links (code, user_id) SELECT n::text, ${idOf('n')} FROM generate_series($1::int, $2::int) AS n`,
  `INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, activated_at)
   SELECT ${idOf('n')}, ${idOf('(n - 1) / 5')}, (n - 1) % 5 + 1, ((n - 1) / 5)::text, 'typed', ${AT}
   FROM generate_series(greatest($1::int, 1), $2::int) AS n`,
  `INSERT INTO inviters SELECT inviter_id, max(ordinal) FROM referrals GROUP BY inviter_id
   ON CONFLICT (user_id) DO UPDATE SET invitees = excluded.invitees`,
  'VACUUM ANALYZE',
];

const VIEWER = { actorId: newId(), address: '203.0.113.7' };

describe('What the reports on invitations cost PostgreSQL', () => {
  let database: ExplainingDatabase;
  let leaderboard: Leaderboard;
  let exports: ReferralExport;
  let statistics: ReferralStatistics;
  const empty = new Map<string, number>();
  const few = new Map<string, number>();
  const many = new Map<string, number>();

  beforeAll(async () => {
    database = await ExplainingDatabase.open();
    const audit = { record: () => Promise.resolve() } as unknown as AuditService;
    const asked = asDatabase(database);
    leaderboard = new Leaderboard(asked, audit);
    exports = new ReferralExport(asked, audit);
    statistics = new ReferralStatistics(asked, new Visits(asked, {} as RateLimiter, limits, new RootKey(newId())));
    // So that every statement is planned while there is nothing to read.
    await measure(empty, 0);
    await fill(0, FEW - 1);
    await measure(few, FEW);
    await fill(FEW, MANY - 1);
    await measure(many, MANY);
  }, 120_000);

  afterAll(() => database.close());

  async function fill(from: number, to: number): Promise<void> {
    for (const text of FILL) await database.sql(text, text.includes('$1') ? [from, to] : []);
  }

  async function measure(costs: Map<string, number>, people: number): Promise<void> {
    const note = (what: string) => costs.set(what, database.lastBuffers(1));
    const { nextCursor } = await leaderboard.page({ limit: 20 }, VIEWER);
    note('the first page of the leaderboard');
    await leaderboard.page({ limit: 20, cursor: nextCursor ?? undefined }, VIEWER);
    note('the second page of the leaderboard');
    const from = dayOf(people / 2);
    await statistics.of({ from, to: from });
    note('the numbers of a day that are counted');
    await onePageFrom(from);
    note('a thousand lines of an export');
    // In the order of the index, also when it was planned before there was anything: sorting would read all that follows.
    expect(database.explained.at(-1)?.plans.map((plan) => plan['Node Type'])).not.toContain('Sort');
  }

  /** There is as much before it as behind it. */
  async function onePageFrom(from: string): Promise<void> {
    const { text } = await exports.begin({ from }, VIEWER);
    const reading = text[Symbol.asyncIterator]();
    await reading.next();
    await reading.next();
  }

  it.each(['users', 'referrals', 'inviters'])('reads %s by index only', (table) => {
    expect(database.waysTo(table)).not.toEqual([]);
    for (const way of database.waysTo(table)) expect(way).toMatch(/^(Index|Index Only) Scan$/);
  });

  it.each([
    'the first page of the leaderboard',
    'the second page of the leaderboard',
    'the numbers of a day that are counted',
    'a thousand lines of an export',
  ])(`reads for ${MANY} people at most twice what it reads for ${FEW}: %s`, (what) => {
    expect(few.get(what)).toBeGreaterThan(0);
    expect(many.get(what)).toBeLessThanOrEqual(2 * (few.get(what) ?? 0));
  });

  it('keeps the numbers of a month by reading that month', async () => {
    await statistics.keep();
    const counted = database.lastBuffers(1);
    expect(counted).toBeLessThan(31 * 2 * (many.get('the numbers of a day that are counted') ?? 0));
    await statistics.of({ from: dayOf(0), to: dayOf(30_000) });
    expect(database.lastBuffers(1)).toBeLessThan(counted / 5);
  });
});

/** What is kept is kept at once here, by whoever asks. */
function asDatabase(database: ExplainingDatabase): Database {
  const run = <Row>(statement: Statement<Row>, values: readonly (number | string | null)[]) =>
    statement.name === 'schedule.try_lock' ? [{ taken: true }] : database.run(statement, values);
  const first = async (...[statement, values]: Parameters<typeof run>) => (await run(statement, values))[0];
  return { run, first, transaction: (work: () => unknown) => work() } as unknown as Database;
}
