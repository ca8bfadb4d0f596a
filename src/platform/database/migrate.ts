import { createDataSource } from './data-source.js';

/** Any constant of our own: whoever holds it is the one who migrates. */
const MIGRATION_LOCK = 5_208_201_101;

/** Brings the schema up to date. Processes that start together wait for one another (session advisory lock). */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await createDataSource(url).initialize();
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
