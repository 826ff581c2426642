/**
 * One run of a re-rating: goes through the pages that were there when it began, and has each charge of the time that is meant rated
 * again, or, in a dry run, only says what it would cost. Whatever was done is found again in the journal, so that what is noted of the
 * job may be behind and never ahead.
 */
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import {
  CODEC,
  Rerating,
  standingOf,
  type CompiledPriceBook,
  type LedgerEvent,
  type RatingPart,
  type ReadEntry,
  type RerateUsage,
  type UsageCharged,
} from '#concepts';
import { DomainError, entryId, parseTime } from '#domain';
import { readEvents, readPages, type JournalStore } from '#journal';
import type { Job, Jobs, JobSum } from '#postgres';
import type { Sequencers } from '#wiring';
import { EntriesOfPages } from './entries-of-pages.js';
import type { NewestCharges } from './newest-charges.js';

/** What is asked for. Times are RFC 3339 UTC with milliseconds. */
export interface ReratingWish {
  /** The usage's own time: included, and not included any more. */
  readonly from: string;
  readonly to: string;
  readonly priceBook: number;
  readonly customer?: string;
  readonly dryRun: boolean;
  readonly reason: string;
}

/** What became of charges: costs another amount now, the same, was void, or has no price in the book. */
export type ReratingCounts = Readonly<Record<'changed' | 'same' | 'void' | 'unrated', number>>;

/** Heights of one shard: the first and the last that are gone through, and the next one to be. */
export interface ShardStretch {
  readonly shard: number;
  readonly first: number;
  readonly next: number;
  readonly last: number;
}

export interface ReratingProgress {
  readonly shards: readonly ShardStretch[];
  readonly counts: ReratingCounts;
}

export type ReratingJob = Job<ReratingWish, ReratingProgress>;

/** What a run works with. */
export interface ReratingTools {
  readonly jobs: Jobs;
  readonly sequencers: Sequencers;
  readonly charges: NewestCharges;
  /** For going through the pages. */
  readonly journal: JournalStore;
  readonly rating: RatingPart;
  /** Told of what became of charges. */
  readonly onCounted: (result: keyof ReratingCounts, charges: number) => void;
}

type ChargeEntry = ReadEntry<UsageCharged>;
type Result = { readonly result: 'void' } | { readonly after: bigint | DomainError };
/** What is to be asked of the shard, or what is known without asking; `again` where that must be read anew. */
type Prepared = RerateUsage | Result | 'passed over' | 'again';

/** Whether it may be tried again: a part of the service is away, or too busy. */
export const isRetriable = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { readonly retriable?: unknown }).retriable === true;

/** Entries of a re-rating say by this which job they are of. */
export const originOf = (job: string): string => `job:${job}`;

/** So many charges are handed to a shard together. */
const TOGETHER = 128;
/** Or those of so many pages. */
const PAGES_TOGETHER = 64;
const PAGES_AT_ONCE = 16;
/** Progress is noted so often, in milliseconds. */
const NOTED_MS = 1_000;
/** A shard that takes no more commands is asked again after so long. */
const BUSY_PAUSE_MS = 250;
/** So often in a row nothing of what was handed over comes to an end, before the run is given up. */
const TRIES_MAX = 20;

const NONE: ReratingCounts = { changed: 0, same: 0, void: 0, unrated: 0 };

/** What the run of a job is before it has begun. */
export const beginningOf = (shards: readonly ShardStretch[]): ReratingProgress => ({ shards, counts: NONE });

export class ReratingRun {
  private readonly wish: ReratingWish;
  private readonly fromMs: number;
  private readonly toMs: number;
  private step: number;
  private sums: Rerating;
  private counts: Record<keyof ReratingCounts, number>;
  private readonly stretches: ShardStretch[];
  private notedAtMs = performance.now();
  /** What kept the last try from its end, where that may pass. */
  private trouble: Error | undefined;

  /** @param progress where it goes on; a dry run keeps nothing and begins anew */
  constructor(
    private readonly tools: ReratingTools,
    private readonly job: ReratingJob,
    private readonly book: CompiledPriceBook,
    progress: ReratingProgress,
    private readonly signal: AbortSignal,
  ) {
    this.wish = job.wish;
    this.fromMs = parseTime(job.wish.from, 'from');
    this.toMs = parseTime(job.wish.to, 'to');
    this.step = job.step;
    const { dryRun } = job.wish;
    this.stretches = progress.shards.map((stretch) => (dryRun ? { ...stretch, next: stretch.first } : stretch));
    this.counts = { ...(dryRun ? NONE : progress.counts) };
    this.sums = this.newSums();
  }

  /** @returns whether it is done; not where it was cancelled, the process ends, or another process has taken it on */
  async run(): Promise<boolean> {
    if (!(await this.note())) return false;
    for (let at = 0; at < this.stretches.length; at++) if (!(await this.goThrough(at))) return false;
    return this.note(true);
  }

  private async goThrough(at: number): Promise<boolean> {
    const { shard, next, last } = this.stretches[at]!;
    if (next > last) return true;
    let charges: ChargeEntry[] = [];
    let from = next;
    for await (const page of readPages(this.tools.journal, shard, next, PAGES_AT_ONCE)) {
      if (page.height > last) break;
      for (const entry of readEvents<LedgerEvent>(page, CODEC)) if (this.isMeant(entry)) charges.push(entry);
      const isFew = charges.length < TOGETHER && page.height - from < PAGES_TOGETHER;
      if (isFew && page.height < last) continue;
      if (!(await this.workAt(charges))) return false;
      charges = [];
      from = page.height + 1;
      this.stretches[at] = { ...this.stretches[at]!, next: page.height + 1 };
      if (performance.now() - this.notedAtMs > NOTED_MS && !(await this.note())) return false;
    }
    // What was left out at the end of the shard is nothing but pages without charges.
    this.stretches[at] = { ...this.stretches[at]!, next: last + 1 };
    return this.workAt(charges);
  }

  private isMeant(entry: ReadEntry<LedgerEvent>): entry is ChargeEntry {
    const { event } = entry;
    if (event.type !== 'UsageCharged') return false;
    const { customer } = this.wish;
    if (customer !== undefined && event.customer !== customer) return false;
    const timeMs = parseTime(event.time, 'time');
    return this.fromMs <= timeMs && timeMs < this.toMs;
  }

  /** @returns false where the process ends */
  private async workAt(charges: readonly ChargeEntry[]): Promise<boolean> {
    for (let at = 0; at < charges.length; at += TOGETHER) {
      if (this.signal.aborted) return false;
      const part = charges.slice(at, at + TOGETHER);
      if (!(await this.rateAll(part))) return false;
    }
    await turn();
    return true;
  }

  /**
   * Hands charges of one shard over in the order of their entries. What happens to one of them meanwhile, also by another one that
   * gives back what it had taken, has it read again.
   */
  private async rateAll(charges: readonly ChargeEntry[]): Promise<boolean> {
    let left = charges;
    for (let tries = 0; left.length > 0;) {
      if (this.signal.aborted) return false;
      if (tries === TRIES_MAX)
        throw this.trouble ?? new Error(`${entryId(left[0]!.position)} changes whenever it is rated again`);
      this.trouble = undefined;
      const pages = new EntriesOfPages(this.tools.journal);
      // One after the other: together they would take the connections of everybody else.
      const prepared: Prepared[] = [];
      for (const charge of left) prepared.push(await this.prepare(charge, pages));
      const shard = left[0]!.position.shard;
      // All in one go: the shard decides them in this order.
      const decided = await Promise.all(prepared.map((one) => this.decide(shard, one)));
      const again = left.filter((charge, at) => !this.add(charge, decided[at]!));
      if (again.length < left.length) tries = 0;
      else {
        tries++;
        await delay(BUSY_PAUSE_MS, undefined, { signal: this.signal }).catch(() => undefined);
      }
      left = again;
    }
    return true;
  }

  /** What is to be done about a charge, as it stands now. */
  private async prepare(charge: ChargeEntry, pages: EntriesOfPages): Promise<Prepared> {
    const { sequencers, charges } = this.tools;
    const { state } = sequencers.ledger(charge.position.shard);
    const { at, isVoid } = standingOf(state.corrections, entryId(charge.position));
    if (isVoid) {
      const taken = await pages.takenBack(at!);
      if (taken === undefined) return 'again';
      const { reversal, charged } = taken;
      if (charged === undefined) return { result: 'void' };
      // It was rated again before the process ended, or another correction has put another charge in its place.
      const isOwn = reversal.cause === 'rerating' && reversal.origin === originOf(this.job.id);
      return isOwn ? { after: BigInt(charged.amount) } : 'passed over';
    }
    if (this.wish.dryRun) return { after: this.sums.add(charge.event) };
    const provenance = { actor: this.job.actor, origin: originOf(this.job.id) };
    const { priceBook, reason } = this.wish;
    const read = await charges.readStanding(charge, pages);
    return { type: 'RerateUsage', ...read, time: new Date().toISOString(), provenance, priceBook, reason };
  }

  private async decide(shard: number, prepared: Prepared): Promise<Result | 'passed over' | 'again'> {
    if (typeof prepared === 'string' || !('type' in prepared)) return prepared;
    try {
      const { outcome } = await this.tools.sequencers.execute(shard, prepared);
      if (outcome.type !== 'rerated') throw new Error(`a re-rating came to ${outcome.type}`);
      if (outcome.result === 'void') return 'again';
      if (outcome.result === 'unrated') return { after: outcome.why };
      return { after: outcome.result === 'changed' ? outcome.amount : BigInt(prepared.charge.event.amount) };
    } catch (error) {
      if (error instanceof DomainError) return error.code === 'ENTRY_CHANGED' ? 'again' : { after: error };
      // Whether it was written the next look at the journal says.
      if (!isRetriable(error)) throw error;
      this.trouble = error as Error;
      return 'again';
    }
  }

  /** @returns false for what is to be read again */
  private add({ event }: ChargeEntry, decided: Result | 'passed over' | 'again'): boolean {
    if (decided === 'again') return false;
    if (decided === 'passed over') return true;
    if ('result' in decided) this.count('void');
    else {
      const { after } = decided;
      if (!this.wish.dryRun) this.sums.addRated(event, after);
      this.count(after instanceof DomainError ? 'unrated' : after === BigInt(event.amount) ? 'same' : 'changed');
    }
    return true;
  }

  private count(result: keyof ReratingCounts): void {
    this.counts[result]++;
    if (!this.wish.dryRun) this.tools.onCounted(result, 1);
  }

  /** Notes how far it is. A dry run keeps its sums to the end. @returns whether the job is still this run's */
  private async note(isLast = false): Promise<boolean> {
    const { dryRun } = this.wish;
    const sums = dryRun && !isLast ? [] : sumsOf(this.sums);
    const progress: ReratingProgress = { shards: this.stretches, counts: this.counts };
    if (!(await this.tools.jobs.advance(this.job.id, this.step, { progress, sums, isLast }))) return false;
    this.step++;
    this.notedAtMs = performance.now();
    if (!dryRun) this.sums = this.newSums();
    return true;
  }

  private newSums(): Rerating {
    return new Rerating(this.tools.rating, { book: this.book });
  }
}

/** What a job's sums are of: everything, each customer's charges, each provider's shares of them, each kind that the book cannot rate. */
export type ReratingSum = 'total' | 'customer' | 'provider' | 'unrated';

const named =
  (what: ReratingSum) =>
  ([name, { events, before, after }]: readonly [string, Omit<JobSum, 'what' | 'name'>]): JobSum => ({
    ...{ what, name, events, before, after },
  });

function sumsOf({ total, customers, providers, unrated }: Rerating): JobSum[] {
  return [
    ...(total.events === 0 ? [] : [named('total')(['', total])]),
    ...[...customers].map(named('customer')),
    ...[...providers].map(named('provider')),
    ...unrated.map(({ events, before, ...kind }) =>
      named('unrated')([JSON.stringify(kind), { events, before, after: 0n }]),
    ),
  ];
}
