/** A history of every concept's steps, in the read models: what a new concept makes is in it without an edit here. */
import { CODEC, FLOWS, type JournalEvent } from '#concepts';
import { ROWS } from '#concepts/rows';
import { sampleMoves } from '#concepts/testing';
import { columnName, namesOf } from '#domain';
import { readEvents } from '#journal';
import { compareTables } from './projection/compare-tables.js';
import { digestBooks } from './projection/digest.js';
import { rebuildBooks } from './projection/rebuild.js';
import { verifyBooks } from './projection/verify-books.js';
import { ProjectedLedger } from '../test-support/projected-ledger.js';

const SEED = 20_261_130;
const MOVES = 920;
const STOP_EVERY = 40;

/** Every column of amounts that has a control account. */
const CONTROLLED = ROWS.tables.flatMap(({ name, control }) =>
  Object.entries(control ?? {}).flatMap(([column, account]) =>
    account === undefined ? [] : [{ name, column: columnName(column), account }],
  ),
);

/** What those columns and their accounts add up to, by the column's name. */
async function sumControlled({ pool }: ProjectedLedger) {
  const sums = new Map<string, { readonly held: string; readonly balances: string }>();
  for (const { name, column, account } of CONTROLLED) {
    const { rows } = await pool.query<{ held: string; balances: string }>(
      `SELECT (SELECT coalesce(sum(${column}), 0)::text FROM books.${name}) AS held,
              (SELECT coalesce(sum(balance) * $2, 0)::text FROM books.balances WHERE account ~ $1) AS balances`,
      [namesOf(account), account.root === 'assets' ? -1 : 1],
    );
    sums.set(`${name}.${column}`, rows[0]!);
  }
  return sums;
}

describe('given a history of the concepts’ steps', () => {
  let ledger: ProjectedLedger;
  const stops: Awaited<ReturnType<typeof sumControlled>>[] = [];

  beforeAll(async () => {
    ledger = await ProjectedLedger.openFounded(5, 3);
    for (const [i, move] of sampleMoves(ledger.scene.cast, MOVES, SEED).entries()) {
      await ledger.take(move);
      if ((i + 1) % STOP_EVERY !== 0) continue;
      await ledger.project((height) => 1 + (height % 7));
      stops.push(await sumControlled(ledger));
    }
  });

  afterAll(() => ledger.stop());

  it('has every event in it that moves value', async () => {
    const types = new Set<string>();
    for (const shard of ledger.allShards) {
      for (const page of await ledger.pagesOf(shard)) {
        for (const { event } of readEvents<JournalEvent>(page, CODEC)) types.add(event.type);
      }
    }
    expect(Object.keys(FLOWS).filter((type) => !types.has(type))).toEqual([]);
  });

  it('the read models hold the balances of the fold', async () => {
    expect(await verifyBooks(ledger.pool, ROWS, ledger.expectedBalances())).toEqual([]);
  });

  it.each(CONTROLLED)('$column of $name always adds up to the balances of $account.pattern', ({ name, column }) => {
    const sums = stops.map((stop) => stop.get(`${name}.${column}`)!);
    expect(sums.filter(({ held, balances }) => held !== balances)).toEqual([]);
    expect(sums.filter(({ held }) => held !== '0').length).toBeGreaterThan(0);
  });

  it('a rebuild gives the same rows', async () => {
    const before = await digestBooks(ledger.pool, ROWS);
    await rebuildBooks({ rows: ROWS, pool: ledger.pool, store: ledger.journal, shards: ledger.allShards });
    expect(await digestBooks(ledger.pool, ROWS)).toEqual(before);
  });

  it('every table is the same as its replay', async () => {
    const { tables } = await compareTables({ rows: ROWS, pool: ledger.pool, store: ledger.journal });
    expect(tables.filter(({ isEqual }) => !isEqual)).toEqual([]);
  });
});
