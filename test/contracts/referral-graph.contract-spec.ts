import { newId } from '../../src/common/crypto.js';
import type { AuditService } from '../../src/modules/audit/audit.service.js';
import { ReferralSignals } from '../../src/modules/referral-graph/referral-signals.service.js';
import { ReferralTree } from '../../src/modules/referral-graph/referral-tree.service.js';
import type { Database } from '../../src/platform/database/database.js';
import { ExplainingDatabase } from '../support/explaining-database.js';

const FEW = 10_000;
const MANY = 100_000;
/** Of each filling, how many lie within the last day. */
const RECENT = 2_000;

const idOf = (n: string): string => `format('00000000-0000-7000-8000-%s', lpad((${n})::text, 12, '0'))::uuid`;

/** One of those whom the root has invited; later they invite all who come. */
const POPULAR = 21;

/** Everybody has invited 21 others, until the popular one invites {@link MANY}. */
const FILL = [
  `INSERT INTO users (id) SELECT ${idOf('n')} FROM generate_series($1::int, $2::int) AS n`,
  `INSERT INTO referral_links (code, user_id) SELECT n::text, ${idOf('n')} FROM generate_series($1::int, $2::int) AS n`,
  `INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, network, activated_at)
   SELECT ${idOf('n')}, ${idOf('inviter')}, ordinal, inviter::text, 'typed', sha256((n % 5000)::text::bytea),
     clock_now() - CASE WHEN $2 - n < ${RECENT} THEN make_interval(secs => ($2 - n) * 40) ELSE make_interval(days => 30, secs => $2 - n) END
   FROM generate_series(greatest($1::int, 1), $2::int) AS n,
     LATERAL (SELECT (n - 1) / 21 AS inviter, (n - 1) % 21 + 1 AS ordinal WHERE n < ${FEW}
       UNION ALL SELECT ${POPULAR}, 22 + n - ${FEW} WHERE n >= ${FEW}) AS edge`,
  `INSERT INTO inviters SELECT inviter_id, max(ordinal) FROM referrals GROUP BY inviter_id
   ON CONFLICT (user_id) DO UPDATE SET invitees = excluded.invitees`,
];

const VIEWER = { actorId: newId(), address: '203.0.113.7' };

describe('What looking at who invited whom costs PostgreSQL', () => {
  let database: ExplainingDatabase;
  let tree: ReferralTree;
  let signals: ReferralSignals;
  const empty = { tree: 0, signals: 0 };
  const few = { ...empty };
  const many = { ...empty };

  beforeAll(async () => {
    database = await ExplainingDatabase.open();
    const audit = { record: () => Promise.resolve() } as unknown as AuditService;
    const asked = database as unknown as Database;
    tree = new ReferralTree(asked, audit);
    signals = new ReferralSignals(asked, audit);
    await database.sql(`INSERT INTO users (id) VALUES ('${newId()}')`);
    // So that every statement is planned while there is nothing to read.
    await measure(empty, false);
    await fill(0, FEW - 1);
    await measure(few);
    await database.sql(`UPDATE referrals SET activated_at = activated_at - interval '30 days'`);
    await fill(FEW, MANY - 1);
    await measure(many);
  }, 120_000);

  afterAll(() => database.close());

  async function fill(from: number, to: number): Promise<void> {
    for (const text of FILL) await database.sql(text, text.includes('$1') ? [from, to] : []);
    await database.sql('VACUUM ANALYZE referrals');
  }

  async function measure(costs: { tree: number; signals: number }, filled = true): Promise<void> {
    const root = '00000000-0000-7000-8000-000000000000';
    if (filled) expect((await tree.of({ userId: root, depth: 3 }, VIEWER)).root.invitees).toBe(21);
    else await expect(tree.of({ userId: root, depth: 3 }, VIEWER)).rejects.toThrow();
    costs.tree = database.lastBuffers(1);
    const { bursts } = await signals.within(24, VIEWER);
    expect(bursts.length > 0).toBe(filled);
    costs.signals = database.lastBuffers(3);
  }

  it.each(['referrals', 'users', 'inviters'])('reads %s by index only', (table) => {
    for (const way of database.waysTo(table)) expect(way).toMatch(/^(Index|Index Only) Scan$/);
    expect(database.waysTo(table)).not.toEqual([]);
  });

  it(`reads for a tree among ${MANY} people at most twice what it reads among ${FEW}`, () => {
    expect(many.tree).toBeLessThanOrEqual(2 * few.tree);
  });

  it(`reads for signals among ${MANY} edges at most twice what it reads among ${FEW}, of which as many are new`, () => {
    expect(many.signals).toBeLessThanOrEqual(2 * few.signals);
  });
});
