import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { eventually } from '../../../test/support/eventually.js';
import { migrate } from './migrate.js';

const MIGRATION_LOCK = 5_208_201_101;

// It waits as long as migrations do.
jest.setTimeout(60_000);

/** Asks for a lock of a table that others use. */
class AddSomething1999999999999 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE paused_blocks ADD COLUMN something text');
  }

  async down(): Promise<void> {}
}

let database: TestDatabase;
let others: Client[];
let told: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  told = [];
  others = [1, 2].map(() => new Client({ connectionString: database.url }));
  await Promise.all(others.map((each) => each.connect()));
});

afterEach(async () => {
  await Promise.all(others.map((each) => each.end()));
  await database.drop();
});

const [FIRST, SECOND] = [0, 1];
const ask = (who: number, text: string) => others[who]?.query(text);

const migrating = () => migrate(database.url, (line) => told.push(line), [AddSomething1999999999999]);

/** Until it has said so, which it does before anything is done. */
const says = (line: string) => eventually(async () => expect(told).toEqual([line]));

describe('Bringing the schema up to date', () => {
  it('gives way to those who use a table, lets others pass, and is done once it is free', async () => {
    await ask(FIRST, 'BEGIN');
    await ask(FIRST, 'LOCK TABLE paused_blocks IN ACCESS SHARE MODE');
    const migration = migrating();
    await says('A migration gives way to those who use its table, and tries again until it is free.');
    // Everybody comes through between two attempts, though the first has not let go.
    await ask(SECOND, 'SELECT FROM paused_blocks');
    await ask(FIRST, 'COMMIT');
    expect(await migration).toEqual(['AddSomething1999999999999']);
    expect(await migrating()).toEqual([]);
  });

  it('waits for whoever does it already, and holds nothing meanwhile that an index waits for', async () => {
    await ask(FIRST, `SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    const migration = migrating();
    await says('Another process brings the schema up to date; this one waits for it.');
    await ask(FIRST, 'CREATE INDEX CONCURRENTLY while_somebody_waits ON users (city)');
    await ask(FIRST, `SELECT pg_advisory_unlock(${MIGRATION_LOCK})`);
    expect(await migration).toEqual(['AddSomething1999999999999']);
  });
});
