import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each entry did to stakes, and to what is on its way back. */
export class CreateStakeChanges1790000000050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE books.stake_changes (
        holder text COLLATE "C" NOT NULL,
        shard integer NOT NULL,
        height bigint NOT NULL,
        index integer NOT NULL,
        ordinal integer NOT NULL,
        staked numeric NOT NULL,
        unbonding numeric NOT NULL,
        unbonding_id text COLLATE "C",
        completes_at timestamptz(3),
        PRIMARY KEY (holder, shard, height, index, ordinal)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.stake_changes');
  }
}
