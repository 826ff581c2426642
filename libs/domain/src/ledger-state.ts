/**
 * One shard's ledger in memory: a fold of its pages. `evolve` is the only way in which it changes, at decision time and
 * at replay alike, and every change can be taken back until its page is durable.
 */
import { isSpendable } from './account.js';
import {
  entryId,
  postingsOf,
  type EntryPosition,
  type LedgerEvent,
  type PayablesCut,
  type RecordedShares,
  type TransferSent,
  type UsageAnswer,
  type UsageCharged,
} from './events.js';
import { subtractShares, type Shares } from './split-policy.js';
import { UndoLog } from './undo.js';

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

interface ReceivableQueue {
  items: Receivable[];
  /** Items before it are covered. */
  next: number;
}

export class LedgerState {
  readonly undo = new UndoLog();
  readonly balances = new Map<string, bigint>();
  readonly transfersOpen = new Map<string, TransferSent>();
  readonly transfersReceived = new Map<string, EntryPosition>();
  readonly cuts = new Map<string, { readonly event: PayablesCut; readonly position: EntryPosition }>();
  readonly answers = new Map<string, AnsweredRequest>();
  /** Rejected messages by `topic/partition`, then offset: a redelivery is told the same reason. */
  readonly rejectedOffsets = new Map<string, Map<number, { code: string; detail: string }>>();
  /** Per `topic/partition`: the offset after the last one applied. */
  readonly nextOffsets = new Map<string, number>();
  private readonly receivables = new Map<string, ReceivableQueue>();

  constructor(readonly usage: UsageIndex) {}

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  /** Open receivables of a customer, oldest first. */
  *openReceivables(customer: string): Iterable<Receivable> {
    const queue = this.receivables.get(customer);
    if (queue === undefined) return;
    for (let index = queue.next; index < queue.items.length; index++) yield queue.items[index]!;
  }

  hasOpenReceivables(customer: string): boolean {
    const queue = this.receivables.get(customer);
    return queue !== undefined && queue.next < queue.items.length;
  }

  /** Customers with usage that waits for funds. */
  *customersWithReceivables(): Iterable<string> {
    for (const [customer, queue] of this.receivables) {
      if (queue.next < queue.items.length) yield customer;
    }
  }

  evolve(event: LedgerEvent, position: EntryPosition): void {
    this.applyPostings(event);
    switch (event.type) {
      case 'UsageCharged':
        this.rememberUsage(event);
        break;
      case 'ReceivablesCovered':
        for (const part of event.covered) this.coverOldest(event.customer, BigInt(part.amount), part.shares);
        break;
      case 'UsageRejected':
        this.rememberRejection(event.topic, event.partition, event.offset, { code: event.code, detail: event.detail });
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

  /** The page holds everything of this partition that belongs to this shard up to `next`. */
  applyOffset(topicPartition: string, next: number): void {
    this.undo.set(this.nextOffsets, topicPartition, next);
  }

  private applyPostings(event: LedgerEvent): void {
    for (const { debit, credit, amount } of postingsOf(event)) {
      const value = BigInt(amount);
      this.setBalance(debit, this.balance(debit) - value);
      this.setBalance(credit, this.balance(credit) + value);
    }
  }

  private setBalance(account: string, value: bigint): void {
    if (value < 0n && isSpendable(account)) {
      throw new Error(`account ${account} would fall to ${value}: a decider let it be overspent`);
    }
    this.undo.set(this.balances, account, value);
  }

  private rememberUsage(event: UsageCharged): void {
    const { source, id, digest } = event.usage;
    this.usage.add(source, id, digest);
    this.undo.onRollback(() => this.usage.remove(source, id));
    if (event.receivable === undefined) return;
    const queue = this.receivables.get(event.customer) ?? { items: [], next: 0 };
    this.receivables.set(event.customer, queue);
    queue.items.push({
      source,
      id,
      provider: event.provider,
      amount: BigInt(event.receivable.amount),
      shares: readShares(event.receivable.shares),
    });
    this.undo.onRollback(() => queue.items.pop());
  }

  private coverOldest(customer: string, amount: bigint, shares: RecordedShares): void {
    const queue = this.receivables.get(customer);
    const oldest = queue?.items[queue.next];
    if (queue === undefined || oldest === undefined || oldest.amount < amount) {
      throw new Error(`cover of ${amount} for ${customer} has no receivable of that size at its head`);
    }
    const index = queue.next;
    const left = oldest.amount - amount;
    queue.items[index] = { ...oldest, amount: left, shares: subtractShares(oldest.shares, readShares(shares)) };
    if (left === 0n) queue.next = index + 1;
    this.undo.onRollback(() => {
      queue.items[index] = oldest;
      queue.next = index;
    });
  }

  private rememberRejection(
    topic: string,
    partition: number,
    offset: number,
    reason: { code: string; detail: string },
  ): void {
    const key = `${topic}/${partition}`;
    const rejections = this.rejectedOffsets.get(key) ?? new Map<number, { code: string; detail: string }>();
    this.rejectedOffsets.set(key, rejections);
    this.undo.set(rejections, offset, reason);
  }
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
