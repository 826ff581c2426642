import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { CODEC, type Charge, type JournalEvent } from '#concepts';
import { formatAmount } from '#domain';
import { freshCommandLine } from '../../test-support/fresh-command-line.js';
import { BooksAuthor, mint, steps, use } from '../../test-support/generated-books.js';

const EVER = ['--from', '2000-01-01', '--to', '2100-01-01'];

interface Sum {
  events: number;
  before: string;
  after: string;
  difference: string;
}

interface Answer {
  readonly total: Sum;
  readonly customers: readonly (Sum & { readonly customer: string })[];
  readonly providers: readonly (Sum & { readonly provider: string })[];
  readonly unrated: readonly object[];
}

/** Of a decimal, in units of 10^-18. */
function atto(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}

describe('airtime simulate', () => {
  const cli = freshCommandLine();

  async function simulated(...options: string[]): Promise<Answer> {
    const { code, stdout, stderr } = await cli.ask(['simulate', '--json', ...EVER, ...options]);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as Answer;
  }

  /** The charges that stand, by looking at all that happened. */
  function standing(): Charge[] {
    const charges = new Map<string, Charge>();
    const reversed = new Set<string>();
    for (const { shard, height, body } of cli.server.pages.flat()) {
      const lines = body.toString('utf8').split('\n').filter(Boolean);
      for (const [index, line] of lines.entries()) {
        const event = CODEC.decode(JSON.parse(line)) as JournalEvent;
        if (event.type === 'UsageCharged') charges.set(`${shard}-${height}-${index}`, event);
        if (event.type !== 'EntryReversed' && event.type !== 'EntryRestored') continue;
        const first = event.original.restores?.entry ?? event.original.entry;
        if (event.type === 'EntryReversed') reversed.add(first);
        else reversed.delete(first);
      }
    }
    return [...charges].filter(([entry]) => !reversed.has(entry)).map(([, charge]) => charge);
  }

  const folder = () => cli.folder.path;

  function file(name: string, body: object): string {
    writeFileSync(join(folder(), name), JSON.stringify(body));
    return name;
  }

  /** A book with one price for whatever was measured: 3 tokens for 7 units. */
  function flatBook(charges: readonly Charge[]): string {
    const types = [...new Set(charges.map(({ usageType }) => usageType))];
    const names = [...new Set(charges.flatMap(({ meters }) => Object.keys(meters)))];
    const meters = Object.fromEntries(names.map((name) => [name, { price: '3', per: '7' }]));
    const prices = types.map((type) => ({ type, model: '*', meters }));
    return file('book.json', { effectiveAt: '2020-01-01T00:00:00Z', prices });
  }

  it('finds no difference for anybody by the recorded versions, whatever happened', async () => {
    await fc.assert(
      fc
        .asyncProperty(steps, async (history) => {
          new BooksAuthor(cli.server).write(history);
          const charges = standing();
          const { total, customers, providers, unrated } = await simulated();
          for (const { difference } of [total, ...customers, ...providers]) expect(difference).toBe('0');
          expect(total.before).toBe(formatAmount(charges.reduce((sum, { amount }) => sum + BigInt(amount), 0n)));
          expect([total.events, unrated]).toEqual([charges.length, []]);
        })
        .beforeEach(() => cli.renewServer()),
      { numRuns: 20 },
    );
  });

  it('comes to what a naive recount by another book and split comes to, by customer and provider', async () => {
    let rated = 0;
    await fc.assert(
      fc
        .asyncProperty(steps, async (history) => {
          new BooksAuthor(cli.server).write(history);
          const charges = standing();
          fc.pre(charges.length > 0);
          const all = { provider: 10_000, treasury: 0, stakers: 0, burn: 0 };
          const split = file('split.json', { effectiveAt: '2020-01-01T00:00:00Z', ...all });
          const answer = await simulated('--price-book', flatBook(charges), '--split', split);
          const after = new Map<string, bigint>();
          for (const { customer, provider, meters } of charges) {
            for (const quantity of Object.values(meters)) {
              const line = (atto(quantity) * 3n) / 7n;
              for (const name of [`c ${customer}`, `p ${provider}`]) after.set(name, (after.get(name) ?? 0n) + line);
            }
          }
          const found = [
            ...answer.customers.map((one) => [`c ${one.customer}`, atto(one.after)] as const),
            ...answer.providers.map((one) => [`p ${one.provider}`, atto(one.after)] as const),
          ];
          expect(new Map(found)).toEqual(new Map([...found.map(([name]) => [name, 0n] as const), ...after]));
          rated += charges.length;
        })
        .beforeEach(() => cli.renewServer()),
      { numRuns: 20 },
    );
    expect(rated).toBeGreaterThan(20);
  });

  describe('of two charges', () => {
    beforeEach(() => {
      new BooksAuthor(cli.server).write([
        mint('acme', 10n ** 20n, 'sale'),
        use('acme', 'p1', 's', { odd: '2' }, { time: '2026-06-01T10:00:00Z' }),
        use('a.b', 'p1', 's', { odd: '3' }, { time: '2026-06-02T00:00:00Z' }),
      ]);
    });

    it('takes those whose own time lies in the span: a last day whole, an instant excluded', async () => {
      const events = async (from: string, to: string) => {
        const { stdout } = await cli.ask(['simulate', '--json', '--from', from, '--to', to]);
        return (JSON.parse(stdout) as Answer).total.events;
      };
      expect(await events('2026-06-01', '2026-06-01')).toBe(1);
      expect(await events('2026-06-01', '2026-06-02')).toBe(2);
      expect(await events('2026-06-01T10:00:00Z', '2026-06-02T00:00:00Z')).toBe(1);
      expect(await events('2026-06-01T10:00:00.001Z', '2026-06-02T00:00:00.001Z')).toBe(1);
    });

    it('takes the usage of one customer, when it is asked to', async () => {
      const { customers, total } = await simulated('--customer', 'a.b');
      expect([customers.map(({ customer }) => customer), total.events]).toEqual([['a.b'], 1]);
    });

    it('prints what changes as tables, and writes nothing', async () => {
      const pages = cli.server.pages.flat().length;
      const { stdout } = await cli.ask(['simulate', ...EVER, '--price-book', flatBook(standing())]);
      expect(stdout).toMatch(/price book +book\.json[^]*split policy +as recorded/);
      expect(stdout).toMatch(/customers pay:[^]*a\.b[^]*acme[^]*total +2 [^]*providers have of it:\n[^]*p1/);
      expect(cli.server.requests.map(({ method }) => method)).not.toContain('POST');
      expect(cli.server.pages.flat()).toHaveLength(pages);
    });

    it('names usage that the other book has no price for, and ends with 1', async () => {
      const book = { effectiveAt: '2020-01-01T00:00:00Z', prices: [{ type: 'other', model: '*', meters: {} }] };
      const priced = { ...book, prices: [{ ...book.prices[0]!, meters: { x: { price: '1', per: '1' } } }] };
      const { code, stdout } = await cli.ask(['simulate', ...EVER, '--price-book', file('b.json', priced)]);
      expect([code, stdout]).toEqual([1, expect.stringMatching(/not rated, in no sum above:\n[^]*UNKNOWN_USAGE_TYPE/)]);
    });

    it('refuses a version that is not published, a file that is none, and a span that ends before it begins', async () => {
      file('list.json', { prices: 7 });
      writeFileSync(join(folder(), 'text.json'), '{');
      for (const [options, why] of [
        [[...EVER, '--price-book', '77'], /no price book 77 is published/],
        [[...EVER, '--price-book', 'nowhere.json'], /nowhere\.json is no number of a price book.*ENOENT/],
        [[...EVER, '--price-book', 'list.json'], /list\.json holds no price book as PUT takes it/],
        [[...EVER, '--split', 'text.json'], /text\.json holds no split policy/],
        [[...EVER, '--rate', '5'], /no rate 5 is published/],
        [['--from', '2026-06-02', '--to', '2026-06-01'], /--from must lie before --to/],
      ] as const) {
        const { code, stderr } = await cli.ask(['simulate', ...options]);
        expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
      }
    });
  });
});
