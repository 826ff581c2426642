/** What usage costs, by the numbers of the decisions on rating. */
import { compilePriceBook, rateInDetail, chooseLine, type MeterPrice, type PriceBook, type PriceLine } from '#concepts';
import { TIME, TIME_MS, TYPE, WHO, LedgerDesk, openRegistry, report, usage } from '../test-support/world.js';

const TOKEN = 10n ** 18n;
const common = { time: TIME, provenance: WHO };
const AT = '2026-01-02T00:00:00Z';
const bookOf = (meters: Readonly<Record<string, MeterPrice>>, changes: Partial<PriceLine> = {}): PriceBook => ({
  effectiveAt: AT,
  prices: [{ type: TYPE, model: '*', meters, ...changes }],
});
const USD = { per: '1000000', currency: 'usd' } as const;

/** A registry with these prices, and a shard of its own for `acme`. */
function shop(book: PriceBook, usdPerToken?: string): LedgerDesk {
  const registry = openRegistry(1, ['acme', 'bolt'], ['p1', 'p2']);
  registry.decide({ ...common, type: 'PublishPriceBook', version: 2, book });
  if (usdPerToken !== undefined) rateAt(registry, 1, AT, usdPerToken);
  return new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
}

function rateAt(registry: ReturnType<typeof openRegistry>, version: number, effectiveAt: string, usdPerToken: string) {
  registry.decide({ ...common, type: 'PublishUsdRate', version, rate: { effectiveAt, usdPerToken } });
}

let ids = 0;
/** The charge of a usage, which must be charged. */
function charge(
  desk: LedgerDesk,
  meters: Readonly<Record<string, string>>,
  changes: Parameters<typeof report>[0] = {},
) {
  const [event] = desk.events(usage([report({ id: `r${ids++}`, meters, ...changes })]));
  if (event?.type !== 'UsageCharged') throw new Error(`nothing was charged: ${JSON.stringify(event)}`);
  return event;
}

describe('given the decisions on rating, when usage is charged', () => {
  it('R1: then each line is floored to the atto, and the amount is their sum: twice 0.6 atto are nothing', () => {
    const desk = shop(
      bookOf({ a: { price: '0.000000000000000006', per: '10' }, b: { price: '0.000000000000000006', per: '10' } }),
    );
    expect(charge(desk, { a: '1', b: '1' }).amount).toBe('0');
    expect(charge(desk, { a: '2', b: '2' }).amount).toBe('2');
  });

  it('R2: then the total input of a call selects the tier of the input and of the output, strictly above its beginning', () => {
    const tiers = (price: string) => [{ above: '200000', price }];
    const of = ['input_tokens', 'cached_input_tokens'];
    const desk = shop(
      bookOf({
        input_tokens: { ...USD, price: '3', tiers: tiers('6'), of },
        cached_input_tokens: { ...USD, price: '0.3', tiers: tiers('0.6'), of },
        output_tokens: { ...USD, price: '15', tiers: tiers('22.5'), of },
      }),
      '1',
    );
    const above = charge(desk, { input_tokens: '401468', output_tokens: '792' });
    expect(above.amount).toBe(`${(2_408_808n + 17_820n) * 10n ** 12n}`);
    expect(charge(desk, { input_tokens: '200000' }).amount).toBe(`${600_000n * 10n ** 12n}`);
    const cached = charge(desk, { input_tokens: '199999', cached_input_tokens: '2' });
    expect(cached.amount).toBe(`${(199_999n * 60n + 2n * 6n) * 10n ** 11n}`);
  });

  it.each([
    ['graduated', '30'],
    ['volume', '20'],
  ] as const)(
    'R3: then a month with %s tiers, 90 before, prices 20 more at %s, and nothing earlier anew',
    (mode, then) => {
      const desk = shop(
        bookOf({ calls: { price: '2', per: '1', mode, over: 'month', tiers: [{ above: '100', price: '1' }] } }),
      );
      expect(charge(desk, { calls: '90' }).amount).toBe(`${180n * TOKEN}`);
      const second = charge(desk, { calls: '20' });
      expect(second.amount).toBe(`${BigInt(then) * TOKEN}`);
      const line = `${TYPE} * * - -`;
      expect(second.counted).toEqual({ line, month: '2026-11', meters: { calls: { before: '90', after: '110' } } });
    },
  );

  it('R4: then late usage counts where it is booked, in the month of its own time, and what is taken back counts no more', () => {
    const desk = shop(bookOf({ calls: { price: '2', per: '1', over: 'month', tiers: [{ above: '10', price: '1' }] } }));
    charge(desk, { calls: '8' });
    const other = charge(desk, { calls: '5' }, { time: '2026-10-31T23:59:59.999Z' });
    expect(other.counted).toMatchObject({ month: '2026-10', meters: { calls: { before: '0', after: '5' } } });
    const late = charge(desk, { calls: '4' }, { time: '2026-11-01T00:00:00Z' });
    expect([late.amount, late.counted!.meters['calls']]).toEqual([`${6n * TOKEN}`, { before: '8', after: '12' }]);
    const first = desk.recorded.find(({ event }) => event.type === 'UsageCharged')!;
    desk.state.counters.uncount('acme', (first.event as typeof late).counted!);
    const after = charge(desk, { calls: '1' });
    expect(after.counted!.meters['calls']).toEqual({ before: '4', after: '5' });
    expect(charge(desk, { calls: '1' }, { customer: 'bolt' }).counted!.meters['calls']!.before).toBe('0');
  });

  it('R5: then what is included is free until it is used up, for a call or for a month, and is not carried over', () => {
    const monthly = shop(bookOf({ calls: { price: '1', per: '1', included: '10', over: 'month' } }));
    const amounts = ['6', '6', '6'].map((calls) => charge(monthly, { calls }).amount);
    expect(amounts).toEqual(['0', `${2n * TOKEN}`, `${6n * TOKEN}`]);
    expect(charge(monthly, { calls: '11' }, { time: '2026-10-01T00:00:00Z' }).amount).toBe(`${TOKEN}`);
    const each = shop(bookOf({ calls: { price: '1', per: '1', included: '10' } }));
    expect(['10', '12'].map((calls) => charge(each, { calls }).amount)).toEqual(['0', `${2n * TOKEN}`]);
    expect(charge(each, { calls: '1' }).counted).toBeUndefined();
  });

  it('R6: then an event costs at least the minimum of its line, unless it measured nothing', () => {
    const desk = shop(bookOf({ calls: { price: '0.003', per: '1' } }, { minimum: '0.01' }));
    expect(charge(desk, { calls: '1' }).amount).toBe(`${TOKEN / 100n}`);
    expect(charge(desk, { calls: '4' }).amount).toBe(`${(TOKEN * 12n) / 1_000n}`);
    expect(charge(desk, { calls: '0' }).amount).toBe('0');
  });

  it('R6: then the lines of an amount say the minimum as a line of its own', () => {
    const book = compilePriceBook(1, bookOf({ calls: { price: '0.003', per: '1' } }, { minimum: '0.01' }));
    const used = { type: TYPE, model: 'm', provider: 'p', meters: { calls: '1' } };
    const priced = rateInDetail(book, chooseLine(book, used, TIME_MS), used, {
      usdPerToken: 0n,
      countedBefore: () => 0n,
    });
    const amounts = priced.lines.map(({ meter, amount }) => [meter, amount]);
    expect(amounts).toEqual([
      ['calls', (TOKEN * 3n) / 1_000n],
      ['minimum', (TOKEN * 7n) / 1_000n],
    ]);
  });

  it.each([
    ['2026-11-21T21:59:59.999Z', '1'],
    ['2026-11-21T22:00:00Z', '2'],
    ['2026-11-22T00:00:00Z', '2'],
    ['2026-11-22T05:59:59.9999Z', '2'],
    ['2026-11-22T06:00:00Z', '1'],
    ['2026-11-22T07:00:00+02:00', '2'],
  ])('R7: then at %s the price is that of the hours in UTC, which may pass midnight', (time, calls) => {
    const prices: PriceLine[] = [
      { type: TYPE, model: 'm', meters: { calls: { price: '1', per: '1' } } },
      { type: TYPE, model: 'm', hours: { from: '22:00', to: '06:00' }, meters: { calls: { price: '2', per: '1' } } },
    ];
    const desk = shop({ effectiveAt: AT, prices });
    expect(charge(desk, { calls: '1' }, { time, model: 'm' }).amount).toBe(`${BigInt(calls) * TOKEN}`);
  });

  it('R7: then of two books in force from the same instant the higher version holds', () => {
    const registry = openRegistry(1, ['acme'], ['p1']);
    for (const [version, price] of [
      ['3', '2'],
      ['2', '1'],
    ] as const) {
      const book = bookOf({ calls: { price, per: '1' } });
      registry.decide({ ...common, type: 'PublishPriceBook', version: Number(version), book });
    }
    const desk = new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
    expect(charge(desk, { calls: '1' })).toMatchObject({ priceBook: 3, amount: `${2n * TOKEN}` });
  });

  it('R8: then a dollar at 3 dollars a token is a third of a token, by the rate in force for the usage’s own time', () => {
    const registry = openRegistry(1, ['acme'], ['p1']);
    registry.decide({
      ...common,
      type: 'PublishPriceBook',
      version: 2,
      book: bookOf({ calls: { price: '1', per: '1', currency: 'usd' } }),
    });
    rateAt(registry, 1, AT, '3');
    rateAt(registry, 2, '2026-11-01T00:00:00Z', '0.02');
    const desk = new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
    const late = charge(desk, { calls: '1' }, { time: '2026-10-31T00:00:00Z' });
    expect([late.usdRate, late.amount]).toEqual([1, '333333333333333333']);
    const now = charge(desk, { calls: '1' });
    expect([now.usdRate, now.amount]).toEqual([2, `${50n * TOKEN}`]);
  });

  it('R8: then prices in dollars are refused where no rate is in force, and a rate of nothing is none', () => {
    const desk = shop(bookOf({ calls: { price: '1', per: '1', currency: 'usd' } }));
    const outcome = desk.decide(usage([report({ meters: { calls: '1' } })]));
    expect(outcome).toMatchObject({ answer: { accepted: 0, rejected: [{ code: 'NO_USD_RATE' }] } });
    expect(() => rateAt(openRegistry(1, [], []), 1, AT, '0')).toThrow(
      expect.objectContaining({ code: 'USD_RATE_INVALID' }),
    );
  });

  it('R12: then a price that does not divide by its units is kept exact: 1 token for 3 units, 2 of them', () => {
    expect(charge(shop(bookOf({ calls: { price: '1', per: '3' } })), { calls: '2' }).amount).toBe('666666666666666666');
  });
});

describe('the line of a book', () => {
  const model = (name: string, price: string, changes: Partial<PriceLine> = {}): PriceLine => ({
    ...{ type: TYPE, model: name, meters: { calls: { price, per: '1' } } },
    ...changes,
  });
  const priceOf = (
    prices: readonly PriceLine[],
    name: string,
    changes: { provider?: string; region?: string } = {},
  ) => {
    const book = compilePriceBook(1, { effectiveAt: AT, prices });
    const used = { type: TYPE, model: name, provider: 'p1', meters: { calls: '1' }, ...changes };
    return chooseLine(book, used, TIME_MS).source.meters['calls']!.price;
  };

  it('is the one of the usage’s region before one of any', () => {
    const prices = [model('m', '1'), model('m', '2', { region: 'eu-1' }), model('m', '3', { region: 'us-1' })];
    expect(
      [undefined, 'eu-1', 'us-1', 'ap-1'].map((region) => priceOf(prices, 'm', region === undefined ? {} : { region })),
    ).toEqual(['1', '2', '3', '1']);
  });

  it('may name a model by aliases and patterns, and a dated snapshot by its digits', () => {
    const prices = [model('gpt', '1', { aliases: ['gpt-####-##-##', '*/gpt'] }), model('*', '9')];
    const names = ['gpt', 'gpt-2025-01-31', 'openai/gpt', 'gpt-mini', 'gpt-2025-01-3x', 'gpt-2025-01-311'];
    expect(names.map((name) => priceOf(prices, name))).toEqual(['1', '1', '1', '9', '9', '9']);
  });

  it('is asked in its order where it has one, after the lines without, and regardless of case where it says so', () => {
    const listed = { ignoreCase: true } as const;
    const prices = [
      model('*claude*', '1', { ...listed, order: 2 }),
      model('*Claude-3*', '2', { ...listed, order: 1 }),
      model('claude-3-opus', '3', { ...listed, order: 3 }),
      model('mine', '4'),
      model('*', '5', { provider: 'p2' }),
    ];
    expect(['claude-3-opus', 'CLAUDE-2', 'mine'].map((name) => priceOf(prices, name))).toEqual(['2', '1', '4']);
    expect(priceOf(prices, 'claude-3-opus', { provider: 'p2' })).toBe('5');
    expect(() => priceOf(prices, 'Mine')).toThrow(expect.objectContaining({ code: 'UNKNOWN_MODEL' }));
  });

  it.each<[string, Partial<PriceLine>]>([
    [
      'tiers that do not ascend',
      {
        meters: {
          n: {
            price: '1',
            per: '1',
            tiers: [
              { above: '5', price: '1' },
              { above: '5', price: '2' },
            ],
          },
        },
      },
    ],
    [
      'a tier within what is included',
      { meters: { n: { price: '1', per: '1', included: '5', tiers: [{ above: '4', price: '1' }] } } },
    ],
    ['a tier above nothing', { meters: { n: { price: '1', per: '1', tiers: [{ above: '0', price: '1' }] } } }],
    ['graduated tiers of other meters', { meters: { n: { price: '1', per: '1', mode: 'graduated', of: ['m'] } } }],
    ['a meter twice in a sum', { meters: { n: { price: '1', per: '1', of: ['m', 'm'] } } }],
    ['nothing included', { meters: { n: { price: '1', per: '1', included: '0' } } }],
    ['a currency that is none', { meters: { n: { price: '1', per: '1', currency: 'eur' as 'usd' } } }],
    ['a mode that is none', { meters: { n: { price: '1', per: '1', mode: 'step' as 'volume' } } }],
    ['a period that is none', { meters: { n: { price: '1', per: '1', over: 'day' as 'month' } } }],
    ['hours from a time to itself', { hours: { from: '10:00', to: '10:00' } }],
    ['an hour that no day has', { hours: { from: '24:00', to: '10:00' } }],
    ['a region in upper case', { region: 'EU' }],
    ['an order of nothing', { order: 0 }],
    ['an alias that is no pattern', { aliases: ['a b'] }],
  ])('is refused with %s', (_, changes) => {
    const prices = [model('m', '1', changes)];
    expect(() => compilePriceBook(1, { effectiveAt: AT, prices })).toThrow(
      expect.objectContaining({ code: 'PRICE_BOOK_INVALID' }),
    );
  });

  it('takes a price from where the book says that a meter falls back to, in steps, and from a circle none', () => {
    const book = compilePriceBook(1, {
      ...{ effectiveAt: AT, prices: [model('m', '3')] },
      fallbacks: { cached: 'held', held: 'calls', a: 'b', b: 'a' },
    });
    const [line] = book.lines;
    expect([...line!.meters.keys()].sort()).toEqual(['cached', 'calls', 'held']);
  });
});
