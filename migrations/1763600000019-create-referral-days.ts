import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many people came and how many activated a code on each day that is over: counted once, and read from then on. */
export class CreateReferralDays1763600000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE referral_days (
        day date PRIMARY KEY,
        new_people int NOT NULL,
        activations int NOT NULL
      )`);
    await runner.query('CREATE INDEX users_age ON users (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX users_age');
    await runner.query('DROP TABLE referral_days');
  }
}
