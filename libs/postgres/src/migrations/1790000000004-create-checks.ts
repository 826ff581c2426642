import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators asked about the books and what came out: kept outside of the books, which a rebuild replaces. */
export class CreateChecks1790000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA checks');
    await runner.query(`
      CREATE TABLE checks.table_comparisons (
        compared_at timestamptz(3) PRIMARY KEY,
        duration_ms bigint NOT NULL,
        heights jsonb NOT NULL,
        differing text[] NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA checks CASCADE');
  }
}
