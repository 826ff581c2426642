/**
 * What recorded usage would have cost by other versions: by a price book that is not published yet, by another split policy,
 * by another rate of the token.
 * It writes nothing and knows nothing of who asks: a dry run, a simulation, a rerating all come to the same figures.
 */
import { DomainError, parseTime } from '#domain';
import { monthOf, type MonthCount, type PriceSaid } from '../rating/counters.js';
import { readQuantity } from '../rating/meter-price.js';
import type { CompiledLine, CompiledPriceBook } from '../rating/price-book.js';
import { chooseLine, rateInDetail, ratePlainly } from '../rating/rate.js';
import type { RatingPart } from '../rating/rating.js';
import { policyFor, splitCharge, type CompiledSplitPolicy } from '../rating/split-policy.js';
import type { CompiledUsdRate } from '../rating/usd-rate.js';
import type { Charge } from './charging.js';

/** The versions to rate by; what is absent is each charge's own. */
export interface OtherVersions {
  readonly book?: CompiledPriceBook;
  readonly policy?: CompiledSplitPolicy;
  readonly rate?: CompiledUsdRate;
}

/** What somebody's usage came to, and what it would have, in atto-tokens. */
export interface Compared {
  readonly events: number;
  readonly before: bigint;
  readonly after: bigint;
}

/** Usage that the other versions cannot rate. */
export interface Unrated {
  readonly usageType: string;
  readonly model: string;
  readonly provider: string;
  readonly region?: string;
  /** Why, and which member of the usage is in the way. */
  readonly code: string;
  readonly path?: string;
  readonly events: number;
  /** Atto-tokens that were charged for it. */
  readonly before: bigint;
}

/** Kinds of usage without a price that are told apart; more are counted together. */
const UNRATED_MAX = 1_000;

type Sum = { -readonly [Member in keyof Compared]: Compared[Member] };

/** What recorded usage costs by a price book, and what its charge would say of the price. */
export interface RatedAgain {
  readonly amount: bigint;
  readonly said: PriceSaid;
}

/**
 * Rates a recorded charge by another price book: with the rate of the token that it recorded or, where it recorded none, the one in
 * force for its own time, and with the counters of the month that it recorded.
 *
 * @param countedBefore billionths that a month had counted of a line's meter where the charge did not record that
 * @param otherRate of the token, in the place of all others
 * @throws DomainError when it cannot be rated; Error when the charge names a rate that was not published
 */
export function rateBy(
  rating: RatingPart,
  book: CompiledPriceBook,
  charge: Charge,
  countedBefore: (line: string, meter: string) => bigint,
  otherRate?: CompiledUsdRate,
): RatedAgain {
  const timeMs = parseTime(charge.time, 'time');
  const used = { ...charge, type: charge.usageType };
  const line = chooseLine(book, used, timeMs);
  if (line.attoPerUnit !== undefined) return { amount: ratePlainly(book, line.attoPerUnit, used), said: {} };
  const rate = line.needsRate ? (otherRate ?? rateOf(rating, charge, timeMs)) : undefined;
  const recorded = charge.counted?.line === line.identity ? charge.counted.meters : {};
  const { amount, counters } = rateInDetail(book, line, used, {
    usdPerToken: rate?.usdPerToken ?? 0n,
    countedBefore: (meter) => {
      const before = recorded[meter]?.before;
      return before === undefined ? countedBefore(line.identity, meter) : (readQuantity(before) ?? 0n);
    },
  });
  const counted = counters === undefined ? {} : { counted: countedIn(charge, line, counters) };
  return { amount, said: { ...(rate === undefined ? {} : { usdRate: rate.version }), ...counted } };
}

const countedIn = ({ time }: Charge, { identity }: CompiledLine, meters: MonthCount['meters']): MonthCount => ({
  line: identity,
  month: monthOf(time),
  meters,
});

function rateOf(rating: RatingPart, { usdRate }: Charge, timeMs: number) {
  return usdRate === undefined ? rating.usdRateAt(timeMs) : published(rating.usdRates.get(usdRate), 'rate', usdRate);
}

/**
 * Adds up recorded charges, as they were and as they would have been. Exact: each event is rated by itself, with the other rate or that of
 * the token that it recorded or, where it recorded none, the one in force at its own time, and with the counters of the
 * month that it recorded. Where the other book counts a month that the recorded one did not, it is counted from the first
 * charge that is added, in the order in which they are: give it charges of a customer in the order of their entries.
 *
 * Memory grows with the customers, providers and counters that there are, not with the charges.
 */
export class Rerating {
  /** Of what could be rated: amounts by customer, the providers' shares of them by provider. */
  readonly customers = new Map<string, Compared>();
  readonly providers = new Map<string, Compared>();
  readonly total: Compared = { events: 0, before: 0n, after: 0n };
  private readonly lost = new Map<string, Unrated>();
  /** Billionths of months that the recorded charges did not count, by customer, line, meter and month. */
  private readonly counted = new Map<string, bigint>();

  /** @param rating what is published: the versions that charges name */
  constructor(
    private readonly rating: RatingPart,
    private readonly other: OtherVersions,
  ) {}

  /** By what is in the way, in the order in which it was first met. */
  get unrated(): readonly Unrated[] {
    return [...this.lost.values()];
  }

  /**
   * Rates a charge by the other versions and adds it.
   *
   * @returns what it would have cost, atto-tokens, or why it cannot be rated
   * @throws Error when the charge names a version that was not published
   */
  add(charge: Charge): bigint | DomainError {
    const after = this.rate(charge);
    this.addRated(charge, after);
    return after;
  }

  /**
   * Adds a charge that was rated again elsewhere.
   *
   * @param after what it costs now, atto-tokens, or why it cannot be rated
   * @throws as {@link add}
   */
  addRated(charge: Charge, after: bigint | DomainError): void {
    const policy = published(this.rating.splitPolicies.get(charge.splitPolicy), 'split policy', charge.splitPolicy);
    const before = BigInt(charge.amount);
    if (after instanceof DomainError) {
      this.addUnrated(charge, after, before);
      return;
    }
    add(this.total as Sum, before, after);
    add(sumOf(this.customers, charge.customer), before, after);
    const { usageType } = charge;
    const shareAfter = splitCharge(policyFor(this.other.policy ?? policy, usageType), after).provider;
    const shareBefore = splitCharge(policyFor(policy, usageType), before).provider;
    add(sumOf(this.providers, charge.provider), shareBefore, shareAfter);
  }

  private rate(charge: Charge): bigint | DomainError {
    const book =
      this.other.book ?? published(this.rating.priceBooks.get(charge.priceBook), 'price book', charge.priceBook);
    try {
      const before = (line: string, meter: string) => this.counted.get(counterOf(charge, line, meter)) ?? 0n;
      const { amount, said } = rateBy(this.rating, book, charge, before, this.other.rate);
      const { line, meters = {} } = said.counted ?? {};
      for (const meter in meters) {
        this.counted.set(counterOf(charge, line!, meter), readQuantity(meters[meter]!.after) ?? 0n);
      }
      return amount;
    } catch (error) {
      if (error instanceof DomainError) return error;
      throw error;
    }
  }

  private addUnrated(
    { usageType, model, provider, region }: Charge,
    { code, path }: DomainError,
    before: bigint,
  ): void {
    let name = JSON.stringify([usageType, model, provider, region, code, path]);
    const isFull = !this.lost.has(name) && this.lost.size >= UNRATED_MAX;
    if (isFull) name = '';
    const known = this.lost.get(name);
    const named = isFull ? OTHERS : { usageType, model, provider, ...(region === undefined ? {} : { region }) };
    const why = isFull || path === undefined ? { code } : { code, path };
    this.lost.set(name, {
      ...(known ?? { ...named, ...why }),
      events: (known?.events ?? 0) + 1,
      before: (known?.before ?? 0n) + before,
    });
  }
}

/** What is no more told apart. */
const OTHERS = { usageType: '*', model: '*', provider: '*' } as const;

function published<T>(version: T | undefined, what: string, number: number): T {
  if (version === undefined) throw new Error(`${what} ${number} was not published`);
  return version;
}

function sumOf(sums: Map<string, Compared>, name: string): Sum {
  let sum = sums.get(name);
  if (sum === undefined) sums.set(name, (sum = { events: 0, before: 0n, after: 0n }));
  return sum as Sum;
}

function add(sum: Sum, before: bigint, after: bigint): void {
  sum.events++;
  sum.before += before;
  sum.after += after;
}

function counterOf({ customer, time }: Charge, line: string, meter: string): string {
  return `${customer}\n${line}\n${meter}\n${monthOf(time)}`;
}
