/** What paired measurements of two builds tell: pure functions, no clock and no process. */

/** One measurement of each build, made one right after the other. */
export interface Pair {
  readonly base: number;
  readonly candidate: number;
}

/** How far the candidate may lie above the base: by a part of the base (0.03 = 3 %), or by microseconds an event. */
export interface Limit {
  readonly unit: 'part' | 'micros';
  readonly above: number;
}

export interface Interval {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * - `within`: the whole interval lies at or below the limit.
 * - `beyond`: the whole interval lies above it.
 * - `not beyond`: the limit lies inside the interval, and the interval is no wider than the limit: more pairs would
 *   tell apart what is too small to matter.
 * - `untold`: the limit lies inside an interval that is wider than the limit.
 */
export type Verdict = 'within' | 'beyond' | 'not beyond' | 'untold';

export interface Judgement extends Interval {
  readonly limit: Limit;
  readonly verdict: Verdict;
}

/** Two-sided: each tail may hold half of the rest. */
const CONFIDENCE = 0.95;

/** Judges one figure by all pairs of it. */
export function judge(pairs: readonly Pair[], limit: Limit): Judgement {
  const interval = medianInterval(pairs.map((pair) => changeOf(pair, limit.unit)));
  return { ...interval, limit, verdict: verdictOf(interval, limit) };
}

/** How far the candidate lies above the base, in the limit's unit. */
function changeOf({ base, candidate }: Pair, unit: Limit['unit']): number {
  return unit === 'part' ? candidate / base - 1 : candidate - base;
}

function verdictOf({ low, high }: Interval, { above }: Limit): Verdict {
  if (high <= above) return 'within';
  if (low > above) return 'beyond';
  return high - low > above ? 'untold' : 'not beyond';
}

/**
 * The median and an interval that holds the true one in 95 of 100 comparisons, whatever the distribution: the k-th
 * smallest and the k-th largest value, where k is the largest rank that fewer than k of n fair coins' heads reach in at
 * most 2.5 of 100 cases (the sign test turned round; David and Nagaraja, Order Statistics, 3rd edition, section 7.1).
 * Fewer than six values bound nothing.
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = intervalRank(sorted.length);
  return {
    median: medianOf(sorted),
    low: rank === 0 ? Number.NEGATIVE_INFINITY : sorted[rank - 1]!,
    high: rank === 0 ? Number.POSITIVE_INFINITY : sorted[sorted.length - rank]!,
  };
}

/** The largest k with P(Binomial(n, 1/2) < k) <= 2.5 %, 0 when there is none. */
function intervalRank(n: number): number {
  const tail = (1 - CONFIDENCE) / 2;
  let probability = 0.5 ** n;
  let below = probability;
  let k = 0;
  while (below <= tail) {
    k += 1;
    probability *= (n - k + 1) / k;
    below += probability;
  }
  return k;
}

/** @param sorted ascending; of an even number the mean of the two in the middle */
export function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}
