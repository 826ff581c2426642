/** An older journal may hold usage that is named as a capture is: no producer may name it so any more, and no fold stops at it. */
import { ROWS } from '#concepts/rows';
import { entryId } from '#domain';
import { sealPage, type Page } from '#journal';
import { SPEC_WRITER } from '#journal/testing';
import { ProjectedLedger } from '../../test-support/projected-ledger.js';
import { Projection } from './projection.js';
import { verifyBooks } from './verify-books.js';

const TOKEN = 10n ** 18n;
/** What stands for the word that no producer may use, of the same length. */
const STAND_IN = 'hole';

/** The pages as if the word stood in them. */
function reword(pages: readonly Page[]): Page[] {
  const reworded: Page[] = [];
  for (const page of pages) {
    const lines = page.body.toString('utf8').replaceAll(`"${STAND_IN}"`, '"hold"').split('\n').slice(0, -1);
    const previousHash = reworded.at(-1)?.hash ?? page.previousHash;
    reworded.push(sealPage({ ...page, previousHash }, lines, SPEC_WRITER));
  }
  return reworded;
}

describe('given usage that is named as a capture is', () => {
  let ledger: ProjectedLedger;
  const names: string[] = [];

  const owe = async (customer: string, order: 'usage first' | 'capture first', tokens: number): Promise<void> => {
    await ledger.mint(customer, 1);
    const reserve = { type: 'ReserveHold', customer, amount: TOKEN } as const;
    const hold = entryId({ ...(await ledger.command(customer, reserve)).position, index: 0 });
    names.push(hold);
    const acts = [
      () =>
        ledger.use(customer, {
          source: STAND_IN,
          id: hold,
          provider: 'p0',
          meters: { input_tokens: `${tokens * 500}` },
        }),
      () => ledger.command(customer, { type: 'CaptureHold', hold, amount: 3n * TOKEN }),
    ];
    for (const act of order === 'usage first' ? acts : acts.reverse()) await act();
  };

  const open = async () => {
    const { rows } = await ledger.pool.query<{ customer: string; amount: string; open: string }>(
      `SELECT customer, amount::text, amount_open::text AS open FROM books.receivables
       WHERE source = 'hold' AND id = ANY ($1) ORDER BY customer, height, index`,
      [names],
    );
    return rows.map((row) => [row.customer, ...[row.amount, row.open].map((atto) => Number(BigInt(atto) / TOKEN))]);
  };

  beforeAll(async () => {
    ledger = await ProjectedLedger.openFounded(3, 1);
    await owe('c0', 'usage first', 5);
    await owe('c1', 'capture first', 5);
    await owe('c2', 'capture first', 5);
    await ledger.mint('c0', 6);
    await ledger.mint('c1', 1);
    await ledger.mint('c1', 4);
    await ledger.mint('c2', 1);
  }, 120_000);

  afterAll(() => ledger.stop(), 60_000);

  it.each([1, 2, 1_000])('then runs of %d pages are projected, and the oldest is covered first', async (length) => {
    const { rows } = await ledger.pool.query<{ name: string }>(
      `SELECT 'books.' || relname AS name FROM pg_class WHERE relnamespace = 'books'::regnamespace AND relkind IN ('r', 'p')`,
    );
    await ledger.pool.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
    for (const shard of ledger.allShards) {
      const projection = new Projection({ rows: ROWS, pool: ledger.pool, shard });
      await projection.position();
      const pages = reword(await ledger.pagesOf(shard));
      while (pages.length > 0) await projection.apply(pages.splice(0, length));
    }
    expect(await open()).toEqual([
      ['c0', 5, 0],
      ['c0', 2, 1],
      ['c1', 2, 0],
      ['c1', 5, 2],
      ['c2', 2, 1],
      ['c2', 5, 5],
    ]);
    expect(await verifyBooks(ledger.pool, ROWS, ledger.expectedBalances())).toEqual([]);
  });
});
