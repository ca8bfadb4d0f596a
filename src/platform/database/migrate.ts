import type { DataSource } from 'typeorm';
import { CannotStart } from '../../common/cannot-start.js';
import { createDataSource } from './data-source.js';

/** Whoever started us mistyped something, or the server is not there (yet). */
const NOT_REACHED = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'its host is not known'],
  ['ETIMEDOUT', 'its host does not answer'],
  ['28P01', 'the password is wrong'],
  ['28000', 'the role may not connect'],
  ['3D000', 'the database does not exist'],
]);

/** Any constant of our own: whoever holds it is the one who migrates. */
const MIGRATION_LOCK = 5_208_201_101;

/** Brings the schema up to date. Processes that start together wait for one another (session advisory lock). */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await connect(url);
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SET statement_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await dataSource.runMigrations();
    return applied.map((migration) => migration.name);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}

async function connect(url: string): Promise<DataSource> {
  try {
    return await createDataSource(url).initialize();
  } catch (error) {
    const reason = NOT_REACHED.get(String((error as { code?: unknown }).code));
    if (!reason) throw error;
    throw new CannotStart(`The database of DATABASE_URL cannot be used: ${reason}. Start it, or correct DATABASE_URL.`);
  }
}
