import { CODEC, type LedgerEvent } from '#concepts';
import { readCharge, TYPE, type RecordedEntry } from '#concepts/testing';
import { entryId, shardOf, type EntryPosition } from '#domain';
import { readEvents, sha256, type Position } from '#journal';
import { listEntryLines, readBooks, type LineKey } from '#postgres';
import { ReportingWorld, SHARDS } from '../test-support/reporting-world.js';

const DAY_MS = 86_400_000;

describe('the finance desk', () => {
  let world: ReportingWorld;
  let minted: string;
  let used: Position;

  beforeAll(async () => {
    world = await ReportingWorld.open();
    minted = await world.recordedAt(await world.mint('c0', 100));
    await world.mint('c1', 5);
    // 10 tokens, then 8 of which the balance covers 5.
    used = await world.charge('c0', 'p0', 10_000);
    await world.charge('c1', 'p0', 8_000, { model: 'qwen' });
    await world.transfer('t1', 'c0', 'c2', 20);
    await world.command('c0', { type: 'BurnTokens', holder: 'c0', amount: 10n ** 18n, reason: 'left' });
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  describe('GET /holders/{id}/balance', () => {
    it('shows what a customer can spend and owes', async () => {
      const { status, body } = await world.get('/holders/c0/balance', 'finance');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        holder: 'c0',
        asset: 'AIR',
        asOf: null,
        available: '69',
        held: '0',
        staked: '0',
        unbonding: '0',
        payable: '0',
        withheld: '0',
        receivable: '0',
        uncovered: '0',
      });
      expect((await world.get('/holders/c1/balance', 'finance')).body).toMatchObject({
        available: '0',
        receivable: '3',
      });
    });

    it('shows what a provider earned and what waits for its customers', async () => {
      const { body } = await world.get('/holders/p0/balance', 'operator');
      expect(body).toMatchObject({ payable: '12', uncovered: '2.4', receivable: '0', available: '0' });
    });

    it('answers exactly for the instant of any page, and for the millisecond before it', async () => {
      const usedAt = await world.recordedAt(used);
      const before = new Date(Date.parse(usedAt) - 1).toISOString();
      expect((await world.get(`/holders/c0/balance?asOf=${minted}`)).body.available).toBe('100');
      expect((await world.get(`/holders/c0/balance?asOf=${before}`)).body.available).toBe('100');
      expect((await world.get(`/holders/c0/balance?asOf=${usedAt}`)).body.available).toBe('90');
      expect((await world.get('/holders/c0/balance?asOf=1999-01-01T00:00:00Z')).body.available).toBe('0');
      expect((await world.get('/holders/c0/balance?asOf=0000-01-01T00:00:00Z')).body.available).toBe('0');
      const withZone = usedAt.replace('Z', '%2B00:00');
      expect((await world.get(`/holders/c0/balance?asOf=${withZone}`)).body.available).toBe('90');
    });

    it('refuses a time that is yet to come, one that is none, and a holder that nobody registered', async () => {
      const future = new Date(Date.now() + 60_000).toISOString();
      expect((await world.get(`/holders/c0/balance?asOf=${future}`)).body).toMatchObject({
        status: 400,
        code: 'TIME_IN_FUTURE',
      });
      expect((await world.get('/holders/c0/balance?asOf=yesterday')).body).toMatchObject({ code: 'TIME_INVALID' });
      expect((await world.get('/holders/nobody/balance')).body).toMatchObject({ status: 404, code: 'UNKNOWN_HOLDER' });
      expect((await world.get('/holders/a%3Ab/balance')).body).toMatchObject({
        status: 400,
        code: 'IDENTIFIER_INVALID',
      });
      expect((await world.get('/holders/c0/balance?asof=now')).body).toMatchObject({ code: 'VALIDATION_FAILED' });
    });

    it('waits for the positions it is asked to include', async () => {
      const { shard, height } = await world.mint('c3', 7);
      const answer = world.get(`/holders/c3/balance?position=${shard}:${height}&position=0:1`, 'finance');
      await world.project();
      expect((await answer).body.available).toBe('7');
      expect((await answer).body.position).toContainEqual({ shard, height });
    });

    it('says 503 when the books do not get there, and 400 for a position that is none', async () => {
      const { shard, height } = await world.mint('c3', 1);
      const late = await world.get(`/holders/c0/balance?position=${shard}:${height}`);
      expect(late.body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
      expect(late.headers.get('retry-after')).toBe('1');
      for (const position of ['0', '9:1', 'a:b', '0:-1']) {
        expect((await world.get(`/holders/c0/balance?position=${position}`)).body.code).toBe('VALIDATION_FAILED');
      }
      await world.project();
    }, 15_000);

    it('refuses a position beyond the journal’s end at once: no write was ever told it', async () => {
      const shard = shardOf('c3', SHARDS);
      const { height } = await world.mint('c3', 1);
      await world.project();
      for (const future of [height + 1, 999_999, 10 ** 15 - 1]) {
        const startedAt = performance.now();
        const { body } = await world.get(`/holders/c0/balance?position=${shard}:${future}`);
        expect(body).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ path: 'position' }] });
        // Waiting for it would take five seconds.
        expect(performance.now() - startedAt).toBeLessThan(4_500);
      }
    });

    it('takes a plain date for the whole day, and one that has not ended for the future', async () => {
      const recorded = await world.recordedAt(await world.mint('c2', 5));
      await world.project();
      const day = recorded.slice(0, 10);
      const before = new Date(Date.parse(recorded) - 86_400_000).toISOString().slice(0, 10);
      const at = async (asOf: string) => (await world.get(`/holders/c2/balance?asOf=${asOf}`)).body;
      expect((await at(day)).available).toBe((await at(`${day}T23:59:59.999Z`)).available);
      expect((await at(before)).available).toBe((await at(`${before}T23:59:59.999Z`)).available);
      const today = new Date().toISOString().slice(0, 10);
      for (const path of [
        '/holders/c2/balance',
        '/ledger/supply',
        '/ledger/trial-balance',
        '/ledger/trial-balance/accounts',
      ] as const)
        expect((await world.get(`${path}?asOf=${today}`)).body).toMatchObject({ status: 400, code: 'TIME_IN_FUTURE' });
    });

    it('waits for pages that were recorded before the instant it is asked for', async () => {
      const recorded = await world.recordedAt(await world.mint('c3', 1));
      const answer = world.get(`/holders/c3/balance?asOf=${recorded}`, 'finance');
      await world.project();
      expect((await answer).body.available).toBe('10');
    });
  });

  describe('GET /accounts/{account}/entries', () => {
    it('lists the newest entry first, with signed amounts, balances and both sides', async () => {
      const { body } = await world.get('/accounts/customer:c0:available/entries', 'finance');
      expect(body.items.map(({ type, amount, balanceAfter }: never) => [type, amount, balanceAfter])).toEqual([
        ['Burned', '-1', '69'],
        ['TransferSent', '-20', '70'],
        ['UsageCharged', '-10', '90'],
        ['Minted', '100', '100'],
      ]);
      expect(body.items[3]).toMatchObject({
        actor: 'key:admin',
        source: { kind: 'request', id: 'spec-1' },
        postings: [{ debit: 'issuance', credit: 'customer:c0:available', amount: '100', asset: 'AIR' }],
      });
      expect(body.items[0].shardBalanceAfter).toBe('69');
      expect(body.nextCursor).toBeNull();
    });

    it('shows the balance over all shards for an account that lives in several', async () => {
      const all = (await world.get('/accounts/issuance/entries?postings=false')).body.items;
      let balance = 0n;
      for (const item of [...all].reverse()) {
        balance += toAtto(item.amount);
        expect(toAtto(item.balanceAfter)).toBe(balance);
      }
      expect(new Set(all.map(({ id }: { id: string }) => id.split('-')[0])).size).toBe(SHARDS);
    });

    it('goes on from a cursor without leaving out, repeating or changing anything', async () => {
      const whole = (await world.get('/accounts/issuance/entries?postings=false')).body.items;
      const pieces: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { body } = await world.get(`/accounts/issuance/entries?postings=false&limit=2${next}`);
        pieces.push(...body.items);
        cursor = body.nextCursor;
      }
      expect(pieces).toEqual(whole);
    });

    it('refuses accounts and cursors that are none', async () => {
      expect((await world.get("/accounts/customer:'--:available/entries")).body.code).toBe('IDENTIFIER_INVALID');
      expect((await world.get('/accounts/customer:nobody:available/entries')).body.code).toBe('UNKNOWN_HOLDER');
      expect((await world.get('/accounts/issuance/entries?cursor=W10')).body.code).toBe('CURSOR_INVALID');
      const strange = Buffer.from('["infinity",0,1,0]').toString('base64url');
      expect((await world.get(`/accounts/issuance/entries?cursor=${strange}`)).body.code).toBe('CURSOR_INVALID');
      expect((await world.get('/accounts/issuance/entries?limit=500')).body.code).toBe('VALIDATION_FAILED');
    });

    it.each(['constructor', 'customer:c0', 'custmer:c0:available', 'customer:c0:availible', 'issuance:x', 'transit:x'])(
      'says that there is no account %s: an empty list would say that nothing was booked to it',
      async (account) => {
        const { status, body } = await world.get(`/accounts/${account}/entries`);
        expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
      },
    );
  });

  describe('an account’s and a holder’s entries from any place', () => {
    interface Item {
      readonly id: string;
      readonly type: string;
      readonly recordedAt: string;
      readonly postings: readonly Readonly<Record<string, string | null>>[];
    }
    const LISTS = ['/accounts/issuance/entries', '/holders/c0/entries', '/holders/p0/entries'] as const;
    const ask = async (list: string, query: string) =>
      (await world.call('GET', `${list}?${query}`, 'auditor')).body as {
        readonly items: readonly Item[];
        readonly nextCursor: string | null;
        readonly previousCursor?: string | null;
      };
    const walk = async (list: string, query: string, after?: string): Promise<Item[]> => {
      const items: Item[] = [];
      for (let cursor: string | null | undefined = after; cursor !== null;) {
        const answer = await ask(list, `limit=2&${query}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
        items.push(...answer.items);
        cursor = answer.nextCursor;
      }
      return items;
    };

    it.each(LISTS)('are the same at %s in both orders, in any period and of any type', async (list) => {
      const all = await walk(list, '');
      expect(all.length).toBeGreaterThan(3);
      expect(await walk(list, 'order=oldest')).toEqual(all.toReversed());
      const { recordedAt } = all[2]!;
      expect(await walk(list, `from=${recordedAt}`)).toEqual(all.filter((item) => item.recordedAt >= recordedAt));
      expect(await walk(list, `to=${recordedAt}&order=oldest`)).toEqual(
        all.filter((item) => item.recordedAt < recordedAt).toReversed(),
      );
      for (const type of new Set(all.map((item) => item.type)))
        expect(await walk(list, `type=${type}`)).toEqual(all.filter((item) => item.type === type));
    });

    it.each(LISTS)(
      'begin at %s in the middle where an instant is asked for, and go on in both directions',
      async (list) => {
        const all = await walk(list, '');
        const { recordedAt } = all[3]!;
        const first = all.findIndex((item) => item.recordedAt <= recordedAt);
        const { items, nextCursor, previousCursor } = await ask(list, `around=${recordedAt}&limit=4`);
        expect(items).toEqual(all.slice(Math.max(0, first - 2), first + 2));
        const onwards = nextCursor === null ? [] : await walk(list, '', nextCursor);
        const back = typeof previousCursor !== 'string' ? [] : await walk(list, 'order=oldest', previousCursor);
        expect([...back.toReversed(), ...items, ...onwards]).toEqual(all);
      },
    );

    it('say of each posting what was there before and after it, and hang together', async () => {
      for (const list of ['/holders/c0/entries', '/holders/p0/entries', '/accounts/issuance/entries']) {
        const owned = list.split('/')[2]!;
        const isOf = (account: string) => account === owned || account.split(':')[1] === owned;
        const balances = new Map<string, string>();
        for (const { postings } of await walk(list, 'order=oldest')) {
          for (const { debit, credit, amount, debitBefore, debitAfter, creditBefore, creditAfter } of postings) {
            expect(toAtto(debitBefore!) - toAtto(amount!)).toBe(toAtto(debitAfter!));
            expect(toAtto(creditBefore!) + toAtto(amount!)).toBe(toAtto(creditAfter!));
            for (const [account, before, after] of [
              [debit!, debitBefore!, debitAfter!],
              [credit!, creditBefore!, creditAfter!],
            ] as const) {
              if (isOf(account)) expect([account, before]).toEqual([account, balances.get(account) ?? '0']);
              balances.set(account, after);
            }
          }
        }
        if (owned === 'c0') expect(balances.get('customer:c0:available')).toBe('69');
      }
      const id = `${used.shard}-${used.height}-0`;
      const { postings } = (await world.get(`/entries/${id}/balances`, 'finance')).body;
      expect((await walk('/holders/p0/entries', '')).find((item) => item.id === id)!.postings).toEqual(postings);
    });

    it('are all of a holder’s concepts, with what moves none of its accounts', async () => {
      const types = new Set((await walk('/holders/c0/entries', '')).map(({ type }) => type));
      for (const type of ['PartyRegistered', 'Minted', 'UsageCharged', 'TransferSent', 'Burned'])
        expect([type, types.has(type)]).toEqual([type, true]);
    });

    it('are looked through for a type in steps, however rare it is', async () => {
      const query = { accounts: ['issuance'], order: 'newest', type: 'Minted', limit: 1, lookedThroughMax: 1 } as const;
      const wanted = (await walk('/accounts/issuance/entries', 'type=Minted')).map(({ id }) => id);
      for (const order of ['newest', 'oldest'] as const) {
        const found: string[] = [];
        let after: LineKey | undefined;
        do {
          const { lines, next } = await readBooks(world.pool, (books) =>
            listEntryLines(books, { ...query, order, after }),
          );
          found.push(...lines.map(({ shard, height, index }) => `${shard}-${height}-${index}`));
          after = next;
        } while (after !== undefined);
        expect(found).toEqual(order === 'newest' ? wanted : wanted.toReversed());
      }
    });

    it('refuse what is no type, order or instant', async () => {
      for (const query of ['type=minted', 'type=constructor', 'order=up', 'around=noon', 'from=x'])
        expect([query, (await world.call('GET', `/holders/c0/entries?${query}`, 'auditor')).status]).toEqual([
          query,
          400,
        ]);
      expect((await world.get('/holders/nobody/entries')).body.code).toBe('UNKNOWN_HOLDER');
    });
  });

  it('gives one entry with its postings, meters, versions, page and proof', async () => {
    const id = `${used.shard}-${used.height}-0`;
    const { body } = await world.get(`/entries/${id}`, 'finance');
    expect(body).toMatchObject({
      id,
      type: 'UsageCharged',
      meters: { input_tokens: '10000' },
      versions: { priceBook: 1, splitPolicy: 1 },
      page: { shard: used.shard, height: used.height },
    });
    expect(body.postings.map(({ credit, amount }: never) => [credit, amount])).toEqual([
      ['provider:p0:payable', '8'],
      ['treasury:fees', '1'],
      ['staking:rewards', '0.5'],
      ['issuance', '0.5'],
    ]);
    expect(sha256(body.proof.header)).toBe(body.page.hash);
    expect(body.proof.header.split('\n')[6]).toBe(body.page.bodyDigest);
    const { items } = (await world.get(body.proof.body.replace('/v1', ''))).body;
    expect(sha256(items[0].body)).toBe(body.page.bodyDigest);
    expect(items[0].body.split('\n')[body.proof.line]).toBe(body.proof.event);
    for (const missing of ['0-999-0', '9-1-0', `${used.shard}-${used.height}-99`]) {
      expect((await world.get(`/entries/${missing}`)).body.code).toBe('NOT_FOUND');
    }
    expect((await world.get('/entries/1')).body.code).toBe('IDENTIFIER_INVALID');
  });

  it('balances debits and credits, now and as of any instant, in groups and one by one', async () => {
    for (const query of ['', `asOf=${minted}`, 'asOf=1999-01-01T00:00:00Z']) {
      const { body } = await world.get(`/ledger/trial-balance?${query}`, 'finance');
      expect(body.balanced).toBe(true);
      expect(body.unbalancedShards).toEqual([]);
      for (const { difference } of body.totals) expect(difference).toBe('0');
    }
    const { body } = await world.get(`/ledger/trial-balance?asOf=${minted}`, 'finance');
    expect(body.groups).toEqual([
      { group: 'customer:*:available', asset: 'AIR', accounts: 1, debit: '0', credit: '100', balance: '100' },
      { group: 'issuance', asset: 'AIR', accounts: 1, debit: '100', credit: '0', balance: '-100' },
    ]);
    const misspelt = await world.get('/ledger/trial-balance/accounts?group=customer:*:availible', 'finance');
    expect([misspelt.status, misspelt.body.code]).toEqual([404, 'NOT_FOUND']);
    const detail = await world.get('/ledger/trial-balance/accounts?group=customer:*:receivable&limit=1', 'finance');
    expect(detail.body.items).toEqual([
      { account: 'customer:c1:receivable', asset: 'AIR', debit: '3', credit: '0', balance: '-3' },
    ]);
    expect(detail.body.nextCursor).toBeNull();
    const first = await world.get('/ledger/trial-balance/accounts?limit=3');
    const second = await world.get(`/ledger/trial-balance/accounts?limit=500&cursor=${first.body.nextCursor}`);
    const accounts = [...first.body.items, ...second.body.items].map(({ account }) => account);
    expect(accounts).toEqual([...new Set(accounts)].sort((left, right) => (left < right ? -1 : 1)));
    expect(accounts).toHaveLength((await world.get('/ledger/trial-balance/accounts')).body.items.length);
  });

  it('says of each account what changed since another instant', async () => {
    const at = (await world.get(`/ledger/trial-balance/accounts?asOf=${minted}&limit=500`)).body.items;
    const then = new Map(at.map(({ account, balance }: { account: string; balance: string }) => [account, balance]));
    const { body } = await world.get(`/ledger/trial-balance/accounts?since=${minted}&limit=500`);
    expect(body.since).toBe(minted);
    for (const { account, balance, change } of body.items as { account: string; balance: string; change: string }[])
      expect([account, toAtto(change)]).toEqual([
        account,
        toAtto(balance) - toAtto((then.get(account) as string | undefined) ?? '0'),
      ]);
    const early = await world.get(`/ledger/trial-balance/accounts?since=${minted}&asOf=1999-01-01T00:00:00Z`);
    expect([early.status, early.body.errors[0].path]).toEqual([400, 'since']);
  });

  it('exports a list with the rows that its answers have', async () => {
    const { items } = (await world.get('/accounts/issuance/entries?postings=false&order=oldest')).body;
    const { text } = await world.call(
      'GET',
      '/accounts/issuance/entries?postings=false&order=oldest&export=jsonl&limit=2',
      'finance',
    );
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines.slice(1, -2)).toEqual(items);
    const csv = (await world.call('GET', '/ledger/trial-balance/accounts?export=csv', 'finance')).text.split('\r\n');
    expect(csv).toContain('account,asset,debit,credit,balance,change');
    expect(csv).toContain('# sum of balance,0');
  });

  it('places the whole supply and proves that it is lawful', async () => {
    const { body } = await world.get('/ledger/supply', 'finance');
    // 15 tokens of usage were covered, 5 % of them burned; one token was burned by command.
    expect(body).toMatchObject({
      minted: '120',
      mintedBy: { command: '120', emission: '0' },
      burned: '1.75',
      burnedBy: { command: '1', buyBack: '0', usage: '0.75', slash: '0' },
      supply: '118.25',
      holders: '118.25',
      transit: '0',
      inTransit: '0',
      receivable: '3',
      onChain: [],
      inFlight: '118.25',
      lawful: true,
    });
    expect((await world.get(`/ledger/supply?asOf=${minted}`)).body).toMatchObject({ supply: '100', lawful: true });
  });

  it('reports usage with exact meter totals, by any group and page by page', async () => {
    const { body } = await world.get('/reports/usage?groupBy=customer', 'finance');
    expect(body.totals).toEqual({ events: 2, amount: '18', receivable: '3', meters: { input_tokens: '18000' } });
    expect(body.items).toEqual([
      { key: 'c0', events: 1, amount: '10', receivable: '0', meters: { input_tokens: '10000' } },
      { key: 'c1', events: 1, amount: '8', receivable: '3', meters: { input_tokens: '8000' } },
    ]);
    const first = (await world.get('/reports/usage?groupBy=model&limit=1')).body;
    const second = (await world.get(`/reports/usage?groupBy=model&limit=1&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map(({ key }) => key)).toEqual(['llama', 'qwen']);
    expect(second.nextCursor).toBeNull();
    const day = minted.slice(0, 10);
    const tomorrow = new Date(Date.parse(minted) + 86_400_000).toISOString().slice(0, 10);
    const narrowed = (await world.get('/reports/usage?groupBy=model&customer=c1&provider=p0&model=qwen')).body;
    expect(narrowed.items.map(({ key, amount }: never) => [key, amount])).toEqual([['qwen', '8']]);
    expect([narrowed.totals.amount, narrowed.totals.meters]).toEqual(['8', { input_tokens: '8000' }]);
    expect((await world.get('/reports/usage?model=constructor')).body.items).toEqual([]);
    expect((await world.get(`/reports/usage?from=${tomorrow}`)).body.totals.events).toBe(0);
    expect((await world.get(`/reports/usage?to=${day}T00:00:00Z`)).body.items).toEqual([]);
    expect((await world.get(`/reports/usage?from=${day}&to=${tomorrow}T00:00:00Z`)).body.totals.events).toBe(2);
    expect((await world.get(`/reports/usage?from=${day}T12:00:00Z`)).body.code).toBe('TIME_INVALID');
  });

  it('writes the usage report as a file', async () => {
    const { text, headers } = await world.get('/reports/usage?groupBy=customer&format=csv', 'finance');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toBe('customer,events,amount,receivable,meter_input_tokens\r\nc0,1,10,0,10000\r\nc1,1,8,3,8000\r\n');
  });

  it('reports who got what of covered usage, and what waits', async () => {
    const { body } = await world.get('/reports/split', 'finance');
    expect(body.paid).toEqual({ providers: '12', treasury: '1.5', stakers: '0.75', burned: '0.75', total: '15' });
    expect(body.waiting).toEqual({ providers: '2.4', treasury: '0.3', stakers: '0.15', burned: '0.15', total: '3' });
    const usedAt = await world.recordedAt(used);
    expect((await world.get(`/reports/split?to=${usedAt}`)).body.paid.total).toBe('0');
    const after = new Date(Date.parse(usedAt) + 1).toISOString();
    expect((await world.get(`/reports/split?from=${usedAt}&to=${after}`)).body.paid.total).toBe('10');
  });

  it('refuses a period to a day that has not ended, in every report', async () => {
    const today = new Date().toISOString().slice(0, 10);
    for (const day of [today, '9999-12-31']) {
      for (const path of ['/reports/split', '/reports/usage', '/providers/p0/earnings'] as const) {
        const { status, body } = await world.get(`${path}?to=${day}`);
        expect([path, status, body.code]).toEqual([path, 400, 'TIME_IN_FUTURE']);
      }
      for (const path of ['/reports/large-movements', '/reports/structured-movements'] as const) {
        const { status, body } = await world.get(`${path}?to=${day}`, 'compliance');
        expect([path, status, body.code]).toEqual([path, 400, 'TIME_IN_FUTURE']);
      }
    }
  });

  it('opens to finance, operators and auditors only', async () => {
    for (const path of ['/holders/c0/balance', '/ledger/supply', '/reports/usage', '/entries/0-1-0'] as const) {
      expect((await world.get(path, 'provider')).status).toBe(403);
      expect((await world.get(path, 'compliance')).status).toBe(403);
      expect((await world.get(path, 'nobody')).status).toBe(401);
      expect((await world.get(path, 'admin')).status).toBeLessThan(300);
    }
  });

  it('keeps holders in the shard that their name gives, which the balances above rest on', () => {
    expect(new Set(['c0', 'c1', 'c2', 'c3'].map((holder) => shardOf(holder, SHARDS))).size).toBe(SHARDS);
  });

  it('corrects a day that is over in the day of the correction: 7 stays 7 as of an instant before it, reports of the closed day stay, and the usage’s own day has the new amount', async () => {
    const line = { type: TYPE, model: '*', meters: { input_tokens: { price: '2', per: '1000' } } };
    const book = { effectiveAt: '2090-01-01T00:00:00Z', prices: [line] };
    await world.register({ type: 'PublishPriceBook', version: 7, book });
    // A day of its own, after all that was recorded before.
    world.now += DAY_MS;
    const day = new Date(world.now).toISOString().slice(0, 10);
    await world.project();
    const left = toAtto((await world.get('/holders/c3/balance')).body.available);
    if (left > 0n) await world.command('c3', { type: 'BurnTokens', holder: 'c3', amount: left, reason: 'spec' });
    await world.mint('c3', 10);
    const used = await world.charge('c3', 'p1', 3_000, { id: 'late' });
    const usedAt = await world.recordedAt(used);
    world.now += 2 * DAY_MS;
    await world.project();
    const closed = ['/holders/c3/balance?asOf=', '/ledger/trial-balance?asOf=', '/ledger/supply?asOf='] as const;
    const answers = async () =>
      [
        ...(await Promise.all(closed.map(async (path) => (await world.call('GET', path + usedAt, 'finance')).body))),
        ...(await Promise.all(closed.map(async (path) => (await world.call('GET', path + day, 'finance')).body))),
        (await world.get(`/reports/split?from=${day}&to=${day}`)).body,
        (await world.get(`/reports/split?to=${day}`)).body,
      ].map(({ position: _, ...answer }: Record<string, unknown>) => answer);
    const before = await answers();
    expect(before[0]).toMatchObject({ available: '7', closed: true });

    const shard = world.shardOf('c3');
    const entries = new Map<string, RecordedEntry>();
    for (const page of await world.pagesOf(shard))
      for (const one of readEvents<LedgerEvent>(page, CODEC)) entries.set(entryId(one.position), one);
    const charged = [...entries].find(
      ([, { event }]) => event.type === 'UsageCharged' && event.usage.id === 'late',
    )![0];
    const read = readCharge(world.ledgers[shard]!.state, (id) => entries.get(id)!, charged);
    const asked = { type: 'RerateUsage', ...read, priceBook: 7, reason: 'a wrong price' } as const;
    const { outcome } = await world.commandShard(shard, asked);
    expect(outcome).toMatchObject({ type: 'rerated', result: 'changed' });
    await world.project();

    expect(await answers()).toEqual(before);
    expect((await world.get('/holders/c3/balance')).body.available).toBe('4');
    const { items } = (await world.get(`/reports/usage?from=${day}&to=${day}`)).body;
    expect(items).toMatchObject([{ key: day, events: 1, amount: '6', meters: { input_tokens: '3000' } }]);
    const anew = entryId((outcome as { entry: EntryPosition }).entry);
    const { body } = await world.get(`/entries/${anew}`);
    expect(body).toMatchObject({ event: { corrects: { by: 'rerating', entry: charged } }, versions: { priceBook: 7 } });
    expect(body.recordedAt > `${day}T23:59:59.999Z`).toBe(true);
  });
});

function toAtto(tokens: string): bigint {
  const [whole = '0', fraction = ''] = tokens.replace('-', '').split('.');
  const value = BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, '0'));
  return tokens.startsWith('-') ? -value : value;
}
