/**
 * Notices a journal that is shorter than it was, or another one at the same height: a restored backup, a fail-over to a late
 * replica, a deleted stream. What is left is sound in itself, so each shard is compared with the heads that somebody
 * remembers, and with what this process itself has seen of it.
 */
import { PageRefused } from './authority.js';
import type { PageHead } from './page.js';
import { readHeads, type JournalStore } from './store.js';

/** A page that a shard once had, by somebody's memory. */
export interface Memory extends RememberedPage {
  /** Who remembers it, for people. */
  readonly source: string;
}

/** A page that is remembered, by whomever. */
export interface RememberedPage {
  readonly shard: number;
  readonly height: number;
  /** SHA-256 in hexadecimal, or its first digits. */
  readonly hash: string;
  /** A height of the registry that was reached when it was remembered; absent: nobody knows. */
  readonly asOf?: number;
}

/** Something that happened outside of the journal and that only pages of a shard explain which it does not have. */
export interface Evidence {
  readonly shard: number;
  /** One clause for people. */
  readonly what: string;
  /** When it happened, RFC 3339 UTC: a loss that was accepted later covers it. */
  readonly at: string;
}

/** What a shard's journal is now, and who remembers more of it. */
export interface Loss {
  readonly shard: number;
  /** The shard's newest page now; undefined: it has none. */
  readonly head: Pick<PageHead, 'height' | 'hash'> | undefined;
  readonly memories: readonly Memory[];
  /** What else shows that pages are missing. */
  readonly evidence?: readonly string[];
  /** What the store itself says of pages that it holds back or has removed, and what to do. */
  readonly hidden?: string;
}

/**
 * Pages of the shard are remembered, or known to the store, that its journal does not have. Nothing is decided or answered from it until the loss
 * is accepted or the journal has them again.
 */
export class ShardLost extends Error {
  readonly retriable = true;

  constructor(readonly loss: Loss) {
    super(`shard ${loss.shard} is halted: ${loss.hidden ?? describeLoss(loss)}`);
    this.name = 'ShardLost';
  }
}

function isAnother(page: PageRefused['page'], { shard, height, hash }: Memory): boolean {
  return page.shard === shard && page.height === height && !page.hash.startsWith(hash);
}

function describeLoss({ head, memories: [first], evidence: [shown] = [] }: Loss): string {
  const what =
    first === undefined
      ? `${shown}; `
      : `${first.source} remembers page ${first.height} (${first.hash.slice(0, 16)}…); `;
  // Who is asked to accept it elsewhere has to be told of which page.
  const page = first === undefined && head !== undefined ? ` (${head.hash})` : '';
  return (
    `${what}the journal ends at height ${head?.height ?? 0}${page} or has another page there. ` +
    'Put the journal back, or "airtime journal accept-loss" accepts what it has'
  );
}

export interface HeadWatchOptions {
  /** Pages as readers may trust them, by a connection for which no read on behalf of a caller waits. */
  readonly store: JournalStore;
  /** All shards. The last is the registry: nothing is decided or answered anywhere while that is lost. */
  readonly shards: readonly number[];
  /** Whether a root key has accepted that the journal lacks what is remembered. */
  readonly isGivenUp: (memory: RememberedPage) => boolean;
  /** Whether a root key has accepted a loss of the shard after that happened. */
  readonly isCovered: (evidence: Evidence) => boolean;
  /** Height of the registry that this process has followed. */
  readonly registryHeight: () => number;
  readonly onLoss?: (lost: ShardLost) => void;
}

export class HeadWatch {
  private readonly seen = new Map<number, Memory>();
  private readonly missing = new Map<number, Memory[]>();
  private readonly heads = new Map<number, Loss['head']>();
  /** By shard, what the store itself has said. No statement accepts that: the store has to be mended. */
  private readonly hidden = new Map<number, ShardLost>();
  /** By who has found it. */
  private readonly evidence = new Map<string, readonly Evidence[]>();
  /** What could not be compared yet: its page is refused. */
  private open: Memory[] = [];
  private readonly endings = new Map<number, Set<AbortController>>();
  private readonly registry: number;

  constructor(private readonly options: HeadWatchOptions) {
    this.registry = Math.max(...options.shards);
  }

  /** What a shard has lost and nobody has accepted; undefined: nothing that is known of. */
  lossOf(shard: number): ShardLost | undefined {
    const hidden = this.hidden.get(shard);
    if (hidden !== undefined) return hidden;
    const evidence = this.evidenceOf(shard);
    const known = this.missing.get(shard);
    if (known === undefined && evidence.length === 0) return undefined;
    const memories = (known ?? []).filter((memory) => !this.options.isGivenUp(memory));
    if (memories.length + evidence.length > 0)
      return new ShardLost({ shard, head: this.heads.get(shard), memories, evidence });
    this.missing.delete(shard);
    this.seen.delete(shard);
    return undefined;
  }

  get losses(): readonly ShardLost[] {
    return this.options.shards.flatMap((shard) => this.lossOf(shard) ?? []);
  }

  /** @throws ShardLost when the shard, or the registry that every decision rests on, lacks what is remembered */
  assertKept(shard: number): void {
    if (this.missing.size + this.hidden.size + this.evidence.size === 0) return;
    const lost = this.lossOf(this.registry) ?? this.lossOf(shard);
    if (lost !== undefined) throw lost;
  }

  /** This process has read or written a page. */
  saw(shard: number, { height, hash }: Pick<PageHead, 'height' | 'hash'>): void {
    if ((this.seen.get(shard)?.height ?? 0) > height) return;
    this.seen.set(shard, { shard, height, hash, source: 'this process', asOf: this.options.registryHeight() });
  }

  /** The newest page of a shard that this process has seen. */
  seenOf(shard: number): Memory | undefined {
    return this.seen.get(shard);
  }

  /**
   * Takes what somebody outside has found now, in place of what the same source found before.
   *
   * @throws StoreUnavailable
   */
  async takeEvidence(source: string, found: readonly Evidence[]): Promise<void> {
    if (found.length === 0) return void this.evidence.delete(source);
    const shards = new Set(found.map(({ shard }) => shard));
    for (const shard of shards) this.heads.set(shard, await this.options.store.head(shard));
    this.evidence.set(source, found);
    for (const shard of shards) {
      const lost = this.lossOf(shard);
      if (lost === undefined) continue;
      this.end(shard);
      this.options.onLoss?.(lost);
    }
  }

  /** The store does not show all pages of a shard, by its own word. */
  hides(lost: ShardLost): void {
    const { shard } = lost.loss;
    const isKnown = this.hidden.has(shard);
    this.hidden.set(shard, lost);
    if (isKnown) return;
    this.end(shard);
    this.options.onLoss?.(lost);
  }

  /** Aborts the controller once the shard is lost. Returns how to stop that. */
  endWithLoss(shard: number, ending: AbortController): () => void {
    const endings = this.endings.get(shard) ?? new Set();
    this.endings.set(shard, endings.add(ending));
    return () => void endings.delete(ending);
  }

  /**
   * Holds the journal against what somebody remembers of it. What cannot be compared now is compared with the next look.
   *
   * @throws StoreUnavailable
   */
  async compare(memories: readonly Memory[]): Promise<void> {
    const wanted = [...this.open, ...memories].filter((memory) => memory.height > 0 && !this.isKnown(memory));
    this.open = [];
    for (const memory of wanted) if ((await this.has(memory)) === false) await this.lose(memory);
  }

  /**
   * Looks whether any shard is shorter than this process has seen it, or somebody else. It costs one look at the heads.
   *
   * @param remembered waited for only after what this process itself has seen is judged
   * @param store whose connections are used: who writes must not wait for those of reads, nor the other way round
   * @returns the heads of the shards that are not lost
   * @throws StoreUnavailable
   */
  async look(
    shards: readonly number[] = this.options.shards,
    remembered: readonly Memory[] | Promise<readonly Memory[]> = [],
    store: JournalStore = this.options.store,
  ): Promise<ReadonlyMap<number, PageHead>> {
    const own = shards.flatMap((shard) => this.seen.get(shard) ?? []);
    const heads = await this.headsOf(store, shards);
    await this.judge(own, heads, store);
    await this.judge(await remembered, heads, store);
    if (this.open.length > 0) await this.compare([]);
    return new Map([...heads].filter(([shard]) => this.lossOf(shard) === undefined));
  }

  private async judge(
    memories: readonly Memory[],
    heads: ReadonlyMap<number, PageHead>,
    store: JournalStore,
  ): Promise<void> {
    for (const memory of memories) {
      if (this.hidden.has(memory.shard)) continue;
      const head = heads.get(memory.shard);
      if ((head?.height ?? 0) > memory.height || head?.hash.startsWith(memory.hash) === true) continue;
      // A copy of the store may answer a moment late: what seems to be missing is asked for by itself.
      if (!this.isKnown(memory) && (await this.has(memory, store)) === false) await this.lose(memory, store);
    }
  }

  /** Looks once more at what is missing: somebody may have put it back. @throws StoreUnavailable */
  async lookAgain(): Promise<void> {
    for (const [shard, memories] of [...this.missing]) {
      const still: Memory[] = [];
      for (const memory of memories) if ((await this.has(memory)) !== true) still.push(memory);
      if (still.length === 0) this.missing.delete(shard);
      else this.heads.set(shard, await this.options.store.head(shard));
    }
  }

  private isKnown({ shard, height, hash, source }: Memory): boolean {
    return (this.missing.get(shard) ?? []).some(
      (one) => one.height === height && one.hash === hash && one.source === source,
    );
  }

  /** Undefined: its page is refused or not shown, so nobody can say. */
  private async has(memory: Memory, store = this.options.store): Promise<boolean | undefined> {
    try {
      const [page] = await store.read(memory.shard, memory.height, 1);
      return page?.hash.startsWith(memory.hash) === true;
    } catch (error) {
      if (error instanceof ShardLost) this.hides(error);
      else if (!(error instanceof PageRefused)) throw error;
      // Whether it counts or not, it is another one.
      else if (isAnother(error.page, memory)) return false;
      this.open.push(memory);
      return undefined;
    }
  }

  private async lose(memory: Memory, store = this.options.store): Promise<void> {
    const { shard } = memory;
    if (this.options.isGivenUp(memory)) return;
    this.heads.set(shard, await store.head(shard));
    this.missing.set(shard, [...(this.missing.get(shard) ?? []), memory]);
    this.end(shard);
    const lost = this.lossOf(shard);
    if (lost !== undefined) this.options.onLoss?.(lost);
  }

  private evidenceOf(shard: number): readonly string[] {
    if (this.evidence.size === 0) return [];
    const found = [...this.evidence.values()].flat().filter((one) => one.shard === shard);
    return found.filter((one) => !this.options.isCovered(one)).map(({ what }) => what);
  }

  private end(shard: number): void {
    for (const ending of this.endings.get(shard) ?? []) ending.abort();
  }

  /** Without the shards of which the store does not show all. */
  private async headsOf(store: JournalStore, shards: readonly number[]): Promise<ReadonlyMap<number, PageHead>> {
    for (let shown = shards; ;) {
      try {
        const heads = await readHeads(store, shown);
        for (const shard of shown) this.hidden.delete(shard);
        return heads;
      } catch (error) {
        if (!(error instanceof ShardLost)) throw error;
        this.hides(error);
        shown = shown.filter((shard) => shard !== error.loss.shard);
      }
    }
  }
}
