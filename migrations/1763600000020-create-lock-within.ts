import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An advisory lock that is waited for only so long. A lock timeout of its own would abort the transaction; in here it ends a
 * subtransaction, and the caller may go on without the lock.
 */
export class CreateLockWithin1763600000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION lock_within(key bigint, patience interval) RETURNS boolean LANGUAGE plpgsql AS $$
      DECLARE
        before text := current_setting('lock_timeout');
      BEGIN
        PERFORM set_config('lock_timeout', (extract(epoch FROM patience) * 1000)::int::text, true);
        PERFORM pg_advisory_xact_lock(key);
        PERFORM set_config('lock_timeout', before, true);
        RETURN true;
      EXCEPTION WHEN lock_not_available THEN
        RETURN false;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION lock_within(bigint, interval)');
  }
}
