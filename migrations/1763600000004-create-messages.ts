import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * PostgreSQL parses a CHECK anew for each statement that writes its table, so the tables that every sign-in writes have none.
 * `messages` is the state machine of every outgoing message, `outbox` the narrow queue of those that are due.
 */
export class CreateMessages1763600000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE messages (
        id uuid PRIMARY KEY,
        channel text NOT NULL,
        recipient text NOT NULL,
        template text NOT NULL,
        params jsonb NOT NULL,
        locale text NOT NULL,
        state text NOT NULL DEFAULT 'queued',
        attempts smallint NOT NULL DEFAULT 0,
        provider_id text,
        failure text,
        queued_at timestamptz NOT NULL DEFAULT clock_now(),
        sending_at timestamptz,
        settled_at timestamptz,
        expires_at timestamptz NOT NULL
      ) WITH (fillfactor = 70)`);
    await runner.query('CREATE INDEX messages_recipient ON messages (recipient, id)');
    await runner.query(`
      CREATE TABLE outbox (
        channel text NOT NULL,
        message_id uuid NOT NULL,
        due_at timestamptz NOT NULL DEFAULT clock_now(),
        claimed_at timestamptz,
        PRIMARY KEY (channel, message_id)
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outbox');
    await runner.query('DROP TABLE messages');
  }
}
