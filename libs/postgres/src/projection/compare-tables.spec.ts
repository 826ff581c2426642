import { ROUNDS } from '#concepts';
import { ROWS } from '#concepts/rows';
import { nextOfRound, reconciliation, sampleMoves, TIME, WHO } from '#concepts/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { atto, columnName, type AnyTable } from '#domain';
import type { JournalStore } from '#journal';
import { eventually } from '#testing';
import type { Pool } from '../connection.js';
import { findLastComparison } from '../reading/comparisons.js';
import { readModels } from '../tables/index.js';
import { ProjectedLedger } from '../../test-support/projected-ledger.js';
import { compareTables, ComparisonUnderWay } from './compare-tables.js';
import { Projection } from './projection.js';
import { rebuildBooks } from './rebuild.js';

const READ_MODELS = readModels(ROWS);
const NAMES = READ_MODELS.map(({ name }) => name);

const SEED = 20_261_126;
const MOVES_MAX = 1_000;

/** SQL of another value than a column holds. */
function otherValue(table: AnyTable, property: string): string {
  const name = `"${columnName(property)}"`;
  switch (table.columns[property]!.type) {
    case 'int':
    case 'bigint':
    case 'numeric':
    case 'numeric(60,9)':
      return `coalesce(${name}, 0) + 1`;
    case 'date':
      return `${name} + 1`;
    case 'timestamptz(3)':
      return `coalesce(${name}, '2020-01-01Z') + interval '1 ms'`;
    case 'jsonb':
      return `'[1]'`;
    case 'text[]':
      return `array_append(${name}, 'x')`;
    case 'bytea':
    case 'json':
    case 'text':
      return `coalesce(${name}, '') || 'x'`;
  }
}

/** Any one row of a table. */
const oneRow = ({ name }: AnyTable): string => `(tableoid, ctid) = (SELECT tableoid, ctid FROM books.${name} LIMIT 1)`;

/** What somebody with the database's password may do to one row, by table. */
const CHANGES: Readonly<Record<string, (table: AnyTable) => string>> = {
  'changes a row': (table) => {
    const column = Object.keys(table.columns).findLast((property) => !table.key.includes(property))!;
    return `UPDATE books.${table.name} SET "${columnName(column)}" = ${otherValue(table, column)} WHERE ${oneRow(table)}`;
  },
  'deletes a row': (table) => `DELETE FROM books.${table.name} WHERE ${oneRow(table)}`,
  'inserts a row': (table) => {
    // The same as another, but for the part of its key that is no partition's.
    const own = table.key.findLast((property) => property !== table.partitionBy)!;
    const columns = Object.keys(table.columns);
    const values = columns.map((property) =>
      property === own ? otherValue(table, property).replace('+ 1', '+ 7000') : `"${columnName(property)}"`,
    );
    const names = columns.map((property) => `"${columnName(property)}"`);
    return `INSERT INTO books.${table.name} (${names.join(', ')})
            SELECT ${values.join(', ')} FROM books.${table.name} WHERE ${oneRow(table)}`;
  },
};

describe('the read models beside a replay of the journal', () => {
  let pool: Pool;
  let ledger: ProjectedLedger;

  /** Adds one page of each shard. */
  const projectAPage = async (): Promise<void> => {
    for (const shard of ledger.allShards) {
      const projection = new Projection({ rows: ROWS, pool, shard });
      const next = ((await projection.position())?.height ?? 0) + 1;
      await projection.apply((await ledger.pagesOf(shard, next)).slice(0, 1));
    }
  };
  const anyIsEmpty = async (): Promise<boolean> => {
    const counts = READ_MODELS.map(({ name }) => `SELECT FROM books.${name} LIMIT 1`);
    for (const one of counts) if ((await pool.query(one)).rowCount === 0) return true;
    return false;
  };
  const compare = (store: JournalStore = ledger.journal) => compareTables({ rows: ROWS, pool, store });
  const namesOfDiffering = async (): Promise<string[]> =>
    (await compare()).tables.filter(({ isEqual }) => !isEqual).map(({ table }) => table);

  beforeAll(async () => {
    ledger = await ProjectedLedger.openFounded(4, 3);
    pool = ledger.pool;
    for (let i = 0; i < 4; i++) await ledger.mint(`c${i}`, 2 + i);
    for (let i = 0; i < 4; i++) await ledger.useVariously(`c${i}`, 20);
    const twice = { source: 'gateway/test', id: 'twice' };
    await ledger.use('c0', { ...twice, digest: '1'.repeat(16) });
    await ledger.use('c0', { ...twice, digest: '2'.repeat(16) });
    await ledger.command('c0', {
      type: 'ChargeUsage',
      items: [{ index: 0, offset: 41, invalid: { id: 'x', code: 'USAGE_INVALID', detail: 'no event' } }],
      actor: 'kafka:test',
      receivedAtMs: ledger.now,
      range: { name: 'airtime.usage.v1', partition: 3, from: 41, to: 42 },
    });
    const budget = { customer: 'c1', path: 'c1', limit: atto(1n), period: 'total', onExceed: 'receivable' } as const;
    await ledger.command('c1', { type: 'SetBudget', ...budget });
    await ledger.use('c1', {});
    await ledger.mint('c2', 1_000_000);
    await ledger.command('c2', { type: 'ReserveHold', customer: 'c2', amount: atto(1n) });
    await ledger.command('c2', { type: 'StakeTokens', holder: 'c2', amount: atto(2n) });
    await ledger.command('c2', { type: 'UnstakeTokens', holder: 'c2', amount: atto(1n) });
    await ledger.command('c2', { type: 'SetCompounding', holder: 'c2', compounding: true });
    const epoch = { from: new Date(ledger.now - 60_000).toISOString(), to: ledger.tick() };
    await ledger.register({ type: 'OpenYield', ...epoch });
    const nextOfYield = () => nextOfRound(ledger.scene, ROUNDS.yield, undefined);
    for (let ask = nextOfYield(); ask !== undefined; ask = nextOfYield()) await ledger.execute(ask);
    // It falls below its threshold.
    const topUpThreshold = atto(999_000n * 10n ** 18n);
    await ledger.register({ type: 'SetCustomerTerms', party: 'c2', topUpThreshold, time: TIME, provenance: WHO });
    await ledger.use('c2', { meters: { input_tokens: '1000000' } });
    await ledger.settle('b1');
    await ledger.register(reconciliation('r1'));
    // What fills the tables of concepts that are not named here.
    const moves = sampleMoves(ledger.scene.cast, MOVES_MAX, SEED);
    while (moves.length > 0 && (await anyIsEmpty())) {
      for (const move of moves.splice(0, 50)) await ledger.take(move);
      await ledger.project();
    }
  });

  afterAll(() => ledger.stop());

  it('are the same, and that is noted', async () => {
    expect(await findLastComparison(pool)).toBeUndefined();
    const comparison = await compare();
    expect(comparison.tables.map(({ table }) => table)).toEqual(NAMES);
    for (const { isEqual, rows, replayedRows } of comparison.tables) {
      expect(isEqual).toBe(true);
      expect(rows).toBeGreaterThan(0);
      expect(replayedRows).toBe(rows);
    }
    expect(comparison.heights).toEqual(
      [...ledger.ledgers, ledger.registry].map(({ shard, height }) => ({ shard, height })),
    );
    expect(await findLastComparison(pool)).toEqual({
      comparedAt: comparison.comparedAt,
      heights: comparison.heights,
      differing: [],
    });
    expect((await pool.query(`SELECT FROM pg_namespace WHERE nspname = 'books_replay'`)).rowCount).toBe(0);
  });

  // Every other table at a time: those that nobody touched must not be named.
  describe.each(Object.entries(CHANGES))('when somebody %s', (_, change) => {
    it.each([0, 1])('name every table in which that happened, and no other (%s)', async (half) => {
      const touched = READ_MODELS.filter((_, place) => place % 2 === half);
      for (const table of touched) expect((await pool.query(change(table))).rowCount).toBe(1);
      expect(await namesOfDiffering()).toEqual(touched.map(({ name }) => name));
      expect((await findLastComparison(pool))!.differing).toEqual(touched.map(({ name }) => name));
      await rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: ledger.allShards });
    });
  });

  it('name both the checkpoints and the page times when a shard lost its last of each', async () => {
    await pool.query('DELETE FROM books.checkpoints WHERE shard = 0; DELETE FROM books.page_times WHERE shard = 0');
    expect(await namesOfDiffering()).toEqual(expect.arrayContaining(['entries', 'movements']));
    await rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: ledger.allShards });
  });

  it('are compared at the heights of one instant while projections and a rebuild go on', async () => {
    for (let i = 0; i < 12; i++) await ledger.use(`c${i % 4}`, {});
    const projecting = (async () => {
      for (let i = 0; i < 12; i++) await projectAPage();
    })();
    const comparing = (async () => {
      for (let i = 0; i < 2; i++) expect(await namesOfDiffering()).toEqual([]);
    })();
    const rebuilding = rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: ledger.allShards });
    await Promise.all([comparing, rebuilding, projecting.catch(() => undefined)]);
    await ledger.project();
    expect(await namesOfDiffering()).toEqual([]);
  });

  it('are not compared past a page that is not what was written: it is named', async () => {
    const altered: JournalStore = Object.assign(Object.create(ledger.journal) as JournalStore, {
      read: async (shard: number, from: number, limit: number) =>
        (await ledger.journal.read(shard, from, limit)).map((page) =>
          page.shard === 1 && page.height === 2 ? { ...page, body: Buffer.from(`${page.body.toString()} `) } : page,
        ),
    });
    await expect(compare(altered)).rejects.toThrow(/^page 2 of shard 1 is unsound: /);
    expect(await namesOfDiffering()).toEqual([]);
  });

  it('are compared by one process at a time, and by the next one after a process that was killed', async () => {
    let isReading = false;
    const slow: JournalStore = Object.assign(Object.create(ledger.journal) as JournalStore, {
      read: async (...range: Parameters<JournalStore['read']>) => {
        isReading = true;
        await delay(100);
        return ledger.journal.read(...range);
      },
    });
    const victim = ledger.database.openPool({ applicationName: 'victim' });
    const killed = compareTables({ rows: ROWS, pool: victim, store: slow }).catch((error: unknown) => error);
    await eventually(() => isReading);
    await expect(compare()).rejects.toBeInstanceOf(ComparisonUnderWay);
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'`);
    expect(await killed).toBeInstanceOf(Error);
    expect(await namesOfDiffering()).toEqual([]);
  });
});
