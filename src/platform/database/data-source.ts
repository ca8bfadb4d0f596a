import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';

const MIGRATIONS = join(import.meta.dirname, '../../../migrations/*.{js,ts}');

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
  extra: { keepAlive: true, statement_timeout: 15_000, idle_in_transaction_session_timeout: 15_000 },
});

/** A data source for migrations and checks; `entities` are globs. */
export const createDataSource = (url: string, entities: string[] = []): DataSource =>
  new DataSource({ ...dataSourceOptions(url, 4), entities });
