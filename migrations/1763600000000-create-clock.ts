import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The one clock of every expiry and limit. Tests move time by replacing this function; in production it is `now()`, inlined. */
export class CreateClock1763600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT now()'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION clock_now()');
  }
}
