/** How what a charge cost, and how it was shared, is explained: both derived again by the versions that it names. */
import type { Explain, ExplainedRating, ExplainedSplit, Posting } from '#domain';
import type { Charge } from '../usage/charging.js';
import { priceRecorded } from '../usage/pricing.js';
import type { RatingEvent, RatingState } from './rating.js';
import { policyFor, splitCharge, type Shares } from './split-policy.js';

/** What an entry says of the versions that it was rated and shared by. */
type Versions = Pick<Charge, 'splitPolicy'> & Partial<Pick<Charge, 'priceBook' | 'usdRate'>>;

/** Versions that an entry names and that were never published; only one that a faulty writer wrote has any. */
export function findUnpublished(
  { rating }: RatingState,
  entry: Versions,
): { readonly unpublished?: readonly string[] } {
  const unpublished = [
    ...missing('price book', rating.priceBooks, entry.priceBook),
    ...missing('USD rate', rating.usdRates, entry.usdRate),
    ...missing('split policy', rating.splitPolicies, entry.splitPolicy),
  ];
  return unpublished.length === 0 ? {} : { unpublished };
}

function missing(what: string, published: { has(version: number): boolean }, version: number | undefined): string[] {
  return version === undefined || published.has(version) ? [] : [`${what} ${version}`];
}

/** Rates a charge again; nothing where it names a version that was not published. */
export function explainRating(state: RatingState, charge: Charge): { readonly rating?: ExplainedRating } {
  const { rating } = state;
  const { priceBook, usdRate } = charge;
  if (!rating.priceBooks.has(priceBook) || (usdRate !== undefined && !rating.usdRates.has(usdRate))) return {};
  return { rating: rateAgain(state, charge) };
}

function rateAgain(state: RatingState, charge: Charge): ExplainedRating {
  const { amount, lines } = priceRecorded(state, charge);
  const { priceBook, usdRate, counted } = charge;
  return {
    priceBook,
    ...(usdRate === undefined
      ? {}
      : { usdRate: { version: usdRate, usdPerToken: state.rating.usdRates.get(usdRate)!.rate.usdPerToken } }),
    ...(counted === undefined ? {} : { counted: { month: counted.month, meters: counted.meters } }),
    lines,
    amount,
  };
}

const SHARES = ['provider', 'treasury', 'stakers', 'burn'] as const;
const BASIS_POINTS = 10_000n;

/**
 * Shares an amount again; nothing where the policy was not published.
 *
 * @param toProvider false where there is none: its share is the treasury's
 * @param ended what went back to issuance beside the burn share, of grants that were taken back
 */
export function explainSplit(
  { rating }: RatingState,
  entry: { readonly splitPolicy: number; readonly usageType?: string; readonly postings: readonly Posting[] },
  { amount, toProvider, ended }: { readonly amount: bigint; readonly toProvider: boolean; readonly ended: bigint },
): { readonly split?: ExplainedSplit } {
  const published = rating.splitPolicies.get(entry.splitPolicy);
  if (published === undefined) return {};
  const policy = entry.usageType === undefined ? published : policyFor(published, entry.usageType);
  const shares = splitCharge(policy, amount);
  const posted = postedShares(entry.postings, ended);
  const parts = SHARES.map((of, i) => ({
    of,
    basisPoints: Number(policy.weights[i]!),
    amount: shares[of],
    remainder: shares[of] - (amount * policy.weights[i]!) / BASIS_POINTS,
    posted: posted[of],
  }));
  if (toProvider) return { split: { splitPolicy: policy.version, shares: parts } };
  const [provider, treasury, ...others] = parts as [(typeof parts)[0], (typeof parts)[0], ...typeof parts];
  const joined = {
    ...treasury,
    basisPoints: provider.basisPoints + treasury.basisPoints,
    amount: provider.amount + treasury.amount,
    remainder: provider.remainder + treasury.remainder,
  };
  return { split: { splitPolicy: policy.version, shares: [joined, ...others] } };
}

/** What postings gave to each, at once or once the customer covers it. */
function postedShares(postings: readonly Posting[], ended: bigint): Shares {
  const sums = { provider: 0n, treasury: 0n, stakers: 0n, burn: -ended };
  for (const { credit, amount } of postings) {
    const of = payee(credit);
    if (of !== undefined) sums[of] += BigInt(amount);
  }
  return sums;
}

function payee(account: string): keyof Shares | undefined {
  if (/^provider:.+:(payable|uncovered)$/.test(account)) return 'provider';
  if (account === 'treasury:fees' || account === 'treasury:uncovered') return 'treasury';
  if (account === 'staking:rewards' || account === 'staking:uncovered') return 'stakers';
  return account === 'issuance' || account === 'burn:uncovered' ? 'burn' : undefined;
}

export const explainRatingEvents: Explain<RatingEvent, unknown> = {
  PriceBookPublished: ({ version, book }) => ({
    summary: `Price book ${version} was published: usage is rated by it from ${book.effectiveAt} on, by the usage’s own time.`,
    facts: { version, effectiveAt: book.effectiveAt, lines: book.prices.length },
  }),
  SplitPolicyPublished: ({ version, policy: { types = [], ...policy } }) => ({
    summary: `Split policy ${version} was published: what usage pays is shared by it from ${policy.effectiveAt} on.`,
    facts: {
      ...{ version, ...policy },
      ...(types.length === 0 ? {} : { types: types.map(({ type }) => type).join(', ') }),
    },
  }),
  UsdRatePublished: ({ version, rate }) => ({
    summary: `Rate ${version} was published: prices in dollars are turned by it from ${rate.effectiveAt} on.`,
    facts: { version, ...rate },
  }),
};
