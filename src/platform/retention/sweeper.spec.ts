import { ScheduleModule as Clockwork, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { another } from '../../../test/support/another.js';
import { keepWarnings } from '../../../test/support/logged.js';
import { startStoredWorld, type StoredWorld } from '../../../test/support/stored.js';
import type { Database } from '../database/database.js';
import { Metrics } from '../observability/metrics.js';
import { forgetting } from './forgetting.js';
import { Retention } from './retention.js';
import { ROWS_AT_ONCE, Sweeper } from './sweeper.js';
import { Walks } from './walks.js';

const warnings = keepWarnings();
let world: StoredWorld;

beforeAll(async () => {
  world = await startStoredWorld();
  for (const table of ['leaves', 'stones']) {
    await world.sql(`CREATE TABLE ${table} (id int PRIMARY KEY, fell_at timestamptz NOT NULL)`);
    await world.sql(`CREATE INDEX ON ${table} (fell_at)`);
  }
  await world.sql('CREATE TABLE sweeps (turn bigserial, table_name text, txid xid8, rows int)');
  await world.sql(`
    CREATE FUNCTION note_sweep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO sweeps (table_name, txid, rows) SELECT TG_TABLE_NAME, pg_current_xact_id(), count(*) FROM gone;
      RETURN NULL;
    END $$`);
  for (const table of ['leaves', 'stones']) {
    await world.sql(`
      CREATE TRIGGER noted AFTER DELETE ON ${table} REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT EXECUTE FUNCTION note_sweep()`);
  }
});

beforeEach(() => world.sql('TRUNCATE leaves, stones, sweeps'));

afterAll(() => world.close());

const drop = (table: string, count: number, age: string) =>
  world.sql(`INSERT INTO ${table} SELECT n, clock_now() - $2::interval FROM generate_series(1, $1::int) AS n`, [
    count,
    age,
  ]);
const count = async (table: string) => (await world.sql(`SELECT FROM ${table}`)).length;
const sweeps = () =>
  world.sql<{ table_name: string; rows: number }>('SELECT table_name, rows FROM sweeps ORDER BY turn');

const old = { old: 'fell_at < clock_now() - make_interval(days => $2::int)', order: 'fell_at' };
const LEAVES = { name: 'leaves', statement: forgetting('leaves', old), values: [7] };
const STONES = { name: 'stones', statement: forgetting('stones', old), values: [30] };

/** A process that forgets these. */
function aSweeper(forgettable = [LEAVES], database = world.database) {
  const [retention, metrics] = [new Retention(), new Metrics()];
  forgettable.forEach((each) => retention.register(each));
  const sweeper = new Sweeper(database, retention, new Walks(database), metrics);
  const counted = async (table = 'leaves') => {
    const metric = await metrics.registry.getSingleMetric('latchkey_rows_forgotten_total')?.get();
    return metric?.values.find(({ labels }) => labels.table === table)?.value ?? 0;
  };
  return { sweeper, counted, sweep: () => sweeper.sweep() };
}

/** The database, where something happens after each transaction. */
const eachTransaction = (then: () => unknown): Database =>
  Object.create(world.database, {
    transaction: {
      value: async (work: () => Promise<unknown>) => {
        const result = await world.database.transaction(work);
        then();
        return result;
      },
    },
  }) as Database;

describe('What is old', () => {
  it('is forgotten, and nothing that is not', async () => {
    await drop('leaves', 3, '7 days 1 s');
    await world.sql(`INSERT INTO leaves VALUES (4, clock_now() - interval '6 days 23:59:00')`);
    await aSweeper().sweep();
    expect(await world.sql('SELECT id FROM leaves')).toEqual([{ id: 4 }]);
  });

  it('is forgotten in small transactions, however much it is, and counted', async () => {
    await drop('leaves', 2 * ROWS_AT_ONCE + 500, '8 days');
    const { sweep, counted } = aSweeper();
    await sweep();
    expect((await sweeps()).map(({ rows }) => rows)).toEqual([ROWS_AT_ONCE, ROWS_AT_ONCE, 500]);
    expect(await world.sql('SELECT DISTINCT txid::text FROM sweeps')).toHaveLength(3);
    expect(await counted()).toBe(2 * ROWS_AT_ONCE + 500);
  });

  it('is forgotten because the clockwork of the process asks for it every ten minutes', async () => {
    await drop('leaves', 1, '8 days');
    const providers = [{ provide: Sweeper, useValue: aSweeper().sweeper }];
    const module = await Test.createTestingModule({ imports: [Clockwork.forRoot()], providers }).compile();
    await module.init();
    const job = module.get(SchedulerRegistry).getCronJob('retention.sweep');
    expect(job.cronTime.source).toBe('0 */10 * * * *');
    await job.fireOnTick();
    expect(await count('leaves')).toBe(0);
    await module.close();
  });

  it('waits for no other that is more: all take turns', async () => {
    await drop('leaves', 2 * ROWS_AT_ONCE + 1, '31 days');
    await drop('stones', 1, '31 days');
    await aSweeper([LEAVES, STONES]).sweep();
    expect((await sweeps()).map((sweep) => sweep.table_name)).toEqual(['leaves', 'stones', 'leaves', 'leaves']);
  });

  it('is forgotten by the others, though one of them fails, which is logged', async () => {
    await drop('stones', 1, '31 days');
    const broken = { ...LEAVES, statement: { name: 'forget.nothing', text: 'SELECT $1::int, $2::int FROM nothing' } };
    await aSweeper([broken, STONES]).sweep();
    expect(await count('stones')).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(/^old rows of leaves were not forgotten: relation "nothing"/)]);
  });

  it('is forgotten the next time, when the database was away', async () => {
    await drop('leaves', 1, '8 days');
    let away = true;
    const database = Object.create(world.database, {
      transaction: {
        value: (work: () => Promise<unknown>) =>
          away ? Promise.reject(new Error('connection lost')) : world.database.transaction(work),
      },
    }) as Database;
    const { sweep } = aSweeper([LEAVES], database);
    await sweep();
    expect(await count('leaves')).toBe(1);
    away = false;
    await sweep();
    expect(await count('leaves')).toBe(0);
  });
});

describe('Several processes', () => {
  it('that forget at the same time forget nothing twice, and leave nothing', async () => {
    await drop('leaves', 3 * ROWS_AT_ONCE, '8 days');
    const [one, other] = [aSweeper(), aSweeper()];
    await Promise.all([one.sweep(), other.sweep()]);
    await Promise.all([one.sweep(), other.sweep()]);
    expect(await count('leaves')).toBe(0);
    expect((await one.counted()) + (await other.counted())).toBe(3 * ROWS_AT_ONCE);
  });

  it('leave it to the one that is at it', async () => {
    await drop('leaves', 1, '8 days');
    const first = await another(
      world.url,
      `SELECT pg_advisory_xact_lock(hashtextextended('schedule:retention.leaves', 0))`,
    );
    await aSweeper().sweep();
    expect(await count('leaves')).toBe(1);
    await first.commit();
  });

  it('wait for no request: what one has in hand is passed over, and forgotten later', async () => {
    await drop('leaves', 3, '8 days');
    const request = await another(world.url, 'SELECT FROM leaves WHERE id = 2 FOR UPDATE');
    const { sweep } = aSweeper();
    await sweep();
    expect(await world.sql('SELECT id FROM leaves')).toEqual([{ id: 2 }]);
    await request.commit();
    await sweep();
    expect(await count('leaves')).toBe(0);
  });
});

describe('A process that stops', () => {
  it('ends with the transaction that is under way, and leaves the rest', async () => {
    await drop('leaves', 3 * ROWS_AT_ONCE, '8 days');
    const stopping = aSweeper(
      [LEAVES],
      eachTransaction(() => void stopping.sweeper.beforeApplicationShutdown()),
    );
    await stopping.sweep();
    expect(await count('leaves')).toBe(2 * ROWS_AT_ONCE);
  });

  it('waits for that transaction before it is gone', async () => {
    await drop('leaves', 10, '8 days');
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const ended: string[] = [];
    const database = Object.create(world.database, {
      transaction: {
        value: async (work: () => Promise<unknown>) => {
          begin();
          await world.database.transaction(work);
          ended.push('transaction');
        },
      },
    }) as Database;
    const { sweeper } = aSweeper([LEAVES], database);
    void sweeper.sweep();
    await begun;
    await sweeper.beforeApplicationShutdown();
    expect(ended).toEqual(['transaction']);
    expect(await count('leaves')).toBe(0);
  });
});
