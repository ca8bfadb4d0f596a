import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Administrators see which number blocks are paused now, of all that ever were. */
export class IndexPausedBlocks1763600000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX paused_blocks_until ON paused_blocks (paused_until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX paused_blocks_until');
  }
}
