/**
 * What is accepted can always be read again: hostile commands of every kind, and the steps of every concept with hostile
 * texts, go through the deciders. Whatever they record must pass projection, rebuild, both verifiers and every export.
 * The first page of an older journal holds what no decider records any more.
 */
import { SPEC_WRITER, specFounding } from '#journal/testing';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { CODEC } from '#concepts';
import { openAudits } from '#concepts/audits';
import { ROWS } from '#concepts/rows';
import { PRICES, registrationOf, SPLIT } from '#concepts/testing';
import { shardOf } from '#domain';
import { exportPage, sealPage, verifyJournal, type Page } from '#journal';
import { digestBooks, rebuildBooks, verifyBooks } from '#postgres';
import { ProjectedLedger } from '#postgres/testing';
import { BeancountWriter } from '../../apps/cli/src/books-export/beancount.js';
import { readEntries, type BookWriter } from '../../apps/cli/src/books-export/book-entry.js';
import { CsvWriter } from '../../apps/cli/src/books-export/csv.js';
import { FocusWriter } from '../../apps/cli/src/books-export/focus/focus.js';
import { HledgerWriter } from '../../apps/cli/src/books-export/hledger.js';
import { CAST, hostileCommand, hostileStep } from './hostile-commands.js';

const SHARDS = 2;
const SEED = 20_261_122;
const VERIFIER = new URL('../journal-verifier/verify.py', import.meta.url).pathname;
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('given whatever the deciders let through', () => {
  let ledger: ProjectedLedger;

  async function relayTransfers(): Promise<void> {
    for (const ask of ledger.scene.sweep()) await ledger.execute(ask);
  }

  /** A batch to its confirmation, with what a chain may count and a node may say. */
  async function settle(): Promise<void> {
    for (const party of CAST.providers) {
      const { kyc } = ledger.registry.state.catalogue.parties.require(party);
      if (kyc === 'verified' || kyc === 'review_due') continue;
      const to = kyc === 'rejected' ? 'pending' : 'verified';
      await ledger.register({ type: 'ChangeKyc', party, to, reason: '\0' });
    }
    const most = (2n ** 256n - 1n).toString();
    await ledger.settle('a-batch', 'confirm', {
      ...{ hash: () => 'h\0', raw: '0x', heads: () => [], firstLogIndex: 2 ** 40 },
      fees: { maxFeePerGas: most, maxPriorityFeePerGas: most },
      proof: { blockNumber: most, blockHash: '\ud800', gasUsed: most, gasPrice: most },
    });
  }

  beforeAll(async () => {
    ledger = await ProjectedLedger.open({
      ...{ shards: SHARDS, now: Date.UTC(2026, 10, 22, 10), cast: CAST },
      provenance: { actor: 'a\0', origin: 'o\ud800' },
    });
    await ledger.journal.append(oldPage(shardOf('acme', SHARDS)));
    await ledger.start();
    await ledger.register(registrationOf('airtime.usage.v1'));
    const effectiveAt = '2000-01-01T00:00:00Z';
    await ledger.found({ prices: { ...PRICES, effectiveAt }, policy: { ...SPLIT, effectiveAt } });
    await ledger.register({ type: 'PublishUsdRate', version: 100, rate: { effectiveAt, usdPerToken: '0.02' } });
  }, 120_000);

  afterAll(() => ledger.stop(), 60_000);

  it('then a journal with a conflict on 30 February heals: its page is projected, without a time', async () => {
    await ledger.project();
    const { rows } = await ledger.pool.query<{ time: Date | null; type: string }>(
      `SELECT time, type FROM books.entries WHERE type = 'UsageConflicted'`,
    );
    expect(rows).toEqual([{ time: null, type: 'UsageConflicted' }]);
    const { rows: conflicts } = await ledger.pool.query('SELECT customer, source FROM books.conflicts');
    expect(conflicts).toEqual([{ customer: 'acme', source: 'gateway␀�' }]);
  });

  it('then every page is projected', async () => {
    for (const command of fc.sample(hostileCommand, { numRuns: 300, seed: SEED })) await ledger.take(command);
    await relayTransfers();
    await settle();
    const moves = fc.array(fc.oneof(hostileCommand, hostileStep), { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(moves, async (some) => {
        for (const move of some) await ledger.take(move);
        await ledger.project();
      }),
      { numRuns: 25, endOnFailure: true, seed: SEED },
    );
  }, 240_000);

  it('then a rebuild gives the same rows, and they agree with the fold', async () => {
    const { pool, journal, allShards } = ledger;
    const before = await digestBooks(pool, ROWS);
    await rebuildBooks({ rows: ROWS, pool, store: journal, shards: allShards });
    expect(await digestBooks(pool, ROWS)).toEqual(before);
    expect(await verifyBooks(pool, ROWS, ledger.expectedBalances())).toEqual([]);
  }, 120_000);

  it('then both verifiers read all of it and find nothing', async () => {
    const { findings } = await verifyJournal(ledger.journal, openAudits, { shards: SHARDS });
    expect(findings).toEqual([]);
    if (!hasPython) return;
    const input = (await Promise.all(ledger.allShards.map((shard) => ledger.pagesOf(shard))))
      .flat()
      .map(exportPage)
      .join('\n');
    const { stdout, stderr } = spawnSync('python3', ['-B', VERIFIER, '--shards', `${SHARDS}`], {
      input,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    expect([stderr, (JSON.parse(stdout) as { findings: unknown[] }).findings]).toEqual(['', []]);
  }, 120_000);

  it('then every export writes all of it', async () => {
    const writers: BookWriter[] = [new HledgerWriter(), new BeancountWriter(), new CsvWriter(), new FocusWriter()];
    for (const writer of writers) {
      let text = writer.begin(undefined);
      const registryFirst = [...ledger.allShards].sort((left, right) => right - left);
      for (const shard of writer.isRegistryFirst === true ? registryFirst : ledger.allShards) {
        for (const page of await ledger.pagesOf(shard)) {
          for (const entry of readEntries({ ...page, body: page.body.toString('utf8') })) text += writer.write(entry);
        }
      }
      text += writer.end(ledger.allShards.map((shard) => ({ shard, height: 0, hash: '' })));
      expect(writer.records).toBeGreaterThan(0);
      expect(text.length).toBeGreaterThan(1_000);
    }
  });
});

it('knows holders of both shards, so that transfers cross', () => {
  expect(new Set([...CAST.customers, ...CAST.providers].map((holder) => shardOf(holder, SHARDS))).size).toBe(SHARDS);
});

/** A page as earlier releases wrote it: they recorded a conflict before they looked at its time. */
function oldPage(shard: number): Page {
  const conflict = {
    type: 'UsageConflicted',
    time: '2026-02-30T10:00:00Z',
    actor: 'kafka',
    origin: 'request:old',
    usage: { source: 'gateway\0\ud800', id: 'r-old', digest: 'b'.repeat(16) },
    customer: 'acme',
    firstDigest: 'a'.repeat(16),
  };
  const founding = specFounding(SHARDS);
  const content = {
    journal: founding.journal,
    registry: { height: 1, hash: founding.hash },
    shard,
    height: 1,
    recordedAt: '2026-03-01T00:00:00.000Z',
    previousHash: '0'.repeat(64),
    offsets: [],
  };
  return sealPage(content, [CODEC.encode(conflict)], SPEC_WRITER);
}
