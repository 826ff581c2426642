import type { MigrationInterface, QueryRunner } from 'typeorm';

const EMPTY_BOOKS = `
  DO $$
  DECLARE tables text;
  BEGIN
    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO tables FROM pg_tables WHERE schemaname = 'books';
    EXECUTE 'TRUNCATE ' || tables;
  END $$`;

/**
 * What providers earned by day, model and customer. Only the journal knows it of what was charged before: the books are emptied,
 * and the projector folds the journal into them anew.
 */
export class CreateProviderEarnings1790000000064 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EMPTY_BOOKS);
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
