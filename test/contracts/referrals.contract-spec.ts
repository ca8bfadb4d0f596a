import { newId } from '../../src/common/crypto.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import type { AuditService } from '../../src/modules/audit/audit.service.js';
import { Visits } from '../../src/modules/invite-visits/visits.service.js';
import { Activations } from '../../src/modules/own-referrals/activations.service.js';
import { ReferralTree } from '../../src/modules/referral-graph/referral-tree.service.js';
import { Leaderboard } from '../../src/modules/referral-reports/leaderboard.service.js';
import { ReferralExport } from '../../src/modules/referral-reports/referral-export.service.js';
import { ReferralStatistics } from '../../src/modules/referral-reports/referral-stats.service.js';
import { Invitees } from '../../src/modules/referrals/invitees.service.js';
import { Redemptions } from '../../src/modules/referrals/redemptions.service.js';
import { CodeUnknown, InviteCycle } from '../../src/modules/referrals/referrals.errors.js';
import { UsersService } from '../../src/modules/users/users.service.js';
import type { Database } from '../../src/platform/database/database.js';
import { Events } from '../../src/platform/events/events.js';
import { RateLimiter } from '../../src/platform/rate-limit/rate-limiter.js';
import { ExplainingDatabase } from '../support/explaining-database.js';
import { CHAIN, codeOf, growTree, idOf, LONERS, POPULAR, RECENT, ROOTS } from '../support/grown-tree.js';
import { limits } from '../support/limits.js';
import { releasedContacts } from '../support/retention.js';
import { Metrics } from '../../src/platform/observability/metrics.js';
import { QueueNumbers } from '../../src/platform/observability/scrapes/queue-numbers.js';

const HARDLY_ANY = 400;
const FEW = RECENT;
const MANY = 100_000;

const HUNDRED = Array.from({ length: 100 }, (_, n) => idOf(n * 4));
const VIEWER = { actorId: newId(), address: '203.0.113.7' };

type Story = (services: Services, time: number) => Promise<unknown>;

/** Each costs what it asks PostgreSQL. Whoever activates a code can do so once, so `time` says who it is. */
const STORIES: Record<string, Story> = {
  'activating the code of somebody with many invitees': ({ activate }, time) => activate(LONERS[time], codeOf(POPULAR)),
  'activating, by somebody with many invitees, a code from far below': ({ activate }, time) =>
    activate(ROOTS[time], codeOf(CHAIN.last)),
  'refusing a circle': ({ activate }) =>
    expect(activate(CHAIN.root, codeOf(CHAIN.last))).rejects.toBeInstanceOf(InviteCycle),
  'activating the same code again': ({ activate }) => activate(CHAIN.last, codeOf(CHAIN.last - 1)),
  'looking for a code that nobody has': ({ activate }) =>
    expect(activate(POPULAR, 'ZZZZZZ')).rejects.toBeInstanceOf(CodeUnknown),
  'the profile of somebody with many invitees': async ({ invitees }) =>
    expect((await invitees.standingOf(idOf(POPULAR))).invitees.items).toHaveLength(20),
  'the profile of somebody with one': async ({ invitees }) =>
    expect((await invitees.standingOf(idOf(CHAIN.first))).activatedInviteCode).toBe(codeOf(CHAIN.root)),
  'the first page of many invitees': ({ invitees }) => full(invitees.page(idOf(POPULAR), { limit: 20 })),
  'the last page of many invitees': ({ invitees }) => full(invitees.page(idOf(POPULAR), { limit: 20, cursor: '21' })),
  'the standings of a hundred people': async ({ invitees }) =>
    expect((await invitees.standingsOf(HUNDRED)).size).toBe(100),
  'the first page of the leaderboard': ({ leaderboard }) => full(leaderboard.page({ limit: 20 }, VIEWER)),
  'a page in the middle of the leaderboard': ({ leaderboard, middle }) =>
    full(leaderboard.page({ limit: 20, cursor: middle }, VIEWER)),
  'the tree of somebody with many invitees': async ({ tree }) =>
    expect((await tree.of({ userId: idOf(POPULAR), depth: 3 }, VIEWER)).root.children).toHaveLength(20),
  'the tree of somebody who came first': async ({ tree }) =>
    expect((await tree.of({ userId: idOf(0), depth: 3 }, VIEWER)).root.children).toHaveLength(20),
  'the last 30 days': async ({ statistics }) => expect((await statistics.of({})).items).toHaveLength(30),
  'the beginning of an export': async ({ exports }) => {
    const { text } = await exports.begin({}, VIEWER);
    const parts = text[Symbol.asyncIterator]();
    await parts.next();
    expect(await parts.next()).toMatchObject({ done: false });
  },
};

const full = async (page: Promise<{ readonly items: readonly unknown[] }>): Promise<void> =>
  expect((await page).items).toHaveLength(20);

type Services = Awaited<ReturnType<typeof servicesOf>>;

async function servicesOf(explaining: ExplainingDatabase, people: number) {
  const database = explaining as unknown as Database;
  const audit = { record: () => Promise.resolve() } as unknown as AuditService;
  const [events, root] = [new Events(), new RootKey(newId())];
  const limiter = new RateLimiter(database, root);
  const released = releasedContacts(database, events, root);
  const redemptions = new Redemptions(database, limiter, released, events, limits, root);
  const metrics = new Metrics();
  const activations = new Activations(
    database,
    new UsersService(database, released),
    redemptions,
    new QueueNumbers(metrics),
    metrics,
  );
  const leaderboard = new Leaderboard(database, audit);
  const statistics = new ReferralStatistics(database, new Visits(database, limiter, limits, root));
  await statistics.keep();
  const { nextCursor } = await leaderboard.page({ limit: people / 10 }, VIEWER);
  return {
    activate: (n: number | undefined, code: string) =>
      activations.activate({ id: idOf(n ?? 0) }, code, { via: 'typed', network: '203.0.113.0/24' }),
    invitees: new Invitees(database, { inviteePhones: 'full', signInUrl: 'https://example.org' }),
    tree: new ReferralTree(database, audit),
    statistics,
    exports: new ReferralExport(database, audit),
    leaderboard,
    middle: nextCursor ?? undefined,
  };
}

const TABLES = ['users', 'referral_links', 'referrals', 'inviters'];

describe('What invitations cost PostgreSQL', () => {
  let database: ExplainingDatabase;
  const few = new Map<string, number>();
  const many = new Map<string, number>();
  const manyAnalyzed = new Map<string, number>();

  beforeAll(async () => {
    database = await ExplainingDatabase.open();
    // It would come at one size and not at the other: what an index-only scan reads depends on it.
    for (const table of TABLES) await database.sql(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
    await growTree(database, 0, HARDLY_ANY - 1);
    // So that every statement is planned while there is hardly anything to read.
    await measure(HARDLY_ANY, 0, new Map());
    await growTree(database, HARDLY_ANY, FEW - 1);
    await measure(FEW, 1, few);
    await growTree(database, FEW, MANY - 1);
    await measure(MANY, 2, many);
    await database.sql(`VACUUM ANALYZE ${TABLES.join(', ')}`);
    await measure(MANY, 3, manyAnalyzed);
  }, 120_000);

  afterAll(() => database.close());

  async function measure(people: number, time: number, costs: Map<string, number>): Promise<void> {
    const services = await servicesOf(database, people);
    for (const [name, tell] of Object.entries(STORIES))
      costs.set(name, await database.costOf(() => tell(services, time)));
  }

  it.each(TABLES)('reads %s by index only', (table) => {
    expect(database.waysTo(table)).not.toEqual([]);
    for (const way of database.waysTo(table)) expect(way).toMatch(/^(Index|Index Only) Scan$/);
  });

  it('reads no table from its beginning to its end, not even to check foreign keys', () => {
    expect([...database.readingWholeTables]).toEqual([]);
  });

  describe.each(Object.keys(STORIES))(
    `reads among ${MANY} people at most twice what it reads among ${FEW}: %s`,
    (name) => {
      const most = () => 2 * (few.get(name) ?? 0);

      it('by the plans of when there was hardly anything', () => {
        expect(many.get(name)).toBeLessThanOrEqual(most());
      });

      it('by the plans of now', () => {
        expect(manyAnalyzed.get(name)).toBeLessThanOrEqual(most());
      });
    },
  );
});
