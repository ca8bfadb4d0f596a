import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who were registered by a phone whose code others know, and the challenges that such a code answers. */
export class MarkTestPeople1763600000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN is_test boolean NOT NULL DEFAULT false');
    await runner.query(`ALTER TABLE users ADD CONSTRAINT users_test_never_staff CHECK (NOT is_test OR role = 'user')`);
    await runner.query('ALTER TABLE otp_challenges ADD COLUMN is_test boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE otp_challenges DROP COLUMN is_test');
    await runner.query('ALTER TABLE users DROP CONSTRAINT users_test_never_staff');
    await runner.query('ALTER TABLE users DROP COLUMN is_test');
  }
}
