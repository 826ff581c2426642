/** A ledger for specs on a PostgreSQL of its own; its pages are folded into the read models when a spec says so. */
import type { UsageReport } from '#concepts';
import { ROWS } from '#concepts/rows';
import { readPages, type Page } from '#journal';
import { DrivenLedger, type DrivenLedgerOptions } from '#journal/testing';
import type { Pool } from '../src/connection.js';
import { PostgresJournal } from '../src/postgres-journal.js';
import { Projection } from '../src/projection/projection.js';
import type { ExpectedBalances } from '../src/projection/verify-books.js';
import { SpecDatabase } from './database.js';

export class ProjectedLedger extends DrivenLedger {
  protected constructor(
    readonly database: SpecDatabase,
    readonly pool: Pool,
    readonly journal: PostgresJournal,
    options?: DrivenLedgerOptions,
  ) {
    super(journal, options);
  }

  /** Nothing decides yet, so that a spec may first append pages of an older journal. */
  static async open(options?: DrivenLedgerOptions): Promise<ProjectedLedger> {
    const database = await SpecDatabase.start();
    const pool = database.openPool();
    return new ProjectedLedger(database, pool, new PostgresJournal(pool), options);
  }

  /** A ledger with its foundation: customers c0.., providers p0.. with wallets, all but the last of them verified. */
  static async openFounded(customers: number, providers: number): Promise<ProjectedLedger> {
    const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
    const cast = { customers: names('c', customers), providers: names('p', providers) };
    const ledger = await ProjectedLedger.open({ cast });
    await ledger.start();
    await ledger.found({ isLastUnverified: true, country: 'PT' });
    return ledger;
  }

  /** Usage of every provider, of two models, three days and many amounts, `count` events in one command. */
  async useVariously(customer: string, count: number, over: Partial<UsageReport> = {}): Promise<void> {
    const { providers } = this.scene.cast;
    const details = Array.from({ length: count }, (_, n) => ({
      provider: providers[n % providers.length]!,
      model: n % 2 === 0 ? 'llama' : 'qwen',
      time: new Date(this.now - (n % 3) * 43_200_000).toISOString(),
      meters: { input_tokens: String(400 + (n % 7)), odd: `${n % 5}.5` },
      ...over,
    }));
    await this.use(customer, ...details);
  }

  async pagesOf(shard: number, fromHeight = 1): Promise<Page[]> {
    const pages: Page[] = [];
    for await (const page of readPages(this.journal, shard, fromHeight)) pages.push(page);
    return pages;
  }

  /**
   * Folds the pages that the read models do not include yet.
   *
   * @param runLength how many pages are written at a time, from which height on
   */
  async project(
    runLength: (height: number) => number = () => Number.POSITIVE_INFINITY,
    shards: readonly number[] = this.allShards,
  ): Promise<void> {
    for (const shard of shards) {
      const projection = new Projection({ rows: ROWS, pool: this.pool, shard });
      const pages = await this.pagesOf(shard, ((await projection.position())?.height ?? 0) + 1);
      while (pages.length > 0) await projection.apply(pages.splice(0, runLength(pages[0]!.height)));
    }
  }

  /** What the sequencers hold, for the read models to be compared with. */
  expectedBalances(): ExpectedBalances[] {
    return [...this.ledgers, this.registry].map(({ shard, height, state }) => ({
      shard,
      height,
      balances: state.balances,
    }));
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.journal.close();
    await this.database.stop();
  }
}
