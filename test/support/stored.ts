import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { TestClock } from './clock.js';
import { createTestDatabase } from './database.js';

/** A database of its own, as services see it: for rules that need PostgreSQL but no application. */
export interface StoredWorld {
  readonly url: string;
  readonly database: Database;
  readonly clock: TestClock;
  /** Asks the database past the services. */
  sql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** @param entities globs of the entities that {@link Database.repository} is asked for */
export async function startStoredWorld(entities: string[] = []): Promise<StoredWorld> {
  const { url, drop } = await createTestDatabase();
  const admin = new Pool({ connectionString: url, max: 2 });
  const dataSource: DataSource = await createDataSource(url, entities).initialize();
  return {
    url,
    database: new Database(dataSource),
    clock: new TestClock(admin),
    sql: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await admin.query(text, [...values])).rows as Row[],
    close: async () => {
      await dataSource.destroy();
      await admin.end();
      await drop();
    },
  };
}
