import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What compliance keeps out of payouts is withheld; a hold is a reservation. */
export class NameWhatIsWithheld1790000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.held_payouts RENAME TO withheld_payouts');
    await runner.query('ALTER INDEX books.held_payouts_pkey RENAME TO withheld_payouts_pkey');
    await runner.query('ALTER INDEX books.held_payouts_by_provider RENAME TO withheld_payouts_by_provider');
    await runner.query('ALTER TABLE books.settlements RENAME held_count TO withheld_count');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE books.settlements RENAME withheld_count TO held_count');
    await runner.query('ALTER INDEX books.withheld_payouts_by_provider RENAME TO held_payouts_by_provider');
    await runner.query('ALTER INDEX books.withheld_payouts_pkey RENAME TO held_payouts_pkey');
    await runner.query('ALTER TABLE books.withheld_payouts RENAME TO held_payouts');
  }
}
