import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The most that a customer may owe. */
export class AddCreditLimits1790000000044 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.parties ADD COLUMN credit_limit numeric');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.parties DROP COLUMN credit_limit');
  }
}
