import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The hash of the cookie by which a session of the pages is known; it is found by the session's id, so no index is needed. */
export class AddPageSessions1763600000027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions ADD COLUMN page_token_hash bytea');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN page_token_hash');
  }
}
