import { entryId, type EntryPosition } from './entry.js';
import type { UndoLog } from './undo.js';

const ROWS = 1_024;
/** More than a page has events. */
const INDEXES = 2 ** 20;
const ID = /^\d{1,9}-(\d{1,15})-(\d{1,9})(?:\.(\d{1,9}))?$/;

/** Growing with the place of an entry in its shard. */
export const ageOf = ({ height, index }: Omit<EntryPosition, 'shard'>): number => height * INDEXES + index;

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;
/** What a number of a row needs. */
export type NumbersOf = new (length: number) => Numbers;

/**
 * What is known for ever of some entries of a shard: rows of numbers, in 8 bytes and what the numbers need. A row is found by
 * a search, since places in a shard only grow. An entry may have several: their ids are `7-40-3`, `7-40-3.1`, `7-40-3.2`.
 */
export class EntryIndex<Name extends string> {
  private readonly ages: Float64Array[] = [];
  private readonly numbers: Readonly<Record<Name, Numbers[]>>;
  private shard = 0;
  private count = 0;

  constructor(
    private readonly undo: UndoLog,
    private readonly kinds: Readonly<Record<Name, NumbersOf>>,
  ) {
    this.numbers = Object.fromEntries(this.names().map((name) => [name, []])) as unknown as Record<Name, Numbers[]>;
  }

  get size(): number {
    return this.count;
  }

  /** @throws RangeError when it stands before one that is known */
  add(position: EntryPosition, row: Readonly<Record<Name, number>>): void {
    const age = ageOf(position);
    if (this.count > 0 && this.ageOf(this.count - 1) > age) {
      throw new RangeError(`the entry ${entryId(position)} stands before the newest one that is known`);
    }
    const at = this.count % ROWS;
    const chunk = (this.count - at) / ROWS;
    if (at === 0) this.ages[chunk] = new Float64Array(ROWS);
    this.ages[chunk]![at] = age;
    for (const name of this.names()) {
      if (at === 0) this.numbers[name][chunk] = new this.kinds[name](ROWS);
      this.numbers[name][chunk]![at] = row[name];
    }
    this.shard = position.shard;
    this.count++;
    this.undo.onRollback(() => {
      this.count--;
    });
  }

  /** The place of an id's row; undefined: there is none. An id has one form only: with a zero before it, it names nothing. */
  rowOf(id: string): number | undefined {
    const [, height = '', index = '', part = '0'] = ID.exec(id) ?? [];
    const position = { shard: this.shard, height: Number(height), index: Number(index) };
    const at = Number(part);
    if (idOf(position, at) !== id || position.index >= INDEXES) return undefined;
    const age = ageOf(position);
    const row = this.firstFrom(age) + at;
    return row < this.count && this.ageOf(row) === age ? row : undefined;
  }

  /** The {@link ageOf} of a row's entry. */
  ageOf(row: number): number {
    return this.ages[Math.floor(row / ROWS)]![row % ROWS]!;
  }

  get(row: number, name: Name): number {
    return this.numbers[name][Math.floor(row / ROWS)]![row % ROWS]!;
  }

  set(row: number, name: Name, value: number): void {
    const numbers = this.numbers[name][Math.floor(row / ROWS)]!;
    const at = row % ROWS;
    const before = numbers[at]!;
    numbers[at] = value;
    this.undo.onRollback(() => {
      numbers[at] = before;
    });
  }

  /** The ids, in the order of their entries. */
  *ids(): Iterable<string> {
    let part = 0;
    for (let row = 0; row < this.count; row++) {
      const age = this.ageOf(row);
      part = row > 0 && this.ageOf(row - 1) === age ? part + 1 : 0;
      yield idOf({ shard: this.shard, height: Math.floor(age / INDEXES), index: age % INDEXES }, part);
    }
  }

  /** Every id with its numbers. */
  *[Symbol.iterator](): Iterator<Readonly<Record<Name, number>> & { readonly id: string }> {
    let row = 0;
    for (const id of this.ids()) {
      const numbers = this.names().map((name) => [name, this.get(row, name)]);
      yield { id, ...(Object.fromEntries(numbers) as Record<Name, number>) };
      row++;
    }
  }

  private names(): readonly Name[] {
    return Object.keys(this.kinds) as Name[];
  }

  /** The first row whose entry is no older. */
  private firstFrom(age: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ageOf(middle) < age) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const idOf = (position: EntryPosition, part: number): string =>
  part === 0 ? entryId(position) : `${entryId(position)}.${part}`;
