import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When receivables were booked, and what covered them. What was covered before is not among them until the books are rebuilt, which
 * `airtime verify --tables` says: until then less was owed at earlier instants.
 */
export class CreateCoveredParts1790000000048 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.receivables ADD COLUMN recorded_at timestamptz(3)');
    await runner.query(`
      UPDATE books.receivables SET recorded_at = page_times.recorded_at FROM books.page_times
      WHERE page_times.shard = receivables.shard AND page_times.height = receivables.height`);
    await runner.query('ALTER TABLE books.receivables ALTER COLUMN recorded_at SET NOT NULL');
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
