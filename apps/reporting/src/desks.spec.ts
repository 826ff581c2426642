import { digestHeads, reconciliation } from '#concepts/testing';
import { parseAmount } from '#domain';
import { ReportingWorld } from '../test-support/reporting-world.js';

describe('the desks of providers, compliance and settlement', () => {
  let world: ReportingWorld;
  let beforeSettlement: string;

  beforeAll(async () => {
    world = await ReportingWorld.open();
    await world.mint('c0', 20_000);
    await world.mint('c1', 600);
    await world.charge('c0', 'p0', 10_000);
    await world.charge('c1', 'p0', 5_000);
    await world.charge('c1', 'p1', 5_000);
    await world.charge('c0', 'p2', 1_000);
    beforeSettlement = new Date(world.now).toISOString();
    world.tick();
    await world.settle('b1');
    await world.charge('c0', 'p0', 1_000);
    await world.settle('b2');
    // Four of 300 within an hour, then one more a week later; five of 250 within an hour.
    for (let i = 0; i < 4; i++) await world.transfer(`four-${i}`, 'c0', 'c1', 300);
    world.tick(8 * 86_400_000);
    await world.transfer('four-4', 'c0', 'c1', 300);
    for (let i = 0; i < 5; i++) await world.transfer(`five-${i}`, 'c1', 'c2', 250);
    for (let i = 0; i < 2; i++) await world.mint('c3', 90);
    const since = new Date(Date.now() - 2 * 86_400_000).toISOString();
    const found = { key: 'SUPPLY_MISMATCH total supply', detail: '=they differ', since };
    await world.register({ ...reconciliation('r1', [found]), time: world.tick() });
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('lists payouts with transaction, block and log index', async () => {
    const { body } = await world.get('/payouts?provider=p0', 'finance');
    expect(body.items).toHaveLength(2);
    expect(body.items[1]).toMatchObject({
      batch: 'b1',
      provider: 'p0',
      chainId: 31337,
      wallet: '0x000000000000000000000000000000000a11ce00',
      amount: '12',
      state: 'confirmed',
      txHash: '0xfeed',
      blockNumber: '12',
      blockHash: '0xb10c',
      logIndex: 5,
    });
    expect((await world.get('/payouts?state=cut', 'finance')).body.items).toEqual([]);
    const first = (await world.get('/payouts?limit=2', 'finance')).body;
    const second = (await world.get(`/payouts?limit=2&cursor=${first.nextCursor}`, 'finance')).body;
    const whole = (await world.get('/payouts', 'finance')).body.items;
    expect([...first.items, ...second.items]).toEqual(whole);
    expect(whole).toHaveLength(3);
  });

  it('shows a provider its own data and nobody else’s', async () => {
    const own = await world.get('/payouts', 'provider');
    expect(new Set(own.body.items.map(({ provider }: never) => provider))).toEqual(new Set(['p0']));
    expect((await world.get('/providers/p0/earnings', 'provider')).status).toBe(200);
    expect((await world.get('/providers/p0', 'provider')).status).toBe(200);
    for (const path of ['/payouts?provider=p1', '/providers/p1', '/providers/p1/earnings'] as const) {
      expect((await world.get(path, 'provider')).body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    for (const path of [
      '/payouts/withheld',
      '/parties',
      '/settlements',
      '/breaks',
      '/reports/large-movements',
    ] as const) {
      expect((await world.get(path, 'provider')).status).toBe(403);
    }
  });

  it('accounts for everything that a provider earned', async () => {
    const { body } = await world.get('/providers/p0/earnings', 'finance');
    expect(body).toMatchObject({
      earned: '12.8',
      paid: '12.8',
      payable: '0',
      inTransit: '0',
      uncovered: '0',
      withheld: null,
    });
    const early = await world.get(`/providers/p0/earnings?to=${beforeSettlement}`, 'finance');
    expect(early.body).toMatchObject({ earned: '12', paid: '0' });
    const withheld = (await world.get('/providers/p2/earnings', 'compliance')).body.withheld;
    expect(withheld).toMatchObject({ amount: '0.8', reason: 'kyc_unverified', batch: 'b2' });
    expect((await world.get('/providers/c0/earnings', 'finance')).body.code).toBe('UNKNOWN_PROVIDER');
  });

  it('adds up what a provider earned in a period: what was owed before and what is paid, on its way, withheld or owed', async () => {
    const atto = (text: string): bigint =>
      text.startsWith('-') ? -parseAmount(text.slice(1), 'amount') : parseAmount(text, 'amount');
    const later = new Date(world.now - 8 * 86_400_000).toISOString();
    for (const id of ['p0', 'p1', 'p2']) {
      for (const period of ['', `?to=${beforeSettlement}`, `?from=${beforeSettlement}`, `?from=${later}`]) {
        const { statement } = (
          await world.get(`/providers/${id}/earnings${period}` as '/providers/p0/earnings', 'finance')
        ).body;
        const { opening, earned, ...parts } = statement as Record<string, string>;
        const sum = Object.values(parts).reduce((all, part) => all + atto(part), 0n);
        expect([id, period, sum]).toEqual([id, period, atto(opening!) + atto(earned!)]);
      }
    }
    const { statement } = (await world.get('/providers/p2/earnings', 'finance')).body;
    expect(statement).toEqual({
      ...{ opening: '0', earned: '0.8', paid: '0', payable: '0', inTransit: '0', withheld: '0.8' },
      ...{ uncovered: '0', clawback: '0' },
    });
    const before = (await world.get(`/providers/p0/earnings?to=${beforeSettlement}`, 'finance')).body.statement;
    // Five of c1's tokens were there for the ten that it used: the others are owed.
    expect(before).toMatchObject({ opening: '0', paid: '0', payable: '12' });
  });

  it('lists what a provider earned by day of any zone, by model and by customer, and each comes to the same', async () => {
    const atto = (text: string): bigint => parseAmount(text, 'amount');
    const of = async (query: string) =>
      (await world.get(`/providers/p0/earnings?${query}` as '/providers/p0/earnings?groupBy=day', 'provider')).body;
    const from = new Date(Date.parse(beforeSettlement) - 86_400_000).toISOString();
    for (const zone of ['UTC', 'Asia/Tokyo', 'America/St_Johns']) {
      const { items, statement } = await of(`groupBy=day&from=${from}&zone=${zone}&limit=100`);
      expect(items.length).toBeGreaterThanOrEqual(31);
      const sum = items.reduce((all: bigint, { amount }: { amount: string }) => all + atto(amount), 0n);
      expect([zone, sum]).toEqual([zone, atto(statement.earned)]);
    }
    for (const group of ['model', 'customer']) {
      const { items, statement } = await of(`groupBy=${group}`);
      const sum = items.reduce((all: bigint, { amount }: { amount: string }) => all + atto(amount), 0n);
      expect([group, sum]).toEqual([group, atto(statement.earned)]);
    }
    expect((await of('groupBy=customer')).items).toEqual([
      { key: 'c0', amount: '8.8', events: 2 },
      { key: 'c1', amount: '4', events: 1 },
    ]);
    const first = await of('groupBy=customer&limit=1');
    expect((await of(`groupBy=customer&limit=1&cursor=${first.nextCursor}`)).items[0].key).toBe('c1');
    expect((await of('groupBy=day&zone=Nowhere/City')).errors[0].path).toBe('zone');
    expect((await of(`groupBy=model&from=${beforeSettlement}`)).code).toBe('TIME_INVALID');
  });

  it('shows one payout with its steps, and the very charges that it pays, to the atto', async () => {
    const { items: payouts } = (await world.get('/payouts', 'finance')).body;
    for (const { id, amount } of payouts) {
      const { body } = await world.get(`/payouts/${id}/entries` as '/payouts/b1.p0/entries', 'finance');
      const sum = body.items.reduce(
        (all: bigint, item: { amount: string }) => all + parseAmount(item.amount, 'amount'),
        0n,
      );
      expect([id, sum, body.total, body.count]).toEqual([id, parseAmount(amount, 'amount'), amount, body.items.length]);
    }
    const { body } = await world.get('/payouts/b1.p0/entries', 'provider');
    expect(body.items).toMatchObject(
      body.items[0].customer === 'c0'
        ? [
            { customer: 'c0', amount: '8' },
            { customer: 'c1', amount: '4' },
          ]
        : [{ customer: 'c1' }, { customer: 'c0' }],
    );
    expect(body.items[0].usage[0]).toMatchObject({
      model: expect.any(String),
      meters: { input_tokens: expect.any(String) },
    });
    const first = (await world.get('/payouts/b1.p0/entries?limit=1', 'provider')).body;
    const second = (await world.get(`/payouts/b1.p0/entries?limit=1&cursor=${first.nextCursor}`, 'provider')).body;
    expect([...first.items, ...second.items]).toEqual(body.items);
    expect([second.total, second.nextCursor]).toEqual([null, null]);
    const { entry } = body.items[1];
    expect(
      (await world.get(`/payouts/b1.p0/entries?entry=${entry}` as '/payouts/b1.p0/entries', 'provider')).body.items,
    ).toEqual([body.items[1]]);
    expect(
      (await world.get(`/payouts/b2.p0/entries?entry=${entry}` as '/payouts/b1.p0/entries', 'provider')).body.items,
    ).toEqual([]);

    const one = (await world.get('/payouts/b1.p0', 'provider')).body;
    expect(one).toMatchObject({ id: 'b1.p0', amount: '12', state: 'confirmed', payoutCount: 2, reason: null });
    expect(one.steps.map(({ type }: { type: string }) => type)).toEqual([
      ...['SettlementOpened', 'SettlementPlanned', 'SettlementSigned', 'SettlementConfirmed'],
    ]);
    for (const path of ['/payouts/b1.p1', '/payouts/b1.p1/entries', '/payouts/none.p1'] as const)
      expect((await world.get(path, 'provider')).status).toBe(403);
    expect((await world.get('/payouts/none.p0', 'provider')).body.code).toBe('NOT_FOUND');
  });

  it('says whether the next batch pays a provider, and why not', async () => {
    expect((await world.get('/providers/p2', 'compliance')).body).toMatchObject({
      id: 'p2',
      kyc: { state: 'unverified' },
      wallets: { 31337: '0x000000000000000000000000000000000a11ce02' },
      payouts: [{ chainId: 31337, open: false, reason: 'kyc_unverified' }],
    });
    expect((await world.get('/providers/p0', 'provider')).body.payouts[0]).toMatchObject({ open: true, reason: null });
  });

  it('lists what is withheld with the reason and since when', async () => {
    const { body } = await world.get('/payouts/withheld', 'compliance');
    expect(body.items).toEqual([
      { provider: 'p2', amount: '0.8', reason: 'kyc_unverified', batch: 'b2', since: expect.any(String) },
    ]);
    const opened = (await world.get('/settlements/b1', 'compliance')).body;
    expect(Date.parse(body.items[0].since)).toBeGreaterThanOrEqual(Date.parse(opened.openedAt));
    expect(Date.parse(body.items[0].since)).toBeLessThan(Date.parse(opened.closedAt));
  });

  it('lists every key that was issued, also a revoked one, and nothing that a secret could be found by', async () => {
    await world.register({
      type: 'IssueKey',
      key: 'k-gone',
      role: 'finance',
      hash: 'f'.repeat(64),
      name: 'for a week',
    });
    await world.register({ type: 'RevokeKey', key: 'k-gone' });
    const { text, body } = await world.get('/keys?limit=2', 'auditor');
    expect(body.items).toMatchObject([
      { keyId: 'k-gone', role: 'finance', party: null, name: 'for a week', revokedAt: expect.any(String) },
      { keyId: 'k-customer', role: 'customer', party: 'c0', name: null, revokedAt: null },
    ]);
    const { body: rest } = await world.get(`/keys?cursor=${body.nextCursor}`, 'auditor');
    expect(rest.items.map(({ keyId }: never) => keyId)).toEqual(
      ['provider', 'auditor', 'compliance', 'finance', 'operator'].map((role) => `k-${role}`),
    );
    expect(rest.nextCursor).toBeNull();
    expect(text).not.toMatch(/hash|f{64}/);
    expect((await world.get('/keys', 'compliance')).status).toBe(403);
  });

  it('lists parties by KYC state and role', async () => {
    const { body } = await world.get('/parties?role=provider&kyc=unverified', 'compliance');
    expect(body.items).toMatchObject([{ id: 'p2', roles: ['provider'], country: 'PT', kyc: { state: 'unverified' } }]);
    const first = (await world.get('/parties?limit=4', 'compliance')).body;
    const second = (await world.get(`/parties?limit=4&cursor=${first.nextCursor}`, 'compliance')).body;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['c0', 'c1', 'c2', 'c3', 'p0', 'p1', 'p2']);
    expect((await world.get('/parties?kyc=maybe', 'compliance')).body.code).toBe('VALIDATION_FAILED');
  });

  it('shows who is suspended and since when, also after a rejection, and no more once it is lifted', async () => {
    await world.register({ type: 'RegisterParty', party: 'z0', roles: ['customer'] });
    const become = async (to: string) => {
      await world.register({ type: 'ChangeKyc', party: 'z0', to, reason: 'review' });
      await world.project();
      const { items } = (await world.get('/parties?limit=100', 'compliance')).body;
      return items.find(({ id }: { id: string }) => id === 'z0');
    };
    const first = await become('suspended');
    expect(first).toMatchObject({ kyc: { state: 'suspended' }, suspendedSince: first.kyc.since });
    expect(await become('rejected')).toMatchObject({ suspendedSince: first.kyc.since });
    expect(await become('pending')).toMatchObject({ kyc: { state: 'pending' }, suspendedSince: null });
    const last = await become('offboarded');
    expect(last).toMatchObject({ kyc: { state: 'offboarded' }, suspendedSince: last.kyc.since });
    expect((await world.get('/parties?kyc=unverified&role=provider', 'compliance')).body.items).toMatchObject([
      { id: 'p2', suspendedSince: null },
    ]);
  });

  it('reports movements from a threshold up, each transfer once', async () => {
    const { body } = await world.get('/reports/large-movements', 'compliance');
    expect(body).toMatchObject({ threshold: '10000', items: [{ kind: 'mint', holder: 'c0', amount: '20000' }] });
    const smaller = (await world.get('/reports/large-movements?threshold=300', 'compliance')).body.items;
    expect(smaller.map(({ kind }: never) => kind)).toEqual([...Array(5).fill('transfer_out'), 'mint', 'mint']);
    const withPayouts = (await world.get('/reports/large-movements?threshold=4&limit=500', 'compliance')).body.items;
    expect(withPayouts.filter(({ kind }: never) => kind === 'payout')).toMatchObject([
      { id: expect.stringMatching('b1/p'), counterparty: expect.stringMatching(/^0x/) },
      { id: expect.stringMatching('b1/p') },
    ]);
    const first = (await world.get('/reports/large-movements?threshold=300&limit=4', 'compliance')).body;
    const second = (
      await world.get(`/reports/large-movements?threshold=300&limit=4&cursor=${first.nextCursor}`, 'compliance')
    ).body;
    expect([...first.items, ...second.items]).toEqual(smaller);
    const until = `&to=${beforeSettlement}`;
    expect((await world.get(`/reports/large-movements?threshold=300${until}`, 'compliance')).body.items).toHaveLength(
      2,
    );
    expect((await world.get('/reports/large-movements?threshold=-1', 'compliance')).body.code).toBe('AMOUNT_INVALID');
  });

  it('finds series below a limit that reach it within the window, and only those', async () => {
    const { body } = await world.get('/reports/structured-movements', 'compliance');
    expect(body).toMatchObject({ below: '1000', windowHours: 168, count: 5 });
    expect(body.items).toMatchObject([
      { holder: 'c1', kind: 'transfer_out', count: 5, sum: '1250', largest: '250' },
      { holder: 'c2', kind: 'transfer_in', count: 5, sum: '1250', largest: '250' },
    ]);
    const wider = (await world.get('/reports/structured-movements?windowHours=240', 'compliance')).body.items;
    expect(wider.map(({ holder, kind, count, sum }: never) => [holder, kind, count, sum])).toEqual([
      ['c0', 'transfer_out', 5, '1500'],
      ['c1', 'transfer_in', 5, '1500'],
      ['c1', 'transfer_out', 5, '1250'],
      ['c2', 'transfer_in', 5, '1250'],
    ]);
    const four = (await world.get('/reports/structured-movements?count=4', 'compliance')).body.items;
    expect(four.filter(({ holder }: never) => holder === 'c0')).toMatchObject([{ count: 4, sum: '1200' }]);
    const tooLittle = await world.get('/reports/structured-movements?count=2&below=200', 'compliance');
    expect(tooLittle.body.items.filter(({ holder }: never) => holder === 'c3')).toEqual([]);
    const first = (await world.get('/reports/structured-movements?limit=1', 'compliance')).body;
    const second = (await world.get(`/reports/structured-movements?cursor=${first.nextCursor}`, 'compliance')).body;
    expect([...first.items, ...second.items]).toEqual(body.items);
    const { text } = await world.get('/reports/structured-movements?format=csv', 'compliance');
    expect(text.split('\r\n')).toHaveLength(4);
    expect((await world.get('/reports/structured-movements?count=1', 'compliance')).body.code).toBe(
      'VALIDATION_FAILED',
    );
  });

  it('counts a window that ends in the period though it begins before it', async () => {
    const all = (await world.get('/reports/structured-movements', 'compliance')).body.items;
    const last = all[0].to;
    const { body } = await world.get(`/reports/structured-movements?from=${last}`, 'compliance');
    expect(body.items).toEqual(all);
    expect((await world.get(`/reports/structured-movements?to=${last}`, 'compliance')).body.items).toEqual([]);
  });

  it('tells everything about a batch: payouts, what was withheld, transaction, heads, supply and steps', async () => {
    const { body } = await world.get('/settlements/b1', 'finance');
    expect(body).toMatchObject({
      id: 'b1',
      phase: 'confirmed',
      total: '16',
      supplyMovement: { mint: '20598.95', burn: '0' },
      payoutCount: 2,
      withheldCount: 1,
      txHash: '0xfeed',
      block: { number: '12', hash: '0xb10c' },
      headsDigest: digestHeads(body.heads),
      withheld: [{ provider: 'p2', amount: '0.8', reason: 'kyc_unverified' }],
    });
    expect(body.payouts).toHaveLength(2);
    expect(body.heads.map(({ shard }: never) => shard)).toEqual([0, 1, 2]);
    expect(body.steps.map(({ type }: never) => type)).toEqual([
      'SettlementOpened',
      'SettlementPlanned',
      'SettlementSigned',
      'SettlementConfirmed',
    ]);
    const list = (await world.get('/settlements?limit=1', 'operator')).body;
    expect(list.items).toMatchObject([{ id: 'b2' }]);
    expect((await world.get(`/settlements?cursor=${list.nextCursor}`, 'operator')).body.items).toMatchObject([
      { id: 'b1' },
    ]);
    expect((await world.get('/settlements/b9', 'finance')).body.code).toBe('NOT_FOUND');
  });

  it('keeps the law of supply through payouts and transfers between shards', async () => {
    const { body } = await world.get('/ledger/supply', 'finance');
    expect(body).toMatchObject({ withdrawn: '16.8', transit: '0', inTransit: '0', lawful: true });
    expect(body.onChain).toEqual([{ chainId: 31337, supply: '20598.9', vault: '20582.1', withdrawn: '16.8' }]);
    expect(body.inFlight).toBe('180');
    expect((await world.get('/reports/split', 'finance')).body.paid).toMatchObject({
      providers: '17.6',
      burned: '1.1',
    });
  });

  it('shows reconciliations, and breaks with their age', async () => {
    expect((await world.get('/reconciliations', 'finance')).body.items).toMatchObject([
      { id: 'r1', matched: 2, breakCount: 1, block: { number: '12' } },
    ]);
    expect((await world.get('/reconciliations/r1', 'finance')).body.breaks).toMatchObject([
      { class: 'SUPPLY_MISMATCH' },
    ]);
    expect((await world.get('/reconciliations/r9', 'finance')).body.code).toBe('NOT_FOUND');
    const { items } = (await world.get('/breaks', 'finance')).body;
    expect(items).toMatchObject([{ class: 'SUPPLY_MISMATCH', state: 'open', ageing: '1d_to_7d', closedAt: null }]);
    expect(items[0].ageSeconds).toBeGreaterThanOrEqual(2 * 86_400);
    expect((await world.get('/breaks?state=closed', 'finance')).body.items).toEqual([]);
  });
});
