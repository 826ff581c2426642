import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Makes `reversals` as it was first defined. */
export class CreateReversals1790000000049 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "books"."reversals" (
        "shard" integer NOT NULL,
        "height" bigint NOT NULL,
        "index" integer NOT NULL,
        "reversed" text COLLATE "C" NOT NULL,
        "holder" text COLLATE "C" NOT NULL,
        "amount" numeric NOT NULL,
        "reason" text COLLATE "C" NOT NULL,
        "reissued" numeric NOT NULL,
        "retired" numeric NOT NULL,
        "recorded_at" timestamptz(3) NOT NULL,
        PRIMARY KEY ("shard", "height", "index"))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.reversals');
  }
}
