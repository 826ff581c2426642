/**
 * Decisions act on state in memory before the page that holds them is durable. When the append loses its race the
 * state must be exactly what it was: every change notes how to take itself back.
 *
 * The trail is flat, three places per change, because it grows with every posting: a closure for each costs more than
 * the change itself.
 */
export class UndoLog {
  private trail: unknown[] = [];

  /** Sets a map's entry and remembers the former one. */
  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    this.trail.push(map, key, before === undefined && !map.has(key) ? ABSENT : before);
    map.set(key, value);
  }

  /** Removes a map's entry and remembers it. Iteration order of a map is not restored. */
  delete<K, V>(map: Map<K, V>, key: K): void {
    if (!map.has(key)) return;
    this.trail.push(map, key, map.get(key));
    map.delete(key);
  }

  /** Remembers how to take back a change made elsewhere. */
  onRollback(step: () => void): void {
    this.trail.push(undefined, undefined, step);
  }

  /** A point to come back to; 0 when there is nothing to take back. */
  mark(): number {
    return this.trail.length;
  }

  /** Takes back everything since the mark, newest first. @throws UndoFailed */
  rollback(mark = 0): void {
    try {
      while (this.trail.length > mark) this.takeBackNewest();
    } catch (error) {
      throw new UndoFailed(error);
    }
  }

  private takeBackNewest(): void {
    const before = this.trail.pop();
    const key = this.trail.pop();
    const map = this.trail.pop() as Map<unknown, unknown> | undefined;
    if (map === undefined) (before as () => void)();
    else if (before === ABSENT) map.delete(key);
    else map.set(key, before);
  }

  /** Keeps everything: the page is durable. */
  clear(): void {
    this.trail = [];
  }
}

const ABSENT = Symbol('absent');

/** A change could not be taken back: the state is not what any decision was made on, and nothing may be decided on it. */
export class UndoFailed extends Error {
  constructor(cause: unknown) {
    super('a change of state could not be taken back', { cause });
    this.name = 'UndoFailed';
  }
}

/** A map whose changes can be taken back. Without a log they are for good, as in a copy that holds durable events only. */
export class UndoableMap<K, V> implements ReadonlyMap<K, V> {
  private readonly map = new Map<K, V>();

  constructor(private readonly undo?: UndoLog) {}

  get size(): number {
    return this.map.size;
  }

  get(key: K): V | undefined {
    return this.map.get(key);
  }

  has(key: K): boolean {
    return this.map.has(key);
  }

  set(key: K, value: V): void {
    if (this.undo === undefined) this.map.set(key, value);
    else this.undo.set(this.map, key, value);
  }

  delete(key: K): void {
    if (this.undo === undefined) this.map.delete(key);
    else this.undo.delete(this.map, key);
  }

  keys(): MapIterator<K> {
    return this.map.keys();
  }

  values(): MapIterator<V> {
    return this.map.values();
  }

  entries(): MapIterator<[K, V]> {
    return this.map.entries();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.map[Symbol.iterator]();
  }

  forEach(each: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    this.map.forEach((value, key) => {
      each(value, key, this);
    });
  }
}

/**
 * A first-in, first-out queue whose changes can be taken back. Its two ends cost the same however long it is; changing
 * what is not oldest may move all that it holds, and is for corrections.
 */
export class UndoableQueue<T> {
  private items: T[] = [];
  private first = 0;

  constructor(private readonly undo: UndoLog) {}

  get size(): number {
    return this.items.length - this.first;
  }

  /** The `index`-th item, counted from the oldest. */
  at(index: number): T | undefined {
    return this.items[this.first + index];
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = this.first; index < this.items.length; index++) yield this.items[index]!;
  }

  push(item: T): void {
    this.items.push(item);
    this.undo.onRollback(() => this.items.pop());
  }

  /** Puts another item in the `index`-th place, counted from the oldest. @throws RangeError when it is empty */
  replace(index: number, item: T): void {
    const before = this.items[this.place(index, this.size)]!;
    this.items[this.first + index] = item;
    this.undo.onRollback(() => {
      this.items[this.first + index] = before;
    });
  }

  /** Puts an item before the `index`-th; at {@link size} it is the newest. @throws RangeError beyond that */
  insert(index: number, item: T): void {
    this.items.splice(this.place(index, this.size + 1), 0, item);
    this.undo.onRollback(() => this.items.splice(this.first + index, 1));
  }

  /** Takes out the `index`-th item, counted from the oldest. @throws RangeError when there is none */
  remove(index: number): T {
    const [item] = this.items.splice(this.place(index, this.size), 1) as [T];
    this.undo.onRollback(() => this.items.splice(this.first + index, 0, item));
    return item;
  }

  takeOldest(): T | undefined {
    if (this.size === 0) return undefined;
    const oldest = this.items[this.first++]!;
    this.undo.onRollback(() => {
      if (this.first === 0) this.items.unshift(oldest);
      else this.items[--this.first] = oldest;
    });
    this.forgetTaken();
    return oldest;
  }

  /** Where the `index`-th of `places` places is in `items` now. */
  private place(index: number, places: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= places) {
      throw new RangeError(`place ${index} of a queue of ${this.size} items`);
    }
    return this.first + index;
  }

  /** Gives memory back. No step that could be taken back knows a place in `items`: all count from the queue's ends. */
  private forgetTaken(): void {
    if (this.first < 1_000 || this.first * 2 < this.items.length) return;
    this.items = this.items.slice(this.first);
    this.first = 0;
  }
}
