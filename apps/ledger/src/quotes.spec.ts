import { jest } from '@jest/globals';
import type { PriceBook } from '#concepts';
import { CUSTOMERS, LedgerWorld, type LedgerService } from '../test-support/ledger-world.js';

jest.setTimeout(120_000);

const [FIRST, SECOND] = CUSTOMERS as [string, string, string];
const TYPE = 'ai.compute.usage';
const AT = '2021-01-01T00:00:00Z';
const BOOK: PriceBook = {
  effectiveAt: AT,
  prices: [
    {
      ...{ type: TYPE, model: 'm', minimum: '0.01' },
      meters: {
        calls: { price: '2', per: '1', over: 'month', tiers: [{ above: '3', price: '1' }] },
        output_tokens: { price: '15', per: '1000000', currency: 'usd' },
      },
    },
  ],
};

let world: LedgerWorld;
let ledger: LedgerService;
let provider: string;
let numbered = 0;

beforeAll(async () => {
  world = await LedgerWorld.start();
  ({ ledger } = await world.newLedger());
  provider = 'p7';
  await ledger.send('PUT', '/price-books/2', { ...BOOK, confirmRemoved: true, retroactive: 'a spec' });
  await ledger.mint(FIRST, '6');
});

afterAll(() => world.stop());

const quote = (meters: object, subject = FIRST) =>
  ledger.post('/quotes', { subject, type: TYPE, data: { provider, model: 'm', meters } });
const event = (meters: object, id = `q-${++numbered}`, over = {}) => ({
  ...{ specversion: '1.0', id, source: 's', type: TYPE, subject: FIRST },
  data: { provider, model: 'm', meters },
  ...over,
});

describe('a quote', () => {
  it('is refused while prices are in dollars and no rate is in force, and names what is wrong with a body', async () => {
    expect(await quote({ calls: '1', output_tokens: '1' })).toMatchObject({
      status: 422,
      body: { code: 'NO_USD_RATE' },
    });
    expect(await quote({ calls: '-1' })).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect(await quote({ calls: '1' }, 'nobody')).toMatchObject({ body: { code: 'UNKNOWN_CUSTOMER' } });
    const rate = { effectiveAt: AT, usdPerToken: '0.5' };
    expect((await ledger.send('PUT', '/rates/1', rate)).status).toBe(200);
    expect((await ledger.send('GET', '/rates')).body.items).toEqual([{ version: 1, ...rate }]);
  });

  it('says line by line what a usage would cost, what would pay it, and writes nothing', async () => {
    const asked = await quote({ calls: '4', output_tokens: '1000000' });
    expect(asked.status).toBe(200);
    expect(asked.body).toEqual({
      ...{ amount: '37', priceBook: 2, splitPolicy: 1, usdRate: 1, covered: '6', receivable: '31' },
      lines: [
        {
          ...{ meter: 'calls', quantity: '4', price: '1', per: '1', currency: 'token', amount: '7' },
          parts: [
            { quantity: '3', price: '2' },
            { quantity: '1', price: '1' },
          ],
        },
        { meter: 'output_tokens', quantity: '1000000', price: '15', per: '1000000', currency: 'usd', amount: '30' },
      ],
    });
    expect((await quote({ calls: '4', output_tokens: '1000000' })).body).toEqual(asked.body);
    expect((await quote({ calls: '1' }, SECOND)).body).toMatchObject({ amount: '2', covered: '0', receivable: '2' });
    const flat = { subject: FIRST, provider, model: 'm', meters: { calls: '1' } };
    expect((await ledger.post('/quotes', flat)).body).toMatchObject({ amount: '2', covered: '2' });
  });

  it('goes on from what the month has counted, as the charge then does, to the atto', async () => {
    expect((await ledger.usage([event({ calls: '2' })])).body).toMatchObject({ accepted: 1 });
    const { body } = await quote({ calls: '2', output_tokens: '0.000000001' });
    expect(body.lines.map(({ meter, amount }: { meter: string; amount: string }) => [meter, amount])).toEqual([
      ['calls', '3'],
      ['output_tokens', '0.00000000000003'],
    ]);
    expect(body).toMatchObject({ covered: '2', receivable: '1.00000000000003' });
  });

  it('has a line for the minimum, and says which limit would refuse the usage all the same', async () => {
    const small = (await quote({ output_tokens: '1' })).body;
    expect(small).toMatchObject({
      amount: '0.01',
      lines: [{ amount: '0.00003' }, { meter: 'minimum', amount: '0.00997' }],
    });
    await ledger.post(`/parties/${SECOND}/kyc`, { state: 'suspended', reason: 'review' });
    expect((await quote({ calls: '1' }, SECOND)).body).toMatchObject({
      amount: '2',
      wouldRefuse: 'CUSTOMER_SUSPENDED',
    });
  });
});

describe('usage with ?detail=true', () => {
  const tell = (events: readonly object[], idempotencyKey?: string) =>
    ledger.post('/usage?detail=true', events, {
      type: 'application/cloudevents-batch+json',
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });

  it('R10: says what each event was charged, of duplicates nothing, and the same again for the same key', async () => {
    const [paid, owed] = [event({ calls: '1' }, 'd-1'), event({ calls: '5' }, 'd-2')];
    const first = await tell(
      [{ nonsense: true }, paid, paid, owed, event({ calls: '1' }, 'd-3', { subject: 'nobody' })],
      'key-d',
    );
    expect(first.body).toMatchObject({
      ...{ accepted: 2, duplicates: 1 },
      charged: [
        { index: 1, id: 'd-1', amount: '2' },
        { index: 3, id: 'd-2', amount: '5' },
      ],
    });
    const [one, two] = first.body.charged;
    expect([one.receivable, two.receivable]).toEqual([undefined, '5']);
    for (const { entry, amount } of [one, two]) {
      const [shard, height, index] = (entry as string).split('-').map(Number) as [number, number, number];
      expect(first.body.positions).toContainEqual({ shard, height });
      expect(index).toBeGreaterThanOrEqual(0);
      expect(amount).toMatch(/^[25]$/);
    }
    const again = await tell(
      [{ nonsense: true }, paid, paid, owed, event({ calls: '1' }, 'd-3', { subject: 'nobody' })],
      'key-d',
    );
    expect(again.body).toEqual(first.body);
    expect((await tell([paid])).body).toMatchObject({ accepted: 0, duplicates: 1, charged: [] });
    expect((await ledger.usage([event({ calls: '1' })])).body).not.toHaveProperty('charged');
  });
});

describe('a quote beyond a budget', () => {
  it('R9: says so, and leaves what funds would pay as it is', async () => {
    await ledger.mint(FIRST, '50');
    await ledger.send('PUT', `/budgets/${FIRST}`, { limit: '3', period: 'total', onExceed: 'reject' });
    const within = (await quote({ calls: '1' })).body;
    expect([within.covered, within.wouldRefuse]).toEqual([within.amount, undefined]);
    const beyond = (await quote({ calls: '9' })).body;
    expect([beyond.covered, beyond.receivable, beyond.wouldRefuse]).toEqual([beyond.amount, '0', 'BUDGET_EXCEEDED']);
  });
});
