/** Publishing a price book where ledger and projector are processes of their own: what was used lately does not lose its price unseen. */
import { jest } from '@jest/globals';
import type { Schemas } from '#client';
import { CALL, CALL_PRICES, foundation, nameIn } from '#concepts/testing';
import { callEvent, layFoundation } from '#testing';
import { Api, USAGE_BATCH } from './support/api.js';
import { apiOf, Stage } from './support/stage.js';
import type { ServiceProcess } from './support/service-process.js';

jest.setTimeout(180_000);

const SHARDS = 2;
const CUSTOMERS = [nameIn(0, SHARDS), nameIn(1, SHARDS)] as const;
const DAY_MS = 86_400_000;
type Trial = Schemas['PriceBookTrial'];

let stage: Stage;
let api: Api;
let projector: ServiceProcess;

const line = (model: string, price: string, changes: object = {}) => ({
  ...{ type: CALL, model, meters: { calls: { price, per: '1' } } },
  ...changes,
});
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

beforeAll(async () => {
  stage = await Stage.open();
  const env = { DATABASE_URL: (await stage.postgres()).url, AIRTIME_SHARDS: String(SHARDS) };
  api = apiOf(await stage.service('ledger', env));
  const prices = { ...CALL_PRICES, prices: [line('m', '1'), line('old', '2'), line('unused', '2')] };
  await layFoundation(api.client, foundation({ customers: [...CUSTOMERS], providers: ['p7'], prices, chain: 'none' }));
  projector = await stage.service('projector', env);
  const used = (id: string, customer: string, model: string, days: number, calls: string, region?: string) =>
    callEvent(id, customer, calls, {
      time: inDays(-days),
      data: { provider: 'p7', model, meters: { calls }, ...(region === undefined ? {} : { region }) },
    });
  await api.call('POST', '/usage', {
    body: [
      ...[used('1', CUSTOMERS[0], 'm', 1, '3'), used('2', CUSTOMERS[1], 'm', 2, '4', 'eu')],
      ...[used('3', CUSTOMERS[0], 'old', 3, '5'), used('4', CUSTOMERS[1], 'unused', 40, '1')],
    ],
    headers: { 'content-type': USAGE_BATCH },
  });
});

afterAll(() => stage.close());

const put = (version: number, body: object, query = '') =>
  api.call<Trial & { code: string; detail: string; id: string }>('PUT', `/price-books/${version}${query}`, { body });

describe('a price book', () => {
  it('is tried out: what loses its price, and what was recorded by the new prices, are told; nothing is written', async () => {
    const body = { effectiveAt: inDays(1), prices: [line('m', '1.5'), line('m', '9', { region: 'us' })] };
    const { status, body: trial } = await put(2, body, '?dryRun=true');
    expect(status).toBe(200);
    expect(trial).toMatchObject({
      ...{ dryRun: true, version: 2, comparedWith: 1, wouldRefuse: 'PRICES_REMOVED' },
      lines: { added: 1, removed: 2, changed: 1 },
      lost: [{ usageType: CALL, model: 'old', provider: 'p7', meter: 'calls', code: 'UNKNOWN_MODEL' }],
      rerated: {
        complete: true,
        total: { events: 2, before: '7', after: '10.5', difference: '3.5' },
        providers: [{ provider: 'p7', before: '5.6', after: '8.4', difference: '2.8' }],
      },
    });
    expect(trial.rerated.customers.map(({ customer, difference }) => [customer, difference])).toEqual([
      [CUSTOMERS[1], '2'],
      [CUSTOMERS[0], '1.5'],
    ]);
    expect(trial.rerated.unrated.map(({ model, before }) => [model, before])).toEqual([
      ['old', '10'],
      ['unused', '2'],
    ]);
    expect(trial.position.find(({ shard }) => shard === 0)!.height).toBeGreaterThan(0);
    expect((await api.call('GET', '/price-books/2')).status).toBe(404);
  });

  it('that takes the price of a used model away is refused, and published once somebody confirms that', async () => {
    const body = { effectiveAt: inDays(1), prices: [line('m', '1')] };
    const refused = await put(2, body);
    expect(refused).toMatchObject({ status: 422, body: { code: 'PRICES_REMOVED', errors: [{ path: 'prices' }] } });
    expect(refused.body.detail).toContain('calls of old of p7');
    expect(refused.body.detail).not.toContain('unused');
    expect((await put(2, { ...body, confirmRemoved: false })).status).toBe(400);
    const published = await put(2, { ...body, confirmRemoved: true });
    expect(published.status).toBe(200);
    expect(published.body.id).toMatch(/^\d+-\d+-\d+$/);
    expect((await put(2, body)).body.id).toBe(published.body.id);
  });

  it('that goes on pricing what was used needs no word', async () => {
    expect((await put(3, { effectiveAt: inDays(2), extends: 2, prices: [line('m', '2')] })).status).toBe(200);
    const prices = [line('m*', '1')];
    expect((await put(4, { effectiveAt: CALL_PRICES.effectiveAt, prices: [line('o*', '1'), ...prices] })).body).toEqual(
      expect.objectContaining({ code: 'RETROACTIVE_PRICES', status: 422 }),
    );
    const late = { effectiveAt: CALL_PRICES.effectiveAt, prices: [line('o*', '1'), ...prices], retroactive: 'a spec' };
    expect((await put(4, late)).status).toBe(200);
  });

  it('waits for the read models, but not one that somebody confirms', async () => {
    projector.signal('SIGSTOP');
    await api.client.post('/v1/parties', { body: { id: 'behind', roles: ['customer'] } });
    const body = { effectiveAt: inDays(3), prices: [line('n', '1')] };
    const { status, body: problem } = await put(5, body);
    expect([status, problem.detail]).toEqual([503, expect.stringContaining('confirmRemoved')]);
    expect((await put(5, { ...body, confirmRemoved: true })).status).toBe(200);
    projector.signal('SIGCONT');
  });
});
