import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of how many rows, as a part of the table, the room is won back at the latest. PostgreSQL's own 0.2 is days of deleting. */
const PARTS = {
  otp_challenges: 0.05,
  rate_limits: 0.05,
  idempotent_answers: 0.05,
  otp_known_networks: 0.05,
  messages: 0.02,
  sessions: 0.02,
  audit_entries: 0.02,
};

/** Rows are deleted all the time, and new ones take their place only once the room of the old is won back. */
export class VacuumWhatGrowsOld1763600000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, part] of Object.entries(PARTS)) {
      await runner.query(`ALTER TABLE ${table} SET (autovacuum_vacuum_scale_factor = ${part})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(PARTS)) {
      await runner.query(`ALTER TABLE ${table} RESET (autovacuum_vacuum_scale_factor)`);
    }
  }
}
