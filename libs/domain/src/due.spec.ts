import fc from 'fast-check';
import { Heap } from './heap.js';
import { DueQueue, UndoLog, type Due, type DueItem } from './index.js';

const KINDS = ['lapse', 'expiry', 'cover'] as const;
type Kind = (typeof KINDS)[number];

const plain = ({ atMs, kind, id }: DueItem) => ({ atMs, kind, id });
const rank = (kind: string) => KINDS.indexOf(kind as Kind);

/** What the queue must be like: a map that is sorted whenever it is asked. */
class SortedMap {
  constructor(private readonly items = new Map<string, DueItem>()) {}

  copy(): SortedMap {
    return new SortedMap(new Map(this.items));
  }

  set(kind: Kind, id: string, atMs: number): void {
    this.items.set(`${kind} ${id}`, { atMs, kind, id });
  }

  remove(kind: Kind, id: string): void {
    this.items.delete(`${kind} ${id}`);
  }

  get sorted(): DueItem[] {
    return [...this.items.values()].sort(
      (a, b) => a.atMs - b.atMs || rank(a.kind) - rank(b.kind) || (a.id < b.id ? -1 : 1),
    );
  }
}

function expectSame(queue: DueQueue<Kind>, model: SortedMap, upToMs: number): void {
  const { sorted } = model;
  const shown = {
    all: [...queue].map(plain),
    early: [...queue.upTo(upToMs)].map(plain),
    first: queue.next === undefined ? [] : [plain(queue.next)],
    size: queue.size,
    instants: sorted.map(({ kind, id }) => queue.instantOf(kind, id)),
  };
  expect(shown).toEqual({
    all: sorted,
    early: sorted.filter(({ atMs }) => atMs <= upToMs),
    first: sorted.slice(0, 1),
    size: sorted.length,
    instants: sorted.map(({ atMs }) => atMs),
  });
}

describe('a queue of what is due', () => {
  it('is what a sorted map is, after any steps, marks and takings back', () => {
    const item = fc.record({ kind: fc.constantFrom(...KINDS), id: fc.constantFrom(...'abcdefghij'), at: fc.nat(12) });
    const step = fc.oneof(
      { weight: 8, arbitrary: item.map((value) => ({ do: 'set' as const, ...value })) },
      { weight: 4, arbitrary: item.map((value) => ({ do: 'remove' as const, ...value })) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('mark' as const, 'back' as const, 'keep' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), fc.nat(12), (steps, upToMs) => {
        const undo = new UndoLog();
        const queue = new DueQueue(undo, KINDS);
        let model = new SortedMap();
        let marks = [{ mark: 0, model: model.copy() }];
        for (const one of steps) {
          if (one.do === 'set') {
            queue.set(one.kind, one.id, one.at);
            model.set(one.kind, one.id, one.at);
          } else if (one.do === 'remove') {
            queue.remove(one.kind, one.id);
            model.remove(one.kind, one.id);
          } else if (one.do === 'mark') {
            marks.push({ mark: undo.mark(), model: model.copy() });
          } else if (one.do === 'back') {
            const last = marks.length === 1 ? marks[0]! : marks.pop()!;
            undo.rollback(last.mark);
            model = last.model.copy();
          } else {
            undo.clear();
            marks = [{ mark: 0, model: model.copy() }];
          }
          expectSame(queue, model, upToMs);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('acts at one instant in the order of its kinds, not of their names, and then of the ids', () => {
    const queue = new DueQueue(new UndoLog(), KINDS);
    queue.set('cover', 'a', 5);
    queue.set('expiry', 'b', 5);
    queue.set('expiry', 'a', 5);
    queue.set('lapse', 'z', 5);
    queue.set('cover', 'z', 4);
    expect([...queue].map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'cover z',
      'lapse z',
      'expiry a',
      'expiry b',
      'cover a',
    ]);
  });

  it('refuses an instant that is none, and a kind on which no command acts', () => {
    const queue = new DueQueue<string>(new UndoLog(), KINDS);
    for (const instant of [Number.NaN, 1.5, Number.POSITIVE_INFINITY]) {
      expect(() => queue.set('lapse', 'a', instant)).toThrow(RangeError);
    }
    expect(() => queue.set('unheard-of', 'a', 1)).toThrow('no table says what acts on a due unheard-of');
    expect(queue.size).toBe(0);
  });
});

describe('a shard’s queue', () => {
  it('is none for a concept whose kind the shard’s table lacks: that does not compile', () => {
    const shard = { due: new DueQueue<'lapse' | 'expiry'>(new UndoLog(), ['lapse', 'expiry']) };
    const known: { readonly due: DueQueue<'expiry'> } = shard;
    // @ts-expect-error no command acts on a cover
    const unknown: { readonly due: DueQueue<'cover'> } = shard;
    expect(known).toBe(unknown);
  });

  it('has a row for each kind, and no other command', () => {
    interface Expire {
      readonly type: 'Expire';
      readonly id: string;
      readonly time: string;
    }
    const whole: Due<'expiry', unknown, Expire> = { expiry: (_, { id }) => ({ type: 'Expire', id }) };
    // @ts-expect-error the row of a kind is missing
    const gap: Due<'expiry' | 'lapse', unknown, Expire> = whole;
    // @ts-expect-error no command is called so
    const other: Due<'expiry', unknown, Expire> = { expiry: (_, { id }) => ({ type: 'Lapse', id }) };
    expect(Object.keys(gap)).toEqual(Object.keys(other));
  });
});

describe('its heap', () => {
  it('compares few items for a change and for the first ones, however many there are', () => {
    interface Item {
      readonly at: number;
      place: number;
    }
    let compared = 0;
    const heap = new Heap<Item>(
      (a, b) => {
        compared++;
        return a.at - b.at;
      },
      (item, place) => {
        item.place = place;
      },
    );
    const size = 1 << 14;
    const items = Array.from({ length: size }, (_, n) => ({ at: (n * 7_919) % size, place: -1 }));
    for (const item of items) heap.push(item);
    for (const item of items.slice(0, 1_000)) {
      compared = 0;
      expect(heap.remove(item.place)).toBe(item);
      heap.push(item);
      expect(compared).toBeLessThanOrEqual(4 * 14);
    }
    compared = 0;
    const ascending = heap.ascending();
    expect(Array.from({ length: 10 }, () => (ascending.next().value as Item).at)).toEqual([...Array(10).keys()]);
    expect(compared).toBeLessThan(200);
    expect([heap.size, heap.first?.at]).toEqual([size, 0]);
  });

  it('refuses a place that it has not', () => {
    expect(() => new Heap<number>((a, b) => a - b).remove(0)).toThrow(RangeError);
  });
});
