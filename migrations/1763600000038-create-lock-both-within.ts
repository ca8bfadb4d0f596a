import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Two advisory locks, in an order that is the same for everybody, each waited for only so long. Where nobody holds them, which is the rule, it costs no
 * subtransaction.
 */
export class CreateLockBothWithin1763600000038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION lock_both_within(one bigint, other bigint, patience interval) RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT pg_try_advisory_xact_lock(least(one, other)) AND NOT lock_within(least(one, other), patience) THEN
          RETURN false;
        END IF;
        RETURN pg_try_advisory_xact_lock(greatest(one, other)) OR lock_within(greatest(one, other), patience);
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION lock_both_within(bigint, bigint, interval)');
  }
}
