/** Budgets over HTTP: what is set, counted and refused, and what is answered of it now and as of past instants. */
import { CALL, CALL_PRICES, foundation, SPLIT } from '#concepts/testing';
import { layFoundation } from '#testing';
import type { Api } from './support/api.js';
import { Stage } from './support/stage.js';
import { startEmpty } from './support/standalone.js';

let stage: Stage;
let api: Api;
const written = new Set<string>();
const positions = () => [...written].map((one) => `position=${one}`).join('&');

beforeAll(async () => {
  stage = await Stage.open();
  ({ api } = await startEmpty(stage, { LOG_LEVEL: 'warn' }));
  const cast = { customers: ['acme', 'bolt'], providers: ['p1'] };
  await layFoundation(api.client, foundation({ ...cast, prices: CALL_PRICES, policy: SPLIT, chain: 'none' }));
  await api.post('/mints', { holder: 'acme', amount: '100', reason: 'purchase' });
}, 120_000);

afterAll(() => stage?.close(), 60_000);

let uses = 0;
const usageOf = (calls: number, budget?: string) => ({
  ...{ specversion: '1.0', id: `use-${uses++}`, source: 'test', type: CALL, time: new Date().toISOString() },
  subject: 'acme',
  data: { provider: 'p1', model: 'm', meters: { calls: String(calls) }, ...(budget === undefined ? {} : { budget }) },
});
const use = async (calls: number, budget?: string) => {
  const answer = await api.sendUsage([usageOf(calls, budget)]);
  for (const { shard, height } of answer.positions) written.add(`${shard}:${height}`);
  return answer;
};
const put = async (path: string, body: object, key?: string) => {
  const answer = await api.call('PUT', `/budgets/${path}`, { body, ...(key === undefined ? {} : { key }) });
  const at = answer.body['position'] as { shard: number; height: number } | undefined;
  if (at !== undefined) written.add(`${at.shard}:${at.height}`);
  return answer;
};
const read = async (path: string, query = '') =>
  (await api.call('GET', `/budgets/${path}?${positions()}${query}`)).body;
const TERMS = { period: 'day', onExceed: 'reject' };

it('a budget is set, used, nearly used up, and refuses the rest', async () => {
  expect(await put('acme/research', { ...TERMS, limit: '10' })).toMatchObject({
    status: 200,
    body: { limit: '10', used: '0', held: '0', remaining: '10', thresholds: [50, 80, 100], exceeded: '0' },
  });
  await put('acme/research/key-7', { ...TERMS, limit: '100', period: 'total' });
  await use(4, 'acme/research');
  await use(4, 'acme/research/key-7');
  const { items } = await api.get(`/holders/acme/budgets?${positions()}`);
  const day = new Date().toISOString().slice(0, 10);
  expect(items).toMatchObject([
    { path: 'acme/research', used: '8', remaining: '2', periodStart: `${day}T00:00:00.000Z` },
    { path: 'acme/research/key-7', used: '4', remaining: '96', periodEnd: null },
  ]);
  expect(items[0]!.reached.map(({ threshold }) => threshold)).toEqual([50, 80]);
  expect(Date.parse(items[0]!.runsDryAt!)).toBeGreaterThan(Date.now() + 5 * 3_600_000);
  const refused = await use(3, 'acme/research/key-7');
  expect(refused).toMatchObject({ accepted: 0, rejected: [{ code: 'BUDGET_EXCEEDED' }] });
  const one = await api.call('POST', '/usage', {
    body: usageOf(3, 'acme/research'),
    headers: { 'content-type': 'application/cloudevents+json' },
  });
  expect(one).toMatchObject({ status: 422, body: { code: 'BUDGET_EXCEEDED' } });
  expect(await read('acme%2Fresearch%2Fkey-7')).toMatchObject({ used: '4' });
});

it('a path that is no budget is named, and nobody else’s budget is told of', async () => {
  expect(await use(1, 'acme/reserch')).toMatchObject({ rejected: [{ code: 'UNKNOWN_BUDGET' }] });
  expect(await use(1, 'bolt')).toMatchObject({ rejected: [{ code: 'UNKNOWN_BUDGET' }] });
  const one = await api.call('POST', '/usage', {
    body: usageOf(1, 'bolt'),
    headers: { 'content-type': 'application/cloudevents+json' },
  });
  expect(one).toMatchObject({ status: 404, body: { code: 'UNKNOWN_BUDGET' } });
  expect(await api.call('GET', '/budgets/acme/none')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_BUDGET' } });
});

it.each([
  ['acme/', { ...TERMS, limit: '1' }, 400, 'BUDGET_INVALID'],
  ['acme/a//b', { ...TERMS, limit: '1' }, 400, 'BUDGET_INVALID'],
  ['acme/a/b/c/d/e/f/g/h', { ...TERMS, limit: '1' }, 400, 'BUDGET_INVALID'],
  ['nobody/a', { ...TERMS, limit: '1' }, 404, 'UNKNOWN_CUSTOMER'],
  ['acme/x', { ...TERMS, limit: '1', period: 'year' }, 400, 'BUDGET_INVALID'],
  ['acme/x', { ...TERMS, limit: '1', onExceed: 'shrug' }, 400, 'BUDGET_INVALID'],
  ['acme/x', { ...TERMS, limit: '1', thresholds: [80, 50] }, 400, 'BUDGET_INVALID'],
  ['acme/x', { ...TERMS, limit: '-1' }, 400, 'AMOUNT_INVALID'],
  ['acme/x', { ...TERMS }, 400, 'VALIDATION_FAILED'],
])('PUT %s %j is refused: %i %s', async (path, body, status, code) => {
  expect(await put(path, body)).toMatchObject({ status, body: { code } });
});

it('a past instant is answered as it was, with the ceiling of then', async () => {
  await put('acme/past', { ...TERMS, limit: '20', period: 'month' });
  await use(5, 'acme/past');
  await read('acme/past');
  const then = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 2));
  await use(6, 'acme/past');
  await put('acme/past', { ...TERMS, limit: '12', period: 'month' });
  expect(await read('acme/past')).toMatchObject({ limit: '12', used: '11', remaining: '1' });
  expect(await read('acme/past', `&asOf=${then}`)).toMatchObject({ limit: '20', used: '5', remaining: '15' });
  const before = new Date(Date.parse(then) - 3_600_000).toISOString();
  expect(await read('acme/past', `&asOf=${before}`)).toMatchObject({ code: 'UNKNOWN_BUDGET' });
});

it('what is beyond is owed where the budget says so, and another period counts anew', async () => {
  await put('acme/soft', { ...TERMS, limit: '2', onExceed: 'receivable' });
  await use(5, 'acme/soft');
  expect(await read('acme/soft')).toMatchObject({ used: '2', exceeded: '3', remaining: '0' });
  expect(await api.get(`/holders/acme/balance?${positions()}`)).toMatchObject({ receivable: '3' });
  await put('acme/soft', { ...TERMS, limit: '2', period: 'week' });
  expect(await read('acme/soft')).toMatchObject({ used: '0', exceeded: '0', reached: [] });
});

it('what holds reserve is told, now and as of then, until they are settled', async () => {
  const order = async (path: string, body: object) => {
    const answer = await api.call('POST', path, { body, headers: { 'idempotency-key': `hold-${uses++}` } });
    const at = answer.body['position'] as { shard: number; height: number } | undefined;
    if (at !== undefined) written.add(`${at.shard}:${at.height}`);
    return answer;
  };
  await put('acme/held', { ...TERMS, limit: '10' });
  const first = await order('/holds', { customer: 'acme', amount: '4', budget: 'acme/held' });
  const second = await order('/holds', { customer: 'acme', amount: '9', budget: 'acme/held', partial: true });
  expect([first.body['amount'], second.body['amount']]).toEqual(['4', '6']);
  const full = { limit: '10', used: '0', held: '10', remaining: '0' };
  expect(await read('acme/held')).toMatchObject(full);
  const then = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 2));
  const more = { customer: 'acme', amount: '1', budget: 'acme/held' };
  expect(await order('/holds', more)).toMatchObject({
    status: 422,
    body: { code: 'BUDGET_EXCEEDED', errors: [{ path: 'amount' }] },
  });
  const typo = { ...more, budget: 'acme/hold' };
  expect(await order('/holds', typo)).toMatchObject({
    status: 404,
    body: { code: 'UNKNOWN_BUDGET', errors: [{ path: 'budget' }] },
  });
  expect(await use(1, 'acme/held')).toMatchObject({ rejected: [{ code: 'BUDGET_EXCEEDED' }] });
  const [one, two] = [first, second].map(({ body }) => body['hold'] as string) as [string, string];
  await order(`/holds/${one}/capture`, { amount: '3' });
  await order(`/holds/${two}/extend`, { amount: '1' });
  const held = { used: '3', held: '7', remaining: '0' };
  expect(await read('acme/held')).toMatchObject(held);
  const { items } = await api.get(`/holders/acme/budgets?${positions()}`);
  expect(items.find(({ path }) => path === 'acme/held')).toMatchObject(held);
  expect(await order(`/holds/${two}/release`, {})).toMatchObject({ status: 201, body: { released: '7' } });
  expect(await read('acme/held')).toMatchObject({ used: '3', held: '0', remaining: '7' });
  expect(await read('acme/held', `&asOf=${then}`)).toMatchObject(full);
});

it('the journal is sound', async () => {
  expect(await api.post('/ledger/verify')).toMatchObject({ ok: true, findingCount: 0 });
});
