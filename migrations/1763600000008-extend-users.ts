import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What blocking and finding people needs. Byte order makes a unique index serve prefixes as well; names are folded by the
 * application, forwards and backwards, so that no locale of a server decides who is found.
 */
export class ExtendUsers1763600000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users
        ALTER COLUMN phone TYPE text COLLATE "C",
        ALTER COLUMN email TYPE text COLLATE "C",
        ALTER COLUMN username TYPE text COLLATE "C",
        ADD COLUMN search_name text COLLATE "C",
        ADD COLUMN search_name_reversed text COLLATE "C",
        ADD COLUMN blocked_reason text`);
    for (const column of ['search_name', 'search_name_reversed']) {
      await runner.query(`CREATE INDEX users_${column} ON users (${column}, id) WHERE ${column} IS NOT NULL`);
    }
    await runner.query(`CREATE INDEX users_staff ON users (role, id) WHERE role <> 'user'`);
    await runner.query(`CREATE INDEX users_not_active ON users (status, id) WHERE status <> 'active'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX users_not_active');
    await runner.query('DROP INDEX users_staff');
    await runner.query(`
      ALTER TABLE users
        DROP COLUMN blocked_reason, DROP COLUMN search_name_reversed, DROP COLUMN search_name,
        ALTER COLUMN username TYPE text COLLATE "default",
        ALTER COLUMN email TYPE text COLLATE "default",
        ALTER COLUMN phone TYPE text COLLATE "default"`);
  }
}
