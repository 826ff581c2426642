import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who is signed in to the console. In a schema of its own: every service reads who calls by a cookie, and the one that signs
 * in (reporting) writes. So each role needs USAGE on the schema, SELECT on both tables and UPDATE (seen_at) on the sessions; that of
 * the reports INSERT and DELETE on both beside it.
 */
export class CreateConsole1790000000055 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA console');
    await runner.query(`
      CREATE TABLE console.sessions (
        hash text COLLATE "C" PRIMARY KEY,
        key_hash text COLLATE "C" NOT NULL,
        begun_at timestamptz(3) NOT NULL,
        seen_at timestamptz(3) NOT NULL
      ) WITH (fillfactor = 70)`);
    await runner.query(`
      CREATE TABLE console.links (
        hash text COLLATE "C" PRIMARY KEY,
        key_hash text COLLATE "C" NOT NULL,
        ends_at timestamptz(3) NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA console CASCADE');
  }
}
