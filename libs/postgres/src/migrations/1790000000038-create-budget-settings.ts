import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Makes `budget_settings` as it was first defined. */
export class CreateBudgetSettings1790000000038 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "books"."budget_settings" (
        "customer" text COLLATE "C" NOT NULL,
        "path" text COLLATE "C" NOT NULL,
        "shard" int NOT NULL,
        "height" bigint NOT NULL,
        "index" int NOT NULL,
        "recorded_at" timestamptz(3) NOT NULL,
        "limit" numeric NOT NULL,
        "period" text COLLATE "C" NOT NULL,
        "on_exceed" text COLLATE "C" NOT NULL,
        "thresholds" jsonb NOT NULL,
        "counts_from" timestamptz(3),
        PRIMARY KEY ("customer", "path", "shard", "height", "index"))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.budget_settings');
  }
}
