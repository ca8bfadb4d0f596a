import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far those have come who look through a table, some rows at a time, for what is old and in no index. */
export class CreateRetentionWalks1763600000029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE retention_walks (
        name text PRIMARY KEY,
        position text NOT NULL,
        rests_until timestamptz NOT NULL
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE retention_walks');
  }
}
