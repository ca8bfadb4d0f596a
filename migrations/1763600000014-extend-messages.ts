import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `subject_id` is the person a message is about. What is `fleeting` forgets its recipient once it is settled. */
export class ExtendMessages1763600000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE messages ADD COLUMN subject_id uuid, ADD COLUMN fleeting boolean NOT NULL DEFAULT false',
    );
    await runner.query('CREATE INDEX messages_subject ON messages (subject_id) WHERE subject_id IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX messages_subject');
    await runner.query('ALTER TABLE messages DROP COLUMN fleeting, DROP COLUMN subject_id');
  }
}
