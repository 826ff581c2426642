/**
 * Decisions act on state in memory before the page that holds them is durable. When the append loses its race the
 * state must be exactly what it was: every change notes how to take itself back.
 */
export class UndoLog {
  private steps: (() => void)[] = [];

  /** Sets a map's entry and remembers the former one. */
  set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    if (before === undefined && !map.has(key)) {
      this.steps.push(() => map.delete(key));
    } else {
      this.steps.push(() => map.set(key, before as V));
    }
    map.set(key, value);
  }

  /** Removes a map's entry and remembers it. Iteration order of a map is not restored. */
  delete<K, V>(map: Map<K, V>, key: K): void {
    if (!map.has(key)) return;
    const before = map.get(key) as V;
    this.steps.push(() => map.set(key, before));
    map.delete(key);
  }

  /** Remembers how to take back a change made elsewhere. */
  onRollback(step: () => void): void {
    this.steps.push(step);
  }

  /** A point to come back to. */
  mark(): number {
    return this.steps.length;
  }

  /** Takes back everything since the mark, newest first. */
  rollback(mark = 0): void {
    while (this.steps.length > mark) this.steps.pop()!();
  }

  /** Keeps everything: the page is durable. */
  clear(): void {
    this.steps = [];
  }
}
