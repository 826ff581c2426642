import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { accountKind, CODEC, type JournalEvent, customerAvailable, ISSUANCE, type LedgerCommand } from '#concepts';
import { atto, parsePositiveAmount, postingsOf } from '#domain';
import { checkWithBeancount, checkWithHledger, type Check } from '../../test-support/bookkeeping-tools.js';
import { freshCommandLine } from '../../test-support/fresh-command-line.js';
import {
  BooksAuthor,
  burn,
  cover,
  mint,
  send,
  settle,
  steps,
  use,
  type Step,
} from '../../test-support/generated-books.js';
import { readBooks, readCsv, readSigned, sumByAccount } from '../../test-support/read-books.js';
import { beancountAccount, hledgerAccount } from './account-names.js';

/** A day of everything: mint, use beyond the balance, transfer, cover, and a batch that is confirmed. */
const ROAD: readonly Step[] = [
  mint('acme', 10n ** 18n + 1n, 'sale of 1; =1+1|x'),
  use('acme', 'p1', '=cmd', { odd: '333' }),
  use('a.b', 'p-1', 'gateway/eu', { odd: '7', input_tokens: '11' }),
  use('a-b', 'P1', 'gateway/eu', { odd: '0' }),
  send('acme', 'a.b', 10n ** 17n),
  cover('a.b'),
  'sleep',
  settle,
  burn('a.b', 5n),
];

describe('airtime export', () => {
  const cli = freshCommandLine();

  const run = (...argv: string[]) => cli.ask(['export', ...argv]);

  async function exported(format: string, ...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await run('--format', format, ...argv);
    expect([code, stderr.replace(/^beancount calculates.*\n/, '')]).toEqual([0, '']);
    return stdout;
  }

  const events = (until = '9999'): JournalEvent[] =>
    cli.server.pages
      .flat()
      .filter(({ recordedAt }) => recordedAt <= until)
      .flatMap(({ body }) => body.toString('utf8').split('\n').filter(Boolean))
      .map((line) => CODEC.decode(JSON.parse(line)) as JournalEvent);

  /** The ledger's own balances, as its deciders keep them. */
  function ledgerBalances(): Map<string, bigint> {
    const balances = new Map<string, bigint>();
    for (const state of [cli.server.ledger, cli.server.registry]) {
      for (const [account, balance] of state.balances) balances.set(account, (balances.get(account) ?? 0n) + balance);
    }
    return balances;
  }

  function expectBooks(text: string, nameOf: (account: string) => string, balances: ReadonlyMap<string, bigint>): void {
    const { transactions, asserted, declared } = readBooks(text);
    for (const { legs } of transactions) expect(legs.reduce((sum, [, amount]) => sum + amount, 0n)).toBe(0n);
    const expected = new Map([...balances].map(([account, balance]) => [nameOf(account), -balance]));
    expect(sumByAccount(transactions)).toEqual(expected);
    expect(asserted).toEqual(expected);
    expect(declared).toHaveLength(expected.size);
    expect(new Set(declared)).toEqual(new Set(expected.keys()));
  }

  function expectPostings(text: string, balances: ReadonlyMap<string, bigint>): void {
    const sums = new Map<string, bigint>();
    for (const { debit, credit, amount } of readCsv(text)) {
      sums.set(debit!, (sums.get(debit!) ?? 0n) - readSigned(amount!));
      sums.set(credit!, (sums.get(credit!) ?? 0n) + readSigned(amount!));
    }
    expect(sums).toEqual(balances);
  }

  function expectCharges(text: string, charged: bigint): void {
    const used = readCsv(text).filter((row) => row['ChargeCategory'] === 'Usage');
    expect(used.reduce((sum, row) => sum + readSigned(row['PricingCurrencyEffectiveCost']!), 0n)).toBe(charged);
  }

  const chargedIn = (history: readonly JournalEvent[]) =>
    history.reduce(
      (sum, event) =>
        event.type === 'UsageCharged' || event.type === 'HoldCaptured' ? sum + BigInt(event.amount) : sum,
      0n,
    );

  function balancesOf(history: readonly JournalEvent[]): Map<string, bigint> {
    const balances = new Map<string, bigint>();
    for (const { debit, credit, amount } of history.flatMap(postingsOf)) {
      balances.set(debit, (balances.get(debit) ?? 0n) - BigInt(amount));
      balances.set(credit, (balances.get(credit) ?? 0n) + BigInt(amount));
    }
    return balances;
  }

  it('reconciles with the ledger to the atto in every format, whatever happened', async () => {
    await fc.assert(
      fc
        .asyncProperty(steps, async (history) => {
          new BooksAuthor(cli.server).write(history);
          const balances = ledgerBalances();
          expectBooks(await exported('hledger'), hledgerAccount, balances);
          expectBooks(await exported('beancount'), beancountAccount, balances);
          expectPostings(await exported('csv'), balances);
          expectCharges(await exported('focus'), chargedIn(events()));
        })
        .beforeEach(() => cli.renewServer()),
      { numRuns: 30 },
    );
  });

  it('shows the books of a past instant as they were, at every instant that a page was recorded', async () => {
    new BooksAuthor(cli.server).write(ROAD);
    const instants = new Set(cli.server.pages.flat().map(({ recordedAt }) => recordedAt));
    expect(instants.size).toBeGreaterThan(20);
    for (const instant of instants) {
      const past = events(instant);
      expectBooks(await exported('hledger', '--as-of', instant), hledgerAccount, balancesOf(past));
      expectCharges(await exported('focus', '--as-of', instant), chargedIn(past));
    }
    const beforeAll = await exported('csv', '--as-of', '2026-01-01T00:00:00+01:00');
    expect(readCsv(beforeAll)).toEqual([]);
    expectBooks(await exported('hledger', '--as-of', '2026-01-01T00:00:00Z'), hledgerAccount, new Map());
  });

  it.each<[string, Check, RegExp]>([
    ['hledger', checkWithHledger, /(?<=0 AIR = -?)\d+/],
    ['beancount', checkWithBeancount, /(?<=balance \S+ {2}-?)\d+/],
  ])('is proved by %s itself, which finds one changed digit', async (format, check, digits) => {
    await fc.assert(
      fc
        .asyncProperty(steps, async (history) => {
          new BooksAuthor(cli.server).write([...ROAD, ...history]);
          const text = await exported(format);
          const verdict = check(cli.folder.write('books.txt', text));
          if (verdict !== undefined) expect(verdict).toEqual({ passed: true, output: expect.any(String) });
        })
        .beforeEach(() => cli.renewServer()),
      { numRuns: 6 },
    );
    await cli.renewServer();
    new BooksAuthor(cli.server).write(ROAD);
    const text = await exported(format);
    const wrongBalance = check(
      cli.folder.write(
        'books.txt',
        text.replace(digits, (number) => `${BigInt(number) + 1n}`),
      ),
    );
    if (wrongBalance !== undefined) expect(wrongBalance.passed).toBe(false);
    // The amount of the mint, by one atto, on its debit alone.
    const wrongLeg = check(
      cli.folder.write('books.txt', text.replace('1.000000000000000001 AIR', '1.000000000000000002 AIR')),
    );
    if (wrongLeg !== undefined) expect(wrongLeg.passed).toBe(false);
  });

  it('knows the accounts of grants and holds, and so do hledger and beancount', async () => {
    const terms = {
      holder: 'a-b',
      amount: atto(3n),
      priority: 1,
      reason: 'welcome',
      expiresAt: '2099-01-01T00:00:00Z',
    };
    new BooksAuthor(cli.server).write([]);
    const decide = (command: object) => {
      const provenance = { actor: 'key:admin', origin: 'request:test' };
      cli.server.decide({ time: '2026-06-01T12:00:00Z', provenance, ...command } as LedgerCommand);
      return `0-${cli.server.pages[0]!.length}-0`;
    };
    for (const kind of ['purchased', 'promotional', 'earned']) {
      decide({ type: 'ExpireGrant', grant: decide({ type: 'IssueGrant', kind, ...terms }) });
    }
    decide({ type: 'IssueGrant', kind: 'earned', ...terms, effectiveAt: '2098-01-01T00:00:00Z' });
    decide({ type: 'IssueGrant', kind: 'earned', ...terms });
    decide({ type: 'ReserveHold', customer: 'a-b', amount: atto(2n) });
    const balances = ledgerBalances();
    const kinds = new Set([...balances.keys()].map(accountKind));
    const those = ['customerPending', 'customerHeld', 'breakagePurchased', 'breakagePromotional', 'breakageEarned'];
    expect([...kinds]).toEqual(expect.arrayContaining(those));
    for (const [format, nameOf, check] of [
      ['hledger', hledgerAccount, checkWithHledger],
      ['beancount', beancountAccount, checkWithBeancount],
    ] as const) {
      const text = await exported(format);
      expectBooks(text, nameOf, balances);
      const verdict = check(cli.folder.write('books.txt', text));
      if (verdict !== undefined) expect(verdict).toEqual({ passed: true, output: expect.any(String) });
    }
  });

  it('says by how much beancount may round where amounts have more digits than it calculates with', async () => {
    const author = new BooksAuthor(cli.server);
    author.write([1n, 3n, 5n].map((odd) => mint('acme', 10n ** 32n + odd, 'much')));
    const { code, stdout, stderr } = await run('--format', 'beancount');
    expect(code).toBe(0);
    expect(stderr).toContain('beancount calculates with 28 digits; 2 accounts moved more than fits');
    expect(stdout).toContain('-300000000000000.000000000000000009 ~ 0.000000000000300000 AIR');
    const verdict = checkWithBeancount(cli.folder.write('books.txt', stdout));
    if (verdict !== undefined) expect(verdict.passed).toBe(true);
    const hledger = checkWithHledger(cli.folder.write('books.journal', await exported('hledger')));
    if (hledger !== undefined) expect(hledger.passed).toBe(true);
  });

  it('keeps free text on its line and within its place', async () => {
    new BooksAuthor(cli.server).write([mint('acme', 1n, 'a;b|c\r\n2026-01-01 * "x" \\ \u2028 y')]);
    const [hledger] = readBooks(await exported('hledger')).transactions;
    expect(hledger!.heading).toBe('(0-1-0) Minted a,b/c 2026-01-01 * "x" \\   y');
    const [beancount] = readBooks(await exported('beancount')).transactions;
    expect(beancount!.heading).toBe('"Minted" "a;b|c 2026-01-01 * \\"x\\" \\\\   y" ^0-1-0');
  });

  it('writes one CSV row per posting with the entry it belongs to, and no cell that a spreadsheet would run', async () => {
    new BooksAuthor(cli.server).write(ROAD);
    const text = await exported('csv');
    const rows = readCsv(text);
    expect(rows).toHaveLength(events().flatMap(postingsOf).length);
    const [charge] = rows.filter(({ type }) => type === 'UsageCharged');
    expect(charge).toMatchObject({
      ...{ entry: '0-2-0', shard: '0', height: '2', index: '0', debit: 'customer:acme:available' },
      ...{ credit: 'provider:p1:payable', amount: '0.000000000000000267', asset: 'AIR', actor: 'key:admin' },
      ...{ origin: 'request:test', usageSource: "'=cmd", usageId: "'=r;0", customer: 'acme', provider: 'p1' },
      ...{ model: 'm/1', priceBook: '1', splitPolicy: '1', time: '2026-06-01T12:00:00.5+02:00' },
    });
    expect(charge!['recordedAt']).toMatch(/^2026-06-01T22:00:00\.\d{3}Z$/);
    expect(text).not.toMatch(/(^|,|\n)"?[=+@-](?!\d+(\.\d+)?(,|\r))/);
  });

  describe('what it includes', () => {
    it('is what the journal held when it began, also when shards grow meanwhile', async () => {
      new BooksAuthor(cli.server).write(ROAD);
      const balances = ledgerBalances();
      cli.server.disturb = ({ path }) => {
        if (path === '/v1/journal/pages') mintTo('acme', '1');
        return undefined;
      };
      expectPostings(await exported('csv'), balances);
      expect(ledgerBalances()).not.toEqual(balances);
    });

    it('names the heads in the file and in the summary', async () => {
      new BooksAuthor(cli.server).write(ROAD);
      const { code, stdout } = await run('--format', 'hledger', '--out', 'books.journal', '--json');
      expect(code).toBe(0);
      const heads = cli.server.pages.map((pages, shard) => ({ shard, height: pages.length, hash: pages.at(-1)!.hash }));
      const text = readFileSync(join(cli.folder.path, 'books.journal'), 'utf8');
      expect(JSON.parse(stdout)).toEqual({
        ...{ command: 'export', ok: true, format: 'hledger', file: 'books.journal', asOf: null, heads },
        ...{ pages: cli.server.pages.flat().length, entries: events().length },
        records: readBooks(text).transactions.length,
      });
      for (const { shard, height, hash } of heads)
        expect(text).toContain(`; shard ${shard}: pages 1 to ${height}, hash of the last ${hash}\n`);
    });

    it.each(['hledger', 'beancount', 'csv', 'focus'])(
      'gives the same %s bytes for the same instant again',
      async (format) => {
        const author = new BooksAuthor(cli.server);
        author.write(ROAD);
        const first = await exported(format, '--as-of', '2026-06-03T12:00:00Z');
        author.sleep();
        mintTo('acme', '1');
        expect(await exported(format, '--as-of', '2026-06-03T12:00:00.000999Z')).toBe(first);
      },
    );
  });

  describe('refuses', () => {
    it.each([
      [['--format', 'csv', '--json'], 'give --out FILE together with --json'],
      [['--format', 'csv', '--as-of', '9999-01-01T00:00:00Z'], 'a time that is yet to come. [--as-of]'],
      [['--format', 'csv', '--as-of', 'yesterday'], 'Write the time as RFC 3339'],
      [['--format', 'xlsx'], 'Allowed choices are hledger, beancount, csv, focus'],
      [[], "required option '--format <format>' not specified"],
    ])('%j', async (argv, message) => {
      const { code, stderr } = await run(...argv);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    });

    it.each([
      ['an event of a later schema', '["Minted/2"]\n', 'it is of the type Minted/2; update Airtime'],
      ['a body that is not what its page says', '["X"]\n["X"]\n', 'holds 2 events, not 1'],
      ['an event that is none', '7\n', 'it is no array'],
      ['an amount that is none', '["Minted","t","a","o","h","1","r",[[0,1,"-1"]]]\n', 'moves -1 AIR'],
      ['a shard that ends early', undefined, 'shard 0 ends at page 0, and the service said 1'],
    ])('%s, and leaves no file behind', async (_, body, message) => {
      const page = { shard: 0, height: 1, recordedAt: '2026-01-01T00:00:00.000Z', count: 1, hash: 'h', body };
      cli.server.answers.set('GET /v1/journal/shards', { items: [{ shard: 0, height: 1 }], nextCursor: null });
      cli.server.answers.set('GET /v1/journal/pages', { items: body === undefined ? [] : [page], nextCursor: null });
      const { code, stderr } = await run('--format', 'csv', '--out', 'books.csv');
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      for (const name of ['books.csv', 'books.csv.partial'])
        expect(existsSync(join(cli.folder.path, name))).toBe(false);
    });
  });

  function mintTo(holder: string, amount: string): void {
    const before = cli.server.ledger.balance(ISSUANCE);
    cli.server.decide({
      ...{ type: 'MintTokens', holder, amount: parsePositiveAmount(amount), reason: 'later' },
      ...{ time: '2026-06-02T00:00:00Z', provenance: { actor: 'key:admin', origin: 'request:test' } },
    });
    expect(cli.server.ledger.balance(ISSUANCE)).toBeLessThan(before);
    expect(cli.server.available(holder)).toBe(cli.server.ledger.balance(customerAvailable(holder)));
  }
});
