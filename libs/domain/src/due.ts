/**
 * Due times: what acts when its instant comes. A concept sets an item where it folds the event that makes it due (a grant
 * with an end, say) and takes it out where it folds the event that acts on it; a command acts on it, and decides again
 * whether there is anything to do. The queue is a part of the shard's state: whoever folds the pages has it.
 */
import type { Ordered } from './entry.js';
import { Heap } from './heap.js';
import type { UndoLog } from './undo.js';

/** Something that acts at an instant. */
export interface DueItem {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly kind: string;
  /** Unique within its kind. */
  readonly id: string;
}

/**
 * For each kind of due item, the command that acts on it. Whoever gives the command adds the item's instant as its time.
 * It is idempotent: several processes may give it, and again after a crash.
 */
export type Due<Kind extends string, State, Command> = Readonly<
  Record<Kind, (state: State, item: DueItem) => Ordered<Command>>
>;

interface Entry extends DueItem {
  /** Place of its kind among those that act at one instant. */
  readonly rank: number;
  /** Place in the heap. */
  place: number;
}

function compare(a: Entry, b: Entry): number {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.id < b.id ? -1 : 1;
}

/**
 * What is due in a shard, ordered by instant, then by kind, then by id. Every change costs the logarithm of its size and
 * can be taken back.
 */
export class DueQueue<in Kind extends string = never> {
  private readonly ranks: ReadonlyMap<string, number>;
  private readonly entries = new Map<string, Map<string, Entry>>();
  private readonly heap = new Heap<Entry>(compare, (entry, place) => {
    entry.place = place;
  });

  /** @param kinds in the order in which they act at one instant */
  constructor(
    private readonly undo: UndoLog,
    kinds: readonly Kind[],
  ) {
    this.ranks = new Map(kinds.map((kind, rank) => [kind, rank]));
  }

  get size(): number {
    return this.heap.size;
  }

  /** What is due first, in the future or not. */
  get next(): DueItem | undefined {
    return this.heap.first;
  }

  /** When an item is due, milliseconds since 1970; undefined: there is none. */
  instantOf(kind: string, id: string): number | undefined {
    return this.entries.get(kind)?.get(id)?.atMs;
  }

  /**
   * Makes an item due, or moves it to another instant.
   *
   * @param atMs milliseconds since 1970
   * @throws RangeError for what is no whole number; Error for a kind that the shard's table lacks
   */
  set(kind: Kind, id: string, atMs: number): void {
    if (!Number.isSafeInteger(atMs)) throw new RangeError(`${kind} ${id} cannot be due at ${atMs}`);
    const before = this.instantOf(kind, id);
    if (before === atMs) return;
    this.change(kind, id, atMs);
    this.undo.onRollback(() => {
      this.change(kind, id, before);
    });
  }

  /** Takes an item out, where there is one. */
  remove(kind: Kind, id: string): void {
    const before = this.instantOf(kind, id);
    if (before === undefined) return;
    this.change(kind, id, undefined);
    this.undo.onRollback(() => {
      this.change(kind, id, before);
    });
  }

  /** All that is due up to an instant, that instant too, in order. Change nothing while you walk. */
  *upTo(instantMs: number): IterableIterator<DueItem> {
    for (const entry of this.heap.ascending()) {
      if (entry.atMs > instantMs) return;
      yield entry;
    }
  }

  [Symbol.iterator](): IterableIterator<DueItem> {
    return this.upTo(Number.POSITIVE_INFINITY);
  }

  private change(kind: string, id: string, atMs: number | undefined): void {
    const ofKind = this.entriesOf(kind);
    const before = ofKind.get(id);
    if (before !== undefined) {
      this.heap.remove(before.place);
      ofKind.delete(id);
    }
    if (atMs === undefined) return;
    const entry: Entry = { atMs, kind, id, rank: this.ranks.get(kind)!, place: -1 };
    ofKind.set(id, entry);
    this.heap.push(entry);
  }

  private entriesOf(kind: string): Map<string, Entry> {
    let ofKind = this.entries.get(kind);
    if (ofKind === undefined) {
      if (!this.ranks.has(kind)) throw new Error(`no table says what acts on a due ${kind}`);
      ofKind = new Map();
      this.entries.set(kind, ofKind);
    }
    return ofKind;
  }
}
