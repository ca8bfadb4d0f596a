import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { mistakesOf } from '../support/migration-rules.js';

const FOLDER = join(import.meta.dirname, '../../migrations');
/** The last migration of version 0.9.0: from then on there are databases that are in use while they are migrated. */
const LAST_BEFORE = 1_763_600_000_028;

const numberOf = (file: string): number => Number(file.split('-')[0]);

type Migration = MigrationInterface & { readonly contract?: string };

/** A migration that runs these statements. */
const migrationOf = (statements: readonly string[], more: Partial<Migration> = {}): Migration => ({
  up: async (runner: QueryRunner) => {
    for (const text of statements) await runner.query(text);
  },
  down: async () => undefined,
  ...more,
});

const wrongWith = (...statements: string[]) => mistakesOf(migrationOf(statements));

describe('A migration', () => {
  it('lets the version before go on, and nobody wait: each one since the first release', async () => {
    const files = (await readdir(FOLDER)).filter((file) => numberOf(file) > LAST_BEFORE).sort();
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const [Class] = Object.values((await import(join(FOLDER, file))) as Record<string, new () => Migration>);
      if (!Class) throw new Error(`${file} exports no migration`);
      expect([file, await mistakesOf(new Class())]).toEqual([file, []]);
    }
  });
});

describe('The check of migrations', () => {
  it.each([
    'ALTER TABLE users DROP COLUMN city',
    'ALTER TABLE users ADD COLUMN x int, DROP COLUMN city',
    'DROP TABLE users',
    'DROP FUNCTION clock_now()',
    'ALTER TABLE users RENAME TO people',
    'ALTER TABLE users RENAME COLUMN city TO town',
    'ALTER TABLE users ALTER COLUMN city TYPE varchar(20)',
    'ALTER TABLE users ALTER COLUMN city SET DATA TYPE varchar(20)',
    'ALTER TABLE users ALTER COLUMN city SET NOT NULL',
    'ALTER TABLE users ALTER COLUMN role DROP DEFAULT',
  ])('refuses what running code does not survive, unless its migration says why: %s', async (statement) => {
    expect(await wrongWith(statement)).toHaveLength(1);
    expect(await mistakesOf(migrationOf([statement], { contract: 'Nobody has read it since 0.9.' }))).toEqual([]);
    expect(await mistakesOf(migrationOf([statement], { contract: '  ' }))).toHaveLength(1);
  });

  it.each([
    'ALTER TABLE users ADD COLUMN x int NOT NULL',
    'ALTER TABLE users ADD x int NOT NULL',
    'ALTER TABLE users ADD COLUMN x uuid NOT NULL DEFAULT gen_random_uuid()',
    'CREATE INDEX x ON users (city)',
    'CREATE UNIQUE INDEX x ON users (city)',
    'ALTER TABLE users ADD CONSTRAINT x CHECK (length(city) > 0)',
    'ALTER TABLE users ADD CONSTRAINT x FOREIGN KEY (id) REFERENCES sessions (id)',
    'ALTER TABLE users ADD CONSTRAINT x UNIQUE (city)',
    'ALTER TABLE users ADD PRIMARY KEY (city)',
    'TRUNCATE rate_limits',
    'LOCK TABLE users',
  ])('refuses what others would wait for, whatever the reason: %s', async (statement) => {
    expect(await wrongWith(statement)).toHaveLength(1);
    expect(await mistakesOf(migrationOf([statement], { contract: 'No matter.' }))).toHaveLength(1);
  });

  it.each([
    'CREATE TABLE things (id uuid PRIMARY KEY, name text NOT NULL UNIQUE, CHECK (length(name) > 0))',
    'ALTER TABLE users ADD COLUMN x int',
    `ALTER TABLE users ADD COLUMN x text NOT NULL DEFAULT 'x', ADD COLUMN y int`,
    'ALTER TABLE users ADD CONSTRAINT x CHECK (length(city) > 0) NOT VALID',
    'ALTER TABLE users VALIDATE CONSTRAINT x',
    'ALTER TABLE users ADD CONSTRAINT x UNIQUE USING INDEX users_x',
    'ALTER TABLE users SET (autovacuum_vacuum_scale_factor = 0.02)',
    'ALTER TABLE users ALTER COLUMN city DROP NOT NULL',
    `CREATE FUNCTION x() RETURNS int LANGUAGE plpgsql AS $$ BEGIN TRUNCATE y; DROP TABLE z; RETURN 1; END $$`,
    `UPDATE users SET city = 'DROP TABLE' WHERE false`,
  ])('lets pass what only adds: %s', async (statement) => {
    expect(await wrongWith(statement)).toEqual([]);
  });

  it('lets a migration do what it wants with a table that it makes', async () => {
    const made = 'CREATE TABLE things (id uuid PRIMARY KEY, name text)';
    const index = 'CREATE INDEX things_name ON things (name)';
    expect(await wrongWith(made, index)).toEqual([]);
    expect(await wrongWith(made, 'CREATE INDEX x ON users (city)')).toHaveLength(1);
  });

  it('wants an index that is built concurrently outside of transactions, and repeatable', async () => {
    const build = 'CREATE INDEX CONCURRENTLY users_city ON users (city)';
    const both = ['DROP INDEX CONCURRENTLY IF EXISTS users_city', build];
    expect(await mistakesOf(migrationOf(both, { transaction: false }))).toEqual([]);
    expect(await mistakesOf(migrationOf(both))).toHaveLength(1);
    expect(await mistakesOf(migrationOf([build], { transaction: false }))).toHaveLength(1);
    expect(await wrongWith(build)).toHaveLength(2);
  });
});
