import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { eventually } from '../../../../test/support/eventually.js';
import { refusalOf } from '../../../common/http/failure.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { servingOptions } from '../data-source.js';
import { Database } from '../database.js';
import { statement } from '../statement.js';

/** Longer than any of these tests. */
const HANG = statement('spec.hang', 'SELECT pg_sleep(60)');
const PID = statement<{ pid: number }>('spec.pid', 'SELECT pg_backend_pid() AS pid');
const ADD = statement('spec.add', 'INSERT INTO spec_rows VALUES (1)');
const COUNT = statement<{ count: number }>('spec.count', 'SELECT count(*)::int AS count FROM spec_rows');

describe('A connection', () => {
  let testDatabase: TestDatabase;
  let source: DataSource;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    const options = servingOptions(testDatabase.url, 1);
    const extra = { ...(options.extra as object), query_timeout: 3_000 };
    source = await new DataSource({ ...options, extra, migrations: [] }).initialize();
    await source.query('CREATE TABLE spec_rows (id int)');
    database = new Database(source);
  });

  afterAll(async () => {
    await source.destroy();
    await testDatabase.drop();
  });

  async function terminate(process?: number): Promise<void> {
    const client = new Client(testDatabase.url);
    await client.connect();
    await client.query('SELECT pg_terminate_backend($1)', [process]);
    await client.end();
  }

  const pid = async () => (await database.first(PID, []))?.pid;

  it('is used again after a statement, a transaction and one that was rolled back', async () => {
    const before = await pid();
    await database.transaction(() => database.run(ADD, []));
    await expect(
      database.transaction(async () => {
        await database.run(ADD, []);
        throw new Error('an idea that was none');
      }),
    ).rejects.toThrow('an idea');
    expect(await database.run(COUNT, [])).toEqual([{ count: 1 }]);
    expect(await pid()).toBe(before);
  });

  it('is given up when a statement gets no answer in time', async () => {
    const before = await pid();
    await expect(database.run(HANG, [])).rejects.toThrow('Query read timeout');
    expect(await pid()).not.toBe(before);
  });

  it('is given up in a transaction as well, at once and with all that it has done', async () => {
    const [before, rows] = [await pid(), await database.run(COUNT, [])];
    const work = async () => {
      await database.run(ADD, []);
      await database.run(HANG, []);
    };
    await expect(database.transaction(work)).rejects.toThrow('Query read timeout');
    expect(await pid()).not.toBe(before);
    expect(await database.run(COUNT, [])).toEqual(rows);
  });

  it('that breaks between two statements of a transaction makes it one that may be tried again', async () => {
    const broken = database.transaction(async () => {
      await terminate(await pid());
      await eventually(() => expect(pid()).rejects.toThrow('not queryable'));
    });
    const error: unknown = await broken.catch((thrown: unknown) => thrown);
    expect(refusalOf(error).kind.status).toBe(503);
    expect(await pid()).toEqual(expect.any(Number));
  });

  it('is given up when somebody leaves a transaction open in it', async () => {
    const before = await pid();
    const runner = source.createQueryRunner();
    await runner.query('BEGIN');
    await runner.release();
    expect(await pid()).not.toBe(before);
  });
});
