/**
 * What every shard keeps in memory, whatever its concepts: balances, answered requests, what is due, and how to take
 * changes back.
 */
import type { Posting } from './account.js';
import { applyPostings, findOverdrawn } from './balances.js';
import type { Reversal } from './correction.js';
import { DueQueue } from './due.js';
import { entryId, postingsOf, type AnsweredRequest, type EntryPosition, type Recorded } from './entry.js';
import { UndoLog } from './undo.js';

/**
 * A fold of a shard's pages. Concepts add their parts; every change can be taken back until its page is durable.
 *
 * @typeParam DueKind what may be due in the shard
 */
export class ShardState<DueKind extends string = never> {
  readonly undo = new UndoLog();
  /** By account; an absent one is zero. Atto-tokens. */
  readonly balances = new Map<string, bigint>();
  /** By `Idempotency-Key`. */
  readonly answers = new Map<string, AnsweredRequest>();
  /** Entries that were corrected, by id: the place of the entry that did so. */
  readonly corrections = new Map<string, EntryPosition>();

  /** What acts when its instant comes. */
  readonly due: DueQueue<DueKind>;

  /**
   * @param isSpendable whether an account may never fall below zero, by the chart of accounts
   * @param dueKinds in the order in which they act at one instant
   */
  constructor(
    private readonly isSpendable: (account: string) => boolean,
    dueKinds: readonly DueKind[] = [],
  ) {
    this.due = new DueQueue(this.undo, dueKinds);
  }

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  /** The spendable account that these postings, applied in order, would take below zero; undefined: none. */
  findOverdrawn(postings: readonly Posting[]): string | undefined {
    return findOverdrawn(this.balances, postings, this.isSpendable);
  }

  /**
   * What each entry does whatever it means: it moves its value and answers its request.
   *
   * @throws Error when its postings cannot be applied; the caller takes back what was changed before
   */
  enter(event: Recorded, position: EntryPosition): void {
    applyPostings(this.balances, this.undo, postingsOf(event), this.isSpendable);
    if (event.request === undefined) return;
    const { key, digest } = event.request;
    this.undo.set(this.answers, key, { digest, entry: entryId(position), position });
  }

  /**
   * Corrects an entry: its value goes back, its concept's part of the state is undone, and it is never corrected again.
   *
   * @param reversal what `correctBy` said of the entry, in this very state
   * @param by the place of the entry that corrects it
   * @throws Error when it cannot be applied; the caller takes back what was changed before
   */
  correct(corrected: EntryPosition, reversal: Reversal, by: EntryPosition): void {
    applyPostings(this.balances, this.undo, reversal.postings, this.isSpendable);
    reversal.evolve();
    this.undo.set(this.corrections, entryId(corrected), by);
  }
}
