import { Events } from '../../src/platform/events/events.js';
import { LEAST_ID, newId } from '../../src/common/crypto.js';
import type { AuditService } from '../../src/modules/audit/audit.service.js';
import { DeliveryChecks } from '../../src/modules/deliveries/delivery-checks.js';
import { DeliveryRounds } from '../../src/modules/deliveries/delivery-rounds.js';
import { MessageTrail } from '../../src/modules/message-trail/message-trail.service.js';
import { Outbox } from '../../src/modules/courier/outbox.js';
import type { Database } from '../../src/platform/database/database.js';
import { statement } from '../../src/platform/database/statement.js';
import { enqueue } from '../support/enqueue.js';
import { ExplainingDatabase } from '../support/explaining-database.js';
import { startStoredWorld } from '../support/stored.js';

const FEW = 5_000;
const MANY = 100_000;
const SMS = { provider: 'sms-aero', regions: ['RU'], timeoutMs: 1_000, consoleDelayMs: [0, 0] } as const;

/** A message every ten seconds until now, of which one in a hundred failed and one in ten is not known to be delivered. */
const FILL = `
  INSERT INTO messages (id, channel, recipient, template, params, locale, state, failure, provider_id, expires_at)
  SELECT (lpad(to_hex(($3::bigint - n::bigint * 10000)), 12, '0') || '70008000' || lpad(n::text, 12, '0'))::uuid, 'sms', '+7912' || n % 100,
    'otp-code', '{}', 'en', CASE WHEN n % 100 = 0 THEN 'failed' WHEN n % 10 = 0 THEN 'sent' ELSE 'delivered' END,
    CASE WHEN n % 100 = 0 THEN 'no_money' END, n::text, now()
  FROM generate_series($1::int, $2::int) AS n`;

const READINGS = {
  everything: {},
  'those to one recipient': { to: '+79127' },
  'those that failed': { status: 'failed' },
  'those of a usual status': { status: 'sent' },
} as const;

/** None has any of these, so a page looks as far as it may. */
const IN_VAIN = { ambiguous: { status: 'ambiguous' }, expired: { status: 'expired' } } as const;
const LOOKED_THROUGH = 2_000;

describe('What is asked about messages that were sent', () => {
  let database: ExplainingDatabase;
  const few = new Map<string, number>();
  const many = new Map<string, number>();

  beforeAll(async () => {
    database = await ExplainingDatabase.open();
    await measure(new Map());
    await database.sql(FILL, [0, FEW - 1, Date.now()]);
    await database.sql('VACUUM ANALYZE messages');
    await measure(few);
    await database.sql(FILL, [FEW, MANY - 1, Date.now()]);
    await database.sql('VACUUM messages');
    await measure(many);
  }, 60_000);

  afterAll(() => database.close());

  async function measure(costs: Map<string, number>): Promise<void> {
    const asked = database as unknown as Database;
    const audit = { record: () => Promise.resolve() } as unknown as AuditService;
    const trail = new MessageTrail(asked, audit, SMS);
    for (const [name, query] of Object.entries({ ...READINGS, ...IN_VAIN }))
      costs.set(name, await database.costOf(() => trail.page({ ...query, limit: 20 }, {})));
    const checks = new DeliveryChecks(asked);
    await database.sql(`UPDATE delivery_rounds SET looked_at = '-infinity', seen_id = '${newId()}'`);
    costs.set('the poll', await database.costOf(() => new DeliveryRounds(asked).pass()));
    costs.set('checking', await database.costOf(() => check(checks)));
  }

  async function check(checks: DeliveryChecks): Promise<void> {
    for (const claimed of await checks.claim(5, 30)) {
      await checks.postpone(claimed, 30);
      await checks.request([claimed.messageId]);
      await checks.finish(claimed, 'delivered');
      await checks.drop(claimed);
    }
    await checks.forgetIdle();
  }

  it('is read by index only', () => {
    expect([...database.readingWholeTables]).toEqual([]);
    expect(database.waysTo('messages')).toEqual(['Index Scan']);
  });

  it.each([...Object.keys(READINGS), 'the poll', 'checking'])(
    `is found in ${MANY} messages by at most twice the reading of ${FEW}: %s`,
    (name) => {
      expect(few.get(name)).toBeGreaterThan(0);
      expect(many.get(name)).toBeLessThanOrEqual(2 * (few.get(name) ?? 0));
    },
  );

  it.each(Object.keys(IN_VAIN))('is looked for so far and no further where none is %s', (name) => {
    // Of each message its row, and here and there a page of the index.
    expect(many.get(name)).toBeLessThan(1.1 * LOOKED_THROUGH);
  });
});

const WRITTEN = statement<{ updates: number; inPlace: number; checks: number }>(
  'test.written',
  `SELECT n_tup_upd::int AS updates, n_tup_hot_upd::int AS "inPlace", (SELECT count(*)::int FROM delivery_checks) AS checks
   FROM pg_stat_xact_user_tables WHERE relname = 'messages'`,
);

describe('Sending a message', () => {
  it('writes nothing for the sake of what is asked later: no row, and no index of messages', async () => {
    const { database, close } = await startStoredWorld();
    const outbox = new Outbox(database, new Events());
    const written = await database.transaction(async () => {
      const id = await enqueue(database);
      await outbox.claim('sms', 1, LEAST_ID);
      await outbox.settle('sms', [{ id, attempt: 1, state: 'sent', providerId: '1' }]);
      return database.first(WRITTEN, []);
    });
    expect(written).toEqual({ updates: 2, inPlace: 2, checks: 0 });
    await close();
  });
});
