import type { Answer } from '../test-support/reporting-world.js';
import { ReportingWorld } from '../test-support/reporting-world.js';

/** The key of the role `customer` is that of c0. */
const KEY = 'customer';

describe('a customer’s own key', () => {
  let world: ReportingWorld;
  /** Entries, by whose they are. */
  const entries: Record<string, string> = {};
  let holds: Record<'c0' | 'c1', string>;

  const idOf = ({ shard, height }: { shard: number; height: number }) => `${shard}-${height}-0`;
  const read = (path: string, role = KEY): Promise<Answer> => world.call('GET', path, role);
  const reserve = async (customer: string) =>
    idOf((await world.command(customer, { type: 'ReserveHold', customer, amount: 10n ** 18n })).position);
  const limit = (customer: string) =>
    world.command(customer, {
      type: 'SetBudget',
      ...{ customer, path: `${customer}/team`, limit: 10n ** 21n, period: 'total', onExceed: 'reject' },
    });

  beforeAll(async () => {
    world = await ReportingWorld.open();
    entries['mint of c0'] = idOf(await world.mint('c0', 500));
    entries['mint of c1'] = idOf(await world.mint('c1', 500));
    entries['charge of c0'] = idOf(await world.charge('c0', 'p0', 3_000));
    entries['charge of c1'] = idOf(await world.charge('c1', 'p0', 5_000));
    await world.transfer('between', 'c0', 'c1', 7);
    holds = { c0: await reserve('c0'), c1: await reserve('c1') };
    for (const customer of ['c0', 'c1']) entries[`budget of ${customer}`] = idOf((await limit(customer)).position);
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('reads what is its own', async () => {
    for (const path of ['balance', 'grants', 'holds', 'budgets', 'receivables'])
      expect([path, (await read(`/holders/c0/${path}`)).status]).toEqual([path, 200]);
    expect((await read('/budgets/c0/team')).body).toMatchObject({ path: 'c0/team' });
    expect((await read(`/holds/${holds.c0}`)).body).toMatchObject({ customer: 'c0' });
    expect((await read('/accounts/customer:c0:available/entries')).body.items.length).toBeGreaterThan(3);
    for (const entry of ['mint of c0', 'charge of c0', 'budget of c0'])
      expect([entry, (await read(`/entries/${entries[entry]}`)).status]).toEqual([entry, 200]);
  });

  it('reads what it used itself, and of nobody else', async () => {
    const { body } = await read('/reports/usage?customer=c0&groupBy=model');
    expect(body.totals.amount).toBe('3');
    expect((await read('/reports/usage?customer=c1')).status).toBe(403);
  });

  it('lists what happened to it without what was done to others, and sees their side of it nowhere', async () => {
    const { items } = (await read('/holders/c0/entries')).body as {
      items: { id: string; postings: { debit: string; credit: string; debitAfter: string | null }[] }[];
    };
    const ids = items.map(({ id }) => id);
    for (const entry of ['mint of c0', 'charge of c0', 'budget of c0']) expect(ids).toContain(entries[entry]);
    for (const entry of ['mint of c1', 'charge of c1', 'budget of c1']) expect(ids).not.toContain(entries[entry]);
    const all = (await read('/holders/c0/entries', 'admin')).body.items as { id: string }[];
    expect(all.length).toBeGreaterThan(items.length);
    for (const { postings } of items)
      for (const { debit, credit, debitAfter } of postings) {
        expect([debit, credit].every((account) => account === 'elsewhere' || account.startsWith('customer:c0:'))).toBe(
          true,
        );
        expect(debitAfter === null).toBe(debit === 'elsewhere');
      }
    expect((await read(`/entries/${entries['charge of c0']}/balances`)).body.postings).toEqual(
      items.find(({ id }) => id === entries['charge of c0'])!.postings,
    );
    expect((await read(`/entries/${entries['charge of c1']}/balances`)).status).toBe(404);
  });

  it.each([
    '/holders/c1/balance',
    '/holders/c1/grants',
    '/holders/c1/holds',
    '/holders/c1/budgets',
    '/holders/c1/receivables',
    '/holders/c1/entries',
    '/holders/nobody/balance',
    '/holders/C0/balance',
    '/holders/c0%20/balance',
    '/budgets/c1/team',
    '/budgets/c1',
    '/budgets/C0/team',
    '/accounts/customer:c1:available/entries',
    '/accounts/customer:C0:available/entries',
    '/accounts/provider:c0:payable/entries',
    '/accounts/provider:p0:payable/entries',
    '/accounts/treasury:fees/entries',
    '/accounts/issuance/entries',
    '/accounts/customer/entries',
  ])('may not read %s, be it there or not', async (path) => {
    const { status, body } = await read(path);
    expect(status === 400 ? body.code : status).toBe(path.includes('%20') ? 'IDENTIFIER_INVALID' : 403);
  });

  it.each(['id', 'customer', 'holder', 'account'])(
    'is not read wrongly by a query that says %s again',
    async (name) => {
      expect((await read(`/holders/c1/balance?${name}=c0`)).body).toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
      });
    },
  );

  it('is told of other customers’ entries and holds what it is told of those that are not there', async () => {
    const withoutIds = ({ status, body: { code, detail } }: Answer, id: string) => [
      status,
      code,
      detail.replaceAll(id, '…'),
    ];
    const nothing = withoutIds(await read('/entries/0-99999-0'), '0-99999-0');
    expect(nothing[0]).toBe(404);
    for (const entry of ['mint of c1', 'charge of c1', 'budget of c1']) {
      const id = entries[entry]!;
      expect([entry, withoutIds(await read(`/entries/${id}`), id)]).toEqual([entry, nothing]);
      expect((await read(`/entries/${id}`, 'finance')).status).toBe(200);
    }
    const noHold = withoutIds(await read('/holds/0-99999-0'), '0-99999-0');
    expect(withoutIds(await read(`/holds/${holds.c1}`), holds.c1)).toEqual(noHold);
    expect((await read(`/holds/${holds.c1}`, 'finance')).status).toBe(200);
    // The registry's entries are nobody's, those of its own key and party too.
    for (let height = 1; height <= 12; height++) expect((await read(`/entries/2-${height}-0`)).status).toBe(404);
  });

  it('sees its own side of an entry: not how a charge was split, nor the event as it stands', async () => {
    const { body } = await read(`/entries/${entries['charge of c0']}`);
    expect(body).toMatchObject({
      postings: [{ debit: 'customer:c0:available', credit: 'elsewhere', amount: '3' }],
      meters: { input_tokens: '3000' },
      ...{ event: null, proof: null },
    });
    expect(JSON.stringify(body)).not.toMatch(/provider:|treasury:|stakers/);
    const { body: whole } = await read(`/entries/${entries['charge of c0']}`, 'finance');
    expect(whole.postings.length).toBeGreaterThan(1);
    const listed = await read('/accounts/customer:c0:available/entries?postings=true');
    expect(listed.text).not.toMatch(/provider:|treasury:|customer:c1/);
  });

  it('gets nothing of others by a cursor of their lists', async () => {
    for (const list of ['grants', 'holds', 'budgets']) {
      await limit('c1');
      const { body } = await read(`/holders/c1/${list}?limit=1`, 'finance');
      const cursor = body.nextCursor as string | null;
      const { status, text } = await read(`/holders/c0/${list}${cursor === null ? '' : `?cursor=${cursor}`}`);
      expect([list, status]).toEqual([list, 200]);
      expect(text).not.toContain('c1');
    }
    const path = (customer: string) => `/accounts/customer:${customer}:available/entries?limit=1`;
    const { nextCursor } = (await read(path('c1'), 'finance')).body;
    const { items } = (await read(`${path('c0')}&cursor=${nextCursor}`)).body;
    for (const { holder, counterparty } of items) expect([holder, counterparty]).toContain('c0');
  });

  it('opens no list over all holders and no other desk', async () => {
    for (const path of [
      '/parties',
      '/payouts',
      '/providers/p0',
      '/providers/p0/earnings',
      '/ledger/trial-balance',
      '/ledger/trial-balance/accounts',
      '/ledger/supply',
      '/reports/usage',
      '/reports/receivables',
      '/reports/split',
      '/reports/large-movements',
      '/journal/pages?shard=0',
      '/journal/shards',
      '/settlements',
      '/breaks',
    ])
      expect([path, (await read(path)).status]).toEqual([path, 403]);
    expect((await world.call('POST', '/ledger/verify', KEY)).status).toBe(403);
  });

  it('that names no customer reads nothing', async () => {
    await world.unbound();
    for (const path of ['/holders/c0/balance', '/holders/undefined/balance', '/accounts/customer:c0:available/entries'])
      expect([path, (await read(path, 'unbound')).status]).toEqual([path, 403]);
    expect((await read(`/entries/${entries['mint of c0']}`, 'unbound')).status).toBe(404);
  });
});
