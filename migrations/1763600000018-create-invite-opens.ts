import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How often share links are opened. Visits are known for a day only, as hashes under a salt of that day, and both go when
 * the day is over; the counts stay.
 */
export class CreateInviteOpens1763600000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE invite_days (
        day date PRIMARY KEY,
        salt bytea,
        opens int NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE invite_visits (
        day date NOT NULL,
        code text NOT NULL,
        visitor bytea NOT NULL,
        PRIMARY KEY (day, code, visitor)
      )`);
    await runner.query(`
      CREATE TABLE invite_opens (
        user_id uuid PRIMARY KEY,
        opens int NOT NULL,
        CONSTRAINT invite_opens_user FOREIGN KEY (user_id) REFERENCES users (id)
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE invite_opens');
    await runner.query('DROP TABLE invite_visits');
    await runner.query('DROP TABLE invite_days');
  }
}
