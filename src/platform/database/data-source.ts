import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations/*.{js,ts}');

/**
 * Every read of ours is a few rows by index. A plan made while a table was empty would read all of it, and is kept, by prepared
 * statements and by foreign keys alike, long after it has grown; so that is no choice, and each statement is planned once.
 */
const PLANNER = [
  '-c plan_cache_mode=force_generic_plan',
  '-c enable_seqscan=off',
  '-c enable_hashjoin=off',
  '-c enable_mergejoin=off',
  '-c enable_bitmapscan=off',
  '-c jit=off',
].join(' ');

/** How every process connects. Migrations are run by {@link migrate}, never on connect; `synchronize` is never used. */
export const dataSourceOptions = (url: string, poolSize: number): DataSourceOptions & { type: 'postgres' } => ({
  type: 'postgres',
  url,
  poolSize,
  applicationName: 'latchkey',
  migrations: [MIGRATIONS],
  migrationsTableName: 'migrations',
  migrationsTransactionMode: 'each',
  connectTimeoutMS: 3_000,
  installExtensions: false,
  extra: { keepAlive: true, options: PLANNER, statement_timeout: 15_000, idle_in_transaction_session_timeout: 15_000 },
});

/** A data source for migrations and checks; `entities` are globs. */
export const createDataSource = (url: string, entities: string[] = []): DataSource =>
  new DataSource({ ...dataSourceOptions(url, 4), entities });
