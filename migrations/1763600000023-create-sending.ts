import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether messages of a channel are sent: the switch of operators, and the breaker that opens when a transport fails. `failures` and
 * `trips` count messages that failed and openings of the breaker, each in a row. `open_until` is null while the breaker is closed; once
 * it has passed, one courier at a time tries one message, which may last until `trial_until`. Read by every claim, written seldom.
 */
export class CreateSending1763600000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sending (
        channel text PRIMARY KEY,
        enabled boolean NOT NULL DEFAULT true,
        changed_at timestamptz,
        changed_by uuid,
        reason text,
        failures int NOT NULL DEFAULT 0,
        trips smallint NOT NULL DEFAULT 0,
        open_until timestamptz,
        trial_until timestamptz,
        failure text
      ) WITH (fillfactor = 50)`);
    await runner.query(`INSERT INTO sending (channel) VALUES ('sms'), ('email')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sending');
  }
}
