import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSessions1763600000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL,
        seed bytea NOT NULL,
        counter int NOT NULL DEFAULT 0,
        user_agent text,
        masked_address text,
        created_at timestamptz NOT NULL DEFAULT clock_now(),
        authenticated_at timestamptz NOT NULL DEFAULT clock_now(),
        last_seen_at timestamptz NOT NULL DEFAULT clock_now(),
        idle_expires_at timestamptz NOT NULL,
        absolute_expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text,
        CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id)
      ) WITH (fillfactor = 75)`);
    await runner.query('CREATE INDEX sessions_open ON sessions (user_id, id) WHERE ended_at IS NULL');
    await runner.query(`
      CREATE TABLE signing_keys (
        kid text PRIMARY KEY,
        public_jwk jsonb NOT NULL,
        sealed_private_key bytea NOT NULL,
        signs_from timestamptz NOT NULL,
        published_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE signing_keys');
    await runner.query('DROP TABLE sessions');
  }
}
