/**
 * The verifier: a second reading of the whole journal that trusts nothing but its bytes. Digests and chain are computed
 * again, every amount is rated again, every posting is derived again and every sum is kept apart from the code that
 * decides. It streams: besides balances it keeps only usage ids, open receivables, transfers between shards and batches.
 *
 * The journal may grow meanwhile. The registry is read first, then each holder shard to the head it has by then; what a
 * later page may refer to is looked up once more before it is called missing.
 */
import type { LedgerEvent, RegistryEvent, TransferSent } from '#concepts';
import { registryShard, type ShardHead } from '#domain';
import {
  findChainFaults,
  findPageFaults,
  headOf,
  noUpcast,
  readEvents,
  type Page,
  type PageHead,
  type Upcast,
} from './page.js';
import { readPages, type JournalStore } from './store.js';
import { CompactUsageIndex } from './usage-index.js';
import { checkPlans, checkSupply, checkTransfers } from './verifier/cross-checks.js';
import { Findings, type Finding, type Place } from './verifier/findings.js';
import { LedgerAudit, type CommonAudit } from './verifier/ledger-audit.js';
import { OffsetsAudit } from './verifier/offsets-audit.js';
import { RegistryAudit } from './verifier/registry-audit.js';
import { RequestsAudit } from './verifier/requests-audit.js';

export * from './verifier/findings.js';

export interface VerifyOptions {
  /** Number of holder shards. */
  readonly shards: number;
  /** Heads that somebody noted outside the journal: it must still contain each of them. */
  readonly rememberedHeads?: readonly ShardHead[];
  /** Told after each page. `of` is the head's height when the shard's reading began. */
  readonly progress?: (progress: { readonly shard: number; readonly height: number; readonly of: number }) => void;
  /** Findings that are kept; all are counted. */
  readonly findingsMax?: number;
  readonly upcast?: Upcast;
}

export interface Verification {
  /** True when nothing was found. */
  readonly sound: boolean;
  readonly findings: readonly Finding[];
  /** All findings, also those beyond `findingsMax`. */
  readonly findingCount: number;
  /** Where each shard ended, the registry last: what to remember. */
  readonly heads: readonly ShardHead[];
  readonly totals: {
    readonly pages: number;
    readonly events: number;
    /** Usage events charged. */
    readonly usages: number;
    /** Every account's balance over all shards, atto-tokens. */
    readonly balances: ReadonlyMap<string, bigint>;
  };
  /** Each shard's own balances at its head in {@link heads}: what the books must show at that height. */
  readonly shardBalances: ReadonlyMap<number, ReadonlyMap<string, bigint>>;
  /** Transfers between shards whose second entry is not booked yet. */
  readonly openTransfers: readonly TransferSent[];
}

/**
 * Verifies the journal of all shards.
 *
 * @throws StoreUnavailable when the store cannot be read; whatever is wrong with what it holds is a finding
 */
export async function verifyJournal(store: JournalStore, options: VerifyOptions): Promise<Verification> {
  const walk = new Walk(store, options);
  const requests = new RequestsAudit(walk.findings);
  const registry = new RegistryAudit(registryShard(options.shards), walk.findings);
  await walk.shard(registry.shard, (event, place) => {
    registry.apply(event as RegistryEvent, place);
    requests.check(event as RegistryEvent, place);
  });
  const common: CommonAudit = {
    shards: options.shards,
    registry,
    findings: walk.findings,
    usage: new CompactUsageIndex(),
    sent: new Map(),
    sentLater: new Map(),
    received: new Map(),
    cuts: new Map(),
    supply: 0n,
  };
  walk.expectHeads(registry.namedHeads);
  const audits: LedgerAudit[] = [];
  for (let shard = 0; shard < options.shards; shard++) {
    const audit = new LedgerAudit(shard, common);
    audits.push(audit);
    await walk.shard(shard, async (event, place) => {
      if (isAhead(registry, event as LedgerEvent)) {
        await walk.beyond(registry.shard, (later) => registry.applyPublication(later as RegistryEvent));
      }
      audit.apply(event as LedgerEvent, place);
      requests.check(event as LedgerEvent, place);
    });
  }
  for (const shard of sendersToLookUp(common)) {
    await walk.beyond(shard, (later, place) => {
      const sent = later as LedgerEvent;
      if (sent.type === 'TransferSent' && common.received.has(sent.transfer)) {
        common.sentLater.set(sent.transfer, { event: sent, place });
      }
    });
  }
  const openTransfers = checkTransfers(common);
  checkPlans(common);
  const balances = checkSupply(common, audits, openTransfers);
  return {
    sound: walk.findings.count === 0,
    findings: walk.findings.kept,
    findingCount: walk.findings.count,
    heads: [...walk.heads]
      .map(([shard, { height, hash }]) => ({ shard, height, hash }))
      .sort((a, b) => a.shard - b.shard),
    totals: { pages: walk.pages, events: walk.events, usages: common.usage.size, balances },
    shardBalances: new Map([...audits, registry].map(({ shard, books }) => [shard, books.balances])),
    openTransfers,
  };
}

/** Whether a charge names a version that was published after the registry was read. */
function isAhead(registry: RegistryAudit, event: LedgerEvent): boolean {
  return (
    event.type === 'UsageCharged' &&
    !(registry.priceBooks.has(event.priceBook) && registry.splitPolicies.has(event.splitPolicy))
  );
}

/** Shards whose pages beyond the first reading may hold the first entry of a transfer that arrived elsewhere. */
function sendersToLookUp({ received, sent, shards }: CommonAudit): Set<number> {
  const lookUp = new Set<number>();
  for (const transfer of received.keys()) {
    if (!sent.has(transfer)) for (let shard = 0; shard < shards; shard++) lookUp.add(shard);
  }
  return lookUp;
}

type Visit = (event: unknown, place: Place) => void | Promise<void>;

/** Reads shards page by page and checks what holds for every page, whatever its events say. */
class Walk {
  readonly findings: Findings;
  readonly heads = new Map<number, PageHead>();
  pages = 0;
  events = 0;
  private readonly expected = new Map<string, string>();

  constructor(
    private readonly store: JournalStore,
    private readonly options: VerifyOptions,
  ) {
    this.findings = new Findings(options.findingsMax ?? 100);
    this.expectHeads(
      new Map((options.rememberedHeads ?? []).map((head) => [`${head.shard}:${head.height}`, head.hash])),
    );
  }

  /** Pages that must be there, as `shard:height` and hash. Call before the shard is read. */
  expectHeads(heads: ReadonlyMap<string, string>): void {
    for (const [key, hash] of heads) {
      const [shard, height] = key.split(':').map(Number) as [number, number];
      const known = this.expected.get(key);
      if (known !== undefined && known !== hash) {
        this.findings.add('HEAD_REWRITTEN', { shard, height }, `it is remembered as ${known} and as ${hash}`);
      }
      if (height > 0) this.expected.set(key, hash);
    }
  }

  /** Reads a shard to the head that it has now. */
  async shard(shard: number, visit: Visit): Promise<void> {
    const end = (await this.store.head(shard))?.height ?? 0;
    const offsets = new OffsetsAudit(this.findings);
    let previous: PageHead | undefined;
    for await (const page of readPages(this.store, shard)) {
      if (page.height > end) break;
      this.checkPage(previous, page);
      offsets.checkPage(page);
      await this.visitEvents(page, async (event, place) => {
        offsets.checkOrigin(page, event, place);
        await visit(event, place);
        this.events++;
      });
      this.pages++;
      previous = headOf(page);
      this.options.progress?.({ shard, height: page.height, of: end });
    }
    if (previous !== undefined) this.heads.set(shard, previous);
    for (const [key, hash] of this.expected) {
      const [expectedShard, height] = key.split(':').map(Number) as [number, number];
      if (expectedShard !== shard || height <= (previous?.height ?? 0)) continue;
      this.findings.add('HEAD_MISSING', { shard, height }, `page ${hash} is remembered, the journal ends before it`);
    }
  }

  /** Reads what a shard has gained since {@link shard} read it, without checking it: the next run does. */
  async beyond(shard: number, visit: Visit): Promise<void> {
    for await (const page of readPages(this.store, shard, (this.heads.get(shard)?.height ?? 0) + 1)) {
      await this.visitEvents(page, visit);
    }
  }

  private checkPage(previous: PageHead | undefined, page: Page): void {
    const place = { shard: page.shard, height: page.height };
    for (const fault of findPageFaults(page)) this.findings.add('PAGE_UNSOUND', place, fault);
    for (const fault of findChainFaults(previous, page)) this.findings.add('CHAIN_BROKEN', place, fault);
    const expected = this.expected.get(`${page.shard}:${page.height}`);
    if (expected !== undefined && expected !== page.hash) {
      this.findings.add('HEAD_REWRITTEN', place, `its hash is remembered as ${expected} and is now ${page.hash}`);
    }
  }

  private async visitEvents(page: Page, visit: Visit): Promise<void> {
    const place = { shard: page.shard, height: page.height };
    try {
      for (const { event, position } of readEvents(page, this.options.upcast ?? noUpcast)) {
        try {
          await visit(event, position);
        } catch (error) {
          this.findings.add('EVENT_UNREADABLE', position, messageOf(error));
        }
      }
    } catch (error) {
      this.findings.add('EVENT_UNREADABLE', place, messageOf(error));
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
