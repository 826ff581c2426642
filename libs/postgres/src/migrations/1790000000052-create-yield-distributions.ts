import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Distributions of yield, their stakers, and who wants its part staked. */
export class CreateYieldDistributions1790000000052 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE books.yield_distributions (
        distribution text COLLATE "C" NOT NULL,
        begins_at timestamptz(3) NOT NULL,
        ends_at timestamptz(3) NOT NULL,
        state text COLLATE "C" NOT NULL,
        opened_at timestamptz(3) NOT NULL,
        closed_at timestamptz(3),
        funded numeric,
        stake_time numeric,
        paid numeric,
        carried numeric,
        PRIMARY KEY (distribution)
      )`);
    await runner.query(`
      CREATE TABLE books.yield_stakers (
        distribution text COLLATE "C" NOT NULL,
        holder text COLLATE "C" NOT NULL,
        stake_time numeric NOT NULL,
        PRIMARY KEY (distribution, holder)
      )`);
    await runner.query(`
      CREATE TABLE books.compounding_changes (
        holder text COLLATE "C" NOT NULL,
        shard integer NOT NULL,
        height bigint NOT NULL,
        index integer NOT NULL,
        compounding integer NOT NULL,
        PRIMARY KEY (holder, shard, height, index)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['compounding_changes', 'yield_stakers', 'yield_distributions']) {
      await runner.query(`DROP TABLE books.${name}`);
    }
  }
}
