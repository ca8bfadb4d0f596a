import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsers1763600000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY,
        phone text,
        email text,
        username text,
        first_name text,
        last_name text,
        city text,
        telegram_id text,
        avatar_id text,
        locale text,
        role text NOT NULL DEFAULT 'user',
        status text NOT NULL DEFAULT 'active',
        created_at timestamptz NOT NULL DEFAULT clock_now(),
        CONSTRAINT users_role_known CHECK (role IN ('user', 'moderator', 'admin')),
        CONSTRAINT users_status_known CHECK (status IN ('active', 'blocked', 'deleted'))
      )`);
    // Partial, because most people have one of the three: an index need not hold who has none.
    for (const column of ['phone', 'email', 'username']) {
      await runner.query(`CREATE UNIQUE INDEX users_${column}_unique ON users (${column}) WHERE ${column} IS NOT NULL`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE users');
  }
}
