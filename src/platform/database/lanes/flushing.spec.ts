import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { eventually } from '../../../../test/support/eventually.js';
import { laneOptions } from '../data-source.js';
import { type Executor, type LaneKind, Lanes } from './lanes.js';
import { SharedConnection } from './shared-connection.js';

/** Answers where the log was before its own commit. */
const WRITE = {
  name: 'spec.write',
  text: 'INSERT INTO written VALUES (1) RETURNING pg_current_wal_insert_lsn() AS at',
};
const NOTHING = { name: 'spec.nothing', text: 'SELECT 1' };
const WAIT = {
  name: 'spec.wait',
  text: 'INSERT INTO written SELECT 2 FROM pg_advisory_xact_lock_shared(2) RETURNING 2',
};

let testDatabase: TestDatabase;
let other: Client;
let lanes: Lanes;
/** Statements that had a connection to themselves. */
let alone: string[];
let own: Executor;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  other = new Client(testDatabase.url);
  await other.connect();
  await other.query('CREATE TABLE written (value int)');
});

beforeEach(() => {
  // The server of the tests waits for no disk by itself.
  const { lane, flushing } = laneOptions(testDatabase.url);
  lanes = new Lanes({ lane, flushing: { ...flushing, options: '-c synchronous_commit=on' } }, 1);
  alone = [];
  own = {
    query: (query) => {
      alone.push(query.name ?? '');
      return other.query(query);
    },
  };
});

afterEach(async () => {
  jest.restoreAllMocks();
  await lanes.onApplicationShutdown();
});

afterAll(async () => {
  await other.end();
  await testDatabase.drop();
});

const write = async (kind: LaneKind = 'durable') =>
  (await lanes.run<{ at: string }>({ kind, query: WRITE }, own)).rows[0]?.at;

async function isOnDisk(at: string | undefined): Promise<boolean> {
  const { rows } = await other.query<{ safe: boolean }>('SELECT pg_current_wal_flush_lsn() > $1::pg_lsn AS safe', [at]);
  return rows[0]?.safe ?? false;
}

/** The process of PostgreSQL that waits for the disk. */
async function flushingPid(): Promise<number | undefined> {
  const { rows } = await other.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_logical_emit_message(%' AND pid <> pg_backend_pid()`,
  );
  return rows[0]?.pid;
}

describe('A durable statement', () => {
  it('is answered when its commit is on the disk', async () => {
    for (let time = 0; time < 20; time += 1) expect(await isOnDisk(await write())).toBe(true);
    expect(alone).toEqual([]);
  });

  it('waits for nothing when it tells that it wrote nothing', async () => {
    const run = (wrote: () => boolean) => lanes.run({ kind: 'durable', query: NOTHING, wrote }, own);
    await run(() => false);
    expect(await flushingPid()).toBeUndefined();
    await run(() => true);
    expect(await flushingPid()).toBeDefined();
  });

  it('waits for the disk together with others', async () => {
    await write();
    const sent = jest.spyOn(SharedConnection.prototype, 'query');
    await Promise.all(Array.from({ length: 20 }, () => write()));
    const flushes = sent.mock.calls.filter(([{ name }]) => name === 'lanes.flush').length;
    expect(flushes).toBeGreaterThan(0);
    expect(flushes).toBeLessThan(20);
  });

  it('fails when the server may have crashed between its commit and the disk', async () => {
    await write();
    const before = await flushingPid();
    await other.query('SELECT pg_advisory_lock(2)');
    const waiting = lanes.run({ kind: 'durable', query: WAIT }, own);
    const failed = expect(waiting).rejects.toThrow();
    await eventually(async () => {
      const { rows } = await other.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      expect(rows).toHaveLength(1);
    });
    await other.query('SELECT pg_terminate_backend($1)', [before]);
    await eventually(async () => expect(await flushingPid()).toBeUndefined());
    await other.query('SELECT pg_advisory_unlock(2)');
    await failed;
    expect(await isOnDisk(await write())).toBe(true);
    expect(await flushingPid()).not.toBe(before);
  });

  it('has a connection to itself where somebody stands between, or another server may answer', async () => {
    const open = SharedConnection.open.bind(SharedConnection);
    jest.spyOn(SharedConnection, 'open').mockImplementation(async (options) => {
      const connection = await open(options);
      return Object.assign(connection, { server: undefined });
    });
    await write();
    expect(alone).toEqual(['spec.write']);
    expect(await flushingPid()).toBeUndefined();
  });
});

describe('Where the user may not flush', () => {
  it('a durable statement has a connection to itself', async () => {
    const name = `flushless_${process.pid}_test`;
    await other.query(`CREATE ROLE ${name} LOGIN PASSWORD 'for a test'`);
    const { rows } = await other.query<{ call: string }>(
      `SELECT oid::regprocedure::text AS call FROM pg_proc WHERE proname = 'pg_logical_emit_message'`,
    );
    for (const { call } of rows) await other.query(`REVOKE EXECUTE ON FUNCTION ${call} FROM PUBLIC`);
    const url = Object.assign(new URL(testDatabase.url), { username: name, password: 'for a test' });
    const theirs = new Lanes(laneOptions(url.href), 1);
    await theirs.run({ kind: 'durable', query: WRITE }, own);
    expect(alone).toEqual(['spec.write']);
    await theirs.onApplicationShutdown();
    await other.query(`DROP ROLE ${name}`);
  });
});

describe('A brief statement', () => {
  it('is answered before anybody waits for the disk', async () => {
    await write('brief');
    expect(await flushingPid()).toBeUndefined();
  });
});
