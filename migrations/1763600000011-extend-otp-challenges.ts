import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `subject` is the person whose contact is being changed; `pending_password` counts only once the code of its challenge is given. */
export class ExtendOtpChallenges1763600000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE otp_challenges ADD COLUMN subject uuid, ADD COLUMN pending_password text');
    await runner.query('CREATE INDEX otp_challenges_subject ON otp_challenges (subject) WHERE subject IS NOT NULL');
    // Whole, so that ending a challenge touches no index, and everything sent to a contact is found when it is given up.
    await runner.query('DROP INDEX otp_challenges_open');
    await runner.query('CREATE INDEX otp_challenges_contact ON otp_challenges (contact, purpose)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX otp_challenges_contact');
    await runner.query('CREATE INDEX otp_challenges_open ON otp_challenges (contact, purpose) WHERE ended_at IS NULL');
    await runner.query('DROP INDEX otp_challenges_subject');
    await runner.query('ALTER TABLE otp_challenges DROP COLUMN pending_password, DROP COLUMN subject');
  }
}
