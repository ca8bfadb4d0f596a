import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what to whom. Without foreign keys: an entry outlives what it tells of. `gathered_as` joins failures of one kind and hour. */
export class CreateAudit1763600000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entries (
        id uuid PRIMARY KEY,
        action text NOT NULL,
        actor_id uuid,
        subject_id uuid,
        masked_address text,
        details jsonb NOT NULL DEFAULT '{}',
        times int NOT NULL DEFAULT 1,
        gathered_as bytea,
        created_at timestamptz NOT NULL DEFAULT clock_now(),
        last_at timestamptz NOT NULL DEFAULT clock_now()
      )`);
    await runner.query(
      'CREATE INDEX audit_entries_subject ON audit_entries (subject_id, id) WHERE subject_id IS NOT NULL',
    );
    // A sign-in is in neither: it is done by whom it is done to, and there are more of them than of all the rest.
    await runner.query(
      'CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id) WHERE actor_id IS DISTINCT FROM subject_id',
    );
    await runner.query(
      `CREATE INDEX audit_entries_action ON audit_entries (action, id)
       WHERE action <> ALL ('{auth.signed_in,auth.registered}')`,
    );
    await runner.query(
      'CREATE UNIQUE INDEX audit_entries_gathered ON audit_entries (gathered_as) WHERE gathered_as IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_entries');
  }
}
