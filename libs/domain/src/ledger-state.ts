/**
 * One shard's ledger in memory: a fold of its pages. `evolve` is the only way in which it changes, at decision time and
 * at replay alike, and every change can be taken back until its page is durable.
 */
import { applyPostings } from './balances.js';
import { DomainError } from './errors.js';
import {
  entryId,
  postingsOf,
  type EntryPosition,
  type LedgerEvent,
  type PayablesCut,
  type ReceivablesCovered,
  type RecordedShares,
  type RequestIdentity,
  type TransferSent,
  type UsageAnswer,
  type UsageCharged,
  type UsageIdentity,
} from './events.js';
import { subtractShares, type Shares } from './split-policy.js';
import { UndoableQueue, UndoLog } from './undo.js';

/** Every usage id ever charged in the shard, with the digest of what was reported. */
export interface UsageIndex {
  /** The recorded digest, or undefined when the id is new. */
  find(source: string, id: string): string | undefined;
  add(source: string, id: string, digest: string): void;
  /** Takes back the newest {@link add}. */
  remove(source: string, id: string): void;
  readonly size: number;
}

/** Usage of one customer that no balance covered yet. */
export interface Receivable {
  readonly source: string;
  readonly id: string;
  readonly provider: string;
  readonly amount: bigint;
  readonly shares: Shares;
}

/** What a request with an `Idempotency-Key` was answered. */
export interface AnsweredRequest {
  readonly digest: string;
  readonly entry: string;
  readonly position: EntryPosition;
  readonly usage?: UsageAnswer;
}

/** The recorded answer to a request, if it was answered. @throws DomainError `IDEMPOTENCY_CONFLICT` */
export function findAnswer(
  answers: ReadonlyMap<string, AnsweredRequest>,
  request: RequestIdentity | undefined,
): AnsweredRequest | undefined {
  const known = request === undefined ? undefined : answers.get(request.key);
  if (known !== undefined && known.digest !== request!.digest) {
    throw new DomainError(
      'IDEMPOTENCY_CONFLICT',
      'This Idempotency-Key was used for another request; use a new key for a new request.',
      'Idempotency-Key',
    );
  }
  return known;
}

/** Why a message was rejected. */
export interface Rejection {
  readonly offset: number;
  readonly code: string;
  readonly detail: string;
}

/** Rejections remembered per partition; a redelivery of an older one is silent. */
export const REJECTIONS_KEPT = 10_000;

export class LedgerState {
  readonly undo = new UndoLog();
  readonly balances = new Map<string, bigint>();
  readonly transfersOpen = new Map<string, TransferSent>();
  readonly transfersReceived = new Map<string, EntryPosition>();
  readonly cuts = new Map<string, { readonly event: PayablesCut; readonly position: EntryPosition }>();
  readonly answers = new Map<string, AnsweredRequest>();
  /** Per `topic/partition`: the offset after the last one applied. */
  readonly nextOffsets = new Map<string, number>();
  private readonly receivables = new Map<string, UndoableQueue<Receivable>>();
  /** The newest rejections by `topic/partition`, ascending by offset. */
  private readonly rejections = new Map<string, UndoableQueue<Rejection>>();

  /** @param conflicts an empty index, for the reports that conflicted with a usage and were recorded */
  constructor(
    readonly usage: UsageIndex,
    private readonly conflicts: UsageIndex,
  ) {}

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  /** Open receivables of a customer, oldest first. */
  openReceivables(customer: string): Iterable<Receivable> {
    return this.receivables.get(customer) ?? [];
  }

  hasOpenReceivables(customer: string): boolean {
    return (this.receivables.get(customer)?.size ?? 0) > 0;
  }

  /** Customers with usage that waits for funds. */
  *customersWithReceivables(): Iterable<string> {
    for (const [customer, queue] of this.receivables) {
      if (queue.size > 0) yield customer;
    }
  }

  /** Whether this very report was recorded as a conflict. */
  isKnownConflict({ source, id, digest }: UsageIdentity): boolean {
    return this.conflicts.find(source, conflictId(id, digest)) !== undefined;
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

  evolve(event: LedgerEvent, position: EntryPosition): void {
    applyPostings(this.balances, this.undo, postingsOf(event));
    switch (event.type) {
      case 'UsageCharged':
        this.rememberUsage(event);
        break;
      case 'UsageConflicted':
        this.rememberConflict(event.usage);
        break;
      case 'ReceivablesCovered':
        for (const part of event.covered) this.coverOldest(event.customer, part);
        break;
      case 'UsageRejected':
        this.rememberRejection(`${event.topic}/${event.partition}`, {
          offset: event.offset,
          code: event.code,
          detail: event.detail,
        });
        break;
      case 'TransferSent':
        if (event.toShard !== position.shard) this.undo.set(this.transfersOpen, event.transfer, event);
        break;
      case 'TransferReceived':
        this.undo.set(this.transfersReceived, event.transfer, position);
        break;
      case 'TransferCompleted':
        this.undo.delete(this.transfersOpen, event.transfer);
        break;
      case 'PayablesCut':
        this.undo.set(this.cuts, event.batch, { event, position });
        break;
      default:
        break;
    }
    if (event.request !== undefined) {
      const usage = event.type === 'UsageBatchAnswered' ? { usage: event.answer } : {};
      this.undo.set(this.answers, event.request.key, {
        digest: event.request.digest,
        entry: entryId(position),
        position,
        ...usage,
      });
    }
  }

  /** The page holds everything of this partition that belongs to this shard up to `next`; it never goes back. */
  applyOffset(topicPartition: string, next: number): void {
    if (next > (this.nextOffsets.get(topicPartition) ?? 0)) this.undo.set(this.nextOffsets, topicPartition, next);
  }

  private rememberUsage(event: UsageCharged): void {
    const { source, id, digest } = event.usage;
    this.usage.add(source, id, digest);
    this.undo.onRollback(() => this.usage.remove(source, id));
    if (event.receivable === undefined) return;
    this.queueOf(this.receivables, event.customer).push({
      source,
      id,
      provider: event.provider,
      amount: BigInt(event.receivable.amount),
      shares: readShares(event.receivable.shares),
    });
  }

  /** Older journals repeat a conflict as often as it was reported. */
  private rememberConflict(usage: UsageIdentity): void {
    if (this.isKnownConflict(usage)) return;
    const id = conflictId(usage.id, usage.digest);
    this.conflicts.add(usage.source, id, CONFLICT);
    this.undo.onRollback(() => this.conflicts.remove(usage.source, id));
  }

  private coverOldest(customer: string, part: ReceivablesCovered['covered'][number]): void {
    const queue = this.receivables.get(customer);
    const oldest = queue?.at(0);
    const amount = BigInt(part.amount);
    if (queue === undefined || oldest?.source !== part.source || oldest.id !== part.id || oldest.amount < amount) {
      throw new Error(`${customer} does not owe ${amount} for ${part.source} ${part.id} first`);
    }
    const left = oldest.amount - amount;
    if (left === 0n) queue.takeOldest();
    else
      queue.replaceOldest({ ...oldest, amount: left, shares: subtractShares(oldest.shares, readShares(part.shares)) });
  }

  private rememberRejection(topicPartition: string, rejection: Rejection): void {
    const queue = this.queueOf(this.rejections, topicPartition);
    queue.push(rejection);
    if (queue.size > REJECTIONS_KEPT) queue.takeOldest();
  }

  private queueOf<T>(queues: Map<string, UndoableQueue<T>>, key: string): UndoableQueue<T> {
    let queue = queues.get(key);
    if (queue === undefined) {
      queue = new UndoableQueue<T>(this.undo);
      this.undo.set(queues, key, queue);
    }
    return queue;
  }
}

/** The index of conflicts has nothing to say beside that a report is in it. */
const CONFLICT = '0'.repeat(16);

function conflictId(id: string, digest: string): string {
  return `${digest} ${id}`;
}

/** Reads shares as recorded in an event. */
export function readShares(shares: RecordedShares): Shares {
  return {
    provider: BigInt(shares.provider),
    treasury: BigInt(shares.treasury),
    stakers: BigInt(shares.stakers),
    burn: BigInt(shares.burn),
  };
}

/** Writes shares for an event. */
export function recordShares(shares: Shares): RecordedShares {
  return {
    provider: shares.provider.toString(),
    treasury: shares.treasury.toString(),
    stakers: shares.stakers.toString(),
    burn: shares.burn.toString(),
  };
}
