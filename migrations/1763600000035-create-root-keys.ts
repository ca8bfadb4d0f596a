import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What all keys are derived from, one row for each secret of the application that may open it. Those that were sealed under the same
 * secret have the same number, and the greatest number is that of the secret in force.
 */
export class CreateRootKeys1763600000035 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE root_keys (
        id uuid,
        sealed_under bytea,
        sealed_key bytea NOT NULL,
        number int NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (id, sealed_under)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE root_keys');
  }
}
