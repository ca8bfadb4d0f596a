import type { MigrationInterface, QueryRunner } from 'typeorm';

/** No table holds a code: it is derived from the challenge. `id` is the hash of the secret that its asker holds. */
export class CreateOtpChallenges1763600000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE otp_challenges (
        id bytea PRIMARY KEY,
        purpose text NOT NULL,
        channel text NOT NULL,
        contact text NOT NULL,
        asker bytea NOT NULL,
        generation smallint NOT NULL DEFAULT 1,
        code_length smallint NOT NULL,
        attempts smallint NOT NULL DEFAULT 0,
        message_id uuid NOT NULL,
        charges bytea[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_now(),
        resend_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text
      ) WITH (fillfactor = 70)`);
    await runner.query('CREATE INDEX otp_challenges_open ON otp_challenges (contact, purpose) WHERE ended_at IS NULL');
    await runner.query(`
      CREATE TABLE otp_known_networks (
        contact bytea NOT NULL,
        network bytea NOT NULL,
        last_signed_in_at timestamptz NOT NULL,
        PRIMARY KEY (contact, network)
      )`);
    await runner.query(`
      CREATE TABLE otp_check_stats (
        minute timestamptz PRIMARY KEY,
        checks int NOT NULL,
        wrong int NOT NULL
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE otp_check_stats');
    await runner.query('DROP TABLE otp_known_networks');
    await runner.query('DROP TABLE otp_challenges');
  }
}
