import { CODEC } from '#concepts';
import { ROWS } from '#concepts/rows';
import { reconciliation } from '#concepts/testing';
import { isDatabaseAway, type Pool } from '../connection.js';
import { ProjectedLedger } from '../../test-support/projected-ledger.js';
import { digestBooks } from './digest.js';
import { CheckpointMoved, Projection, ShardBeingWritten } from './projection.js';
import { rebuildBooks } from './rebuild.js';
import { verifyBooks } from './verify-books.js';

describe('Projection', () => {
  let pool: Pool;
  let ledger: ProjectedLedger;

  const emptyBooks = async (): Promise<void> => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT 'books.' || relname AS name FROM pg_class WHERE relnamespace = 'books'::regnamespace AND relkind IN ('r', 'p')`,
    );
    await pool.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
  };

  const project = (pages: number) => ledger.project(() => pages);

  beforeAll(async () => {
    ledger = await ProjectedLedger.openFounded(6, 3);
    pool = ledger.pool;
    for (let i = 0; i < 6; i++) await ledger.mint(`c${i}`, 60);
    for (let i = 0; i < 6; i++) await ledger.useVariously(`c${i}`, 40);
    for (let i = 0; i < 3; i++) await ledger.useVariously('c0', 100);
    await ledger.useVariously('c0', 3, {
      source: 'text\0with\tevery\\thing\n',
      id: `nul-\0-${'x'.repeat(4_000)}`,
      digest: 'a',
    });
    await ledger.command('c1', {
      type: 'SendTransfer',
      transfer: 't1',
      from: 'c1',
      to: 'c2',
      amount: 5n,
      reason: 'a gift',
    });
    await ledger.settle('b1');
    await ledger.mint('c0', 25);
    await ledger.mint('c0', 50);
    await ledger.command('c3', { type: 'BurnTokens', holder: 'c3', amount: 7n, reason: 'left' });
    await ledger.settle('b2', 'revert');
    await ledger.register(reconciliation('r1'));
  }, 120_000);

  afterAll(() => ledger.stop(), 60_000);

  it('gives the same rows however the pages are grouped', async () => {
    await project(1);
    const one = await digestBooks(pool, ROWS);
    expect(Object.keys(one)).toContain('movements');
    await emptyBooks();
    await project(1_000);
    expect(await digestBooks(pool, ROWS)).toEqual(one);
    await emptyBooks();
    await project(3);
    expect(await digestBooks(pool, ROWS)).toEqual(one);
  });

  it('agrees with the balances of the fold', async () => {
    expect(await verifyBooks(pool, ROWS, ledger.expectedBalances())).toEqual([]);
    const { rows } = await pool.query<{ sum: string }>('SELECT sum(balance)::text AS sum FROM books.balances');
    expect(rows[0]!.sum).toBe('0');
  });

  it('keeps open receivables as the ledger has them', async () => {
    const open = ledger.ledgers.flatMap(({ state }) =>
      [...state.receivables.customers()].flatMap((customer) => [...state.receivables.open(customer)]),
    );
    const { rows } = await pool.query<{ count: number; sum: string | null }>(
      'SELECT count(*)::int, sum(amount_open)::text FROM books.receivables WHERE amount_open > 0',
    );
    expect(rows[0]).toEqual({
      count: open.length,
      sum: open.length === 0 ? null : open.reduce((sum, { amount }) => sum + amount, 0n).toString(),
    });
  });

  it('sums usage by its own day exactly as its entries do', async () => {
    const { rows } = await pool.query<{ events: number; amount: string; entries: number; charged: string }>(
      `SELECT (SELECT sum(events)::int FROM books.usage_amounts) AS events,
              (SELECT sum(amount)::text FROM books.usage_amounts) AS amount,
              count(*)::int AS entries, sum(amount)::text AS charged
       FROM books.entries WHERE type = 'UsageCharged'`,
    );
    expect(rows[0]!.events).toBe(rows[0]!.entries);
    expect(rows[0]!.amount).toBe(rows[0]!.charged);
  });

  it('follows a settlement batch to its payouts and back', async () => {
    const { rows } = await pool.query(
      `SELECT batch, provider, state, log_index::int, tx_hash FROM books.payouts ORDER BY batch, provider`,
    );
    expect(rows).toEqual([
      { batch: 'b1', provider: 'p0', state: 'confirmed', log_index: 5, tx_hash: '0xb1' },
      { batch: 'b1', provider: 'p1', state: 'confirmed', log_index: 6, tx_hash: '0xb1' },
      { batch: 'b2', provider: 'p0', state: 'reverted', log_index: null, tx_hash: '0xb2' },
      { batch: 'b2', provider: 'p1', state: 'reverted', log_index: null, tx_hash: '0xb2' },
    ]);
    const withheld = await pool.query(`SELECT DISTINCT provider, reason FROM books.withheld_payouts`);
    expect(withheld.rows).toEqual([{ provider: 'p2', reason: 'kyc_unverified' }]);
  });

  it('lets one of two projections write a run and tells the other', async () => {
    await emptyBooks();
    const shard = 0;
    const pages = await ledger.pagesOf(shard);
    const rivals = [new Projection({ rows: ROWS, pool, shard }), new Projection({ rows: ROWS, pool, shard })];
    await Promise.all(rivals.map((rival) => rival.position()));
    const outcomes = await Promise.allSettled(rivals.map((rival) => rival.apply(pages.slice(0, 2))));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const loser = outcomes.findIndex(({ status }) => status === 'rejected');
    const { reason } = outcomes[loser] as PromiseRejectedResult;
    // It came while the other wrote, or afterwards.
    expect(reason instanceof ShardBeingWritten || reason instanceof CheckpointMoved).toBe(true);
    expect((await rivals[loser]!.position())!.height).toBe(2);
    await rivals[loser]!.apply(pages.slice(2, 3));
    await expect(rivals[1 - loser]!.apply(pages.slice(2, 3))).rejects.toBeInstanceOf(CheckpointMoved);
    await project(4);
    expect(await verifyBooks(pool, ROWS, ledger.expectedBalances())).toEqual([]);
  });

  it('refuses a page that does not follow its checkpoint', async () => {
    const projection = new Projection({ rows: ROWS, pool, shard: 0 });
    const [page] = await ledger.pagesOf(0);
    await projection.position();
    await expect(projection.apply([{ ...page!, height: 10_000 }])).rejects.toThrow('is unsound');
  });

  it('fails loudly on an event type that it does not know', async () => {
    const pages = await ledger.pagesOf(0);
    const projection = new Projection({
      rows: { ...ROWS, codec: { ...CODEC, decode: () => CODEC.decode(['FromTheFuture']) } },
      pool,
      shard: 0,
    });
    await emptyBooks();
    await expect(projection.apply(pages.slice(0, 1))).rejects.toThrow('FromTheFuture');
    await project(2);
  });

  it('rebuilds the same bytes while projections go on', async () => {
    const before = await digestBooks(pool, ROWS);
    const heights = await rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: ledger.allShards });
    expect(await digestBooks(pool, ROWS)).toEqual(before);
    expect(heights.get(0)).toBe(ledger.ledgers[0]!.height);
    await pool.query(`UPDATE books.balances SET balance = balance + 1 WHERE account = 'customer:c0:available'`);
    await pool.query(`DELETE FROM books.settlements`);
    expect(await digestBooks(pool, ROWS)).not.toEqual(before);
    const projection = new Projection({ rows: ROWS, pool, shard: 0 });
    await projection.position();
    await rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: [0] });
    expect(await digestBooks(pool, ROWS)).toEqual(before);
    await ledger.mint('c0', 1);
    await ledger.mint('c1', 1);
    await ledger.mint('c2', 1);
    await project(5);
    expect(await verifyBooks(pool, ROWS, ledger.expectedBalances())).toEqual([]);
  });

  it('names an altered balance row, an altered movement and a missing account', async () => {
    const alter = async (sql: string) => {
      await pool.query(sql);
      const findings = await verifyBooks(pool, ROWS, ledger.expectedBalances());
      await rebuildBooks({ rows: ROWS, pool, store: ledger.journal, shards: ledger.allShards });
      return findings.map(({ account }) => account);
    };
    const account = 'customer:c2:available';
    expect(await alter(`UPDATE books.balances SET balance = balance + 1 WHERE account = '${account}'`)).toEqual([
      account,
    ]);
    expect(
      new Set(await alter(`UPDATE books.movements SET balance_after = balance_after + 1 WHERE account = '${account}'`)),
    ).toEqual(new Set([account]));
    expect(await alter(`DELETE FROM books.balances WHERE account = '${account}'`)).toEqual([account]);
    expect(await verifyBooks(pool, ROWS, ledger.expectedBalances())).toEqual([]);
  });

  it('survives the death of its database between any two statements', async () => {
    await emptyBooks();
    const reference = await digestBooks(ledger.database.openPool(), ROWS);
    expect(reference).toBeDefined();
    const killer = ledger.database.openPool({ applicationName: 'killer' });
    for (let round = 0; round < 15; round++) {
      const victim = ledger.database.openPool({ applicationName: 'victim', max: 1 });
      const projection = new Projection({ rows: ROWS, pool: victim, shard: 0 });
      const done = (await projection.position())?.height ?? 0;
      const applying = projection
        .apply((await ledger.pagesOf(0)).slice(done, done + 3))
        .catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, round));
      await killer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'`);
      const error = await applying;
      if (error !== undefined) expect(isDatabaseAway(error)).toBe(true);
    }
    await project(2);
    expect(await verifyBooks(pool, ROWS, ledger.expectedBalances())).toEqual([]);
  });
});
