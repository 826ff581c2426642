/** A binary heap whose items know their places, so that any of them can be taken out. */
export class Heap<T> {
  private readonly items: T[] = [];

  /**
   * @param compare below zero when the first item comes first; never zero for two items
   * @param moved told of every place that an item takes
   */
  constructor(
    private readonly compare: (a: T, b: T) => number,
    private readonly moved: (item: T, place: number) => void = () => undefined,
  ) {}

  get size(): number {
    return this.items.length;
  }

  get first(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    this.rise(item, this.items.length);
  }

  /** Takes out the item in a place. @throws RangeError when there is none */
  remove(place: number): T {
    const item = this.items[place];
    if (item === undefined) throw new RangeError(`place ${place} of a heap of ${this.size} items`);
    const last = this.items.pop()!;
    if (place < this.items.length) {
      this.rise(last, place);
      if (this.items[place] === last) this.sink(last, place);
    }
    return item;
  }

  /** All items in their order. The first ones cost little, however many follow. */
  *ascending(): IterableIterator<T> {
    const { items } = this;
    const next = new Heap<number>((a, b) => this.compare(items[a]!, items[b]!));
    if (items.length > 0) next.push(0);
    while (next.size > 0) {
      const place = next.remove(0);
      yield items[place]!;
      for (const child of [2 * place + 1, 2 * place + 2]) if (child < items.length) next.push(child);
    }
  }

  /** Puts an item into a place, or above it. */
  private rise(item: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.items[above]!;
      if (this.compare(item, parent) > 0) break;
      this.put(parent, place);
      place = above;
    }
    this.put(item, place);
  }

  /** Puts an item into a place, or below it. */
  private sink(item: T, from: number): void {
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.items.length) break;
      const right = left + 1;
      const isRightFirst = right < this.items.length && this.compare(this.items[right]!, this.items[left]!) < 0;
      const child = isRightFirst ? right : left;
      if (this.compare(item, this.items[child]!) < 0) break;
      this.put(this.items[child]!, place);
      place = child;
    }
    this.put(item, place);
  }

  private put(item: T, place: number): void {
    this.items[place] = item;
    this.moved(item, place);
  }
}
