/** A list of our own, in the form of the public one: every rule that it may have. */
import { chooseLine, compilePriceBook, rateInDetail, type CompiledPriceBook } from '#concepts';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compare, RECORDED_AT } from '../../test-support/check-prices.js';
import { freshCommandLine } from '../../test-support/fresh-command-line.js';
import { UsageMistake } from '../failures.js';
import { COMPUTE_USAGE } from '../usage-import/row.js';
import { booksOf, readList } from './genai-prices.js';
import { disjointMeters, extractTotals, modelOf } from './genai-usage.js';

const at = (dest: string, path: unknown, required = false) => ({ path, dest, required });
const audio = { type: 'array-match', field: 'modality', match: { equals: 'AUDIO' } };
const LIST = [
  {
    id: 'maker',
    extractors: [
      {
        ...{ api_flavor: 'parts', root: 'usage', model_path: 'model' },
        mappings: [
          ...[at('input_tokens', 'in', true), at('input_tokens', 'read'), at('cache_read_tokens', 'read')],
          at('output_tokens', 'out', true),
        ],
      },
      {
        ...{ api_flavor: 'totals', root: 'usage', model_path: 'model' },
        mappings: [
          ...[at('input_tokens', 'in', true), at('cache_read_tokens', ['details', 'cached'])],
          at('input_audio_tokens', ['details', 'kinds', audio, 'count']),
          at('output_tokens', 'out'),
        ],
      },
    ],
    models: [
      { id: 'big-mini', match: { starts_with: 'big-mini' }, prices: { input_mtok: 0.1, output_mtok: 5e-7 } },
      {
        id: 'big',
        match: { or: [{ equals: 'Big' }, { contains: 'big-' }, { regex: '^other-\\d{4}$' }] },
        prices: {
          input_mtok: { base: 3, tiers: [{ start: 200_000, price: 6 }] },
          cache_read_mtok: { base: 0.3, tiers: [{ start: 200_000, price: 0.6 }] },
          output_mtok: { base: 15, tiers: [{ start: 200_000, price: 22.5 }] },
          requests_kcount: 12,
        },
      },
      {
        id: 'daily',
        match: { ends_with: 'daily' },
        prices: [
          { prices: { input_mtok: 1, output_mtok: 1 } },
          { constraint: { start_time: '00:30:00Z', end_time: '16:30:00Z' }, prices: { input_mtok: 2, output_mtok: 2 } },
        ],
      },
      {
        id: 'dated',
        match: { equals: 'dated' },
        prices: [
          { prices: { input_mtok: 4, output_mtok: 4 } },
          { constraint: { start_date: '2026-03-01' }, prices: { input_mtok: 2, output_mtok: 2 } },
        ],
      },
      { id: 'embedding', match: { equals: 'embedding' }, prices: { input_mtok: 0.02 } },
      { id: 'odd', match: { equals: '~odd' }, prices: { input_mtok: 1 } },
    ],
  },
  {
    id: 'seller',
    fallback_model_providers: ['maker'],
    models: [{ id: 'own', match: { equals: 'big' }, prices: { input_mtok: 9 } }],
  },
];
const TEXT = JSON.stringify(LIST);
const parsed = readList(TEXT);
const { books, leftOut, withoutPrice } = booksOf(parsed, '2026-01-15T10:00:00.000Z');
const compiled = books.map((book, i) => compilePriceBook(i + 1, book));

/** Dollars for a million of what a usage has. */
function cost(
  meters: Readonly<Record<string, string>>,
  model: string,
  changes: { provider?: string; time?: string; book?: CompiledPriceBook } = {},
): string {
  const { provider = 'maker', time = '2026-01-20T20:00:00Z', book = compiled[0]! } = changes;
  const used = { type: COMPUTE_USAGE, provider, model, meters };
  const moment = { usdPerToken: 10n ** 18n, countedBefore: () => 0n };
  return `${Number(rateInDetail(book, chooseLine(book, used, Date.parse(time)), used, moment).amount) / 1e12}`;
}

describe('a public price list', () => {
  it('becomes a book, and another from each later day on which a price changes', () => {
    expect(books.map(({ effectiveAt }) => effectiveAt)).toEqual(['2026-01-15T10:00:00.000Z', '2026-03-01T00:00:00Z']);
    expect(compiled.map((book) => cost({ input_tokens: '1' }, 'dated', { book }))).toEqual(['4', '2']);
  });

  it('prices by the first model that matches, whatever the case, and by those of a provider that is served', () => {
    const names = ['big-mini-2', 'BIG', 'a-big-b', 'other-2025', 'big'];
    expect(names.map((name) => cost({ input_tokens: '1' }, name))).toEqual(['0.1', '3', '3', '3', '3']);
    expect(['BIG', 'big-1'].map((name) => cost({ input_tokens: '1' }, name, { provider: 'seller' }))).toEqual([
      '9',
      '3',
    ]);
    expect(() => cost({ input_tokens: '1' }, 'other-20251')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_MODEL' }),
    );
  });

  it('chooses a tier by all that went in, and prices what came out by it too', () => {
    const small = { input_tokens: '150000', cached_input_tokens: '50000', output_tokens: '10' };
    expect(cost(small, 'big')).toBe(`${150_000 * 3 + 50_000 * 0.3 + 150}`);
    expect(cost({ ...small, input_audio_tokens: '1' }, 'big')).toBe(`${150_000 * 6 + 50_000 * 0.6 + 6 + 225}`);
    expect(cost({ requests: '2' }, 'big')).toBe('24000');
  });

  it('has prices of hours, UTC', () => {
    const times = ['00:29:59', '00:30:00', '16:29:59', '16:30:00'].map((time) => `2026-01-20T${time}Z`);
    expect(times.map((time) => cost({ input_tokens: '1' }, 'so-daily', { time }))).toEqual(['1', '2', '2', '1']);
  });

  it('prices at 0 what it gives no price of, keeps small numbers exact, and names what no book can say', () => {
    expect([cost({ output_tokens: '1' }, 'embedding'), cost({ output_tokens: '1000000' }, 'big-mini')]).toEqual([
      '0',
      '0.5',
    ]);
    expect(withoutPrice).toBe(3);
    expect(leftOut).toEqual([
      'maker odd: no pattern says all of {"equals":"~odd"}',
      'seller odd: no pattern says all of {"equals":"~odd"}',
    ]);
  });

  it.each(['', '{}', '[{"id":1}]', '[1'])('is refused as %j', (text) => {
    expect(() => readList(text)).toThrow(UsageMistake);
  });
});

describe('what an answer says was used', () => {
  const [parts, totals] = parsed[0]!.extractors!;

  it('is the same where parts are reported alone and where a total contains them', () => {
    const alone = { model: 'm', usage: { in: '70', read: '30', out: '5' } };
    const contained = { model: 'm', usage: { in: '100', details: { cached: '30' }, out: '5' } };
    const meters = { input_tokens: '70', cached_input_tokens: '30', output_tokens: '5' };
    expect(disjointMeters(extractTotals(parts!, alone)!)).toEqual(meters);
    expect(disjointMeters(extractTotals(totals!, contained)!)).toEqual(meters);
    expect([modelOf(parts!, alone), modelOf(parts!, {})]).toEqual(['m', undefined]);
  });

  it('subtracts what is found in a list by its kind, and is none where a total is missing or less than its parts', () => {
    const kinds = [
      { modality: 'TEXT', count: '1' },
      { modality: 'AUDIO', count: '7' },
    ];
    const body = { usage: { in: '10', details: { kinds } } };
    expect(disjointMeters(extractTotals(totals!, body)!)).toEqual({ input_tokens: '3', input_audio_tokens: '7' });
    expect([extractTotals(totals!, { usage: {} }), extractTotals(totals!, {})]).toEqual([undefined, undefined]);
    expect(() => disjointMeters({ input_tokens: 1n, cache_read_tokens: 2n })).toThrow(RangeError);
  });
});

describe('the comparison with expected prices', () => {
  it('counts what matches and names what does not', () => {
    const extracted = (input: string, output: string, flavour = 'parts') => [
      { extractors: [{ provider_id: 'maker', api_flavor: flavour, input_price: input, output_price: output }] },
    ];
    const body = { model: 'big', usage: { in: 401_468, out: 792 } };
    const usages = [
      { body, extracted: extracted('2.408808', '0.01782') },
      { body, extracted: extracted('2.40880', '1782E-5') },
      { body, extracted: extracted('1', '1', 'none') },
    ];
    const found = compare(JSON.stringify(usages), TEXT, RECORDED_AT);
    expect([found.usages, found.total, found.matched]).toEqual([3, 6, 3]);
    expect(found.differences.map(({ usage, side }) => [usage, side])).toEqual([
      [1, 'input'],
      [2, 'input'],
      [2, 'output'],
    ]);
  });

  it('differs for the public set only where the list has no such price', () => {
    const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
    const [usages, prices] = [`${data}genai-usages.json`, `${data}genai-prices.json`];
    // Not ours to ship: a machine without the files is as good as one with them.
    if (!existsSync(usages) || !existsSync(prices)) {
      process.stderr.write(`${data}: no public set, nothing to try; "npm run prices:check" takes its files by path\n`);
      return;
    }
    const found = compare(readFileSync(usages, 'utf8'), readFileSync(prices, 'utf8'), RECORDED_AT);
    const unlisted = found.differences.filter(
      (one) => `${one.model}`.includes('-image') || !one.found.endsWith(' atto'),
    );
    expect([found.usages, found.total, found.matched, unlisted.length]).toEqual([789, 3_462, 3_450, 12]);
  });
});

describe('airtime prices import', () => {
  const cli = freshCommandLine();

  it('publishes the books of a list, once', async () => {
    const file = cli.folder.write(
      'prices.json',
      JSON.stringify([LIST[1], { ...LIST[0], models: LIST[0]!.models.slice(0, 5) }]),
    );
    const argv = ['prices', 'import', '--format', 'genai-prices', file, '--json'];
    const first = await cli.ask(argv);
    expect([first.code, JSON.parse(first.stdout)]).toEqual([0, expect.objectContaining({ ok: true, leftOut: [] })]);
    expect(JSON.parse(first.stdout).books).toMatchObject([
      { version: 1, effectiveAt: '1970-01-01T00:00:00Z', state: 'published' },
      { version: 2, effectiveAt: '2026-03-01T00:00:00Z', state: 'published' },
    ]);
    const again = await cli.ask([...argv, '--effective-at', '2026-01-01T00:00:00Z']);
    expect(JSON.parse(again.stdout).books).toMatchObject([
      { version: 1, state: 'in force already' },
      { version: 2, state: 'in force already' },
    ]);
  });

  it('tries the books out, and says for which prices and for which time it is told to publish', async () => {
    const file = cli.folder.write(
      'prices.json',
      JSON.stringify([LIST[1], { ...LIST[0], models: [LIST[0]!.models[0]] }]),
    );
    const argv = ['prices', 'import', '--format', 'genai-prices', file];
    cli.server.trial = {
      ...{ dryRun: true, version: 1, effectiveAt: 'x', wouldRefuse: 'PRICES_REMOVED' },
      lost: [{ usageType: COMPUTE_USAGE, model: 'm', provider: 'p7', meter: 'a', code: 'UNKNOWN_MODEL' }],
      rerated: {
        ...{ after: '2026-10-28T00:00:00.000Z', complete: true, customers: [], providers: [] },
        total: { events: 2, before: '7', after: '8', difference: '1' },
        unrated: [
          { usageType: COMPUTE_USAGE, model: 'm', provider: 'p7', code: 'UNKNOWN_MODEL', events: 1, before: '3' },
        ],
      },
    };
    const { stdout } = await cli.ask([...argv, '--dry-run']);
    for (const said of [
      'not published',
      'refused: PRICES_REMOVED',
      'loses its price: a of m of p7',
      '7 tokens; by this book 8 (1)',
      '1 events of m of p7, 3 tokens',
    ])
      expect(stdout).toContain(said);
    expect((await cli.ask([...argv, '--confirm-removed', '--retroactive', 'a spec'])).code).toBe(0);
    const sent = cli.server.requests.filter(({ method }) => method === 'PUT');
    expect(sent.map(({ query }) => query.get('dryRun'))).toEqual(['true', null]);
    expect(JSON.parse(sent[1]!.body.toString())).toMatchObject({ confirmRemoved: true, retroactive: 'a spec' });
  });
});
