import fc from 'fast-check';
import {
  compilePriceBook,
  lostPrices,
  mayLosePrices,
  type MeterUse,
  type PriceBook,
  type PriceLine,
  type PublicationGuard,
} from '#concepts';
import { openRegistry, TIME, TYPE, WHO } from '../test-support/world.js';

const AT = '2026-01-02T00:00:00Z';
const call = { price: '1', per: '1' } as const;
const line = (model: string, meters: readonly string[], changes: Partial<PriceLine> = {}): PriceLine => ({
  ...{ type: TYPE, model, meters: Object.fromEntries(meters.map((meter) => [meter, call])) },
  ...changes,
});
const bookOf = (...prices: PriceLine[]): PriceBook => ({ effectiveAt: AT, prices });
const use = (model: string, meter: string, changes: Partial<MeterUse> = {}): MeterUse => ({
  ...{ usageType: TYPE, model, provider: 'p1', meter },
  ...changes,
});

/** The registry, with one book in force. */
function published(...prices: PriceLine[]) {
  const registry = openRegistry(1, [], []);
  const publish = (version: number, book: PriceBook, guard?: PublicationGuard, time = TIME) =>
    registry.decide({
      ...{ type: 'PublishPriceBook', version, book, time, provenance: WHO },
      ...(guard === undefined ? {} : { guard }),
    });
  publish(2, bookOf(...prices));
  return { registry, publish };
}

describe('a price book that takes prices away', () => {
  const kept = line('kept', ['a', 'b']);
  const next = { ...bookOf(kept), effectiveAt: '2030-01-01T00:00:00Z' };

  it('is refused where that was used, which is named; and published where it was not, or where somebody says so', () => {
    const { publish } = published(kept, line('gone', ['a']));
    const refused = expect.objectContaining({ code: 'PRICES_REMOVED', kind: 'refused', path: 'prices' });
    const removing = [use('kept', 'a'), use('gone', 'a', { region: 'eu' })];
    expect(() => publish(3, next, { removing })).toThrow(refused);
    expect(() => publish(3, next, { removing })).toThrow(/a of gone of p1 in eu.*confirmRemoved/s);
    expect(publish(3, next, { removing: [use('kept', 'a')] })).not.toHaveProperty('event.confirmRemoved');
    expect(publish(4, next, { removing: 'confirmed' })).toMatchObject({ event: { confirmRemoved: true } });
  });

  it('is refused for a meter, an hour or a region without a price, and for dollars without a rate', () => {
    const before = compilePriceBook(1, bookOf(line('m', ['a', 'b']), line('r', ['a'], { region: 'eu' })));
    const dollars = { a: { ...call, currency: 'usd' as const } };
    const lost = (after: readonly PriceLine[], used: MeterUse, hasUsdRate = true) =>
      lostPrices(before, compilePriceBook(2, bookOf(...after)), [used], hasUsdRate).map(({ code }) => code);
    expect(lost([line('m', ['a'])], use('m', 'b'))).toEqual(['UNKNOWN_METER']);
    expect(lost([line('m', ['a'])], use('m', 'a'))).toEqual([]);
    expect(lost([line('m', ['a'], { hours: { from: '22:00', to: '06:00' } })], use('m', 'a'))).toEqual([
      'UNKNOWN_MODEL',
    ]);
    expect(lost([line('r', ['a'], { region: 'us' })], use('r', 'a', { region: 'eu' }))).toEqual(['UNKNOWN_MODEL']);
    expect(lost([line('r', ['a'], { region: 'us' })], use('r', 'a'))).toEqual([]);
    expect(lost([line('m', [], { meters: dollars })], use('m', 'a'), false)).toEqual(['NO_USD_RATE']);
    expect(lost([line('m', [], { meters: dollars })], use('m', 'a'))).toEqual([]);
  });

  it('is refused where nobody looked since no price could go, and another book has come in between', () => {
    const { publish } = published(kept);
    publish(3, { ...bookOf(kept, line('more', ['a'])), effectiveAt: '2029-01-01T00:00:00Z' });
    expect(() => publish(4, next, { removing: 'none' })).toThrow(
      expect.objectContaining({ code: 'PRICE_BOOK_OVERTAKEN', kind: 'conflict' }),
    );
    expect(publish(4, { ...next, prices: [line('more', ['a']), kept] }, { removing: 'none' }).replayed).toBe(false);
  });

  it('loses nothing that was used where it is told that it can lose nothing', () => {
    const anyLines = fc.uniqueArray(
      fc.record({
        model: fc.constantFrom('m', 'm*', 'n', '*'),
        meters: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
        region: fc.constantFrom(undefined, 'eu'),
        hours: fc.constantFrom(undefined, { from: '22:00', to: '06:00' }),
        order: fc.constantFrom(undefined, 1, 2),
      }),
      { minLength: 1, maxLength: 4, selector: ({ model, region, hours }) => JSON.stringify([model, region, hours]) },
    );
    const compile = (lines: typeof anyLines extends fc.Arbitrary<infer Lines> ? Lines : never, version: number) =>
      compilePriceBook(
        version,
        bookOf(
          ...lines.map(({ model, meters, region, hours, order }) =>
            line(model, meters, {
              ...(region === undefined ? {} : { region }),
              ...(hours === undefined ? {} : { hours }),
              ...(order === undefined ? {} : { order }),
            }),
          ),
        ),
      );
    const uses = ['m', 'm1', 'n'].flatMap((model) =>
      ['a', 'b', 'c'].flatMap((meter) => [use(model, meter), use(model, meter, { region: 'eu' })]),
    );
    let told = 0;
    fc.assert(
      fc.property(anyLines, anyLines, fc.constantFrom(true, true, true, false), (lines, others, isMore) => {
        const before = compile(lines, 1);
        const names = new Set(lines.map(({ model, region, hours }) => JSON.stringify([model, region, hours])));
        const more = others.filter(({ model, region, hours }) => !names.has(JSON.stringify([model, region, hours])));
        const after = compile(isMore ? [...lines, ...more] : others, 2);
        if (mayLosePrices(before, after)) return;
        told++;
        expect(lostPrices(before, after, uses, true)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
    expect(told).toBeGreaterThan(200);
  });
});

describe('a price book for a time that is over', () => {
  const book = { ...bookOf(line('m', ['a'])), effectiveAt: '2026-03-01T00:00:00Z' };

  it('needs a reason where another one is in force there, which its event keeps', () => {
    const { publish } = published(line('m', ['a']));
    expect(() => publish(3, book, { removing: 'none' })).toThrow(
      expect.objectContaining({ code: 'RETROACTIVE_PRICES', kind: 'refused', path: 'retroactive' }),
    );
    const guard = { removing: 'none', retroactive: 'list price corrected' } as const;
    expect(publish(3, book, guard)).toMatchObject({ event: { retroactive: 'list price corrected' } });
  });

  it('needs none where none is in force, and none from now on', () => {
    const { publish } = published(line('m', ['a']));
    const guard = { removing: 'none', retroactive: 'not needed' } as const;
    const early = publish(3, { ...book, effectiveAt: '2025-12-31T23:59:59Z' }, guard);
    expect(early).not.toHaveProperty('event.retroactive');
    expect(publish(4, { ...book, effectiveAt: TIME }, { removing: 'none' }).replayed).toBe(false);
  });
});
