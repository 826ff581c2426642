/** A quote: what a usage would cost now, line by line, and what would pay it. It decides nothing and writes nothing. */
import { atto, DomainError, parseTime, refusalOf, UndoLog, type Amount } from '#domain';
import { CountersPart, type CountersState } from '../rating/counters.js';
import { chooseLine, type AmountLine } from '../rating/rate.js';
import type { RatingState } from '../rating/rating.js';
import { checkParties, type ChargeCatalogue } from './charge.js';
import { PAID, type Charging } from './charging.js';
import { priceUsage } from './pricing.js';
import type { UsageReport } from './usage.js';

/** What a usage would cost as a shard and the registry stand. `covered` and `receivable` sum to the amount. */
export interface Quote {
  readonly amount: Amount;
  readonly priceBook: number;
  readonly splitPolicy: number;
  readonly usdRate?: number;
  readonly lines: readonly AmountLine[];
  /** What the customer's funds would pay. */
  readonly covered: Amount;
  /** What would be owed. */
  readonly receivable: Amount;
  /** The code by which the usage would be refused all the same: a limit or a ceiling stands in its way. */
  readonly wouldRefuse?: string;
}

/**
 * Quotes a usage as of its own time, which is now.
 *
 * @param charging what would refuse it and what would pay it
 * @throws DomainError when nobody registered would be charged, or it cannot be rated
 */
export function quoteUsage<State extends CountersState>(
  charging: Charging<NoInfer<State>>,
  state: State,
  catalogue: ChargeCatalogue,
  report: UsageReport,
): Quote {
  const customer = checkParties(catalogue, report);
  const timeMs = parseTime(report.time, 'time');
  const book = catalogue.rating.priceBookAt(timeMs);
  const policy = catalogue.rating.splitPolicyAt(timeMs);
  const priced = priceUsage(state, catalogue, book, chooseLine(book, report, timeMs), report, timeMs);
  const { amount, lines, said } = priced;
  let covered = 0n;
  for (const source of charging.funding) {
    if (source.payees !== PAID || covered === amount) continue;
    covered += source.offer(state, report, amount - covered);
  }
  const wouldRefuse = refusalOf(() => {
    for (const limit of charging.limits) limit(state, report, customer, timeMs);
    for (const ceiling of charging.ceilings) ceiling.measure(state, report, amount, report.time);
    charging.credit?.(state, customer, report, amount - covered);
  });
  return {
    ...{ amount, priceBook: book.version, splitPolicy: policy.version, lines },
    ...(said.usdRate === undefined ? {} : { usdRate: said.usdRate }),
    covered: atto(covered),
    receivable: atto(amount - covered),
    ...(wouldRefuse === undefined ? {} : { wouldRefuse }),
  };
}

/** No month of anybody counts. */
const NOTHING_COUNTED: CountersState = { counters: new CountersPart(new UndoLog()) };

/**
 * What a usage costs by the prices in force for its own time, whoever pays it.
 *
 * @returns undefined where that is not known: nothing prices it, or its price depends on what its customer used in the month
 */
export function priceAlone(catalogue: RatingState, report: UsageReport): Amount | undefined {
  try {
    const timeMs = parseTime(report.time, 'time');
    const book = catalogue.rating.priceBookAt(timeMs);
    const line = chooseLine(book, report, timeMs);
    return line.monthly.length > 0
      ? undefined
      : priceUsage(NOTHING_COUNTED, catalogue, book, line, report, timeMs).amount;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
