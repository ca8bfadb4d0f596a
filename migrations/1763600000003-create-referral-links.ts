import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A code is never used again: retired ones stay as rows. */
export class CreateReferralLinks1763600000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE referral_links (
        code text PRIMARY KEY,
        user_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_now(),
        retired_at timestamptz,
        CONSTRAINT referral_links_user FOREIGN KEY (user_id) REFERENCES users (id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX referral_links_active ON referral_links (user_id) WHERE retired_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE referral_links');
  }
}
