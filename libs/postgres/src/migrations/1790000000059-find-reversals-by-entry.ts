import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What took an entry back is found from that entry: its explanation says so. */
export class FindReversalsByEntry1790000000059 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX reversals_by_entry ON books.reversals (reversed)');
  }

  async down(runner: QueryRunner): Promise<void> {
    // A rebuild lets PostgreSQL name the indexes.
    await runner.query('DROP INDEX IF EXISTS books.reversals_by_entry');
  }
}
