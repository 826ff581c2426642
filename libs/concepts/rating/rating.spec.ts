import fc from 'fast-check';
import {
  compilePriceBook,
  compileSplitPolicy,
  policyFor,
  rate as rateAt,
  splitCharge,
  subtractShares,
  sumShares,
  takeShares,
  type CompiledPriceBook,
  type PriceBook,
  type PriceLine,
  type RatedUsage,
  type RatingMoment,
} from '#concepts';

const AT = '2026-01-01T00:00:00Z';
const ODD = { odd: { price: '0.000000000000000001', per: '1' } };
const priceOf = (atto: number) => ({ n: { price: `0.${`${atto}`.padStart(18, '0')}`, per: '1' } });
const book = (...prices: PriceLine[]): PriceBook => ({ effectiveAt: AT, prices });
const AT_MS = Date.parse(AT);
const NOTHING_COUNTED: RatingMoment = { usdPerToken: 10n ** 18n, countedBefore: () => 0n };
const rate = (compiled: CompiledPriceBook, usage: RatedUsage) => rateAt(compiled, usage, AT_MS, NOTHING_COUNTED);
const line = (changes: Partial<PriceLine> = {}): PriceLine => ({ type: 'usage', model: '*', meters: ODD, ...changes });

describe('a price book', () => {
  it.each<[string, PriceBook]>([
    ['without lines', book()],
    ['with two lines for the same usage', book(line(), line({ provider: '*' }))],
    ['with a price per nothing', book(line({ meters: { n: { price: '1', per: '0' } } }))],
    ['with a price per a part', book(line({ meters: { n: { price: '1', per: '1.5' } } }))],
    ['with a line without meters', book(line({ meters: {} }))],
    ['with a meter in upper case', book(line({ meters: { N: { price: '1', per: '1' } } }))],
    ['with a pattern of four asterisks', book(line({ model: 'a*b*c*d*' }))],
    ['with a pattern of other letters', book(line({ model: 'a?b*' }))],
    ['with an empty model', book(line({ model: '' }))],
    ['with an empty type', book(line({ type: '' }))],
  ])('%s is refused', (_, invalid) => {
    expect(() => compilePriceBook(1, invalid)).toThrow(expect.objectContaining({ code: 'PRICE_BOOK_INVALID' }));
  });

  it('refuses a negative or too fine price as an amount', () => {
    for (const price of ['-1', '0.0000000000000000001', '1e2']) {
      expect(() => compilePriceBook(1, book(line({ meters: { n: { price, per: '1' } } })))).toThrow(
        expect.objectContaining({ code: 'AMOUNT_INVALID', path: 'prices[0].meters.n.price' }),
      );
    }
  });

  it('prices by the closest model, then by the closest provider, in whatever order its lines stand', () => {
    const lines = [
      line({ meters: priceOf(1) }),
      line({ provider: 'p1', meters: priceOf(2) }),
      line({ model: 'llama*', meters: priceOf(3) }),
      line({ model: 'llama-3*', meters: priceOf(4) }),
      line({ model: 'llama-3*', provider: 'p*', meters: priceOf(5) }),
      line({ model: 'llama-3*', provider: 'p1', meters: priceOf(6) }),
      line({ model: 'llama-3.1', meters: priceOf(7) }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        const compiled = compilePriceBook(1, book(...shuffled));
        const price = (model: string, provider: string) =>
          Number(rate(compiled, { type: 'usage', model, provider, meters: { n: '1' } }));
        expect(price('other', 'p2')).toBe(1);
        expect(price('other', 'p1')).toBe(2);
        expect(price('llama-2', 'p1')).toBe(3);
        expect(price('llama-3', 'q')).toBe(4);
        expect(price('llama-3', 'p2')).toBe(5);
        expect(price('llama-3.2', 'p1')).toBe(6);
        expect(price('llama-3.1', 'p1')).toBe(7);
      }),
    );
  });

  it('never takes one usage for another whose texts read the same in a row', () => {
    const compiled = compilePriceBook(1, book(line({ type: 'a' })));
    rate(compiled, { type: 'a', model: 'b\nc', provider: 'p', meters: { odd: '1' } });
    expect(() => rate(compiled, { type: 'a\nb', model: 'c', provider: 'p', meters: {} })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_USAGE_TYPE' }),
    );
  });
});

describe('rating', () => {
  const quantity = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 10n }), fc.option(fc.integer({ min: 0, max: 999_999_999 })))
    .map(([whole, fraction]) => ({
      text: fraction === null ? `${whole}` : `${whole}.${`${fraction}`.padStart(9, '0')}`,
      billionths: whole * 1_000_000_000n + BigInt(fraction ?? 0),
    }));
  const price = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 0, max: 6 }))
    .map(([atto, zeros]) => ({ atto, per: 10n ** BigInt(zeros) }));

  it('is the sum of the exact products of quantities and prices, each rounded down', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(quantity, price), { minLength: 1, maxLength: 5 }), (meters) => {
        const total = (atto: bigint) => `${atto / 10n ** 18n}.${`${atto % 10n ** 18n}`.padStart(18, '0')}`;
        const compiled = compilePriceBook(
          1,
          book(
            line({
              meters: Object.fromEntries(
                meters.map(([, { atto, per }], i) => [`m${i}`, { price: total(atto * per), per: `${per}` }]),
              ),
            }),
          ),
        );
        const usage = Object.fromEntries(meters.map(([{ text }], i) => [`m${i}`, text]));
        const lines = meters.map(([{ billionths }, { atto }]) => (billionths * atto) / 1_000_000_000n);
        expect(rate(compiled, { type: 'usage', model: 'm', provider: 'p', meters: usage })).toBe(
          lines.reduce((sum, amount) => sum + amount, 0n),
        );
      }),
    );
  });

  it.each([
    ['UNKNOWN_USAGE_TYPE', { type: 'other' }],
    ['UNKNOWN_MODEL', { model: 'gpt' }],
    ['UNKNOWN_METER', { meters: { other: '1' } }],
    ['UNKNOWN_METER', { meters: { constructor: '1' } }],
    ['QUANTITY_INVALID', { meters: { odd: '-1' } }],
    ['QUANTITY_INVALID', { meters: { odd: '1e3' } }],
    ['QUANTITY_INVALID', { meters: { odd: '' } }],
    ['QUANTITY_INVALID', { meters: { odd: '1.0000000000' } }],
    ['QUANTITY_INVALID', { meters: { odd: '1000000000000000000' } }],
    ['QUANTITY_INVALID', { meters: { dear: '2' } }],
  ])('is refused with %s for %j', (code, changes) => {
    const meters = { ...ODD, dear: { price: '1000000000000000', per: '1' } };
    const compiled = compilePriceBook(1, book(line({ model: 'llama*', meters })));
    const usage = { type: 'usage', model: 'llama', provider: 'p', meters: { odd: '1' }, ...changes };
    expect(() => rate(compiled, usage as RatedUsage)).toThrow(expect.objectContaining({ code }));
  });
});

const PLAIN = { provider: 8_000, treasury: 1_000, stakers: 700, burn: 300 };

describe('a split policy', () => {
  it.each([
    [{ provider: 8_000, treasury: 1_000, stakers: 700, burn: 299 }],
    [{ provider: 10_100, treasury: -100, stakers: 0, burn: 0 }],
    [{ provider: 9_999.5, treasury: 0.5, stakers: 0, burn: 0 }],
    [{ provider: Number.NaN, treasury: 0, stakers: 0, burn: 10_000 }],
  ])('%j is refused', (shares) => {
    expect(() => compileSplitPolicy(1, { effectiveAt: AT, ...shares })).toThrow(
      expect.objectContaining({ code: 'SPLIT_POLICY_INVALID' }),
    );
  });

  const DATA = { type: 'ai.data.usage', provider: 9_000, treasury: 0, stakers: 0, burn: 1_000 };

  it('splits usage of a type that has shares of its own by them, and all other usage by its own', () => {
    const policy = compileSplitPolicy(1, { effectiveAt: AT, ...PLAIN, types: [DATA] });
    expect(splitCharge(policyFor(policy, 'ai.data.usage'), 11n)).toEqual({
      ...{ provider: 10n, treasury: 0n, stakers: 0n, burn: 1n },
    });
    expect(policyFor(policy, 'ai.compute.usage')).toBe(policy);
    expect(policyFor(compileSplitPolicy(1, { effectiveAt: AT, ...PLAIN }), DATA.type).weights[0]).toBe(8_000n);
  });

  it.each([
    ['types[0].provider', [{ ...DATA, burn: 999 }]],
    ['types[1].type', [DATA, DATA]],
    ['types[0].type', [{ ...DATA, type: '' }]],
    ['types[0].type', [{ ...DATA, type: 'x'.repeat(201) }]],
    ['types', Array.from({ length: 101 }, (_, i) => ({ ...DATA, type: `t${i}` }))],
  ])('is refused for %s of its types', (path, types) => {
    expect(() => compileSplitPolicy(1, { effectiveAt: AT, ...PLAIN, types })).toThrow(
      expect.objectContaining({ code: 'SPLIT_POLICY_INVALID', path }),
    );
  });

  const policy = fc
    .tuple(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000))
    .map((cuts) => [0, ...cuts, 10_000].sort((a, b) => a - b))
    .map((cuts) => cuts.slice(1).map((cut, i) => cut - cuts[i]!))
    .map(([provider = 0, treasury = 0, stakers = 0, burn = 0]) =>
      compileSplitPolicy(1, { effectiveAt: AT, provider, treasury, stakers, burn }),
    );

  it('gives instalments that add up to the first split, whatever their sizes', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 21n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(policy, parts, (compiled, instalments) => {
        const total = instalments.reduce((a, b) => a + b, 0n);
        const first = splitCharge(compiled, total);
        let due = first;
        for (const part of instalments) {
          const shares = takeShares(due, part);
          expect(sumShares(shares)).toBe(part);
          due = subtractShares(due, shares);
          expect(Object.values(due).every((share: bigint) => share >= 0n)).toBe(true);
        }
        expect(sumShares(due)).toBe(0n);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives no more than is due', () => {
    const due = { provider: 3n, treasury: 0n, stakers: 0n, burn: 0n };
    expect(() => takeShares(due, 4n)).toThrow(RangeError);
  });
});
