import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What providers earned by day, model and customer; of what the books include already they know it once they are rebuilt. */
export class CreateProviderEarnings1790000000064 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE books.provider_earnings (
        provider text COLLATE "C" NOT NULL,
        day date NOT NULL,
        model text COLLATE "C" NOT NULL,
        customer text COLLATE "C" NOT NULL,
        events bigint NOT NULL,
        amount numeric NOT NULL,
        PRIMARY KEY (provider, day, model, customer)
      ) WITH (fillfactor = 60)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.provider_earnings');
  }
}
