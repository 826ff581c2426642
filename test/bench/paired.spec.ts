import { judge, medianInterval, type Pair } from './paired.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

/** Ten pairs whose ratios are spread evenly between two values. */
const pairsBetween = (low: number, high: number, base = 40): Pair[] =>
  numbers(10).map((n) => ({ base, candidate: base * (low + ((high - low) * (n - 1)) / 9) }));

describe('the interval of a median', () => {
  // Ranks from the tables of the sign test: Conover, Practical Nonparametric Statistics, table A3.
  it.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [12, 3, 10],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
  ])('of %i values reaches from the one in place %i to the one in place %i', (count, low, high) => {
    expect(medianInterval(numbers(count))).toMatchObject({ low, high });
  });

  it('is without bounds below six values', () => {
    expect(medianInterval(numbers(5))).toEqual({
      median: 3,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    });
  });

  it('does not depend on the order of the values, nor on how far out the farthest lies', () => {
    expect(medianInterval([9, 1, 8, 2, 7, 3, 6, 4, 5, 1_000])).toEqual({ median: 5.5, low: 2, high: 9 });
  });

  it('holds the true median in at least 95 of 100 comparisons of a skewed distribution', () => {
    let seed = 7;
    const next = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    let held = 0;
    for (let n = 0; n < 2_000; n++) {
      const { low, high } = medianInterval(Array.from({ length: 10 }, () => -Math.log(1 - next())));
      if (low <= Math.LN2 && Math.LN2 <= high) held += 1;
    }
    expect(held / 2_000).toBeGreaterThan(0.95);
  });
});

describe('the verdict on a figure', () => {
  const limit = { unit: 'part', above: 0.03 } as const;

  it('is beyond when the whole interval lies above the limit', () => {
    expect(judge(pairsBetween(1.04, 1.2), limit).verdict).toBe('beyond');
  });

  it('is within when the whole interval lies at or below the limit, however wide it is', () => {
    expect(judge(pairsBetween(0.8, 1.02), limit).verdict).toBe('within');
  });

  it('is not beyond when the limit lies inside an interval no wider than itself', () => {
    expect(judge(pairsBetween(1.02, 1.04), limit).verdict).toBe('not beyond');
  });

  it('is untold when the limit lies inside a wider interval', () => {
    expect(judge(pairsBetween(0.9, 1.2), limit).verdict).toBe('untold');
  });

  it('is untold before there are enough pairs for any interval', () => {
    expect(judge(pairsBetween(1.5, 1.5).slice(0, 5), limit).verdict).toBe('untold');
  });

  it('judges by microseconds an event where the limit is given in them', () => {
    const pairs = pairsBetween(1.05, 1.06, 40);
    expect(judge(pairs, { unit: 'micros', above: 3 }).verdict).toBe('within');
    expect(judge(pairs, { unit: 'micros', above: 1 }).verdict).toBe('beyond');
  });

  it('takes each ratio within its pair, so that a machine that grows slower does not look like a slower build', () => {
    const pairs = numbers(10).map((n) => ({ base: 30 * n, candidate: 30.3 * n }));
    expect(judge(pairs, limit)).toMatchObject({ verdict: 'within', median: expect.closeTo(0.01, 6) });
  });
});
