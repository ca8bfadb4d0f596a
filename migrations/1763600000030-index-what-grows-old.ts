import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Age, where nothing else tells it: other tables are found by identifiers that are ordered by time. None of these columns is changed by
 * what happens often: refreshing a session leaves `ended_at` null, and a wrong password costs its hash a thousand times more.
 */
export class IndexWhatGrowsOld1763600000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX otp_challenges_age ON otp_challenges (created_at)');
    await runner.query('CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL');
    await runner.query('CREATE INDEX password_failures_age ON password_failures (last_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX password_failures_age');
    await runner.query('DROP INDEX sessions_ended');
    await runner.query('DROP INDEX otp_challenges_age');
  }
}
