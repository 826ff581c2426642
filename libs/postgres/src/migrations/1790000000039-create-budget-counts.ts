import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Makes `budget_counts` as it was first defined. */
export class CreateBudgetCounts1790000000039 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "books"."budget_counts" (
        "shard" int NOT NULL,
        "height" bigint NOT NULL,
        "index" int NOT NULL,
        "customer" text COLLATE "C" NOT NULL,
        "path" text COLLATE "C" NOT NULL,
        "recorded_at" timestamptz(3) NOT NULL,
        "day" date NOT NULL,
        "used" numeric NOT NULL,
        "exceeded" numeric NOT NULL,
        PRIMARY KEY ("shard", "height", "index"))`);
    await runner.query(`CREATE INDEX "budget_counts_by_path" ON "books"."budget_counts" ("customer", "path", "day")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.budget_counts');
  }
}
