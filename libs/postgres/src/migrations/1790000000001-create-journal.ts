import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The journal: one row per page. Header values are kept as the texts that the page's hash covers. Rows never change:
 * a trigger refuses it. A superuser who wants to prove that `airtime verify` finds tampering goes around the trigger
 * with `SET session_replication_role = replica` in that session.
 *
 * Bodies are stored uncompressed: for a page of a megabyte that costs the server 4 ms of CPU, pglz 9 ms (measured on two
 * cores; lz4 is not in every build of PostgreSQL). Their digest covers the text itself, so this changes nothing else.
 */
export class CreateJournal1790000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA journal');
    await runner.query(`
      CREATE TABLE journal.pages (
        shard int NOT NULL,
        height bigint NOT NULL CHECK (height > 0),
        recorded_at text COLLATE "C" NOT NULL,
        previous_hash text COLLATE "C" NOT NULL,
        offsets json NOT NULL,
        count int NOT NULL,
        body_digest text COLLATE "C" NOT NULL,
        hash text COLLATE "C" NOT NULL,
        body bytea NOT NULL,
        journal text COLLATE "C" NOT NULL,
        writer text COLLATE "C" NOT NULL,
        registry_height bigint NOT NULL,
        registry_hash text COLLATE "C" NOT NULL,
        signature text COLLATE "C" NOT NULL,
        PRIMARY KEY (shard, height)
      )`);
    await runner.query('ALTER TABLE journal.pages ALTER body SET STORAGE EXTERNAL');
    await runner.query(`
      CREATE FUNCTION journal.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'pages of the journal never change (% refused)', TG_OP USING ERRCODE = 'restrict_violation';
      END $$`);
    await runner.query(`
      CREATE TRIGGER pages_never_change BEFORE UPDATE OR DELETE ON journal.pages
      FOR EACH ROW EXECUTE FUNCTION journal.refuse_change()`);
    await runner.query(`
      CREATE TRIGGER pages_never_vanish BEFORE TRUNCATE ON journal.pages
      FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change()`);
  }

  async down(): Promise<void> {
    throw new Error('the journal is the source of truth: drop its schema by hand if you mean it');
  }
}
