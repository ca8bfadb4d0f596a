import { randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';

/** The migrated, empty database that every test database is a copy of. */
export const TEMPLATE = 'latchkey_template_test';

export interface TestDatabase {
  readonly url: string;
  /** Cuts connections that are still open. */
  drop(): Promise<void>;
}

/** A database of its own, migrated and empty, on the server of this test run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = testServer();
  const name = `latchkey_${randomBytes(6).toString('hex')}_test`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return { url: databaseUrl(server, name), drop: () => dropDatabase(server, name) };
}

/** Asks a test database past the application. */
export function adminPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 2 });
  // Tests cut connections, and drop the database before one that ends has ended; the pool opens new ones.
  pool.on('error', () => undefined);
  return pool;
}

/** The URL of another database on the same server. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

function testServer(): string {
  const url = process.env.LATCHKEY_TEST_SERVER;
  if (url === undefined) throw new Error('There is no test server: run the tests by npm test.');
  return url;
}

async function dropDatabase(server: string, name: string): Promise<void> {
  if (!name.endsWith('_test')) throw new Error(`${name} is not a test database; it stays.`);
  await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
