import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A usage that an older journal names as a capture is named could not be written: where each was booked is of the key now. */
export class TellReceivablesApart1790000000047 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.receivables DROP CONSTRAINT receivables_pkey');
    await runner.query('ALTER TABLE books.receivables ADD PRIMARY KEY (customer, usage_key, shard, height, index)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.receivables DROP CONSTRAINT receivables_pkey');
    await runner.query('ALTER TABLE books.receivables ADD PRIMARY KEY (customer, usage_key, shard)');
  }
}
