/**
 * What is accepted can always be read again: hostile commands of every kind go through the deciders, and whatever they
 * record must pass projection, rebuild, both verifiers and every export. The first page of an older journal holds what
 * no decider records any more.
 */
import { ROWS } from '#concepts/rows';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LedgerCommand, PayablesCut, RegistryCommand } from '#concepts';
import { DomainError, registryShard, shardOf } from '#domain';
import { openAudits } from '#concepts/audits';
import { startPostgres, type Engine } from '#engines';
import { ledgerShard, registryShardKind, type LedgerSequencer, type RegistrySequencer } from '#concepts/shards';
import { exportPage, readPages, sealPage, Sequencer, verifyJournal, type Page } from '#journal';
import {
  createPool,
  digestBooks,
  migrateDatabase,
  PostgresJournal,
  Projection,
  rebuildBooks,
  verifyBooks,
  type Pool,
} from '#postgres';
import { BeancountWriter } from '../../apps/cli/src/books-export/beancount.js';
import { readEntries, type BookWriter } from '../../apps/cli/src/books-export/book-entry.js';
import { CsvWriter } from '../../apps/cli/src/books-export/csv.js';
import { FocusWriter } from '../../apps/cli/src/books-export/focus.js';
import { HledgerWriter } from '../../apps/cli/src/books-export/hledger.js';
import { CUSTOMERS, foundation, hostileCommand, PROVIDERS, type HostileCommand } from './hostile-commands.js';

const SHARDS = 2;
const REGISTRY = registryShard(SHARDS);
const ALL_SHARDS = [0, 1, REGISTRY];
const VERIFIER = new URL('../journal-verifier/verify.py', import.meta.url).pathname;
const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('given whatever the deciders let through', () => {
  let folder: string;
  let engine: Engine & { readonly url: string };
  let pool: Pool;
  let journal: PostgresJournal;
  let registry: RegistrySequencer;
  let ledgers: LedgerSequencer[];
  const projections = new Map<number, Projection>();

  async function pagesOf(shard: number, from = 1): Promise<Page[]> {
    const pages: Page[] = [];
    for await (const page of readPages(journal, shard, from)) pages.push(page);
    return pages;
  }

  async function project(): Promise<void> {
    for (const shard of ALL_SHARDS) {
      const projection = projections.get(shard) ?? new Projection({ rows: ROWS, pool, shard });
      projections.set(shard, projection);
      const height = (await projection.position())?.height ?? 0;
      await projection.apply(await pagesOf(shard, height + 1));
    }
  }

  async function decide(commands: readonly HostileCommand[]): Promise<void> {
    for (const { shard, command } of commands) {
      try {
        if (shard === 'registry') await registry.execute(command as RegistryCommand);
        else await ledgers[shardOf(shard, SHARDS)]!.execute(command as LedgerCommand);
      } catch (error) {
        // A refusal records nothing; anything else would be a fault of the decider.
        if (!(error instanceof DomainError)) throw error;
      }
    }
  }

  const common = { time: '2026-11-22T10:00:00.000Z', provenance: { actor: 'a\0', origin: 'o\ud800' } };

  async function relayTransfers(): Promise<void> {
    for (const [shard, ledger] of ledgers.entries()) {
      for (const sent of [...ledger.state.transfers.open.values()]) {
        await ledgers[sent.toShard]!.execute({ ...common, type: 'ReceiveTransfer', sent });
        await ledgers[shard]!.execute({ ...common, type: 'CompleteTransfer', transfer: sent.transfer });
      }
    }
  }

  /** A batch to its confirmation, with what a chain may count and a node may say. */
  async function settle(): Promise<void> {
    const batch = 'a-batch';
    for (const [place, party] of PROVIDERS.entries()) {
      const wallet = `0x${'1'.repeat(39)}${place + 1}`;
      await registry.execute({ ...common, type: 'SetWallet', party, chainId: 31_337, wallet });
      const { kyc } = registry.state.catalogue.parties.require(party);
      if (kyc !== 'verified' && kyc !== 'review_due')
        await registry.execute({
          ...common,
          type: 'ChangeKyc',
          party,
          to: kyc === 'rejected' ? 'pending' : 'verified',
          reason: '\0',
        });
    }
    await registry.execute({ ...common, type: 'OpenSettlement', batch, chainId: 31_337, providers: PROVIDERS });
    const { payable, held } = registry.state.settlement.batch(batch)!.opened;
    const cuts: PayablesCut[] = [];
    for (const ledger of ledgers) {
      const command = {
        ...common,
        type: 'CutPayables',
        batch,
        payable: payable.map(({ provider }) => provider),
        held,
      } as const;
      const { outcome } = await ledger.execute(command);
      if (outcome.type === 'cut') cuts.push(outcome.cut);
    }
    await registry.execute({ ...common, type: 'PlanSettlement', batch, cuts, heads: [], headsDigest: '\0' });
    const most = (2n ** 256n - 1n).toString();
    const fees = { maxFeePerGas: most, maxPriorityFeePerGas: most };
    const nonce = registry.state.settlement.nextNonce(31_337);
    await registry.execute({ ...common, type: 'SignSettlement', batch, nonce, raw: '0x', hash: 'h\0', ...fees });
    const logIndexes = registry.state.settlement.batch(batch)!.planned!.payouts.map((_, index) => 2 ** 40 + index);
    const block = { blockNumber: most, blockHash: '\ud800', gasUsed: most, gasPrice: most };
    await registry.execute({ ...common, type: 'ConfirmSettlement', batch, hash: 'h\0', ...block, logIndexes });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'airtime-totality-'));
    engine = await startPostgres({ dataDir: folder });
    await migrateDatabase(engine.url);
    pool = createPool(engine.url, { max: 6 });
    journal = new PostgresJournal(pool);
    await journal.append(oldPage(shardOf('acme', SHARDS)));
    const clock = () => Date.UTC(2026, 10, 22, 10);
    registry = new Sequencer(registryShardKind(), { shard: REGISTRY, store: journal, clock });
    await registry.start();
    const { catalogue } = registry.state;
    const find = (shard: number) => (source: string, id: string) => ledgers[shard]!.state.usage.find(source, id);
    ledgers = [0, 1].map(
      (shard): LedgerSequencer =>
        new Sequencer(ledgerShard({ catalogue, shard, shards: SHARDS, usageElsewhere: find(1 - shard) }), {
          shard,
          store: journal,
          clock,
        }),
    );
    for (const ledger of ledgers) await ledger.start();
    await decide(foundation());
  }, 120_000);

  afterAll(async () => {
    for (const sequencer of [registry, ...ledgers]) await sequencer.stop();
    await journal.close();
    await pool.end();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('then a journal with a conflict on 30 February heals: its page is projected, without a time', async () => {
    await project();
    const { rows } = await pool.query<{ time: Date | null; type: string }>(
      `SELECT time, type FROM books.entries WHERE type = 'UsageConflicted'`,
    );
    expect(rows).toEqual([{ time: null, type: 'UsageConflicted' }]);
    const { rows: conflicts } = await pool.query('SELECT customer, source FROM books.conflicts');
    expect(conflicts).toEqual([{ customer: 'acme', source: 'gateway␀�' }]);
  });

  it('then every page is projected', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileCommand, { minLength: 20, maxLength: 60 }), async (commands) => {
        await decide(commands);
        await project();
      }),
      { numRuns: 25, endOnFailure: true, seed: 20_261_122 },
    );
    await relayTransfers();
    await settle();
    await project();
  }, 240_000);

  it('then a rebuild gives the same rows, and they agree with the fold', async () => {
    const before = await digestBooks(pool, ROWS);
    await rebuildBooks({ rows: ROWS, pool, store: journal, shards: ALL_SHARDS });
    expect(await digestBooks(pool, ROWS)).toEqual(before);
    const expected = [...ledgers, registry].map(({ shard, height, state }) => ({
      shard,
      height,
      balances: state.balances,
    }));
    expect(await verifyBooks(pool, expected)).toEqual([]);
  }, 120_000);

  it('then both verifiers read all of it and find nothing', async () => {
    const { findings } = await verifyJournal(journal, openAudits, { shards: SHARDS });
    expect(findings).toEqual([]);
    if (!hasPython) return;
    const input = (await Promise.all(ALL_SHARDS.map((shard) => pagesOf(shard)))).flat().map(exportPage).join('\n');
    const { stdout, stderr } = spawnSync('python3', [VERIFIER, '--shards', `${SHARDS}`], {
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
      for (const shard of ALL_SHARDS) {
        for (const page of await pagesOf(shard)) {
          for (const entry of readEntries({ ...page, body: page.body.toString('utf8') })) text += writer.write(entry);
        }
      }
      text += writer.end(ALL_SHARDS.map((shard) => ({ shard, height: 0, hash: '' })));
      expect(writer.records).toBeGreaterThan(0);
      expect(text.length).toBeGreaterThan(1_000);
    }
  });
});

it('knows holders of both shards, so that transfers cross', () => {
  expect(new Set([...CUSTOMERS, ...PROVIDERS].map((holder) => shardOf(holder, SHARDS))).size).toBe(SHARDS);
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
  const content = {
    shard,
    height: 1,
    recordedAt: '2026-03-01T00:00:00.000Z',
    previousHash: '0'.repeat(64),
    offsets: [],
  };
  return sealPage(content, [JSON.stringify(conflict)]);
}
