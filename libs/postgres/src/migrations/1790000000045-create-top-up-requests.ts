import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Thresholds of customers, and when they fell below them. */
export class CreateTopUpRequests1790000000045 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.parties ADD COLUMN top_up_threshold numeric');
    await runner.query(`
      CREATE TABLE books.top_up_requests (
        shard int NOT NULL,
        height bigint NOT NULL,
        index int NOT NULL,
        customer text COLLATE "C" NOT NULL,
        threshold numeric NOT NULL,
        funds numeric NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        PRIMARY KEY (shard, height, index)
      )`);
    await runner.query(
      'CREATE INDEX top_up_requests_by_time ON books.top_up_requests (recorded_at, shard, height, index)',
    );
    await runner.query('CREATE INDEX top_up_requests_by_customer ON books.top_up_requests (customer, recorded_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.top_up_requests');
    await runner.query('ALTER TABLE books.parties DROP COLUMN top_up_threshold');
  }
}
