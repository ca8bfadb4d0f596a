import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  otp_challenges_age: 'otp_challenges (created_at)',
  sessions_ended: 'sessions (ended_at) WHERE ended_at IS NOT NULL',
  password_failures_age: 'password_failures (last_at)',
};

/**
 * Age, where nothing else tells it: other tables are found by identifiers that are ordered by time. None of these columns is changed by
 * what happens often: refreshing a session leaves `ended_at` null, and a wrong password costs its hash a thousand times more.
 */
export class IndexWhatGrowsOld1763600000030 implements MigrationInterface {
  /** Indexes of tables that are in use are built beside them. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET lock_timeout = 0');
    for (const [name, place] of Object.entries(INDEXES)) {
      // What a build that was broken off has left.
      await runner.query(`DROP INDEX IF EXISTS ${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${place}`);
    }
    await runner.query('RESET lock_timeout');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await runner.query(`DROP INDEX ${name}`);
  }
}
