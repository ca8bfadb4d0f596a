import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a person gave out or gave up before: found by the person, and written only when it happens. */
export class IndexRetiredCodes1763600000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX referral_links_retired ON referral_links (user_id, retired_at) WHERE retired_at IS NOT NULL',
    );
    await runner.query('CREATE INDEX released_contacts_person ON released_contacts (user_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX released_contacts_person');
    await runner.query('DROP INDEX referral_links_retired');
  }
}
