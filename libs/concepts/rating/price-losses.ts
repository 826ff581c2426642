/**
 * What would lose its price by a new price book, of all that was used lately. Usage without a price is refused, and its
 * messages go to the dead letters: a book that takes prices away is published only by somebody who says so.
 */
import type { CompiledLine, CompiledPriceBook } from './price-book.js';
import { candidatesOf, findLine } from './rate.js';

/** A meter that was used, whoever used it. */
export interface MeterUse {
  readonly usageType: string;
  readonly model: string;
  readonly provider: string;
  readonly region?: string;
  readonly meter: string;
}

/** A meter that has a price by the one book, and none by the other, at least at some time of the day. */
export interface LostPrice extends MeterUse {
  /** What usage of it would be refused with. */
  readonly code: 'UNKNOWN_MODEL' | 'UNKNOWN_METER' | 'NO_USD_RATE';
}

/** Prices of usage of the last so many days must not go without a word. */
export const IN_USE_DAYS = 30;

/**
 * Which of these meters lose their price from one book to another. Compared at every time of the day at which a price
 * begins or ends.
 *
 * @param hasUsdRate whether a rate of the token is in force where the second book begins
 */
export function lostPrices(
  before: CompiledPriceBook,
  after: CompiledPriceBook,
  uses: readonly MeterUse[],
  hasUsdRate: boolean,
): LostPrice[] {
  return uses.flatMap((use) => {
    const code = lossOf(before, after, use, hasUsdRate);
    return code === undefined ? [] : [{ ...use, code }];
  });
}

function lossOf(
  before: CompiledPriceBook,
  after: CompiledPriceBook,
  { usageType, meter, ...named }: MeterUse,
  hasUsdRate: boolean,
): LostPrice['code'] | undefined {
  const usage = { ...named, type: usageType };
  for (const ofDay of timesOfDay(candidatesOf(before, usage), candidatesOf(after, usage))) {
    const was = findLine(before, usage, ofDay);
    if (was === undefined || !isPriced(was, meter, hasUsdRate)) continue;
    const is = findLine(after, usage, ofDay);
    if (is === undefined) return 'UNKNOWN_MODEL';
    if (!is.meters.has(meter)) return 'UNKNOWN_METER';
    if (!isPriced(is, meter, hasUsdRate)) return 'NO_USD_RATE';
  }
  return undefined;
}

/** A line with one price in dollars needs a rate for whatever it prices. */
function isPriced(line: CompiledLine, meter: string, hasUsdRate: boolean): boolean {
  return line.meters.has(meter) && (hasUsdRate || !line.needsRate);
}

/** Every time of the day at which another line may begin to be asked, in milliseconds. */
function timesOfDay(...lists: readonly (readonly CompiledLine[])[]): Iterable<number> {
  const times = new Set([0]);
  for (const { hours } of lists.flat()) {
    if (hours !== undefined) times.add(hours.from).add(hours.to);
  }
  return times;
}

/**
 * Whether any usage could lose its price from one book to another, whatever is used: false where the second one has every
 * line of the first with all of its meters, and no line that could stand in the way of one with fewer. Whoever is told
 * false need not ask what was used.
 */
export function mayLosePrices(before: CompiledPriceBook, after: CompiledPriceBook): boolean {
  const known = new Map(before.lines.map((line) => [line.identity, line]));
  const kept = new Map(after.lines.map((line) => [line.identity, line]));
  if (before.lines.some((line) => !isKept(line, kept.get(line.identity)))) return true;
  const added = after.lines.filter(({ identity }) => !known.has(identity));
  return added.some((line) =>
    before.lines.some((earlier) => earlier.type === line.type && !pricesAllOf(earlier, line)),
  );
}

function isKept(was: CompiledLine, is: CompiledLine | undefined): boolean {
  return is !== undefined && namesOf(was) === namesOf(is) && pricesAllOf(was, is);
}

/** What a line is found by beside what it prices. */
function namesOf({ source: { aliases = [], ignoreCase = false, order = 0 } }: CompiledLine): string {
  return JSON.stringify([aliases, ignoreCase, order]);
}

function pricesAllOf(was: CompiledLine, is: CompiledLine): boolean {
  return (was.needsRate || !is.needsRate) && [...was.meters.keys()].every((meter) => is.meters.has(meter));
}
