import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The request that a message was written for, and its trace (W3C Trace Context), so that logs and traces of the worker lead back to it. */
export class AddCausesOfMessages1763600000033 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE messages ADD COLUMN request_id text, ADD COLUMN traceparent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE messages DROP COLUMN traceparent, DROP COLUMN request_id');
  }
}
