import { Client } from 'pg';
import { databaseUrl, type TestDatabase } from './database.js';

/** Takes a database away from everybody: no connection stays and none can be made. Answers how to give it back. */
export async function takeAway({ url }: TestDatabase): Promise<() => Promise<void>> {
  const name = new URL(url).pathname.slice(1);
  await administer(url, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await administer(url, `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`);
  return () => administer(url, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
}

/** Cuts every connection to a database; new ones can be made at once. */
export async function cutConnections({ url }: TestDatabase): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await administer(url, `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`);
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(url, 'postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
