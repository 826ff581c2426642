import type { MigrationInterface, QueryRunner } from 'typeorm';

const EMPTY_BOOKS = `
  DO $$
  DECLARE tables text;
  BEGIN
    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO tables FROM pg_tables WHERE schemaname = 'books';
    EXECUTE 'TRUNCATE ' || tables;
  END $$`;

/**
 * When receivables were booked, and what covered them. Only the journal knows it of what was covered before, and books that
 * lack it would answer wrongly for earlier instants: they are emptied, and the projector folds the journal into them anew.
 */
export class CreateCoveredParts1790000000048 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EMPTY_BOOKS);
    await runner.query('ALTER TABLE books.receivables ADD COLUMN recorded_at timestamptz(3) NOT NULL');
    await runner.query(
      'CREATE INDEX receivables_open ON books.receivables (customer, recorded_at) WHERE amount_open > 0',
    );
    await runner.query(`
      CREATE TABLE books.covered_parts (
        shard int NOT NULL,
        height bigint NOT NULL,
        index int NOT NULL,
        ordinal int NOT NULL,
        customer text COLLATE "C" NOT NULL,
        usage_key text COLLATE "C" NOT NULL,
        amount numeric NOT NULL,
        PRIMARY KEY (shard, height, index, ordinal)
      )`);
    await runner.query('CREATE INDEX covered_parts_by_customer ON books.covered_parts (customer, shard, height)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.covered_parts');
    await runner.query('DELETE FROM books.receivables WHERE amount_open = 0');
    await runner.query('ALTER TABLE books.receivables DROP COLUMN recorded_at');
  }
}
