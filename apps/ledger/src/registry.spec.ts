import { jest } from '@jest/globals';
import { Sequencers } from '#wiring';
import { CALL_PRICES } from '#concepts/testing';
import { callEvent } from '#testing';
import { LedgerWorld, setUp, SPLIT, CUSTOMERS, type LedgerService } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

const WALLET = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
let world: LedgerWorld;
let databaseUrl: string;
let ledger: LedgerService;

beforeAll(async () => {
  world = await LedgerWorld.start();
  ({ databaseUrl, ledger } = await world.newLedger());
});

afterAll(() => world.stop());

async function issueKey(role: string, provider?: string): Promise<{ key: string; keyId: string }> {
  const { status, body } = await ledger.post('/keys', { role, ...(provider === undefined ? {} : { provider }) });
  expect(status).toBe(201);
  return body;
}

const { effectiveAt: _, ...SHARES } = SPLIT;

describe('a command of the registry', () => {
  it('tells its page to what goes on behind it, as rounds do behind the command that opens one', async () => {
    const told: number[] = [];
    const sequencers = ledger.app.get(Sequencers);
    sequencers.onPage((shard) => void told.push(shard));
    await ledger.post('/parties', { id: 'newcomer', roles: ['customer'] });
    expect(told).toContain(sequencers.registry.shard);
  });
});

/** From a time that is over, in which another book is in force. */
const RETROACTIVE = { ...CALL_PRICES, retroactive: 'a spec' };

describe('price books and split policies', () => {
  it('never change once published', async () => {
    const later = '2021-01-01T00:00:00Z';
    const book = await ledger.send('PUT', '/price-books/1', { ...CALL_PRICES, effectiveAt: later });
    expect(book.body.code).toBe('VERSION_EXISTS');
    const policy = await ledger.send('PUT', '/policies/split/1', { ...SPLIT, effectiveAt: later });
    expect(policy.body.code).toBe('VERSION_EXISTS');
  });

  it('may be put again unchanged: the answer is the first entry', async () => {
    for (const [path, content] of [
      ['/price-books/1', CALL_PRICES],
      ['/policies/split/1', SPLIT],
    ] as const) {
      const first = await ledger.send('PUT', path, content);
      expect(first.status).toBe(200);
      expect((await ledger.send('PUT', path, content)).body).toEqual(first.body);
    }
  });

  it('are repeated with their first answer under one Idempotency-Key', async () => {
    const put = () => ledger.send('PUT', '/price-books/2', RETROACTIVE, { idempotencyKey: 'book-2' });
    expect((await put()).body).toEqual((await put()).body);
  });

  it('share usage of a type by its own shares, and give them back as they are', async () => {
    const types = ['ai.data.usage', 'ai.validation.reward'].map((type) => ({ type, ...SHARES }));
    const policy = { ...SPLIT, effectiveAt: '2020-02-01T00:00:00.000Z', types };
    expect((await ledger.send('PUT', '/policies/split/2', policy)).status).toBe(200);
    expect((await ledger.send('PUT', '/policies/split/2', policy)).status).toBe(200);
    const [newest] = (await ledger.send('GET', '/policies/split')).body.items;
    expect(newest).toEqual({ version: 2, ...policy });
  });

  it('are refused with the offending path', async () => {
    for (const [path, body, code] of [
      ['/price-books/0', CALL_PRICES, 'VALIDATION_FAILED'],
      ['/price-books/1e3', CALL_PRICES, 'VALIDATION_FAILED'],
      ['/price-books/9', { ...CALL_PRICES, prices: [] }, 'VALIDATION_FAILED'],
      [
        '/price-books/9',
        { ...CALL_PRICES, prices: [{ ...CALL_PRICES.prices[0], meters: { calls: 1 } }] },
        'PRICE_BOOK_INVALID',
      ],
      ['/policies/split/9', { ...SPLIT, burn: 999 }, 'SPLIT_POLICY_INVALID'],
      ['/policies/split/9', { ...SPLIT, burn: 0.5 }, 'VALIDATION_FAILED'],
      ['/policies/split/9', { ...SPLIT, types: [{ ...SHARES, type: '' }] }, 'VALIDATION_FAILED'],
      ['/policies/split/9', { ...SPLIT, types: [{ ...SHARES, type: 't', burn: 1 }] }, 'SPLIT_POLICY_INVALID'],
    ] as const) {
      const answer = await ledger.send('PUT', path, body);
      expect([path, answer.status, answer.body.code]).toEqual([path, 400, code]);
      expect(answer.body.errors.length).toBeGreaterThan(0);
    }
  });

  it('are listed newest first, page by page, by a cursor that only the list itself makes', async () => {
    await ledger.send('PUT', '/price-books/3', RETROACTIVE);
    const first = await ledger.send('GET', '/price-books?limit=2');
    expect(first.body.items.map(({ version }: { version: number }) => version)).toEqual([3, 2]);
    const next = await ledger.send('GET', `/price-books?limit=2&cursor=${first.body.nextCursor}`);
    expect(next.body.items.map(({ version }: { version: number }) => version)).toEqual([1]);
    expect(next.body.nextCursor).toBeNull();
    expect((await ledger.send('GET', '/price-books?cursor=7')).body.code).toBe('CURSOR_INVALID');
  });
});

describe('the forms of prices, and of rates of the token', () => {
  it('R11: take tiers, modes, months, sums, included units, a minimum, hours and a region, and give them back as they are', async () => {
    const input = { price: '3', per: '1000000', currency: 'usd', mode: 'volume', of: ['input_tokens', 'cached'] };
    const output = { price: '1', per: '3', currency: 'token', mode: 'graduated', over: 'month', included: '1000' };
    const line = {
      ...{ type: 'ai.compute.usage', model: 'm-*', provider: 'p7', region: 'eu-west-1', minimum: '0.01' },
      hours: { from: '22:00', to: '06:00' },
      meters: {
        input_tokens: { ...input, tiers: [{ above: '200000', price: '6' }] },
        output_tokens: { ...output, tiers: [{ above: '1000000', price: '0.5' }] },
      },
    };
    const rate = { effectiveAt: '2041-01-01T00:00:00Z', usdPerToken: '0.02' };
    expect((await ledger.send('PUT', '/rates/1', rate)).status).toBe(200);
    const book = { effectiveAt: '2041-01-01T00:00:00Z', prices: [line], confirmRemoved: true };
    expect((await ledger.send('PUT', '/price-books/50', book)).status).toBe(200);
    expect((await ledger.send('GET', '/price-books/50')).body.prices).toEqual([line]);
    expect((await ledger.send('GET', '/rates')).body.items).toEqual([{ version: 1, ...rate }]);
  });
});

describe('a price book that extends another', () => {
  it('has its lines too, and differs in what was changed', async () => {
    const [line] = CALL_PRICES.prices;
    const before = {
      ...{ effectiveAt: '2040-01-01T00:00:00Z', confirmRemoved: true },
      prices: [
        { ...line!, model: 'gone' },
        { ...line!, model: 'kept' },
      ],
    };
    await ledger.send('PUT', '/price-books/60', before);
    const prices = [{ ...line!, model: 'new' }];
    const remove = [{ type: line!.type, model: 'gone' }];
    const body = { effectiveAt: '2040-02-01T00:00:00Z', extends: 60, prices, remove, confirmRemoved: true };
    expect((await ledger.send('PUT', '/price-books/61', body)).status).toBe(200);
    const models = (lines: { model: string }[]) => lines.map(({ model }) => model);
    expect(models((await ledger.send('GET', '/price-books/61')).body.prices)).toEqual(['kept', 'new']);
    const { status, body: difference } = await ledger.send('GET', '/price-books/61/difference?from=60');
    expect([status, difference.from, difference.to]).toEqual([200, 60, 61]);
    expect([models(difference.added), models(difference.removed), difference.changed]).toEqual([['new'], ['gone'], []]);
    expect((await ledger.send('GET', '/price-books/62')).body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await ledger.send('GET', '/price-books/61/difference?from=62')).status).toBe(404);
    expect((await ledger.send('PUT', '/price-books/63', { ...body, extends: 62 })).body).toMatchObject({
      ...{ status: 400, code: 'PRICE_BOOK_INVALID', errors: [{ path: 'extends' }] },
    });
  });
});

describe('price books, for a provider’s key', () => {
  it('show the lines that may price its own usage, and no other provider’s', async () => {
    const line = { ...CALL_PRICES.prices[0]!, model: 'priced-by-provider' };
    const prices = ['p7', 'p70', 'p8', 'p*', 'q*'].map((provider) => ({ ...line, provider }));
    await ledger.send('PUT', '/price-books/70', { ...RETROACTIVE, prices: [...CALL_PRICES.prices, ...prices] });
    const providersSeenBy = async (key?: string) => {
      const { body } = await ledger.send('GET', '/price-books?limit=1', undefined, key === undefined ? {} : { key });
      return new Set(body.items[0].prices.map(({ provider }: { provider: string }) => provider));
    };
    expect(await providersSeenBy()).toEqual(new Set(['*', 'p7', 'p70', 'p8', 'p*', 'q*']));
    expect(await providersSeenBy((await issueKey('finance')).key)).toContain('p8');
    expect(await providersSeenBy((await issueKey('provider', 'p7')).key)).toEqual(new Set(['*', 'p7', 'p*']));
  });
});

describe('parties', () => {
  it('begin unverified, move through the states of KYC and keep a wallet for each chain', async () => {
    const party = { id: 'p-new', roles: ['provider', 'customer'], reference: 'crm-1', country: 'DE' };
    expect((await ledger.post('/parties', party)).status).toBe(201);
    expect((await ledger.post('/parties', party)).body.code).toBe('PARTY_EXISTS');
    const read = async () => (await ledger.send('GET', '/parties/p-new')).body;
    expect(await read()).toMatchObject({ ...party, kyc: { state: 'unverified' }, wallets: {} });
    expect((await ledger.post('/parties/p-new/kyc', { state: 'verified', reason: 'seen' })).status).toBe(200);
    expect((await ledger.post('/parties/p-new/kyc', { state: 'pending', reason: 'r' })).body.code).toBe(
      'KYC_TRANSITION_INVALID',
    );
    expect((await ledger.post('/parties/p-new/wallets', { chainId: 31337, wallet: WALLET })).status).toBe(200);
    expect(await read()).toMatchObject({ kyc: { state: 'verified', reason: 'seen' }, wallets: { 31337: WALLET } });
  });

  it('share no wallet, and none is taken that is mistyped or nobody’s', async () => {
    const set = async (wallet: string, chainId: unknown = 31337) =>
      (await ledger.post('/parties/p7/wallets', { chainId, wallet })).body.code;
    expect(await set(WALLET)).toBe('WALLET_INVALID');
    expect(await set(WALLET.replace('9C', '9c'))).toBe('WALLET_INVALID');
    expect(await set(`0x${'0'.repeat(40)}`)).toBe('WALLET_INVALID');
    expect(await set(WALLET, 1e300)).toBe('VALIDATION_FAILED');
    expect(await set(WALLET, '1')).toBe('VALIDATION_FAILED');
  });
});

describe('keys', () => {
  it('open what their role allows and nothing else', async () => {
    const operator = await issueKey('operator');
    expect((await ledger.post('/usage', callEvent('by-key', CUSTOMERS[0]!), { key: operator.key })).status).toBe(200);
    expect((await ledger.post('/keys', { role: 'admin' }, { key: operator.key })).status).toBe(403);
    const provider = await issueKey('provider', 'p7');
    expect((await ledger.send('GET', '/parties/p7', undefined, { key: provider.key })).status).toBe(200);
    expect((await ledger.send('GET', `/parties/${CUSTOMERS[0]!}`, undefined, { key: provider.key })).status).toBe(403);
    expect((await ledger.post('/keys', { role: 'provider' })).status).toBe(400);
    expect((await ledger.post('/keys', { role: 'finance', provider: 'p7' })).status).toBe(400);
    for (const body of [
      { role: 'customer' },
      { role: 'provider', customer: CUSTOMERS[0]! },
      { role: 'customer', provider: CUSTOMERS[0]! },
      { role: 'customer', customer: CUSTOMERS[0]!, provider: 'p7' },
      { role: 'admin', customer: CUSTOMERS[0]! },
    ])
      expect((await ledger.post('/keys', body)).body).toMatchObject({ status: 400, code: 'IDENTIFIER_INVALID' });
  });

  it('of a customer ask for its own quotes and nobody else’s, and write nothing', async () => {
    const [own, other] = CUSTOMERS as [string, string];
    const { key } = (await ledger.post('/keys', { role: 'customer', customer: own })).body;
    const data = { provider: 'p7', model: 'm', meters: { calls: '1' } };
    const quote = (subject: unknown, over = {}) => ledger.post('/quotes', { subject, data, ...over }, { key });
    expect((await quote(own)).body.code).not.toBe('FORBIDDEN');
    for (const subject of [other, 'nobody', own.toUpperCase(), `${own}/x`, ''])
      expect([subject, (await quote(subject)).body]).toMatchObject([subject, { status: 403, code: 'FORBIDDEN' }]);
    expect((await quote(other, { data: { ...data, subject: own } })).status).toBe(403);
    for (const subject of [[own], { id: own }, null]) expect((await quote(subject)).status).toBe(400);
    expect((await ledger.post('/usage', callEvent('by-customer', own), { key })).status).toBe(403);
    for (const path of ['/parties/c0', '/price-books', '/rates', '/policies/split'] as const)
      expect([path, (await ledger.send('GET', path, undefined, { key })).status]).toEqual([path, 403]);
  });

  it('are refused at once when they are revoked, here and in a process that follows', async () => {
    const other = await world.service(databaseUrl);
    const { key, keyId } = await issueKey('operator');
    const read = (service: LedgerService) => service.send('GET', '/price-books', undefined, { key });
    expect((await read(ledger)).status).toBe(200);
    expect((await ledger.send('DELETE', `/keys/${keyId}`)).status).toBe(200);
    expect((await read(ledger)).status).toBe(401);
    await other.fetch('GET', '/health/ready');
    expect((await read(other)).status).toBe(401);
    expect((await ledger.send('DELETE', `/keys/${keyId}`)).body.code).toBe('KEY_UNKNOWN');
  });
});

describe('the service', () => {
  it('shows usage, queues and pages as metrics', async () => {
    await ledger.usage([callEvent('metric', CUSTOMERS[0]!), callEvent('metric', CUSTOMERS[0]!), {}]);
    const { body } = await ledger.fetch('GET', '/metrics');
    for (const line of [
      /airtime_usage_events_total\{way="http",outcome="accepted"\} \d/,
      /airtime_usage_events_total\{way="http",outcome="duplicate"\} \d/,
      /airtime_usage_events_total\{way="http",outcome="conflict"\} \d/,
      /airtime_usage_rejections_total\{way="http",code="VALIDATION_FAILED"\} \d/,
      /airtime_commands_waiting\{shard="3"\} 0/,
      /airtime_shard_halted\{shard="0"\} 0/,
      /airtime_page_events_bucket\{le="100"\} \d/,
      /airtime_page_bytes_sum \d/,
    ]) {
      expect(body).toMatch(line);
    }
  });

  it('is ready, says how far it is, and is not ready when a shard’s journal cannot be followed', async () => {
    const ready = await ledger.fetch('GET', '/health/ready');
    expect(ready.status).toBe(200);
    expect(ready.body).toEqual({ status: 'ready', failing: [] });
    const { body } = await ledger.fetch('GET', '/health');
    expect(Object.keys(body.checks).sort()).toEqual(['catalogue', 'clock', 'database', 'journal', 'sequencers']);
    const url = await world.newDatabase();
    const victim = await world.service(url);
    await setUp(victim);
    // Another writer's page that no version of this program can have written.
    const { sealPage, FIRST_PREVIOUS_HASH } = await import('#journal');
    const { CatalogueFollower, JOURNAL_STORE, loadWriterKey } = await import('#wiring');
    const { CONFIGURATION } = await import('#platform');
    const lines = ['["ReceivablesCovered"]'];
    const recordedAt = new Date().toISOString();
    const follower = victim.app.get(CatalogueFollower);
    const content = {
      ...{ journal: follower.journal!, shard: 0, height: 1, recordedAt, previousHash: FIRST_PREVIOUS_HASH },
      ...{ offsets: [], registry: follower.newest },
    };
    await victim.app.get(JOURNAL_STORE).append(sealPage(content, lines, loadWriterKey(victim.app.get(CONFIGURATION))));
    const refused = await victim.mint(CUSTOMERS[0]!, '1');
    expect([refused.status, refused.body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(refused.body.detail).toContain('airtime verify');
    const unready = await victim.fetch('GET', '/health/ready');
    expect(unready.status).toBe(503);
    expect(unready.body.failing).toEqual(['sequencers']);
    const details = await victim.fetch('GET', '/health');
    expect(details.body.checks.sequencers.detail).toContain('shard 0 is halted');
  });
});
