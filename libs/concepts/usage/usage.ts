/**
 * Usage: charging a usage event (`charge.ts`), and a batch of them, message by message (`usage-batch.ts`). Here is what a shard
 * remembers of it: every id that was charged, conflicts, rejections and answers to batches.
 */
import {
  optional,
  plain,
  UndoableMap,
  UndoableQueue,
  UNREAD,
  type AppliedOffsets,
  type AttoText,
  type RefusalCode,
  type UndoLog,
} from '#domain';
import type { Meters } from '../rating/price-book.js';

/**
 * The first 16 hex digits of SHA-256 over what was reported.
 *
 * @pattern ^[0-9a-f]{16}$
 */
export type UsageDigest = string;

/** A producer's name for one usage event; unique for ever. `digest` covers what was reported. */
export interface UsageIdentity {
  readonly source: string;
  readonly id: string;
  readonly digest: UsageDigest;
}

/**
 * What the house names what is owed by where a usage has its source, for what is no usage. Beside such a name a usage of the same
 * source could not be told from it: no producer may use it.
 */
export const HOUSE_SOURCES = { hold: 'hold' } as const;

const HOUSE_NAMES: ReadonlySet<string> = new Set(Object.values(HOUSE_SOURCES));

/** Whether the house keeps a source for itself. */
export const isHouseSource = (source: string): boolean => HOUSE_NAMES.has(source);

export const usageIdentityLayout = { source: plain, id: plain, digest: plain } as const;

/** One usage event as it came in, already checked for form. */
export interface UsageReport {
  readonly source: string;
  readonly id: string;
  /** The first 16 hex digits of SHA-256 over the reported content; the usage intake says what it covers. */
  readonly digest: string;
  readonly type: string;
  /** RFC 3339; the producer's time. */
  readonly time: string;
  /** The paying customer. */
  readonly customer: string;
  readonly provider: string;
  readonly model: string;
  /** Where it was served, as the producer calls it. */
  readonly region?: string;
  readonly meters: Meters;
  readonly budget?: string;
  readonly hold?: string;
  readonly provenance?: DataProvenance;
}

/** Where the data comes from that was used, sold or validated, as the producer says it. It has no part in the price. */
export interface DataProvenance {
  /** Its name. */
  readonly dataset?: string;
  /** Under which it may be used, such as an SPDX expression. */
  readonly licence?: string;
  /** SHA-256 of its content, in lower-case hex digits. */
  readonly contentHash?: string;
}

export const provenanceLayout = {
  dataset: optional(plain),
  licence: optional(plain),
  contentHash: optional(plain),
} as const;

/** Every usage id ever charged in the shard, with the digest of what was reported and a number: the page of its newest charge. */
export interface UsageIndex {
  /** The recorded digest, or undefined when the id is new. */
  find(source: string, id: string): string | undefined;
  /** The last 32 bits of the number that was kept with it, or undefined when the id is new. */
  numberOf(source: string, id: string): number | undefined;
  add(source: string, id: string, digest: string, number?: number): void;
  /** Changes what is kept of an id that is there. */
  set(source: string, id: string, digest: string, number?: number): void;
  /** Takes back the newest {@link add}. */
  remove(source: string, id: string): void;
  readonly size: number;
}

/** Why a message was rejected. */
export interface Rejection {
  readonly offset: number;
  readonly code: string;
  readonly detail: string;
}

/** Rejections remembered per partition; a redelivery of an older one is silent. */
export const REJECTIONS_KEPT = 10_000;

/** How many of a batch were charged, and what was not. */
export interface UsageAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: readonly RejectedUsage[];
  /** Where the request asked for it. */
  readonly charged?: readonly ChargedUsage[];
}

/** What an event of a batch was charged. */
export interface ChargedUsage {
  /** The event's place in the batch as sent. */
  readonly index: number;
  /** The charge's place in the page that its answer stands in. */
  readonly entry: number;
  readonly amount: AttoText;
  /** The part of it that is owed. */
  readonly receivable?: AttoText;
}

/** `index` is the event's place in the batch as sent; `path` the offending field, where one is to blame. */
export interface RejectedUsage {
  readonly index: number;
  readonly id: string;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly path?: string;
  /**
   * The message was redelivered by Kafka and its rejection stands in the journal already.
   *
   * @unrecorded
   */
  readonly repeated?: true;
}

export class UsagePart {
  /** By `Idempotency-Key`. */
  readonly answers: UndoableMap<string, UsageAnswer>;
  /** Per `name/partition`: the offset after the last one applied. */
  readonly nextOffsets: UndoableMap<string, number>;
  /** Per `name/partition`: the newest range whose last message was read, so that its fingerprint is known. */
  readonly lastRead: UndoableMap<string, AppliedOffsets>;
  /** The newest rejections by `name/partition`, ascending by offset. */
  private readonly rejections: UndoableMap<string, UndoableQueue<Rejection>>;

  /** @param bodies an empty index, for the reports that conflicted with a usage and were recorded, and for those that were replaced */
  constructor(
    private readonly undo: UndoLog,
    private readonly charged: UsageIndex,
    private readonly bodies: UsageIndex,
  ) {
    this.answers = new UndoableMap(undo);
    this.nextOffsets = new UndoableMap(undo);
    this.lastRead = new UndoableMap(undo);
    this.rejections = new UndoableMap(undo);
  }

  /** How many usage ids were charged. */
  get size(): number {
    return this.charged.size;
  }

  /** The digest of what was charged under an id, or undefined when the id is new. */
  find(source: string, id: string): string | undefined {
    return this.charged.find(source, id);
  }

  /** @param height of the page in which it is charged */
  remember({ source, id, digest }: UsageIdentity, height: number): void {
    this.charged.add(source, id, digest, height);
    this.undo.onRollback(() => this.charged.remove(source, id));
  }

  /**
   * The last 32 bits of the height of the page in which an id was charged last: whoever looks for it reads every page whose height
   * ends so, which is one until a shard has four billion. Undefined when the id is new.
   */
  pageOf(source: string, id: string): number | undefined {
    return this.charged.numberOf(source, id);
  }

  /** A charge took the place of an earlier one: whatever was charged under its id, before or now, is not charged again. */
  replace({ source, id, digest }: UsageIdentity, height: number): void {
    const [before, page] = [this.charged.find(source, id)!, this.charged.numberOf(source, id)!];
    this.charged.set(source, id, digest, height);
    this.undo.onRollback(() => this.charged.set(source, id, before, page));
    if (before !== digest) this.keepBody(source, bodyId(id, before), CHARGED);
  }

  /** Whether this very report was charged, and another one has taken its place. */
  wasReplaced({ source, id, digest }: UsageIdentity): boolean {
    return this.bodies.find(source, bodyId(id, digest)) === CHARGED;
  }

  /** Whether this very report was recorded as a conflict. */
  isKnownConflict({ source, id, digest }: UsageIdentity): boolean {
    return this.bodies.find(source, bodyId(id, digest)) !== undefined;
  }

  /** Older journals repeat a conflict as often as it was reported. */
  rememberConflict(usage: UsageIdentity): void {
    if (!this.isKnownConflict(usage)) this.keepBody(usage.source, bodyId(usage.id, usage.digest), CONFLICT);
  }

  private keepBody(source: string, id: string, what: string): void {
    const before = this.bodies.find(source, id);
    if (before === undefined) this.bodies.add(source, id, what);
    else this.bodies.set(source, id, what);
    this.undo.onRollback(() => {
      if (before === undefined) this.bodies.remove(source, id);
      else this.bodies.set(source, id, before);
    });
  }

  /** Why the message at an offset was rejected, so that a redelivery is told the same reason. */
  rejectionAt(topicPartition: string, offset: number): Rejection | undefined {
    const queue = this.rejections.get(topicPartition);
    let low = 0;
    let high = queue?.size ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (queue!.at(middle)!.offset < offset) low = middle + 1;
      else high = middle;
    }
    const found = queue?.at(low);
    return found?.offset === offset ? found : undefined;
  }

  /** The rejections of a partition from an offset on that are still remembered, newest first. */
  *rejectionsFrom(topicPartition: string, offset: number): Iterable<Rejection> {
    const queue = this.rejections.get(topicPartition);
    for (let at = (queue?.size ?? 0) - 1; at >= 0; at--) {
      const rejection = queue!.at(at)!;
      if (rejection.offset < offset) return;
      yield rejection;
    }
  }

  rememberRejection(topicPartition: string, rejection: Rejection): void {
    let queue = this.rejections.get(topicPartition);
    if (queue === undefined) {
      queue = new UndoableQueue(this.undo);
      this.rejections.set(topicPartition, queue);
    }
    queue.push(rejection);
    if (queue.size > REJECTIONS_KEPT) queue.takeOldest();
  }

  /** The page holds everything of this partition that belongs to this shard up to the range's end; it never goes back. */
  applyOffsets(range: AppliedOffsets): void {
    const partition = `${range.name}/${range.partition}`;
    if (range.to <= (this.nextOffsets.get(partition) ?? 0)) return;
    this.nextOffsets.set(partition, range.to);
    if (range.fingerprint !== UNREAD) this.lastRead.set(partition, range);
  }
}

/** What a shard keeps of this concept. */
export interface UsageState {
  readonly usage: UsagePart;
}

/** What a body was that is kept beside the newest one of its id. */
const CONFLICT = '0'.repeat(16);
const CHARGED = '1'.repeat(16);

function bodyId(id: string, digest: string): string {
  return `${digest} ${id}`;
}
