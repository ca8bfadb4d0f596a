import pg from 'pg';
import { ensureBuilt } from '../../scripts/lib/built.mjs';
import { fill } from './fill.mjs';

const DAY_MS = 24 * 3_600_000;

/** The beginning of today, for the same rows all day. */
export const today = () => Math.floor(Date.now() / DAY_MS) * DAY_MS;

/**
 * Brings the schema of a database up to date and writes people into it, all or none.
 * @param plan `{ count, seed, until, append }`, see {@link fill}
 * @param log takes a line for people
 */
export async function seedDatabase(url, plan, log) {
  ensureBuilt();
  const { migrate } = await import('../../dist/src/platform/database/migrate.js');
  const { searchNames } = await import('../../dist/src/modules/users/users.service.js');
  await migrate(url);
  const client = new pg.Client({ connectionString: url, application_name: 'latchkey-seed' });
  await client.connect();
  try {
    await fill(client, plan, { searchNames, log });
  } finally {
    await client.end();
  }
}
