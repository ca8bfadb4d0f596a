import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `hash` is argon2id in PHC form. `account` is a keyed hash: failures are counted for names that nobody has, too. */
export class CreatePasswords1763600000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE passwords (
        user_id uuid PRIMARY KEY,
        hash text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT clock_now(),
        CONSTRAINT passwords_user FOREIGN KEY (user_id) REFERENCES users (id)
      )`);
    await runner.query(`
      CREATE TABLE password_failures (
        account bytea PRIMARY KEY,
        in_a_row int NOT NULL,
        last_at timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_failures');
    await runner.query('DROP TABLE passwords');
  }
}
