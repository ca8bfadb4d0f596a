import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const ROOT = join(import.meta.dirname, '../..');

type Class<Instance> = new () => Instance;

/** The classes that these files export: typeorm's own loader cannot import inside jest. */
async function classesOf<Instance>(folder: string, name: RegExp): Promise<Class<Instance>[]> {
  const files = (await readdir(join(ROOT, folder), { recursive: true })).filter((file) => name.test(file)).sort();
  const modules = await Promise.all(
    files.map(async (file) => (await import(join(ROOT, folder, file))) as Record<string, unknown>),
  );
  return modules
    .flatMap((module) => Object.values(module))
    .filter((each) => typeof each === 'function') as Class<Instance>[];
}

describe('The schema', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let migrations: Class<MigrationInterface>[];

  beforeAll(async () => {
    database = await createTestDatabase();
    migrations = await classesOf<MigrationInterface>('migrations', /\.ts$/);
    const entities = (await classesOf('src', /\.entity\.ts$/)) as unknown as EntitySchema[];
    expect(entities.length).toBeGreaterThanOrEqual(6);
    dataSource = await new DataSource({ ...dataSourceOptions(database.url, 2), migrations, entities }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  /** Everything that migrations make, as the catalogue tells it. */
  async function catalogue(): Promise<string[]> {
    const rows = await dataSource.query<{ line: string }[]>(`
      SELECT format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migrations'
      UNION ALL SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
      UNION ALL SELECT format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(c.oid))
        FROM pg_constraint c WHERE connamespace = 'public'::regnamespace AND conrelid <> 'migrations'::regclass
      UNION ALL SELECT format('options %s %s', relname, reloptions)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'migrations'
      UNION ALL SELECT format('function %s', pg_get_functiondef(p.oid))
        FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT format('sequence %s', sequencename) FROM pg_sequences
        WHERE schemaname = 'public' AND sequencename NOT LIKE 'migrations%'
      UNION ALL SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t WHERE NOT tgisinternal
      UNION ALL SELECT format('type %s', typname) FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
      ORDER BY 1`);
    return rows.map(({ line }) => line);
  }

  it('is what the entities say: nothing would have to be changed', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('is there in full: no migration is pending', async () => {
    expect(await dataSource.showMigrations()).toBe(false);
  });

  it('goes down to nothing, step by step, and comes up again as it was', async () => {
    const before = await catalogue();
    expect(before.length).toBeGreaterThan(80);
    for (let step = 0; step < migrations.length; step += 1) await dataSource.undoLastMigration();
    expect(await catalogue()).toEqual([]);
    expect(await dataSource.runMigrations()).toHaveLength(migrations.length);
    expect(await catalogue()).toEqual(before);
  });

  it('can be taken back one step from where it is, and brought up again', async () => {
    const before = await catalogue();
    for (let steps = 1; steps <= migrations.length; steps += 1) {
      for (let step = 0; step < steps; step += 1) await dataSource.undoLastMigration();
      await dataSource.runMigrations();
    }
    expect(await catalogue()).toEqual(before);
  }, 180_000);
});
