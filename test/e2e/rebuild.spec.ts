/** The books are a fold of the journal: folding them again gives the same bytes. */
import { ROWS } from '#concepts/rows';
import { createPool, digestBooks } from '#postgres';
import { eventually } from '#testing';
import { sql, type Stage } from './support/stage.js';
import { openPopulated, settle, type Standalone } from './support/standalone.js';
import { generateUsage } from './support/world.js';

let stage: Stage;
let standalone: Standalone;

beforeAll(async () => {
  ({ stage, standalone } = await openPopulated());
  for (let batch = 0; batch < 4; batch++) await standalone.api.sendUsage(generateUsage(batch, 250, batch * 250));
  await standalone.api.post('/burns', { holder: 'acme', amount: '3', reason: 'refund' });
  await standalone.api.post('/transfers', { from: 'globex', to: 'hooli', amount: '4.25', reason: 'team budget' });
  await settle(standalone.api);
  await standalone.api.post('/reconciliations');
  // Late funds cover the oldest usage that nobody paid yet.
  await standalone.api.post('/mints', { holder: 'stark', amount: '0.5', reason: 'late purchase' });
}, 120_000);

afterAll(() => stage?.close(), 60_000);

async function digest(): Promise<Record<string, string>> {
  const pool = createPool(standalone.databaseUrl, { max: 1 });
  try {
    return await digestBooks(pool, ROWS);
  } finally {
    await pool.end();
  }
}

/** Resolves when the books include every page. */
async function caughtUp(): Promise<void> {
  await eventually(
    () =>
      sql<{ behind: number }>(
        standalone.databaseUrl,
        `SELECT count(*)::int AS behind FROM (SELECT shard, max(height) AS head FROM journal.pages GROUP BY shard) pages
         LEFT JOIN books.checkpoints USING (shard) WHERE checkpoints.height IS DISTINCT FROM head`,
      ),
    ([row]) => row!.behind === 0,
    { what: 'books that include every page' },
  );
}

it('a rebuild gives the same rows, byte for byte, in every table', async () => {
  await caughtUp();
  const before = await digest();
  expect(Object.keys(before).length).toBeGreaterThan(10);
  const { shards } = await standalone.api.post('/projections/rebuild');
  expect(shards).toHaveLength(5);
  expect(await digest()).toEqual(before);
}, 60_000);

it('a rebuild mends books that somebody spoiled, and readers see whole books all the while', async () => {
  await caughtUp();
  const before = await digest();
  const balance = await standalone.api.get('/holders/acme/balance');
  await sql(standalone.databaseUrl, 'DELETE FROM books.movements', 'UPDATE books.balances SET balance = balance + 1');
  expect(await digest()).not.toEqual(before);
  await standalone.api.post('/projections/rebuild');
  expect(await digest()).toEqual(before);
  expect(await standalone.api.get('/holders/acme/balance')).toEqual(balance);
}, 60_000);

it('usage that comes in during a rebuild is in the books afterwards, once', async () => {
  const sending = (async () => {
    for (let batch = 10; batch < 16; batch++)
      await standalone.api.sendUsage(generateUsage(batch, 100, batch * 100 + 10_000));
  })();
  await standalone.api.post('/projections/rebuild');
  await sending;
  await caughtUp();
  const before = await digest();
  await standalone.api.post('/projections/rebuild');
  expect(await digest()).toEqual(before);
  expect(await standalone.api.post('/ledger/verify')).toMatchObject({ ok: true, findings: [] });
}, 60_000);
