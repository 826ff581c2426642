/** Any book and any usages: the amounts are those of a second derivation, and of rating again with what was recorded. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  parsePattern,
  priceRecorded,
  rate,
  compilePriceBook,
  type MeterPrice,
  type PriceBook,
  type PriceLine,
  type UsageCharged,
} from '#concepts';
import { LedgerDesk, openRegistry, report, TIME, TYPE, usage, WHO } from '../test-support/world.js';
import { rerate } from './rerating.audit.js';

const AT = '2026-01-02T00:00:00Z';
const USD_PER_TOKEN = '0.7';
const METERS = ['a', 'b', 'c', 'd'];

const anyPrice = fc.tuple(fc.nat(10 ** 9), fc.integer({ min: 0, max: 18 })).map(([digits, places]) => {
  const text = `${digits}`.padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
});
const anyQuantity = fc
  .tuple(fc.nat(300), fc.option(fc.integer({ min: 1, max: 999 }), { nil: undefined }))
  .map(([whole, fraction]) => (fraction === undefined ? `${whole}` : `${whole}.${`${fraction}`.padStart(3, '0')}`));

const anyMeter: fc.Arbitrary<MeterPrice> = fc
  .record(
    {
      price: anyPrice,
      per: fc.constantFrom('1', '3', '7', '1000'),
      currency: fc.constantFrom('token' as const, 'usd' as const),
      mode: fc.constantFrom('graduated' as const, 'volume' as const),
      over: fc.constantFrom('call' as const, 'month' as const),
      of: fc.subarray(METERS, { minLength: 1 }),
      included: fc.constantFrom('1', '50.5'),
      tiers: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 51, max: 600 }), anyPrice), {
          maxLength: 3,
          selector: ([above]) => above,
        })
        .map((tiers) => tiers.sort(([a], [b]) => a - b).map(([above, price]) => ({ above: `${above}`, price }))),
    },
    { requiredKeys: ['price', 'per'] },
  )
  .map(({ of, ...price }) => (of === undefined || price.mode === 'graduated' ? price : { ...price, of }));

const anyLine: fc.Arbitrary<PriceLine> = fc.record(
  {
    type: fc.constant(TYPE),
    model: fc.constantFrom('*', 'm', 'm*', 'M-#', '*-1', 'm-*'),
    provider: fc.constantFrom('*', 'p1', 'p*', 'p#'),
    aliases: fc.subarray(['n', 'N*', 'm-1'], { minLength: 1 }),
    region: fc.constantFrom('eu', 'us'),
    hours: fc.constantFrom({ from: '06:00', to: '12:30:15' }, { from: '22:00', to: '10:30' }),
    minimum: fc.constantFrom('0', '0.5', '1000'),
    ignoreCase: fc.boolean(),
    order: fc.integer({ min: 1, max: 3 }),
    meters: fc.dictionary(fc.constantFrom(...METERS), anyMeter, { minKeys: 1 }),
  },
  { requiredKeys: ['type', 'model', 'meters'] },
);

const identityOf = ({ model, provider = '*', region, hours }: PriceLine) =>
  JSON.stringify([model, provider, region, hours]);
const anyBook: fc.Arbitrary<PriceBook> = fc.record(
  {
    effectiveAt: fc.constant(AT),
    prices: fc.uniqueArray(anyLine, { minLength: 1, maxLength: 6, selector: identityOf }),
    fallbacks: fc.dictionary(fc.constantFrom(...METERS), fc.constantFrom(...METERS)),
  },
  { requiredKeys: ['effectiveAt', 'prices'] },
);
const anyUsage = fc.record({
  model: fc.constantFrom('m', 'm-1', 'M-1', 'n', 'other'),
  provider: fc.constantFrom('p1', 'p2'),
  time: fc.constantFrom('2026-11-22T09:00:00Z', '2026-11-21T23:30:00+02:00', '2026-10-31T23:59:59.999Z', TIME),
  region: fc.constantFrom('eu', 'us', undefined),
  meters: fc.dictionary(fc.constantFrom(...METERS), anyQuantity, { minKeys: 1 }),
});
type Used = typeof anyUsage extends fc.Arbitrary<infer One> ? One : never;

function shop(book: PriceBook): LedgerDesk {
  const registry = openRegistry(1, ['acme'], ['p1', 'p2']);
  const common = { time: TIME, provenance: WHO };
  registry.decide({ ...common, type: 'PublishPriceBook', version: 2, book });
  const rate = { effectiveAt: AT, usdPerToken: USD_PER_TOKEN };
  registry.decide({ ...common, type: 'PublishUsdRate', version: 1, rate });
  return new LedgerDesk({ catalogue: registry.state.catalogue, shard: 0, shards: 1 });
}

/** Rates in a row as the audit does. */
function secondDerivation(book: PriceBook): (used: Used) => ReturnType<typeof rerate> {
  const counters = new Map<string, bigint>();
  return (used) => {
    const { time, region, ...rest } = used;
    const charge = { ...rest, usageType: TYPE, ...(region === undefined ? {} : { region }) };
    const rated = rerate(book, charge, {
      timeMs: Date.parse(time),
      usdPerToken: USD_PER_TOKEN,
      counted: (...name) => counters.get(name.join()) ?? 0n,
    });
    const { line, month, meters } = rated.counted ?? { meters: {} };
    for (const [meter, { after }] of Object.entries(meters)) {
      counters.set([line, month, meter].join(), BigInt(Math.round(Number(after) * 1e9)));
    }
    return rated;
  };
}

/** Usages of one customer in the order in which they were charged, and what each charge says. */
interface Asked {
  readonly book: PriceBook;
  readonly charges: { readonly ms: number; readonly event: UsageCharged; readonly expected: readonly unknown[] }[];
}

/** The checker in Python rates recorded usage: of each charge its amount, whether it is in dollars, and its months. */
const IN_PYTHON = `
import json, sys
from arithmetic import decimal, rate
for line in sys.stdin:
    asked, months, answers = json.loads(line), {}, []
    for charge in asked["charges"]:
        amount, dollars, counted = rate(asked["book"], charge["event"], charge["ms"], asked["usdPerToken"], lambda *name: months.get(name, 0))
        for meter, count in (counted or {"meters": {}})["meters"].items():
            months[counted["line"], counted["month"], meter] = decimal(count["after"], 9)
        answers.append([str(amount), dollars, counted])
    print(json.dumps(answers))
`;

function rateInPython(asked: readonly Asked[]): unknown[] {
  const cwd = fileURLToPath(new URL('../../../test/journal-verifier', import.meta.url));
  const input = asked.map((one) => `${JSON.stringify({ ...one, usdPerToken: USD_PER_TOKEN })}\n`).join('');
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', IN_PYTHON], {
    ...{ cwd, input, maxBuffer: 1 << 28 },
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe('given any book, when any usages are charged in a row', () => {
  it('then amounts and months are those of both checkers, and rating a charge again gives its amount', () => {
    let charged = 0;
    let counted = 0;
    const asked: Asked[] = [];
    fc.assert(
      fc.property(anyBook, fc.array(anyUsage, { minLength: 1, maxLength: 6 }), (book, usages) => {
        const desk = shop(book);
        const second = secondDerivation(book);
        const charges: Asked['charges'] = [];
        asked.push({ book, charges });
        for (const [i, used] of usages.entries()) {
          const { region, ...rest } = used;
          const [event] = desk.events(
            usage([report({ id: `r${i}`, ...rest, ...(region === undefined ? {} : { region }) })]),
          );
          if (event?.type !== 'UsageCharged') {
            expect(() => second(used)).toThrow(/no price/);
            continue;
          }
          charged++;
          if (event.counted !== undefined) counted++;
          const derived = second(used);
          expect([event.amount, event.counted]).toEqual([`${derived.amount}`, derived.counted]);
          expect(event.usdRate).toBe(derived.isInDollars ? 1 : undefined);
          const said = [event.amount, derived.isInDollars, event.counted ?? null];
          charges.push({ ms: Date.parse(used.time), event, expected: said });
          const again = priceRecorded(desk.context.catalogue, event);
          expect([`${again.amount}`, again.counters]).toEqual([event.amount, event.counted?.meters]);
          expect(again.lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(again.amount);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(charged).toBeGreaterThan(500);
    expect(counted).toBeGreaterThan(100);
    // The third way, in another language: a machine without it has two.
    if (!hasPython) return;
    expect(rateInPython(asked)).toEqual(asked.map(({ charges }) => charges.map(({ expected }) => expected)));
  });

  it('then a month with graduated tiers comes to the same whatever it is divided into, up to an atto a part', () => {
    fc.assert(
      fc.property(anyMeter, fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }), (price, parts) => {
        const meter = { ...price, mode: 'graduated', over: 'month' } as const;
        if (price.of !== undefined) delete (meter as { of?: unknown }).of;
        const book = compilePriceBook(1, {
          effectiveAt: AT,
          prices: [{ type: TYPE, model: '*', meters: { a: meter } }],
        });
        const cost = (quantity: number, before: number) =>
          rate(book, { type: TYPE, model: 'm', provider: 'p', meters: { a: `${quantity}` } }, 0, {
            usdPerToken: 7n * 10n ** 17n,
            countedBefore: () => BigInt(before) * 1_000_000_000n,
          });
        let sum = 0n;
        let before = 0;
        for (const part of parts) {
          sum += cost(part, before);
          before += part;
        }
        const whole = cost(before, 0);
        expect(sum <= whole && whole - sum < BigInt(parts.length)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a pattern', () => {
  it('is none with other letters, without any, or with more than three asterisks', () => {
    expect(['', 'a b', 'a?', '-a', '*a*b*c*'].map((text) => parsePattern(text))).toEqual(Array(5).fill(undefined));
  });
});
