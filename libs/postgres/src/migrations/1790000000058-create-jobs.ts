import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Jobs: work that somebody asked for and that goes on behind the requests. In a schema of its own: no journal gives it, and no rebuild
 * touches it. The role of the ledger needs USAGE on the schema and SELECT, INSERT and UPDATE on both tables.
 */
export class CreateJobs1790000000058 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA jobs');
    await runner.query(`
      CREATE TABLE jobs.jobs (
        id text COLLATE "C" PRIMARY KEY,
        kind text COLLATE "C" NOT NULL,
        state text COLLATE "C" NOT NULL,
        wish jsonb NOT NULL,
        actor text COLLATE "C" NOT NULL,
        digest text COLLATE "C" NOT NULL,
        asked_at timestamptz(3) NOT NULL,
        began_at timestamptz(3),
        ended_at timestamptz(3),
        progress jsonb,
        step bigint NOT NULL,
        error text COLLATE "C"
      ) WITH (fillfactor = 50)`);
    await runner.query('CREATE INDEX jobs_by_time ON jobs.jobs (asked_at, id)');
    await runner.query(`
      CREATE TABLE jobs.sums (
        job text COLLATE "C" NOT NULL,
        what text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        events bigint NOT NULL,
        before numeric NOT NULL,
        after numeric NOT NULL,
        PRIMARY KEY (job, what, name)
      ) WITH (fillfactor = 70)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA jobs CASCADE');
  }
}
