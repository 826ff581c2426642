import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What changed grants otherwise than by their order. */
export class CreateGrants1790000000037 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE books.grant_changes (
        holder text COLLATE "C" NOT NULL,
        shard int NOT NULL,
        height bigint NOT NULL,
        index int NOT NULL,
        ordinal int NOT NULL,
        "grant" text COLLATE "C" NOT NULL,
        change text COLLATE "C" NOT NULL,
        amount numeric NOT NULL,
        kind text COLLATE "C",
        priority int,
        effective_at timestamptz(3),
        expires_at timestamptz(3),
        PRIMARY KEY (holder, shard, height, index, ordinal)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.grant_changes');
  }
}
