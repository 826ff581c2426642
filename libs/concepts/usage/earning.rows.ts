/** What providers earned: sums by the UTC day of the record, model and customer, so that a month's answer reads a few hundred rows. */
import {
  addTo,
  attoOf,
  column,
  NO_CHANGES,
  table,
  type Posting,
  type RowChange,
  type RowsContext,
  type RowsPart,
} from '#domain';
import { providerPayable } from '../rating/split-policy.js';
import { providerUncovered } from '../receivables/owed.js';
import { providerClawback } from '../reversals/reversal-events.js';

/**
 * A provider's share of charges: what became payable, waits to be covered, or is to be given back. What moves between the
 * three later (a covering, a fill) changes no row.
 */
export const PROVIDER_EARNINGS = table(
  'provider_earnings',
  {
    provider: column.key(),
    /** When it was booked, a UTC day. */
    day: column.day(),
    /** Empty for what has none: a hold that was captured by hand. */
    model: column.key(),
    customer: column.key(),
    /** Charges, less those that were reversed. */
    events: column.wholeNumber(),
    amount: column.amount(),
  },
  { key: ['provider', 'day', 'model', 'customer'], fillfactor: 60, control: null },
);

export const earningTables = [PROVIDER_EARNINGS] as const;

/** Whose share of what an entry moved. */
export interface Earning {
  /** Missing: the treasury earned it, and nothing is counted. */
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly customer: string;
  readonly postings: readonly Posting[];
}

interface EarningSum {
  readonly key: readonly [provider: string, day: string, model: string, customer: string];
  events: number;
  amount: bigint;
}

/** What a run of pages adds to what providers earned. */
export class EarningSums implements RowsPart {
  private readonly sums = new Map<string, EarningSum>();
  private readonly keyText: RowsContext['keyText'];

  constructor({ keyText }: RowsContext) {
    this.keyText = keyText;
  }

  /** @param charges 1 for a charge, -1 for one that is reversed */
  count({ provider, model = '', customer, postings }: Earning, recordedAt: string, charges: 1 | -1): void {
    if (provider === undefined) return;
    const key = [this.keyText(provider), recordedAt.slice(0, 10), this.keyText(model), this.keyText(customer)] as const;
    // No text of a table holds NUL, so no two rows share a name.
    const name = key.join('\0');
    let sum = this.sums.get(name);
    if (sum === undefined) this.sums.set(name, (sum = { key, events: 0, amount: 0n }));
    sum.events += charges;
    sum.amount += shareOf(provider, postings);
  }

  /** Rows go in key order, so that projections of several shards cannot lock each other out. */
  changes(): readonly RowChange[] {
    if (this.sums.size === 0) return NO_CHANGES;
    const sums = [...this.sums.keys()].sort((a, b) => (a < b ? -1 : 1)).map((name) => this.sums.get(name)!);
    return [
      addTo(PROVIDER_EARNINGS, {
        provider: sums.map(({ key }) => key[0]),
        day: sums.map(({ key }) => key[1]),
        model: sums.map(({ key }) => key[2]),
        customer: sums.map(({ key }) => key[3]),
        events: sums.map(({ events }) => events),
        amount: sums.map(({ amount }) => amount),
      }),
    ];
  }
}

/** By how much an entry changes what a provider has earned, atto-tokens: below zero when it is reversed. */
function shareOf(provider: string, postings: readonly Posting[]): bigint {
  const accounts = [providerPayable(provider), providerUncovered(provider), providerClawback(provider)];
  let sum = 0n;
  for (const { debit, credit, amount } of postings) {
    if (accounts.includes(credit)) sum += attoOf(amount);
    if (accounts.includes(debit)) sum -= attoOf(amount);
  }
  return sum;
}

/** What writers of events that bring a provider something need. */
export interface EarningsRun {
  readonly earnings: EarningSums;
}
