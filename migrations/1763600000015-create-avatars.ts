import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Small pictures, in the database so that every process serves them. The id is unguessable and changes with the picture. */
export class CreateAvatars1763600000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE avatars (
        id text PRIMARY KEY,
        user_id uuid NOT NULL,
        image bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_now(),
        CONSTRAINT avatars_owner UNIQUE (user_id),
        CONSTRAINT avatars_user FOREIGN KEY (user_id) REFERENCES users (id)
      )`);
    await runner.query('ALTER TABLE avatars ALTER COLUMN image SET STORAGE EXTERNAL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE avatars');
  }
}
