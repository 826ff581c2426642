import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What entries reserved by holds, and until when. */
export class CreateHeldParts1790000000043 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE books.held_parts (
        shard int NOT NULL,
        height bigint NOT NULL,
        index int NOT NULL,
        hold text COLLATE "C" NOT NULL,
        customer text COLLATE "C" NOT NULL,
        amount numeric NOT NULL,
        settled_height bigint,
        PRIMARY KEY (shard, height, index)
      )`);
    await runner.query('CREATE INDEX held_parts_by_hold ON books.held_parts (hold)');
    await runner.query('CREATE INDEX held_parts_by_customer ON books.held_parts (customer, settled_height)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE books.held_parts');
  }
}
