import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Makes `meters_in_use` as it was first defined, with what the books know already; of regions they know nothing until they are rebuilt. */
export class CreateMetersInUse1790000000046 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "books"."meters_in_use" (
        "day" date NOT NULL,
        "usage_type" text COLLATE "C" NOT NULL,
        "model" text COLLATE "C" NOT NULL,
        "provider" text COLLATE "C" NOT NULL,
        "region" text COLLATE "C" NOT NULL,
        "meter" text COLLATE "C" NOT NULL,
        "events" bigint NOT NULL,
        PRIMARY KEY ("day", "usage_type", "model", "provider", "region", "meter")) WITH (fillfactor = 60)`);
    await runner.query(`
      INSERT INTO books.meters_in_use (day, usage_type, model, provider, region, meter, events)
      SELECT day, usage_type, model, provider, '', meter, sum(events)
      FROM books.usage_totals GROUP BY day, usage_type, model, provider, meter`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.meters_in_use');
  }
}
