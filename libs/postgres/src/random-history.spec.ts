/** A history of every concept's steps, in the read models: what a new concept makes is in it without an edit here. */
import { CODEC, FLOWS, type JournalEvent } from '#concepts';
import { ROWS } from '#concepts/rows';
import { sampleMoves } from '#concepts/testing';
import { readEvents } from '#journal';
import { compareTables } from './projection/compare-tables.js';
import { digestBooks } from './projection/digest.js';
import { rebuildBooks } from './projection/rebuild.js';
import { verifyBooks } from './projection/verify-books.js';
import { ProjectedLedger } from '../test-support/projected-ledger.js';

const SEED = 20_261_126;
const MOVES = 400;

describe('given a history of the concepts’ steps', () => {
  let ledger: ProjectedLedger;

  beforeAll(async () => {
    ledger = await ProjectedLedger.openFounded(5, 3);
    for (const move of sampleMoves(ledger.scene.cast, MOVES, SEED)) await ledger.take(move);
    await ledger.project((height) => 1 + (height % 7));
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
