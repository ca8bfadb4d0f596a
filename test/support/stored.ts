import { DataSource, type ObjectLiteral } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.js';
import { TestClock } from './clock.js';
import { adminPool, createTestDatabase } from './database.js';

type Entity = new () => ObjectLiteral;

/** A database of its own, as services see it: for rules that need PostgreSQL but no application. */
export interface StoredWorld {
  readonly url: string;
  readonly database: Database;
  readonly clock: TestClock;
  /** Asks the database past the services. */
  sql<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** A busy machine takes longer to connect than a service may wait. */
const CONNECT_MS = 15_000;

/** @param entities those that {@link Database.repository} is asked for */
export async function startStoredWorld(entities: Entity[] = []): Promise<StoredWorld> {
  const { url, drop } = await createTestDatabase();
  const admin = adminPool(url);
  const options = { ...dataSourceOptions(url, 4), connectTimeoutMS: CONNECT_MS };
  const dataSource = await new DataSource({ ...options, migrations: [], entities }).initialize();
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
