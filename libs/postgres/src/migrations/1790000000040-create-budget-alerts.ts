import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Makes `budget_alerts` as it was first defined. */
export class CreateBudgetAlerts1790000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "books"."budget_alerts" (
        "customer" text COLLATE "C" NOT NULL,
        "path" text COLLATE "C" NOT NULL,
        "threshold" int NOT NULL,
        "shard" int NOT NULL,
        "height" bigint NOT NULL,
        "index" int NOT NULL,
        "recorded_at" timestamptz(3) NOT NULL,
        "day" date NOT NULL,
        "used" numeric NOT NULL,
        PRIMARY KEY ("customer", "path", "threshold", "shard", "height", "index"))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.budget_alerts');
  }
}
