import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Proposals, what votes weigh, and the vote of each holder. */
export class CreateProposals1790000000054 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE books.proposals (
        proposal text COLLATE "C" NOT NULL,
        title text COLLATE "C" NOT NULL,
        reason text COLLATE "C" NOT NULL,
        at timestamptz(3) NOT NULL,
        closes_at timestamptz(3) NOT NULL,
        quorum_bps integer NOT NULL,
        holders integer,
        total numeric,
        yes numeric,
        no numeric,
        abstain numeric,
        result text COLLATE "C",
        PRIMARY KEY (proposal)
      )`);
    await runner.query(`
      CREATE TABLE books.vote_weights (
        proposal text COLLATE "C" NOT NULL,
        holder text COLLATE "C" NOT NULL,
        weight numeric NOT NULL,
        PRIMARY KEY (proposal, holder)
      )`);
    await runner.query(`
      CREATE TABLE books.votes (
        proposal text COLLATE "C" NOT NULL,
        holder text COLLATE "C" NOT NULL,
        choice text COLLATE "C" NOT NULL,
        weight numeric NOT NULL,
        entry text COLLATE "C" NOT NULL,
        recorded_at timestamptz(3) NOT NULL,
        PRIMARY KEY (proposal, holder)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.votes');
    await runner.query('DROP TABLE books.vote_weights');
    await runner.query('DROP TABLE books.proposals');
  }
}
