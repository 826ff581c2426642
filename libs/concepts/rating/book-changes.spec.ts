import fc from 'fast-check';
import { differenceOf, extendBook, lineIdentity, type PriceBook, type PriceLine } from '#concepts';
import { openRegistry, TIME, TYPE, WHO } from '../test-support/world.js';

const AT = '2026-02-02T00:00:00Z';
const line = (model: string, price: string, changes: Partial<PriceLine> = {}): PriceLine => ({
  ...{ type: TYPE, model, meters: { calls: { price, per: '1' } } },
  ...changes,
});
const book = (prices: readonly PriceLine[], fallbacks?: Readonly<Record<string, string>>): PriceBook => ({
  ...{ effectiveAt: AT, prices },
  ...(fallbacks === undefined ? {} : { fallbacks }),
});

describe('a book that extends another', () => {
  const base = book([line('a', '1'), line('b', '1'), line('c', '1', { region: 'eu' })], { cached: 'calls' });

  it('has its lines where they stood, with changes, without what is removed, and with what is new at the end', () => {
    const changes = { ...book([line('b', '2'), line('d', '1')]), effectiveAt: '2026-03-01T00:00:00Z' };
    expect(extendBook(base, changes, [{ type: TYPE, model: 'c', provider: '*', region: 'eu' }])).toEqual({
      effectiveAt: '2026-03-01T00:00:00Z',
      prices: [line('a', '1'), line('b', '2'), line('d', '1')],
      fallbacks: { cached: 'calls' },
    });
    expect(extendBook(base, book([], { x: 'calls' }), []).fallbacks).toEqual({ x: 'calls' });
  });

  it('refuses to remove a line that is not there', () => {
    expect(() => extendBook(base, book([]), [{ type: TYPE, model: 'c' }])).toThrow(
      expect.objectContaining({ code: 'PRICE_BOOK_INVALID', path: 'remove[0]' }),
    );
  });

  it('is published whole, once, and only on top of a version that was', () => {
    const registry = openRegistry(1, [], []);
    const publish = (version: number, extended: number) =>
      registry.decide({
        ...{ type: 'PublishPriceBook', version, book: book([line('b', '2')]), time: TIME, provenance: WHO },
        base: { version: extended, remove: [] },
      });
    expect(() => publish(2, 9)).toThrow(expect.objectContaining({ code: 'PRICE_BOOK_INVALID', path: 'extends' }));
    expect(publish(2, 1).replayed).toBe(false);
    expect(publish(2, 1).replayed).toBe(true);
    const { prices } = registry.state.catalogue.rating.priceBooks.get(2)!.book;
    expect(prices.map(({ model }) => model)).toEqual(['*', 'tiered', 'dollars', 'b']);
  });
});

describe('the difference of two books', () => {
  it('names lines that are new, gone and priced otherwise, whatever the order of their members, and fallbacks', () => {
    const { model, ...rest } = line('same', '1');
    const before = book([line('old', '1'), line('dear', '1'), line('same', '1')], { a: 'calls', b: 'calls' });
    const after = book([{ ...rest, model }, line('dear', '2'), line('new', '1')], { a: 'calls', b: 'a', c: 'a' });
    expect(differenceOf(before, after)).toEqual({
      added: [line('new', '1')],
      removed: [line('old', '1')],
      changed: [{ from: line('dear', '1'), to: line('dear', '2') }],
      fallbacks: ['b', 'c'],
    });
  });

  it('leads from any book to any other', () => {
    const anyBook = fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(3)), { selector: ([name]) => name })
      .map((lines) => book(lines.map(([name, price]) => line(name, `${price}`))));
    fc.assert(
      fc.property(anyBook, anyBook, (from, to) => {
        const { added, removed, changed } = differenceOf(from, to);
        const reached = extendBook(from, book([...added, ...changed.map((one) => one.to)]), removed);
        const sorted = ({ prices }: PriceBook) =>
          [...prices].sort((a, b) => (lineIdentity(a) < lineIdentity(b) ? -1 : 1));
        expect(sorted(reached)).toEqual(sorted(to));
      }),
      { numRuns: 1_000 },
    );
  });
});
