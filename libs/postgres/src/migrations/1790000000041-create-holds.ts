import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What holds reserve, and how they ended. */
export class CreateHolds1790000000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE books.holds (
        hold text COLLATE "C" PRIMARY KEY,
        customer text COLLATE "C" NOT NULL,
        state text COLLATE "C" NOT NULL,
        amount numeric NOT NULL,
        amount_held numeric NOT NULL,
        captured numeric NOT NULL,
        released numeric NOT NULL,
        receivable numeric NOT NULL,
        receipt text COLLATE "C" NOT NULL,
        budget text COLLATE "C",
        reference text COLLATE "C",
        reserved_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3)
      )`);
    await runner.query('CREATE INDEX holds_by_customer ON books.holds (customer, reserved_at, hold)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.holds');
  }
}
