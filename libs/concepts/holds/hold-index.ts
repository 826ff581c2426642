/**
 * Every hold of a shard, for ever: whose it was and what became of it. A late capture, a second one and a usage that names a hold
 * are told by it. 13 bytes for each, since they may be as many as calls.
 */
import { EntryIndex, UndoableMap, UndoableQueue, type EntryPosition, type UndoLog } from '#domain';
import type { HoldState } from './hold-events.js';

/** As their numbers say them. */
const STATES: readonly HoldState[] = ['open', 'captured', 'released', 'expired'];

/** What is known of a hold, whatever it reserved. */
export interface IndexedHold {
  readonly customer: string;
  readonly state: HoldState;
}

export class HoldIndex {
  private readonly holds: EntryIndex<'customer' | 'state'>;
  private readonly customers: UndoableQueue<string>;
  /** The place of each customer among these. */
  private readonly numbers: UndoableMap<string, number>;

  constructor(undo: UndoLog) {
    this.holds = new EntryIndex(undo, { customer: Uint32Array, state: Uint8Array });
    this.customers = new UndoableQueue(undo);
    this.numbers = new UndoableMap(undo);
  }

  /** @throws RangeError when it was made before one that is known */
  add(position: EntryPosition, customer: string): void {
    this.holds.add(position, { customer: this.numberOf(customer), state: STATES.indexOf('open') });
  }

  find(id: string): IndexedHold | undefined {
    const row = this.holds.rowOf(id);
    if (row === undefined) return undefined;
    return {
      customer: this.customers.at(this.holds.get(row, 'customer'))!,
      state: STATES[this.holds.get(row, 'state')]!,
    };
  }

  /** @throws Error for a hold that there is not */
  end(id: string, state: Exclude<HoldState, 'open'>): void {
    const row = this.holds.rowOf(id);
    if (row === undefined) throw new Error(`there is no hold ${id}`);
    this.holds.set(row, 'state', STATES.indexOf(state));
  }

  /** In the order in which they were made. */
  *[Symbol.iterator](): Iterator<IndexedHold & { readonly id: string }> {
    for (const id of this.holds.ids()) yield { id, ...this.find(id)! };
  }

  private numberOf(customer: string): number {
    let number = this.numbers.get(customer);
    if (number === undefined) {
      number = this.customers.size;
      this.numbers.set(customer, number);
      this.customers.push(customer);
    }
    return number;
  }
}
