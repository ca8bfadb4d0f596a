import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations/*.{js,ts}');

/** After this long a server that is well ends a statement by itself. */
const STATEMENT_MS = 15_000;
/** Whoever is not answered by then speaks to a server that is not: it hangs, or the network swallows what is said. */
const ANSWERED_MS = STATEMENT_MS + 2_000;

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

const APPLICATION = 'latchkey';
const CONNECT_MS = 3_000;
const CONNECTION = {
  keepAlive: true,
  options: PLANNER,
  statement_timeout: STATEMENT_MS,
  idle_in_transaction_session_timeout: 15_000,
};

/** How every process connects. Migrations are run by {@link migrate}, never on connect; `synchronize` is never used. */
export const dataSourceOptions = (url: string, poolSize: number): DataSourceOptions & { type: 'postgres' } => ({
  type: 'postgres',
  url,
  poolSize,
  applicationName: APPLICATION,
  migrations: [MIGRATIONS],
  migrationsTableName: 'migrations',
  migrationsTransactionMode: 'each',
  connectTimeoutMS: CONNECT_MS,
  installExtensions: false,
  extra: CONNECTION,
});

/** How those connect that somebody waits for: an answer that does not come is not waited for without end. */
export function servingOptions(url: string, poolSize: number): DataSourceOptions & { type: 'postgres' } {
  const options = dataSourceOptions(url, poolSize);
  return { ...options, extra: { ...(options.extra as object), query_timeout: ANSWERED_MS } };
}

/** The same of a connection that is shared, and of the one where the disk is waited for, for all of those. */
export function laneOptions(url: string): { readonly lane: ClientConfig; readonly flushing: ClientConfig } {
  const flushing = {
    ...CONNECTION,
    connectionString: url,
    application_name: APPLICATION,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWERED_MS,
  };
  return { lane: { ...flushing, options: `${PLANNER} -c synchronous_commit=off` }, flushing };
}

/** Where migrations are run: a statement may take its time, but not wait for a lock behind which everybody else would queue. */
export function migrationSource(url: string, migrations: DataSourceOptions['migrations'] = [MIGRATIONS]): DataSource {
  const options = dataSourceOptions(url, 2);
  const extra = { ...(options.extra as object), statement_timeout: 0, lock_timeout: 2_000 };
  return new DataSource({ ...options, migrations, extra });
}
