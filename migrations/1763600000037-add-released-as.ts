import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the contact of a challenge is stored as among those that were given up: with it a right code can be proven, and its owner registered,
 * by one statement that is told nothing of the contact. Null in challenges that cannot be answered so.
 */
export class AddReleasedAs1763600000037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE otp_challenges ADD COLUMN released_as bytea[]');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE otp_challenges DROP COLUMN released_as');
  }
}
