import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Usage that could not be applied, kept for people. In a schema of its own: the ledger alone writes and reads it. So its role
 * needs USAGE on the schema and SELECT, INSERT, UPDATE and DELETE on both tables, and no other role needs anything.
 */
export class CreateDeadLetters1790000000062 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA intake');
    await runner.query(`
      CREATE TABLE intake.dead_letters (
        topic text COLLATE "C" NOT NULL,
        partition integer NOT NULL,
        "offset" bigint NOT NULL,
        rejected_at timestamptz(3) NOT NULL,
        timestamp_ms bigint NOT NULL,
        code text COLLATE "C" NOT NULL,
        detail text COLLATE "C" NOT NULL,
        key bytea,
        value bytea,
        headers bytea NOT NULL,
        omitted_bytes bigint NOT NULL,
        customer text COLLATE "C",
        usage_source text COLLATE "C",
        usage_id text COLLATE "C",
        at_stake numeric,
        state text COLLATE "C" NOT NULL,
        order_id text COLLATE "C",
        settled_at timestamptz(3),
        outcome text COLLATE "C",
        outcome_detail text COLLATE "C",
        entry text COLLATE "C",
        PRIMARY KEY (topic, partition, "offset")
      ) WITH (fillfactor = 80)`);
    for (const name of ['key', 'value', 'headers']) {
      await runner.query(`ALTER TABLE intake.dead_letters ALTER ${name} SET STORAGE EXTERNAL`);
    }
    const place = 'topic, partition, "offset"';
    await runner.query(`CREATE INDEX dead_letters_by_time ON intake.dead_letters (rejected_at, ${place})`);
    await runner.query(
      `CREATE INDEX dead_letters_by_state ON intake.dead_letters (state, code, rejected_at, ${place})`,
    );
    await runner.query(
      'CREATE INDEX dead_letters_by_order ON intake.dead_letters (order_id, state) WHERE order_id IS NOT NULL',
    );
    await runner.query(
      'CREATE INDEX dead_letters_settled ON intake.dead_letters (settled_at) WHERE settled_at IS NOT NULL',
    );
    await runner.query(`
      CREATE TABLE intake.letter_orders (
        id text COLLATE "C" PRIMARY KEY,
        kind text COLLATE "C" NOT NULL,
        filter jsonb NOT NULL,
        reason text COLLATE "C" NOT NULL,
        actor text COLLATE "C" NOT NULL,
        ordered_at timestamptz(3) NOT NULL,
        request_key text COLLATE "C" NOT NULL,
        request_digest text COLLATE "C" NOT NULL,
        matching bigint NOT NULL,
        charged bigint NOT NULL,
        duplicates bigint NOT NULL,
        failing bigint NOT NULL,
        amount numeric NOT NULL,
        ended_at timestamptz(3)
      ) WITH (fillfactor = 50)`);
    await runner.query('CREATE INDEX letter_orders_by_request ON intake.letter_orders (request_key)');
    await runner.query('CREATE INDEX letter_orders_open ON intake.letter_orders (ordered_at) WHERE ended_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA intake CASCADE');
  }
}
