/** What usage costs as a shard and the registry stand: for a charge, which records how it came about, and for a quote. */
import { parseTime } from '#domain';
import { monthOf, type CountersState, type PriceSaid } from '../rating/counters.js';
import type { CompiledLine, CompiledPriceBook } from '../rating/price-book.js';
import { readQuantity } from '../rating/meter-price.js';
import { chooseLine, rateInDetail, type Priced } from '../rating/rate.js';
import type { RatingState } from '../rating/rating.js';
import type { Charge } from './charging.js';
import type { UsageReport } from './usage.js';

/** An amount, what makes it, and what the charge says of it. */
export interface PricedUsage extends Priced {
  readonly said: PriceSaid;
}

/**
 * Prices usage by a line of a book.
 *
 * @param timeMs of the usage, milliseconds since 1970
 * @throws DomainError when it cannot be rated
 */
export function priceUsage(
  state: CountersState,
  { rating }: RatingState,
  book: CompiledPriceBook,
  line: CompiledLine,
  report: Pick<UsageReport, 'customer' | 'time' | 'type' | 'model' | 'provider' | 'region' | 'meters'>,
  timeMs: number,
): PricedUsage {
  const rate = line.needsRate ? rating.usdRateAt(timeMs) : undefined;
  const month = line.monthly.length === 0 ? undefined : monthOf(report.time);
  const priced = rateInDetail(book, line, report, {
    usdPerToken: rate?.usdPerToken ?? 0n,
    countedBefore: (meter) =>
      month === undefined ? 0n : state.counters.get(report.customer, line.identity, meter, month),
  });
  const said = {
    ...(rate === undefined ? {} : { usdRate: rate.version }),
    ...(priced.counters === undefined || month === undefined
      ? {}
      : { counted: { line: line.identity, month, meters: priced.counters } }),
  };
  return { ...priced, said };
}

/**
 * Prices a charge again with the versions and counters that it recorded: the amount is its own.
 *
 * @throws Error when it names a version that was not published
 */
export function priceRecorded({ rating }: RatingState, charge: Charge): Priced {
  const book = rating.priceBooks.get(charge.priceBook);
  const rate = charge.usdRate === undefined ? undefined : rating.usdRates.get(charge.usdRate);
  if (book === undefined) throw new Error(`price book ${charge.priceBook} was not published`);
  const used = { ...charge, type: charge.usageType };
  return rateInDetail(book, chooseLine(book, used, parseTime(charge.time, 'time')), used, {
    usdPerToken: rate?.usdPerToken ?? 0n,
    countedBefore: (meter) => readQuantity(charge.counted?.meters[meter]?.before ?? '0') ?? 0n,
  });
}
