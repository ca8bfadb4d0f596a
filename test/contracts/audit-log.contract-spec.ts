import { newId } from '../../src/common/crypto.js';
import { RootKey } from '../../src/platform/root-key/root-key.js';
import { AuditService } from '../../src/modules/audit/audit.service.js';
import type { Database } from '../../src/platform/database/database.js';
import { Events } from '../../src/platform/events/events.js';
import { ExplainingDatabase } from '../support/explaining-database.js';
import { Metrics } from '../../src/platform/observability/metrics.js';

const FEW = 1_000;
const MANY = 50_000;

/** Twenty people who do one of a hundred things to each other. */
const FILL = `
  INSERT INTO audit_entries (id, action, actor_id, subject_id)
  SELECT format('%s-0000-7000-8000-%s', to_char(n, 'FM00000000'), lpad(n::text, 12, '0'))::uuid, 'users.act_' || n % 100,
    format('00000000-0000-0000-0000-%s', lpad((n % 20)::text, 12, '0'))::uuid,
    format('00000000-0000-0000-0000-%s', lpad((n % 20 + n % 2)::text, 12, '0'))::uuid
  FROM generate_series($1::int, $2::int) AS n`;

const READINGS = {
  'of everything': {},
  'of a person': { userId: '00000000-0000-0000-0000-000000000007' },
  'of one kind': { action: 'users.act_7' },
  'of a kind that never was': { action: 'users.never' },
  'of one kind and a person': { userId: '00000000-0000-0000-0000-000000000007', action: 'users.act_7' },
} as const;

describe('What reading the audit log costs PostgreSQL', () => {
  let database: ExplainingDatabase;
  let audit: AuditService;
  const few = new Map<string, number>();
  const many = new Map<string, number>();

  beforeAll(async () => {
    database = await ExplainingDatabase.open();
    audit = new AuditService(database as unknown as Database, new Events(), new RootKey(newId()), new Metrics());
    // So that every statement is planned while there is nothing to read.
    await measure(new Map());
    await database.sql(FILL, [0, FEW - 1]);
    await measure(few);
    await database.sql(FILL, [FEW, MANY - 1]);
    await measure(many);
  }, 60_000);

  afterAll(() => database.close());

  async function measure(costs: Map<string, number>): Promise<void> {
    for (const [name, filter] of Object.entries(READINGS)) {
      await audit.list({ ...filter, limit: 20 });
      costs.set(name, database.lastBuffers(1));
    }
  }

  it('reads entries by index only', () => {
    expect(database.waysTo('audit_entries')).toEqual(['Index Scan']);
  });

  it.each(Object.keys(READINGS))(`reads of ${MANY} entries at most twice what it reads of ${FEW}: %s`, (name) => {
    expect(many.get(name)).toBeLessThanOrEqual(2 * (few.get(name) ?? 0));
  });
});
