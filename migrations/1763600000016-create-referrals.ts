import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who invited whom. The row of an inviter is the counter that numbers the edges, so counting them and turning their pages
 * costs the same for ten and for a hundred thousand.
 */
export class CreateReferrals1763600000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE inviters (
        user_id uuid PRIMARY KEY,
        invitees int NOT NULL,
        CONSTRAINT inviters_user FOREIGN KEY (user_id) REFERENCES users (id),
        CONSTRAINT inviters_counted CHECK (invitees > 0)
      ) WITH (fillfactor = 70)`);
    await runner.query('CREATE INDEX inviters_top ON inviters (invitees, user_id)');
    await runner.query(`
      CREATE TABLE referrals (
        invitee_id uuid PRIMARY KEY,
        inviter_id uuid NOT NULL,
        ordinal int NOT NULL,
        code text NOT NULL,
        via text NOT NULL,
        network bytea,
        activated_at timestamptz NOT NULL DEFAULT clock_now(),
        CONSTRAINT referrals_invitee FOREIGN KEY (invitee_id) REFERENCES users (id),
        CONSTRAINT referrals_inviter FOREIGN KEY (inviter_id) REFERENCES users (id),
        CONSTRAINT referrals_code FOREIGN KEY (code) REFERENCES referral_links (code),
        CONSTRAINT referrals_not_own CHECK (invitee_id <> inviter_id),
        CONSTRAINT referrals_counted CHECK (ordinal > 0),
        CONSTRAINT referrals_via_known CHECK (via IN ('typed', 'link', 'qr'))
      )`);
    await runner.query('CREATE UNIQUE INDEX referrals_of_inviter ON referrals (inviter_id, ordinal)');
    await runner.query('CREATE INDEX referrals_age ON referrals (activated_at, invitee_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE referrals');
    await runner.query('DROP TABLE inviters');
  }
}
