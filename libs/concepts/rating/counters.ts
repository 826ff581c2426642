/**
 * What customers used in a month, for prices whose tiers or included units count over one. A month is UTC, of the usage's
 * own time; usage counts in the order in which it is booked, and what was counted is never priced again.
 */
import { dayText, UndoableMap, type InstantText, type UndoLog } from '#domain';
import { readQuantity, type MeterName, type Quantity } from './meter-price.js';

/** How far the counter of a meter came: what was counted before the usage, and with it. */
export interface Counted {
  readonly before: Quantity;
  readonly after: Quantity;
}

/** What a charge says of the months that it counts in. */
export interface MonthCount {
  /** The price line under whose name it is counted, in whatever version of the book: type, model, provider, region, hours. */
  readonly line: string;
  /** UTC, `2026-11`. */
  readonly month: MonthText;
  readonly meters: Readonly<Record<MeterName, Counted>>;
}

/**
 * A month of the calendar.
 *
 * @pattern ^[0-9]{4}-[0-9]{2}$
 */
export type MonthText = string;

/** The month of an instant, UTC. @param time RFC 3339 */
export function monthOf(time: InstantText): MonthText {
  return (dayText(time) ?? '').slice(0, 7);
}

/** What a charge says of its price beside the versions that every charge names. */
export interface PriceSaid {
  /** The version of the token's rate that prices in dollars were turned with. */
  readonly usdRate?: number;
  readonly counted?: MonthCount;
}

/** Billionths by customer, line, meter and month. */
export class CountersPart {
  private readonly counted: UndoableMap<string, bigint>;

  constructor(undo: UndoLog) {
    this.counted = new UndoableMap(undo);
  }

  get(customer: string, line: string, meter: string, month: string): bigint {
    return this.counted.get(nameOf(customer, line, meter, month)) ?? 0n;
  }

  count(customer: string, { line, month, meters }: MonthCount): void {
    for (const meter in meters) this.add(customer, line, meter, month, difference(meters[meter]!));
  }

  /** Usage that is taken back counts no more for what comes later. */
  uncount(customer: string, { line, month, meters }: MonthCount): void {
    for (const meter in meters) this.add(customer, line, meter, month, -difference(meters[meter]!));
  }

  private add(customer: string, line: string, meter: string, month: string, more: bigint): void {
    this.counted.set(nameOf(customer, line, meter, month), this.get(customer, line, meter, month) + more);
  }
}

function nameOf(customer: string, line: string, meter: string, month: string): string {
  return `${customer}\n${line}\n${meter}\n${month}`;
}

function difference({ before, after }: Counted): bigint {
  return (readQuantity(after) ?? 0n) - (readQuantity(before) ?? 0n);
}

/** What a holder shard keeps of this concept. */
export interface CountersState {
  readonly counters: CountersPart;
}
