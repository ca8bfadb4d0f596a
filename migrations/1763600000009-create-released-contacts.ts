import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keyed hashes of contacts that people gave up: enough to know one again, and nothing else. */
export class CreateReleasedContacts1763600000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE released_contacts (
        contact bytea NOT NULL,
        user_id uuid NOT NULL,
        blocked boolean NOT NULL,
        released_at timestamptz NOT NULL DEFAULT clock_now(),
        PRIMARY KEY (contact, user_id),
        CONSTRAINT released_contacts_user FOREIGN KEY (user_id) REFERENCES users (id)
      )`);
    await runner.query('CREATE INDEX released_contacts_age ON released_contacts (released_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE released_contacts');
  }
}
