/** Everything wrong that can be sent in: each has its own clear problem, and nothing of it is written. */
import { randomUUID } from 'node:crypto';
import { ADMIN_KEY, Api, USAGE_BATCH, type Answer, type CallOptions } from './support/api.js';
import { readHeights } from './support/books.js';
import { apiOf, Stage } from './support/stage.js';
import { generateUsage, setUpWorld, type UsageCloudEvent } from './support/world.js';

const SHARDS = 2;

let stage: Stage;
let api: Api;
let database: string;
const keys: Record<string, string> = {};

beforeAll(async () => {
  stage = await Stage.open();
  database = (await stage.postgres()).url;
  api = apiOf(await stage.service('ledger', { DATABASE_URL: database, AIRTIME_SHARDS: String(SHARDS) }));
  await setUpWorld(api);
  for (const role of ['operator', 'finance', 'compliance', 'auditor']) {
    keys[role] = (await api.post('/keys', { role })).key;
  }
  keys['provider'] = (await api.post('/keys', { role: 'provider', provider: 'gpu-north' })).key;
}, 120_000);

afterAll(() => stage?.close(), 60_000);

interface Refusal {
  readonly status: number;
  readonly code: string;
  /** Of the first offending part. */
  readonly path?: string;
}

const [sample] = generateUsage(1, 1) as [UsageCloudEvent];
const withData = (data: object): object => ({ ...sample, data: { ...sample.data, ...data } });
const SINGLE = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': USAGE_BATCH };
const withKey = (headers: object = {}) => ({ 'idempotency-key': randomUUID(), ...headers });

/** Sends a call and proves that the journal is what it was before. */
async function sendBad(method: string, path: string, options: CallOptions): Promise<Answer> {
  const before = await readHeights(database, SHARDS);
  const answer = await api.call(method, path, options);
  expect(await readHeights(database, SHARDS)).toEqual(before);
  return answer;
}

async function expectRefusal(method: string, path: string, options: CallOptions, refusal: Refusal): Promise<void> {
  const answer = await sendBad(method, path, options);
  expect(answer).toMatchObject({
    status: refusal.status,
    body: { code: refusal.code, status: refusal.status },
  });
  expect(answer.contentType).toContain('application/problem+json');
  const problem = answer.body as {
    type: string;
    title: string;
    detail: string;
    errors?: { path: string; message: string }[];
  };
  for (const text of [problem.type, problem.title, problem.detail]) expect(text).toMatch(/\S/);
  if (refusal.path !== undefined) {
    expect(problem.errors?.[0]).toMatchObject({ path: refusal.path, message: expect.stringMatching(/\S/) });
  }
}

describe('a body that is no JSON of ours is refused before anything reads it', () => {
  it.each<[string, CallOptions, Refusal]>([
    ['malformed JSON', { body: '[{"specversion":', headers: BATCH }, { status: 400, code: 'MALFORMED_JSON' }],
    [
      'bytes that are no UTF-8',
      { body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]), headers: BATCH },
      { status: 400, code: 'MALFORMED_JSON' },
    ],
    ['no body', { headers: BATCH, body: '' }, { status: 400, code: 'BAD_REQUEST' }],
    [
      'JSON nested a thousand deep',
      { body: `${'['.repeat(1_000)}${']'.repeat(1_000)}`, headers: BATCH },
      { status: 400, code: 'JSON_TOO_DEEP' },
    ],
    [
      'an event with a member that would become a prototype',
      { body: `{"__proto__":{"specversion":"1.0"}}`, headers: SINGLE },
      { status: 400, code: 'VALIDATION_FAILED' },
    ],
    [
      'another content type',
      { body: 'id,model', headers: { 'content-type': 'text/csv' } },
      { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
    ],
    [
      'a body of ten megabytes',
      { body: `["${'x'.repeat(10 * 1024 * 1024)}"]`, headers: BATCH },
      { status: 413, code: 'BODY_TOO_LARGE' },
    ],
    [
      '5,001 events',
      { body: Array.from({ length: 5_001 }, () => ({})), headers: BATCH },
      { status: 413, code: 'TOO_MANY_EVENTS' },
    ],
    ['a batch that is one object', { body: sample, headers: BATCH }, { status: 400, code: 'BAD_REQUEST' }],
    ['a single event that is a batch', { body: [sample], headers: SINGLE }, { status: 400, code: 'BAD_REQUEST' }],
    ['text instead of an event', { body: '"usage"', headers: SINGLE }, { status: 400, code: 'BAD_REQUEST' }],
  ])('%s', async (_, options, refusal) => {
    await expectRefusal('POST', '/usage', options, refusal);
  });
});

describe('a usage event that cannot be charged is refused with its own reason', () => {
  it.each<[string, object, Refusal]>([
    [
      'another CloudEvents version',
      { ...sample, specversion: '0.3' },
      { status: 400, code: 'VALIDATION_FAILED', path: 'specversion' },
    ],
    ['no id', { ...sample, id: undefined }, { status: 400, code: 'VALIDATION_FAILED', path: 'id' }],
    ['an id that is a number', { ...sample, id: 17 }, { status: 400, code: 'VALIDATION_FAILED', path: 'id' }],
    [
      'an id with a control character',
      { ...sample, id: 'a\u0000b' },
      { status: 400, code: 'VALIDATION_FAILED', path: 'id' },
    ],
    ['no data', { ...sample, data: undefined }, { status: 400, code: 'VALIDATION_FAILED', path: 'data' }],
    ['data that are a list', { ...sample, data: [] }, { status: 400, code: 'VALIDATION_FAILED', path: 'data' }],
    ['no meters', withData({ meters: {} }), { status: 400, code: 'VALIDATION_FAILED', path: 'data.meters' }],
    [
      'a negative quantity',
      withData({ meters: { gpu_ms: -1 } }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'data.meters' },
    ],
    [
      'a negative quantity as text',
      withData({ meters: { gpu_ms: '-1' } }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'data.meters' },
    ],
    [
      'a quantity that is a fraction in JSON',
      withData({ meters: { gpu_ms: 1.5 } }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'data.meters' },
    ],
    [
      'a quantity of 19 digits',
      withData({ meters: { gpu_ms: '1234567890123456789' } }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'data.meters' },
    ],
    [
      'a quantity beyond safe integers',
      withData({ meters: { gpu_ms: 2 ** 53 } }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'data.meters' },
    ],
    ['a meter without a price', withData({ meters: { teapots: '1' } }), { status: 422, code: 'UNKNOWN_METER' }],
    ['a usage type without a price', { ...sample, type: 'ai.tea.usage' }, { status: 422, code: 'UNKNOWN_USAGE_TYPE' }],
    [
      'an unknown customer',
      { ...sample, subject: 'nobody' },
      { status: 404, code: 'UNKNOWN_CUSTOMER', path: 'subject' },
    ],
    [
      'a provider as the customer',
      { ...sample, subject: 'gpu-north' },
      { status: 404, code: 'UNKNOWN_CUSTOMER', path: 'subject' },
    ],
    [
      'an unknown provider',
      withData({ provider: 'nobody' }),
      { status: 404, code: 'UNKNOWN_PROVIDER', path: 'data.provider' },
    ],
    [
      'a time that is no instant',
      { ...sample, time: '2026-02-30T00:00:00Z' },
      { status: 400, code: 'TIME_INVALID', path: 'time' },
    ],
    [
      'a time without a zone',
      { ...sample, time: '2026-02-03T00:00:00' },
      { status: 400, code: 'VALIDATION_FAILED', path: 'time' },
    ],
    [
      'a time in the future',
      { ...sample, time: new Date(Date.now() + 3_600_000).toISOString() },
      { status: 400, code: 'TIME_IN_FUTURE', path: 'time' },
    ],
    [
      'a time of another age',
      { ...sample, time: '1970-01-01T00:00:00Z' },
      { status: 400, code: 'TIME_TOO_OLD', path: 'time' },
    ],
    [
      'a time before the first price book',
      { ...sample, time: '2019-06-01T00:00:00Z' },
      { status: 422, code: 'NO_PRICE_BOOK' },
    ],
    [
      'a source that the ledger keeps for itself',
      { ...sample, source: 'hold' },
      { status: 400, code: 'USAGE_INVALID', path: 'source' },
    ],
    [
      'texts too long to keep',
      {
        ...sample,
        id: 'i'.repeat(200),
        source: 's'.repeat(200),
        data: { ...sample.data, model: 'm'.repeat(200), budget: 'b'.repeat(200), hold: 'h'.repeat(200) },
      },
      { status: 400, code: 'USAGE_INVALID', path: 'data' },
    ],
  ])('%s', async (_, event, refusal) => {
    await expectRefusal('POST', '/usage', { body: event, headers: SINGLE }, refusal);
  });

  it('in a batch, all bad ones are answered one by one and none is written', async () => {
    const events = [
      { ...sample, id: '' },
      { ...sample, subject: 'nobody' },
      withData({ meters: { teapots: '1' } }),
      null,
      'text',
    ];
    const answer = await sendBad('POST', '/usage', { body: events, headers: BATCH });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 0, conflicts: 0 } });
    const { rejected } = answer.body as { rejected: { index: number; code: string; detail: string }[] };
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'VALIDATION_FAILED'],
      [1, 'UNKNOWN_CUSTOMER'],
      [2, 'UNKNOWN_METER'],
      [3, 'VALIDATION_FAILED'],
      [4, 'VALIDATION_FAILED'],
    ]);
    for (const { detail } of rejected) expect(detail).toMatch(/\S/);
  });

  it('a good event between bad ones is charged, its duplicate in the same batch and a later other body are not', async () => {
    const [good] = generateUsage(2, 1, 900) as [UsageCloudEvent];
    const other = { ...good, data: { ...good.data, meters: { gpu_ms: '999' } } };
    expect(await api.sendUsage([{ ...good, id: '' }, good, good, other])).toMatchObject({
      accepted: 1,
      duplicates: 1,
      conflicts: 1,
      rejected: [{ index: 0, code: 'VALIDATION_FAILED' }],
    });
    // From now on the same report changes nothing, however it is written.
    const reordered = Object.fromEntries(Object.entries(good).reverse());
    const again = await sendBad('POST', '/usage', { body: [good, reordered], headers: BATCH });
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 2, conflicts: 0 });
  });
});

describe('a command that moves value is refused with the field that is wrong', () => {
  const mint = (body: object) => ({ holder: 'acme', amount: '1', reason: 'test', ...body });

  it.each<[string, string, object, Refusal]>([
    ['a negative amount', '/mints', mint({ amount: '-1' }), { status: 400, code: 'AMOUNT_INVALID' }],
    ['an amount of zero', '/mints', mint({ amount: '0' }), { status: 400, code: 'AMOUNT_INVALID' }],
    [
      'an amount with 19 fraction digits',
      '/mints',
      mint({ amount: '0.1234567890123456789' }),
      { status: 400, code: 'AMOUNT_INVALID' },
    ],
    ['an amount with an exponent', '/mints', mint({ amount: '1e3' }), { status: 400, code: 'AMOUNT_INVALID' }],
    ['an amount with a comma', '/mints', mint({ amount: '1,5' }), { status: 400, code: 'AMOUNT_INVALID' }],
    [
      'an amount that is a number',
      '/mints',
      mint({ amount: 12.5 }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'amount' },
    ],
    [
      'a property nobody knows',
      '/mints',
      mint({ bonus: '1' }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'bonus' },
    ],
    ['an unknown holder', '/mints', mint({ holder: 'nobody' }), { status: 404, code: 'UNKNOWN_HOLDER' }],
    [
      'a holder that would be another account',
      '/mints',
      mint({ holder: 'acme:held' }),
      { status: 400, code: 'VALIDATION_FAILED', path: 'holder' },
    ],
    ['no reason', '/mints', mint({ reason: '' }), { status: 400, code: 'VALIDATION_FAILED', path: 'reason' }],
    ['more than there is', '/burns', mint({ amount: '99999999' }), { status: 422, code: 'INSUFFICIENT_FUNDS' }],
    [
      'more than there is to another',
      '/transfers',
      { from: 'acme', to: 'globex', amount: '99999999', reason: 'test' },
      { status: 422, code: 'INSUFFICIENT_FUNDS' },
    ],
    [
      'a transfer to oneself',
      '/transfers',
      { from: 'acme', to: 'acme', amount: '1', reason: 'test' },
      { status: 400, code: 'SAME_HOLDER' },
    ],
    ['a party that is there', '/parties', { id: 'acme', roles: ['customer'] }, { status: 409, code: 'PARTY_EXISTS' }],
    [
      'a role nobody has',
      '/parties',
      { id: 'newcomer', roles: ['king'] },
      { status: 400, code: 'VALIDATION_FAILED', path: 'roles' },
    ],
    [
      'a wallet with a wrong checksum',
      '/parties/gpu-north/wallets',
      { chainId: 31_337, wallet: '0x70997970C51812dc3A010C7d01b50e0d17dc79c8' },
      { status: 400, code: 'WALLET_INVALID', path: 'wallet' },
    ],
    [
      'a KYC step that is not allowed',
      '/parties/acme/kyc',
      { state: 'unverified', reason: 'test' },
      { status: 409, code: 'KYC_TRANSITION_INVALID' },
    ],
  ])('%s', async (_, path, body, refusal) => {
    await expectRefusal('POST', path, { body, headers: withKey() }, refusal);
  });

  it('an Idempotency-Key that is missing or cannot be one', async () => {
    const missing = { status: 400, code: 'IDEMPOTENCY_KEY_REQUIRED', path: 'Idempotency-Key' };
    await expectRefusal('POST', '/mints', { body: mint({}) }, missing);
    const invalid = { status: 400, code: 'IDEMPOTENCY_KEY_INVALID', path: 'Idempotency-Key' };
    await expectRefusal('POST', '/mints', { body: mint({}), headers: { 'idempotency-key': 'k'.repeat(201) } }, invalid);
  });

  it('the same key with another body is a conflict, with the same body the same answer', async () => {
    const headers = withKey();
    const first = await api.ask('POST', '/mints', { body: mint({}), headers });
    expect(first.status).toBe(201);
    const repeated = await sendBad('POST', '/mints', { body: mint({}), headers });
    expect(repeated).toEqual(first);
    const conflict = { status: 409, code: 'IDEMPOTENCY_CONFLICT' };
    await expectRefusal('POST', '/mints', { body: mint({ amount: '2' }), headers }, conflict);
    // Also where the other body leads to another shard.
    await expectRefusal('POST', '/mints', { body: mint({ holder: 'globex' }), headers }, conflict);
    await expectRefusal('POST', '/mints', { body: mint({ holder: 'hooli' }), headers }, conflict);
    // The key is the caller's: for another caller it is new.
    const stranger = await api.ask('POST', '/mints', { body: mint({}), headers, key: keys['operator']! });
    expect(stranger.status).toBe(201);
  });
});

describe('a caller without the right is refused', () => {
  it.each<[string, string | null | (() => string), Refusal]>([
    ['no key', null, { status: 401, code: 'UNAUTHENTICATED' }],
    ['an unknown key', 'not-a-key', { status: 401, code: 'UNAUTHENTICATED' }],
    ['almost the admin key', `${ADMIN_KEY}x`, { status: 401, code: 'UNAUTHENTICATED' }],
    ['a finance key', () => keys['finance']!, { status: 403, code: 'FORBIDDEN' }],
    ['a compliance key', () => keys['compliance']!, { status: 403, code: 'FORBIDDEN' }],
    ['an auditor key', () => keys['auditor']!, { status: 403, code: 'FORBIDDEN' }],
    ['a provider key', () => keys['provider']!, { status: 403, code: 'FORBIDDEN' }],
  ])('%s', async (_, given, refusal) => {
    const key = typeof given === 'function' ? given() : given;
    await expectRefusal('POST', '/usage', { body: [sample], headers: BATCH, key }, refusal);
    const body = { holder: 'acme', amount: '1', reason: 'test' };
    await expectRefusal('POST', '/mints', { body, headers: withKey(), key }, refusal);
  });

  it('an operator may not verify a party, issue keys or see them', async () => {
    const key = keys['operator']!;
    const refusal = { status: 403, code: 'FORBIDDEN' };
    await expectRefusal('POST', '/parties/acme/kyc', { body: { state: 'suspended', reason: 'x' }, key }, refusal);
    await expectRefusal('POST', '/keys', { body: { role: 'admin' }, key }, refusal);
  });

  it('a provider sees its own party and no other', async () => {
    const key = keys['provider']!;
    expect((await api.ask('GET', '/parties/gpu-north', { key })).status).toBe(200);
    await expectRefusal('GET', '/parties/gpu-south', { key }, { status: 403, code: 'FORBIDDEN' });
  });

  it('a revoked key is unknown', async () => {
    const { keyId, key } = await api.post('/keys', { role: 'operator' });
    expect((await api.ask('GET', '/price-books', { key })).status).toBe(200);
    expect((await api.ask('DELETE', `/keys/${keyId}`)).status).toBe(200);
    await expectRefusal('GET', '/price-books', { key }, { status: 401, code: 'UNAUTHENTICATED' });
  });
});

it('a route that does not exist, a method it does not have and a path that cannot be decoded are told apart from a bug', async () => {
  await expectRefusal('GET', '/no-such-thing', {}, { status: 404, code: 'ROUTE_NOT_FOUND' });
  await expectRefusal('DELETE', '/usage', {}, { status: 405, code: 'METHOD_NOT_ALLOWED' });
  await expectRefusal('GET', '/parties/%ff', {}, { status: 400, code: 'BAD_REQUEST' });
});
