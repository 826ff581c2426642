import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What readers wish to be closed: one row for each shard, its latest instant. Whoever reads the books inserts and updates;
 * a ledger process deletes what is done. So the role of the reports needs INSERT, UPDATE and SELECT on this table, and on
 * no other of the journal more than SELECT.
 */
export class CreateClosingWishes1790000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE journal.closing_wishes (
        shard int PRIMARY KEY,
        instant timestamptz(3) NOT NULL CHECK (isfinite(instant))
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE journal.closing_wishes');
  }
}
