import { newId } from '../../src/common/crypto.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import { Visits } from '../../src/modules/invite-visits/visits.service.js';
import type { Database } from '../../src/platform/database/database.js';
import type { RateLimiter } from '../../src/platform/rate-limit/rate-limiter.js';
import { ExplainingDatabase } from '../support/explaining-database.js';
import { limits } from '../support/limits.js';

const FEW = 1_000;
const MANY = 50_000;
/** How many of the codes all visits were to. */
const VISITED = 10;

const FILL = [
  `INSERT INTO users (id) SELECT md5(n::text)::uuid FROM generate_series($1::int, $2::int) AS n`,
  `INSERT INTO referral_links (code, user_id) SELECT 'CODE ' || n, md5(n::text)::uuid FROM generate_series($1::int, $2::int) AS n`,
  `INSERT INTO invite_opens (user_id, opens) SELECT md5(n::text)::uuid, 1 FROM generate_series($1::int, $2::int) AS n`,
  `INSERT INTO invite_visits (day, code, visitor)
   SELECT (clock_now() AT TIME ZONE 'UTC')::date, 'CODE ' || n % ${VISITED}, sha256(n::text::bytea)
   FROM generate_series($1::int, $2::int) AS n`,
];

describe('What counting the opens of share links costs PostgreSQL', () => {
  let database: ExplainingDatabase;
  let visits: Visits;
  const costs: number[] = [];

  beforeAll(async () => {
    database = await ExplainingDatabase.open();
    const limiter = { key: () => Buffer.alloc(0), take: async () => undefined } as unknown as RateLimiter;
    visits = new Visits(database as unknown as Database, limiter, limits, new RootKey(newId()));
    // So that every statement is planned while there is nothing to read.
    await open();
    for (const [first, last] of [
      [0, FEW - 1],
      [FEW, MANY - 1],
    ]) {
      for (const fill of FILL) await database.sql(fill, [first, last]);
      await open();
      costs.push(mostOfAnyNode());
    }
  }, 60_000);

  afterAll(() => database.close());

  /** Somebody new opens the links of two people. */
  async function open(): Promise<void> {
    const visitor = { address: newId(), network: 'a network', userAgent: null };
    await Promise.all([
      visits.note('CODE 7', visitor),
      visits.note('CODE 900', visitor),
      visits.note('NOBODY', visitor),
    ]);
    await visits.beforeApplicationShutdown();
  }

  /** What the last statement has read, in blocks: what it wrote is not in the sum of its plan. */
  function mostOfAnyNode(): number {
    const { plans } = database.explained.at(-1) ?? { plans: [] };
    return Math.max(...plans.map((node) => node['Shared Hit Blocks'] + node['Shared Read Blocks']));
  }

  it.each(['referral_links', 'users', 'invite_days'])('finds what it needs of %s by index', (table) => {
    expect(database.waysTo(table)).toEqual(['Index Scan']);
  });

  it('counts meanwhile', async () => {
    expect(await visits.opensOf('8f14e45f-ceea-167a-5a36-dedd4bea2543')).toBe(3);
  });

  it(`reads among ${MANY} codes and visits at most twice what it reads among ${FEW}`, async () => {
    const [few = 0, many] = costs;
    expect(few).toBeGreaterThan(10);
    expect(many).toBeLessThanOrEqual(2 * few);
  });
});
