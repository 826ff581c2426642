import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Two things. What a journal may hold always finds room: a time that the calendar lacks is null, and numbers that a chain
 * counts have no bound. And reports about a period read running totals (`totals`): those of the rows that are there are
 * added up here, once.
 *
 * A projector of a former release that goes on writing leaves totals out: stop it first, or rebuild the books afterwards.
 */
export class ReadEverything1790000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const change of CHANGES) await runner.query(change);
    for (const fill of FILL) await runner.query(fill);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.totals');
    await runner.query('DROP INDEX IF EXISTS books.held_payouts_by_provider');
    await runner.query(`UPDATE books.entries SET time = recorded_at WHERE time IS NULL`);
    await runner.query('ALTER TABLE books.entries ALTER COLUMN time SET NOT NULL');
  }
}

const CHANGES = [
  'ALTER TABLE books.entries ALTER COLUMN time DROP NOT NULL',
  'ALTER TABLE books.receivables ALTER COLUMN time DROP NOT NULL',
  'ALTER TABLE books.settlements ALTER COLUMN block_number TYPE numeric',
  'ALTER TABLE books.payouts ALTER COLUMN block_number TYPE numeric, ALTER COLUMN log_index TYPE bigint',
  'ALTER TABLE books.chains ALTER COLUMN deploy_block TYPE numeric, ALTER COLUMN deploy_block DROP NOT NULL',
  'ALTER TABLE books.reconciliations ALTER COLUMN block_number TYPE numeric, ALTER COLUMN block_number DROP NOT NULL',
  `CREATE TABLE books.totals (name text COLLATE "C" NOT NULL, shard int NOT NULL, height bigint NOT NULL,
     amount numeric NOT NULL, PRIMARY KEY (name, shard, height))`,
  'CREATE INDEX held_payouts_by_provider ON books.held_payouts (provider, recorded_at)',
];

const RUNNING = 'sum(sum(amount)) OVER (PARTITION BY name, shard ORDER BY height)';

const FILL = [
  `INSERT INTO books.totals (name, shard, height, amount)
   SELECT name, shard, height, ${RUNNING} FROM (
     SELECT account AS name, shard, height, amount FROM books.movements
     WHERE asset = 'AIR' AND amount > 0
       AND (account ~ '^provider:[^:]+:payable$' OR account IN ('treasury:fees', 'staking:rewards', 'issuance'))
     UNION ALL
     SELECT 'provider:*:payable', shard, height, amount FROM books.movements
     WHERE asset = 'AIR' AND amount > 0 AND account ~ '^provider:[^:]+:payable$'
     UNION ALL
     SELECT CASE type WHEN 'Minted' THEN 'minted' ELSE 'burned' END, shard, height, amount FROM books.entries
     WHERE type IN ('Minted', 'Burned') AND amount > 0
   ) AS grown GROUP BY name, shard, height`,
];
