import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `sealed_answer` opens only with the key its client chose, which is not stored. Null while the first request runs. */
export class CreateIdempotentAnswers1763600000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotent_answers (
        key bytea PRIMARY KEY,
        fingerprint bytea NOT NULL,
        claim uuid NOT NULL,
        sealed_answer bytea,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX idempotent_answers_expiry ON idempotent_answers (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotent_answers');
  }
}
