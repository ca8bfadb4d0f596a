import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What became of messages after they were taken. `reported_at` is when the provider said so. `delivery_checks` has a row for each
 * message that the provider is to be asked about, or was a moment ago; sending writes nothing here. `delivery_rounds` is how far
 * the poll has come among the messages of each age. Failures are few: their index costs nothing where `failure` stays null.
 */
export class CreateDeliveryChecks1763600000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE messages ADD COLUMN reported_at timestamptz');
    await runner.query('CREATE INDEX messages_failed ON messages (id) WHERE failure IS NOT NULL');
    await runner.query(`
      CREATE TABLE delivery_checks (
        message_id uuid PRIMARY KEY,
        due_at timestamptz,
        checked_at timestamptz,
        tries int NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`);
    await runner.query('CREATE INDEX delivery_checks_due ON delivery_checks (due_at) WHERE due_at IS NOT NULL');
    await runner.query('CREATE INDEX delivery_checks_idle ON delivery_checks (checked_at) WHERE due_at IS NULL');
    await runner.query(`
      CREATE TABLE delivery_rounds (
        age_seconds int PRIMARY KEY,
        seen_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        looked_at timestamptz NOT NULL DEFAULT '-infinity'
      ) WITH (fillfactor = 50)`);
    await runner.query(
      'INSERT INTO delivery_rounds (age_seconds) VALUES (30), (2 * 60), (10 * 60), (60 * 60), (6 * 60 * 60)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE delivery_rounds');
    await runner.query('DROP TABLE delivery_checks');
    await runner.query('DROP INDEX messages_failed');
    await runner.query('ALTER TABLE messages DROP COLUMN reported_at');
  }
}
