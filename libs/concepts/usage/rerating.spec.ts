/** Recorded usage rated again: by its own versions to its own amount, by others to what they would have charged. */
import fc from 'fast-check';
import {
  compilePriceBook,
  compileSplitPolicy,
  compileUsdRate,
  Rerating,
  type Charge,
  type MeterPrice,
  type OtherVersions,
  type PriceBook,
  type UsageReport,
} from '#concepts';
import { LedgerDesk, openRegistry, report, TIME, TYPE, usage, WHO } from '../test-support/world.js';

const AT = '2026-01-02T00:00:00Z';
const TOKEN = 10n ** 18n;
const bookOf = (meters: Record<string, MeterPrice>, changes: object = {}): PriceBook => ({
  effectiveAt: AT,
  prices: [{ type: TYPE, model: '*', meters, ...changes }],
});

function shop(book: PriceBook, usdPerToken = '3') {
  const registry = openRegistry(1, ['acme', 'bolt'], ['p1', 'p2']);
  const common = { time: TIME, provenance: WHO };
  registry.decide({ ...common, type: 'PublishPriceBook', version: 2, book });
  registry.decide({ ...common, type: 'PublishUsdRate', version: 1, rate: { effectiveAt: AT, usdPerToken } });
  const { catalogue } = registry.state;
  const desk = new LedgerDesk({ catalogue, shard: 0, shards: 1 });
  const charges: Charge[] = [];
  let count = 0;
  return {
    charges,
    charge(changes: Partial<UsageReport>) {
      desk.decide(usage([report({ id: `u${++count}`, ...changes })]));
      const event = desk.recorded.map((one) => one.event).findLast(({ type }) => type === 'UsageCharged');
      charges.push(event as Charge);
    },
    rerate(other: OtherVersions) {
      const rerating = new Rerating(catalogue.rating, other);
      for (const charge of charges) rerating.add(charge);
      return rerating;
    },
  };
}

describe('recorded usage, rated again', () => {
  it('comes to what it was, by its own versions: amounts by customer, the providers’ shares of them', () => {
    const store = shop(bookOf({ odd: { price: '10', per: '1' } }));
    store.charge({ customer: 'acme', provider: 'p1', meters: { odd: '1' } });
    store.charge({ customer: 'bolt', provider: 'p1', meters: { odd: '2' } });
    const { total, customers, providers, unrated } = store.rerate({});
    expect(total).toEqual({ events: 2, before: 30n * TOKEN, after: 30n * TOKEN });
    expect(customers.get('bolt')).toEqual({ events: 1, before: 20n * TOKEN, after: 20n * TOKEN });
    expect(providers.get('p1')).toEqual({ events: 2, before: 24n * TOKEN, after: 24n * TOKEN });
    expect(unrated).toEqual([]);
  });

  it('takes another rate of the token for prices in dollars, and for no others', () => {
    const dollars = { price: '6', per: '1', currency: 'usd' } as const;
    const store = shop(bookOf({ odd: dollars, even: { price: '10', per: '1' } }), '3');
    store.charge({ meters: { odd: '1', even: '1' } });
    const rate = compileUsdRate(9, { effectiveAt: AT, usdPerToken: '1.5' });
    expect(store.rerate({}).total).toEqual({ events: 1, before: 12n * TOKEN, after: 12n * TOKEN });
    expect(store.rerate({ rate }).total).toEqual({ events: 1, before: 12n * TOKEN, after: 14n * TOKEN });
  });

  it('says what another book and another split would have made of it, and what they could not rate', () => {
    const store = shop(bookOf({ odd: { price: '10', per: '1' } }));
    store.charge({ customer: 'acme', provider: 'p1', model: 'm', meters: { odd: '1' } });
    store.charge({ customer: 'acme', provider: 'p2', model: 'gone', meters: { odd: '3' } });
    const book = compilePriceBook(3, bookOf({ odd: { price: '4', per: '1' } }, { model: 'm' }));
    const shares = { provider: 5_000, treasury: 5_000, stakers: 0, burn: 0 };
    const policy = compileSplitPolicy(2, { effectiveAt: AT, ...shares });
    const { total, customers, providers, unrated } = store.rerate({ book, policy });
    expect(total).toEqual({ events: 1, before: 10n * TOKEN, after: 4n * TOKEN });
    expect([...customers]).toEqual([['acme', total]]);
    expect([...providers]).toEqual([['p1', { events: 1, before: 8n * TOKEN, after: 2n * TOKEN }]]);
    expect(unrated).toEqual([
      {
        ...{ usageType: TYPE, model: 'gone', provider: 'p2', code: 'UNKNOWN_MODEL', path: 'data.model' },
        ...{ events: 1, before: 30n * TOKEN },
      },
    ]);
  });

  it('goes on from the recorded counters, and counts a month that the recorded book did not', () => {
    const monthly: MeterPrice = { ...{ price: '2', per: '1', over: 'month' }, tiers: [{ above: '100', price: '1' }] };
    const counted = shop(bookOf({ odd: monthly }));
    for (const odd of ['90', '20']) counted.charge({ meters: { odd } });
    const dearer = compilePriceBook(3, bookOf({ odd: { ...monthly, tiers: [{ above: '100', price: '3' }] } }));
    expect(counted.rerate({ book: dearer }).total.after).toBe((180n + 20n + 30n) * TOKEN);
    const plain = shop(bookOf({ odd: { price: '2', per: '1' } }));
    for (const odd of ['90', '20']) plain.charge({ meters: { odd } });
    const book = compilePriceBook(3, bookOf({ odd: monthly }));
    expect(plain.rerate({ book }).total).toEqual({ events: 2, before: 220n * TOKEN, after: (180n + 30n) * TOKEN });
  });

  it('keeps few kinds of what it cannot rate apart, and counts the others together', () => {
    const store = shop(bookOf({ odd: { price: '1', per: '1' } }));
    for (let n = 0; n < 1_005; n++) store.charge({ model: `m${n}`, meters: { odd: '1' } });
    const { unrated } = store.rerate({
      book: compilePriceBook(3, bookOf({ odd: { price: '1', per: '1' } }, { model: 'x' })),
    });
    expect(unrated).toHaveLength(1_001);
    expect(unrated.at(-1)).toMatchObject({ model: '*', events: 5, before: 5n * TOKEN });
  });

  it('is what it was, and what another book would have charged in its place, for any usage', () => {
    const anyMeter: fc.Arbitrary<MeterPrice> = fc.record(
      {
        price: fc.integer({ min: 0, max: 10_000 }).map((price) => `0.${`${price}`.padStart(18, '0')}`),
        per: fc.constantFrom('1', '3', '7'),
        currency: fc.constantFrom('token' as const, 'usd' as const),
        mode: fc.constantFrom('graduated' as const, 'volume' as const),
        over: fc.constantFrom('call' as const, 'month' as const),
        included: fc.constantFrom('5', '50'),
        tiers: fc.constant([{ above: '100', price: '0.000000000000000777' }]),
      },
      { requiredKeys: ['price', 'per'] },
    );
    const anyBook = fc
      .tuple(fc.record({ odd: anyMeter, even: anyMeter }), fc.constantFrom('0', '0.00000000000005'), fc.boolean())
      .map(([meters, minimum, isNight]) =>
        bookOf(meters, { minimum, ...(isNight ? { hours: { from: '18:00', to: '11:00' } } : {}) }),
      );
    const anyUsages = fc.array(
      fc.record({
        customer: fc.constantFrom('acme', 'bolt'),
        provider: fc.constantFrom('p1', 'p2'),
        meters: fc.record({ odd: fc.nat(120).map(String), even: fc.nat(120).map(String) }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(anyBook, anyBook, anyUsages, (book, other, usages) => {
        const [store, elsewhere] = [shop(book), shop(other)];
        for (const one of usages) for (const place of [store, elsewhere]) place.charge(one);
        const sum = (charges: readonly Charge[]) => charges.reduce((all, { amount }) => all + BigInt(amount), 0n);
        const same = store.rerate({}).total;
        expect([same.before, same.after]).toEqual([sum(store.charges), sum(store.charges)]);
        const { total, customers } = store.rerate({ book: compilePriceBook(3, other) });
        // Where both count the same month, its counters are those that were recorded: the same usage counts the same.
        expect(total).toEqual({
          ...{ events: usages.length, before: sum(store.charges), after: sum(elsewhere.charges) },
        });
        for (const [customer, { after }] of customers) {
          expect(after).toBe(sum(elsewhere.charges.filter((charge) => charge.customer === customer)));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
