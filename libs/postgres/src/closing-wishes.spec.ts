import { describeClosingWishes } from '#journal/contract';
import { SpecDatabase } from '../test-support/database.js';
import { PostgresClosingWishes } from './closing-wishes.js';
import type { Pool } from './connection.js';

let database: SpecDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await SpecDatabase.start();
  pool = database.openPool();
}, 120_000);

afterAll(() => database.stop());

describeClosingWishes('PostgreSQL', () => Promise.resolve(new PostgresClosingWishes(pool)));

it('keeps one row for each shard, however often its closing is wished', async () => {
  const wishes = new PostgresClosingWishes(pool);
  const many = Array.from({ length: 50 }, (_, n) => new Date(Date.UTC(2026, 1, 1) + n).toISOString());
  await Promise.all(many.map((instant) => wishes.wish(new Map([[9, instant]]))));
  const { rows } = await pool.query('SELECT instant FROM journal.closing_wishes WHERE shard = 9');
  expect(rows).toEqual([{ instant: new Date(many.at(-1)!) }]);
  await wishes.close();
});
