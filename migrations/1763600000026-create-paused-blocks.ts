import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Number blocks to which hardly any code is answered, by the keyed hash of the block. The contact's index serves prefixes from now
 * on, so that the codes of a block are found when its breaker looks; equality it serves as before.
 */
export class CreatePausedBlocks1763600000026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE paused_blocks (
        block bytea PRIMARY KEY,
        first_paused_at timestamptz NOT NULL,
        paused_until timestamptz NOT NULL
      )`);
    await runner.query('DROP INDEX otp_challenges_contact');
    await runner.query('CREATE INDEX otp_challenges_contact ON otp_challenges (contact text_pattern_ops, purpose)');
    // How many of the charges are those of the newest message, to be given back if it is not sent; and when the first was made, which
    // tells how long a challenge may hand them on to the one that replaces it.
    await runner.query(`
      ALTER TABLE otp_challenges ADD COLUMN newest_charges smallint NOT NULL DEFAULT 0,
        ADD COLUMN charges_since timestamptz NOT NULL DEFAULT clock_now()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE otp_challenges DROP COLUMN charges_since, DROP COLUMN newest_charges');
    await runner.query('DROP INDEX otp_challenges_contact');
    await runner.query('CREATE INDEX otp_challenges_contact ON otp_challenges (contact, purpose)');
    await runner.query('DROP TABLE paused_blocks');
  }
}
