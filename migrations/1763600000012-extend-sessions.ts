import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the refresh token was last rotated: shortly after that, the one before it is still answered. */
export class ExtendSessions1763600000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions ADD COLUMN rotated_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN rotated_at');
  }
}
