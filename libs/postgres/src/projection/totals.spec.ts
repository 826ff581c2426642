import { ACCOUNTS, providerPayable } from '#concepts';
import { ROWS } from '#concepts/rows';
import { registryShard } from '#domain';
import { createDataSource, type Pool } from '../connection.js';
import { readBooks, readTotals, type BooksSnapshot, type ShardHeight } from '../reading/index.js';
import { ProjectedLedger } from '../../test-support/projected-ledger.js';
import { digestBooks } from './digest.js';
import { verifyBooks } from './verify-books.js';

describe('given books with running totals', () => {
  let pool: Pool;
  let ledger: ProjectedLedger;

  beforeAll(async () => {
    ledger = await ProjectedLedger.openFounded(4, 3);
    pool = ledger.pool;
    await ledger.register({ type: 'RegisterParty', party: 'rich', roles: ['customer'] });
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 4; i++) await ledger.mint(`c${i}`, 1 + ((round * 7 + i) % 5));
      await ledger.mint('rich', 10);
      await ledger.command('rich', { type: 'BurnTokens', holder: 'rich', amount: 3n, reason: 'left' });
      for (let i = 0; i < 4; i++) await ledger.useVariously(`c${i}`, 7);
      if (round === 1) await ledger.settle('b1');
      // What a reverted batch gives back is earned once.
      if (round === 3) await ledger.settle('b2', 'revert');
    }
    // Runs of several lengths: totals must not depend on how pages are grouped.
    await ledger.project((height) => 1 + (height % 4));
  }, 120_000);

  afterAll(() => ledger.stop(), 60_000);

  /** Credits between two sets of heights, added up entry by entry. */
  async function credited(
    books: BooksSnapshot,
    account: string,
    from: readonly ShardHeight[],
    to: readonly ShardHeight[],
  ) {
    const heightOf = (heights: readonly ShardHeight[], shard: number) =>
      heights.find((height) => height.shard === shard)?.height ?? 0;
    let sum = 0n;
    for (let shard = 0; shard < ledger.shards; shard++) {
      const [row] = await books.rows<{ sum: string }>(
        `SELECT coalesce(sum(amount), 0)::text AS sum FROM books.movements
         WHERE account LIKE $1 AND shard = $2 AND height > $3 AND height <= $4 AND amount > 0`,
        [account, shard, heightOf(from, shard), heightOf(to, shard)],
      );
      sum += BigInt(row!.sum);
    }
    return sum;
  }

  it('sums what a provider earned and who got what of any period as the entries do', async () => {
    const instants = [0, 0.2, 0.45, 0.7, 1].map((part) => {
      const start = Date.UTC(2026, 5, 1);
      return new Date(start + part * (ledger.now - start)).toISOString();
    });
    const without = registryShard(ledger.shards);
    await readBooks(pool, async (books) => {
      for (const [place, begin] of instants.entries()) {
        for (const end of instants.slice(place)) {
          const from = await books.heightsAt(begin, 'before');
          const to = await books.heightsAt(end, 'before');
          const providers = ledger.scene.cast.providers.map(providerPayable);
          const patterns = new Map([
            ...providers.map((account) => [account, account] as const),
            ['provider:*:payable', 'provider:%:payable'],
            ['treasury:fees', 'treasury:fees'],
            ['staking:rewards', 'staking:rewards'],
            ['issuance', 'issuance'],
          ]);
          const totals = await readTotals(books, [...patterns.keys()], { from, to, without });
          for (const [name, pattern] of patterns) {
            expect([name, totals.get(name)]).toEqual([name, await credited(books, pattern, from, to)]);
          }
        }
      }
    });
  });

  it('finds nothing in a period that ends before it begins', async () => {
    await readBooks(pool, async (books) => {
      const span = { from: books.heights, to: [{ shard: 0, height: 1 }] };
      expect(await readTotals(books, ['provider:p0:payable'], span)).toEqual(new Map([['provider:p0:payable', 0n]]));
    });
  });

  it('sums what was minted and burned by command as the entries do', async () => {
    await readBooks(pool, async (books) => {
      const [row] = await books.rows<{ minted: string; burned: string }>(
        `SELECT sum(amount) FILTER (WHERE type = 'Minted')::text AS minted,
           sum(amount) FILTER (WHERE type = 'Burned')::text AS burned FROM books.entries`,
      );
      const totals = await readTotals(books, ['minted', 'burned'], { from: [], to: books.heights });
      expect(Object.fromEntries(totals)).toEqual({ minted: BigInt(row!.minted), burned: BigInt(row!.burned) });
    });
  });

  it('gives a database of an earlier release the same books, once its projector has run', async () => {
    const before = await digestBooks(pool, ROWS);
    const dataSource = createDataSource(ledger.database.url);
    await dataSource.initialize();
    await dataSource.undoLastMigration();
    await dataSource.undoLastMigration();
    await dataSource.runMigrations();
    await dataSource.destroy();
    await ledger.project();
    expect(await digestBooks(pool, ROWS)).toEqual(before);
  });

  it('checks a total that a concept adds, of credits or of entries, without another line', async () => {
    const shard = ledger.ledgers[0]!;
    const expected = [{ shard: 0, height: shard.height, balances: new Map(shard.state.balances) }];
    const more = {
      totals: [...ROWS.totals, ACCOUNTS.customerAvailable],
      writers: { ...ROWS.writers, UsageCharged: { ...ROWS.writers['UsageCharged']!, total: 'used' } },
    };
    const missing = (await verifyBooks(pool, more, expected)).map(({ detail }) => detail.split(' at height ')[0]);
    expect(new Set(missing.map((detail) => detail!.replace(/:(c\d|rich):/, ':one:')))).toEqual(
      new Set([
        'the running total of customer:*:available',
        'the running total of customer:one:available',
        'the running total of used',
      ]),
    );
  });

  it('names a total that was altered, removed or made up', async () => {
    const expected = [{ shard: 0, height: 1, balances: new Map(ledger.ledgers[0]!.state.balances) }];
    const findings = async () =>
      (await verifyBooks(pool, ROWS, [{ ...expected[0]!, height: ledger.ledgers[0]!.height }])).map(
        ({ detail }) => detail,
      );
    expect(await findings()).toEqual([]);
    await pool.query(`UPDATE books.totals SET amount = amount + 1 WHERE shard = 0 AND name = 'minted'
                      AND height = (SELECT max(height) FROM books.totals WHERE shard = 0 AND name = 'minted')`);
    await pool.query(`INSERT INTO books.totals VALUES ('provider:px:payable', 0, 1, 5)`);
    await pool.query(`DELETE FROM books.totals WHERE shard = 0 AND name = 'issuance'
                      AND height = (SELECT max(height) FROM books.totals WHERE shard = 0 AND name = 'issuance')`);
    expect(await findings()).toEqual([
      expect.stringContaining('the running total of issuance'),
      expect.stringContaining('the running total of minted'),
      expect.stringContaining('the running total of provider:px:payable'),
    ]);
  });
});
