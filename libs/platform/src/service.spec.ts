import { Body, Controller, Get, Headers as RequestHeaders, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString, MaxLength, ValidateNested } from 'class-validator';
import { refusalsOf } from '#domain';
import {
  Allow,
  Caller,
  createLogger,
  createService,
  generateKey,
  hashKey,
  HealthRegistry,
  KEY_RING,
  type KeyGrant,
  type KeyRing,
  LargeBody,
  ListQuery,
  loadConfiguration,
  Metrics,
  Public,
  type Role,
  Unavailable,
  Write,
  type WriteRequest,
} from './index.js';

const ORDER_REFUSALS = { INSUFFICIENT_FUNDS: 'refused' } as const;
const orderRefusal = refusalsOf(ORDER_REFUSALS);

class LineInput {
  @IsString()
  @MaxLength(20)
  name!: string;
}

class OrderInput {
  @IsString({ message: 'customer must be a text' })
  customer!: string;

  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => LineInput)
  lines!: LineInput[];
}

const events: string[] = [];
let release: (() => void) | undefined;

@Controller('orders')
class OrdersController {
  @Post()
  @Allow('operator')
  place(@Body() order: OrderInput, @Write() { request, provenance }: WriteRequest) {
    return { customer: order.customer, isInstance: order instanceof OrderInput, ...request, provenance };
  }

  @Post('raw')
  @LargeBody()
  @Allow('operator')
  raw(@Body() body: unknown, @RequestHeaders('content-type') type: string) {
    return { body, type };
  }

  @Get()
  @Allow('finance')
  list(@Query() query: ListQuery) {
    return { limit: query.limit, cursor: query.cursor ?? null };
  }

  @Get('mine')
  @Allow('provider')
  mine(@Caller() caller: KeyGrant) {
    return caller;
  }

  @Get('closed')
  closed() {
    return {};
  }

  @Get('slow')
  @Public()
  async slow() {
    events.push('request began');
    await new Promise<void>((resolve) => (release = resolve));
    events.push('request answered');
    return {};
  }

  @Get('fail/:how')
  @Public()
  fail(@Param('how') how: string): never {
    switch (how) {
      case 'funds':
        throw orderRefusal('INSUFFICIENT_FUNDS', 'acme has 1; grant more', 'amount');
      case 'away':
        throw new Unavailable('the journal store is away', 7);
      case 'foreign':
        throw Object.assign(new Error('ECONNREFUSED 10.0.0.9:5432'), { retriable: true, retryAfterSeconds: 0.2 });
      case 'driver':
        throw Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' });
      default:
        throw new TypeError('secret internals');
    }
  }
}

const keys = new Map<string, KeyGrant>();
function issue(role: Role, provider?: string): string {
  const key = generateKey();
  keys.set(hashKey(key), { id: `k-${role}`, role, ...(provider === undefined ? {} : { provider }) });
  return key;
}
const ring: KeyRing = { find: (hash) => keys.get(hash) };

@Module({ controllers: [OrdersController], providers: [{ provide: KEY_RING, useValue: ring }] })
class OrdersModule {
  onModuleDestroy(): void {
    events.push('module closed');
  }
}

const ADMIN_KEY = 'an-admin-key-for-the-tests-of-32-characters';

describe('a service', () => {
  let app: NestFastifyApplication;
  let url: string;
  const lines: string[] = [];
  const operator = issue('operator');

  beforeAll(async () => {
    const configuration = loadConfiguration({ AIRTIME_ADMIN_KEY: ADMIN_KEY });
    const logger = createLogger('info', { destination: { write: (line) => void lines.push(line) } });
    app = await createService(OrdersModule, {
      configuration,
      logger,
      name: 'orders',
      refusals: ORDER_REFUSALS,
      rateLimits: { perKey: 1000, perAddress: 1000 },
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  async function call(path: string, init: RequestInit & { key?: string } = {}) {
    const headers = new Headers(init.headers);
    if (init.key !== undefined) headers.set('authorization', `Bearer ${init.key}`);
    const response = await fetch(`${url}${path}`, { ...init, headers });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return {
      response,
      status: response.status,
      type,
      text,
      json: type.includes('json') ? JSON.parse(text) : undefined,
    };
  }

  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    call(path, {
      method: 'POST',
      key: operator,
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k1', ...headers },
    });
  const order = JSON.stringify({ customer: 'acme', lines: [{ name: 'a' }] });

  describe('validation', () => {
    it('hands the handler an instance of its decorated class', async () => {
      const { status, json } = await post('/v1/orders', order);
      expect(status).toBe(201);
      expect(json).toMatchObject({ customer: 'acme', isInstance: true, provenance: { actor: 'key:k-operator' } });
    });

    it('names every offending path and says what to do', async () => {
      const body = { customer: 5, lines: [{ name: 'a' }, { name: 'x'.repeat(21), nmae: 1 }] };
      const { status, type, json } = await post('/v1/orders', JSON.stringify(body));
      expect(status).toBe(400);
      expect(type).toContain('application/problem+json');
      expect(json).toMatchObject({ code: 'VALIDATION_FAILED', status: 400, title: 'Validation failed' });
      expect(json.errors).toEqual(
        expect.arrayContaining([
          { path: 'customer', message: 'customer must be a text' },
          { path: 'lines[1].nmae', message: 'is not a known property; remove it or mend its name' },
          { path: 'lines[1].name', message: expect.stringContaining('20') },
        ]),
      );
    });

    it('bounds the number of listed errors and says how many there are', async () => {
      const body = { customer: 'acme', lines: Array.from({ length: 150 }, () => ({ name: 1 })) };
      const { json } = await post('/v1/orders', JSON.stringify(body));
      expect(json.errors).toHaveLength(50);
      expect(json.detail).toContain('The first 50 of 300');
    });

    it.each([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])(
      'refuses a member named %s wherever a body or a query has it, and drops none',
      async (name) => {
        for (const body of [
          `{"customer":"acme","lines":[],"${name}":{"a":1}}`,
          `{"customer":"acme","lines":[{"name":"a","${name}":1}]}`,
          `{"customer":{"${name}":null},"lines":[]}`,
        ]) {
          const { status, json } = await post('/v1/orders', body);
          expect([status, json.code]).toEqual([400, 'VALIDATION_FAILED']);
          expect(json.errors[0].path).toContain(name);
        }
        const query = await call(`/v1/orders?${name}=1`, { key: issue('finance') });
        expect([query.status, query.json.code]).toEqual([400, 'VALIDATION_FAILED']);
      },
    );

    it.each([
      ['an array', '[]'],
      ['a text', '"x"'],
      ['null', 'null'],
      ['nothing', ''],
    ])('refuses %s where an object is expected', async (_, body) => {
      const { status, json } = await post('/v1/orders', body);
      expect([status, json.code]).toEqual([400, 'VALIDATION_FAILED']);
    });
  });

  describe('bodies', () => {
    it.each(['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json; charset=utf-8'])(
      'parses %s',
      async (type) => {
        const { json } = await post('/v1/orders/raw', '[{"id":"é"}]', { 'content-type': type });
        expect(json).toEqual({ body: [{ id: 'é' }], type });
      },
    );

    it.each([
      ['malformed JSON', '{"a":', 400, 'MALFORMED_JSON'],
      ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'MALFORMED_JSON'],
      ['a prototype key', '{"a":{"__proto__":{}}}', 400, 'VALIDATION_FAILED'],
      ['an escaped prototype key', '{"\\u005f_proto__":{}}', 400, 'VALIDATION_FAILED'],
      ['a name that stands twice', '{"a":{"b":1,"\\u0062":1}}', 400, 'VALIDATION_FAILED'],
      ['33 levels of nesting', '['.repeat(33) + ']'.repeat(33), 400, 'JSON_TOO_DEEP'],
      ['a million open brackets', '['.repeat(1_000_000), 400, 'JSON_TOO_DEEP'],
      ['a 10 MB body', `"${'x'.repeat(10 * 1024 * 1024)}"`, 413, 'BODY_TOO_LARGE'],
    ])('refuses %s', async (_, body, status, code) => {
      const answer = await post('/v1/orders/raw', body);
      expect([answer.status, answer.json?.code]).toEqual([status, code]);
      expect(answer.type).toContain('application/problem+json');
    });

    it('takes 32 levels of nesting, and brackets inside texts', async () => {
      const body = `${'['.repeat(32)}"\\"${'['.repeat(100)}"${']'.repeat(32)}`;
      expect((await post('/v1/orders/raw', body)).status).toBe(201);
    });

    it('keeps what is wrong with one element of an array to that element', async () => {
      const { json } = await post('/v1/orders/raw', '[{"id":"a"},{"id":"b","x":{"toString":1}},{"id":"c"}]');
      expect(json.body).toEqual([
        { id: 'a' },
        expect.objectContaining({ id: 'b', error: expect.anything() }),
        { id: 'c' },
      ]);
    });

    it.each([
      ['Application/JSON', {}, 201, null],
      ['application/json;Charset="UTF-8"', {}, 201, null],
      ['application/json', { 'content-encoding': 'Identity' }, 201, null],
      ['application/json; charset=iso-8859-1', {}, 415, null],
      ['application/json', { 'content-encoding': 'gzip' }, 415, 'identity'],
      ['application/json', { 'content-encoding': 'zstd, br' }, 415, 'identity'],
    ])('as %s with %j answers %i', async (type, headers, status, acceptEncoding) => {
      const answer = await post('/v1/orders/raw', '{"a":1}', { 'content-type': type, ...headers });
      expect([answer.status, answer.response.headers.get('accept-encoding')]).toEqual([status, acceptEncoding]);
      if (status === 415) expect(answer.json.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    });

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])('refuses %s', async (type) => {
      const { status, json } = await post('/v1/orders/raw', 'a=1', { 'content-type': type });
      expect([status, json.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    });
  });

  describe('problems', () => {
    it.each([
      ['/v1/orders/fail/funds', 422, 'INSUFFICIENT_FUNDS', null],
      ['/v1/orders/fail/away', 503, 'UNAVAILABLE', '7'],
      ['/v1/orders/fail/foreign', 503, 'UNAVAILABLE', '1'],
      ['/v1/orders/fail/driver', 503, 'UNAVAILABLE', '1'],
      ['/v1/nowhere', 404, 'ROUTE_NOT_FOUND', null],
      ['/nowhere', 404, 'ROUTE_NOT_FOUND', null],
      ['/v1/orders/%ff', 400, 'BAD_REQUEST', null],
    ])('%s answers %i %s', async (path, status, code, retryAfter) => {
      const answer = await call(path);
      expect([answer.status, answer.json?.code]).toEqual([status, code]);
      expect(answer.type).toContain('application/problem+json');
      expect(answer.response.headers.get('retry-after')).toBe(retryAfter);
    });

    it('keeps the address of an engine that is away to itself', async () => {
      expect((await call('/v1/orders/fail/foreign')).text).not.toContain('10.0.0.9');
    });

    it('hides a bug from the client and logs it under the request id', async () => {
      const { status, text, json, response } = await call('/v1/orders/fail/bug', {
        headers: { 'x-request-id': 'r-17' },
      });
      expect([status, json.code, json.requestId]).toEqual([500, 'INTERNAL', 'r-17']);
      expect(text).not.toContain('secret internals');
      expect(response.headers.get('x-request-id')).toBe('r-17');
      const logged = lines.map((line) => JSON.parse(line)).find((line) => line.msg === 'request failed');
      expect(logged).toMatchObject({ requestId: 'r-17', err: { message: 'secret internals' } });
    });
  });

  describe('keys', () => {
    it.each([
      ['no key', undefined],
      ['an unknown key', 'nobody'],
    ])('answers 401 to %s', async (_, key) => {
      const { status, json, response } = await call('/v1/orders', key === undefined ? {} : { key });
      expect([status, json.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
    });

    it('answers 403 to the wrong role and says which one is needed', async () => {
      const { status, json } = await call('/v1/orders', { key: operator });
      expect([status, json.code]).toEqual([403, 'FORBIDDEN']);
      expect(json.detail).toBe(
        'This call needs a key of the role finance or admin or auditor; yours has the role operator.',
      );
    });

    it('lets the auditor read everything and write nothing', async () => {
      const auditor = issue('auditor');
      expect((await call('/v1/orders/closed', { key: auditor })).status).toBe(200);
      expect((await call('/v1/orders/raw', { key: auditor, method: 'POST' })).status).toBe(403);
    });

    it('opens a route without roles to the admin only', async () => {
      expect((await call('/v1/orders/closed', { key: ADMIN_KEY })).status).toBe(200);
      expect((await call('/v1/orders/closed', { key: issue('finance') })).status).toBe(403);
    });

    it('tells the handler who calls', async () => {
      const { json } = await call('/v1/orders/mine', { key: issue('provider', 'p7') });
      expect(json).toEqual({ id: 'k-provider', role: 'provider', provider: 'p7' });
    });
  });

  describe('idempotency', () => {
    it('asks for a key, and for a proper one', async () => {
      const without = await call('/v1/orders', {
        method: 'POST',
        key: operator,
        body: order,
        headers: { 'content-type': 'application/json' },
      });
      expect([without.status, without.json.code]).toEqual([400, 'IDEMPOTENCY_KEY_REQUIRED']);
      for (const key of ['a b', 'x'.repeat(201)]) {
        const { status, json } = await post('/v1/orders', order, { 'idempotency-key': key });
        expect([status, json.code]).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
      }
    });

    it('digests the received bytes, so that the same request has the same digest and another body has not', async () => {
      const first = await post('/v1/orders', order);
      const again = await post('/v1/orders', order);
      const other = await post('/v1/orders', `${order} `);
      expect(again.json.digest).toBe(first.json.digest);
      expect(other.json.digest).not.toBe(first.json.digest);
      expect(other.json.key).toBe(first.json.key);
    });

    it('keeps a key as a hash together with its caller: the same text of another caller is another key', async () => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'k1' };
      const mine = await post('/v1/orders', order);
      const theirs = await call('/v1/orders', { method: 'POST', key: ADMIN_KEY, body: order, headers });
      expect(mine.json.key).toMatch(/^[0-9a-f]{32}$/);
      expect(theirs.json.key).toMatch(/^[0-9a-f]{32}$/);
      expect(theirs.json.key).not.toBe(mine.json.key);
    });
  });

  describe('lists', () => {
    const key = issue('finance');

    it('defaults to 50 and takes 1 to 500', async () => {
      expect((await call('/v1/orders', { key })).json).toEqual({ limit: 50, cursor: null });
      expect((await call('/v1/orders?limit=500&cursor=WzFd', { key })).json).toEqual({ limit: 500, cursor: 'WzFd' });
    });

    it.each([
      'limit=0',
      'limit=501',
      'limit=1e2',
      'limit=-1',
      'limit=',
      'limit=1&limit=2',
      'cursor=a&cursor=b',
      'lmit=1',
    ])('refuses ?%s', async (query) => {
      const { status, json } = await call(`/v1/orders?${query}`, { key });
      expect([status, json.code]).toEqual([400, 'VALIDATION_FAILED']);
    });
  });

  describe('outside /v1', () => {
    it('is live, and ready once every part is', async () => {
      expect((await call('/health/live')).json).toEqual({ status: 'live' });
      expect((await call('/health/ready')).json).toEqual({ status: 'ready', failing: [] });
      expect((await call('/health')).json).toEqual({ status: 'ready', failing: [], checks: {} });
    });

    it('names the parts that are not ready, whether they say so, fail or hang', async () => {
      const health = app.get(HealthRegistry);
      const undo = [
        health.register('journal', () => ({ ok: true })),
        health.register('database', () => Promise.reject(new Error('connect postgres://u:pw@db/x refused'))),
        health.register('signer', () => ({ ok: false, detail: 'no key' })),
        health.register('chain', () => new Promise(() => undefined), { timeoutMs: 20 }),
      ];
      const { status, json, response } = await call('/health/ready');
      const details = await call('/health');
      undo.forEach((remove) => remove());
      expect([status, response.headers.get('retry-after')]).toEqual([503, '1']);
      const failing = ['database', 'signer', 'chain'];
      expect(json).toEqual({ status: 'not-ready', failing });
      expect(details.status).toBe(200);
      expect(details.json).toEqual({
        status: 'not-ready',
        failing,
        checks: {
          journal: { ok: true },
          database: { ok: false, detail: 'connect postgres://u:[redacted]@db/x refused' },
          signer: { ok: false, detail: 'no key' },
          chain: { ok: false, detail: 'no answer within 20 ms' },
        },
      });
    });

    it('is ready for HTTP whatever Kafka does, and for Kafka only while Kafka works', async () => {
      const health = app.get(HealthRegistry);
      expect((await call('/health/ready?for=kafka')).json).toEqual({ status: 'not-ready', failing: ['kafka'] });
      let ok = false;
      const undo = health.register('broker', () => ({ ok, detail: 'lag unknown' }), { for: 'kafka' });
      expect((await call('/health/ready')).json).toEqual({ status: 'ready', failing: [] });
      const away = await call('/health/ready?for=kafka');
      expect([away.status, away.json]).toEqual([503, { status: 'not-ready', failing: ['broker'] }]);
      expect((await call('/health')).json).toMatchObject({
        status: 'ready',
        checks: { broker: { detail: 'lag unknown' } },
      });
      ok = true;
      expect((await call('/health/ready?for=kafka')).json).toEqual({ status: 'ready', failing: [] });
      undo();
      for (const query of ['for=kafkas', 'for=', 'for=kafka&for=kafka', 'fro=kafka']) {
        expect([query, (await call(`/health/ready?${query}`)).status]).toEqual([query, 400]);
      }
    });

    it('asks a part once at a time, however many ask for readiness', async () => {
      const health = new HealthRegistry();
      const release: (() => void)[] = [];
      health.register('slow', () => new Promise((resolve) => release.push(() => resolve({ ok: true }))));
      const answers = [health.readiness(), health.readiness('kafka'), health.details(), health.readiness()];
      expect(release).toHaveLength(1);
      release[0]?.();
      expect((await Promise.all(answers)).map(({ failing }) => failing)).toEqual([[], ['kafka'], [], []]);
      void health.readiness();
      expect(release).toHaveLength(2);
      release[1]?.();
    });

    it('exposes its own and the modules’ metrics', async () => {
      app
        .get(Metrics)
        .counter({ name: 'airtime_orders_total', help: 'orders', labels: ['kind'] })
        .inc({ kind: 'a' }, 3);
      const { text, type } = await call('/metrics');
      expect(type).toContain('text/plain');
      expect(text).toContain('airtime_orders_total{kind="a"} 3');
      expect(text).toContain('airtime_http_request_duration_seconds_bucket');
      expect(text).toContain('route="/v1/orders"');
      expect(text).toContain('process_cpu_seconds_total');
    });

    it('serves the API document with the routes under /v1', async () => {
      const { json } = await call('/docs-json');
      expect(Object.keys(json.paths)).toEqual(expect.arrayContaining(['/v1/orders', '/health/ready']));
      expect(json.paths['/v1/orders'].post.parameters).toEqual(
        expect.arrayContaining([expect.objectContaining({ name: 'Idempotency-Key', in: 'header' })]),
      );
      expect(json.paths['/v1/orders'].post.responses.default.content).toHaveProperty('application/problem+json');
      expect(json.paths['/health/live'].get.security).toEqual([]);
      const page = await call('/docs');
      expect(page.status).toBe(200);
      expect(page.text).toContain('swagger-ui');
    });

    it('sends security headers', async () => {
      const { headers } = (await call('/v1/orders')).response;
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
    });
  });

  it('writes no key into its log', () => {
    expect(lines.join('')).not.toContain(ADMIN_KEY);
    expect(lines.join('')).not.toContain(operator);
  });
});

describe('a service that other machines reach', () => {
  it('shows health details and metrics to admins and auditors only, readiness to everybody', async () => {
    const app = await createService(OrdersModule, {
      configuration: loadConfiguration({ AIRTIME_ADMIN_KEY: ADMIN_KEY, HOST: '0.0.0.0' }),
      logger: createLogger('silent'),
      name: 'orders',
      refusals: ORDER_REFUSALS,
    });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const status = async (path: string, key?: string) =>
      (await fetch(`${url}${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })).status;
    for (const path of ['/health', '/metrics']) {
      expect([path, await status(path)]).toEqual([path, 401]);
      expect([path, await status(path, 'guess')]).toEqual([path, 401]);
      expect([path, await status(path, issue('operator'))]).toEqual([path, 403]);
      expect([path, await status(path, issue('auditor'))]).toEqual([path, 200]);
      expect([path, await status(path, ADMIN_KEY)]).toEqual([path, 200]);
    }
    for (const path of ['/health/live', '/health/ready']) expect([path, await status(path)]).toEqual([path, 200]);
    await app.close();
  });
});

describe('a limited service', () => {
  it('answers 429 by key and by address, and never limits health', async () => {
    const app = await createService(OrdersModule, {
      configuration: loadConfiguration({ AIRTIME_ADMIN_KEY: ADMIN_KEY }),
      logger: createLogger('silent'),
      name: 'orders',
      refusals: ORDER_REFUSALS,
      rateLimits: { perKey: 3, perAddress: 2 },
    });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const status = async (path: string, key?: string) =>
      (await fetch(`${url}${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })).status;
    const statuses = async (times: number, path: string, key?: string) => {
      const seen: number[] = [];
      for (let index = 0; index < times; index += 1) seen.push(await status(path, key));
      return seen;
    };
    expect(await statuses(4, '/v1/orders', ADMIN_KEY)).toEqual([200, 200, 200, 429]);
    expect(await status('/v1/orders/closed', ADMIN_KEY)).toBe(429);
    expect([await status('/v1/orders', 'guess-1'), await status('/v1/orders', 'guess-2')]).toEqual([401, 401]);
    expect(await status('/v1/orders', 'guess-3')).toBe(429);
    expect(await statuses(5, '/health/live')).toEqual([200, 200, 200, 200, 200]);
    await app.close();
  });
});

describe('a closing service', () => {
  it('answers the requests in flight before its modules close', async () => {
    const app = await createService(OrdersModule, {
      configuration: loadConfiguration({}),
      logger: createLogger('silent'),
      name: 'orders',
      refusals: ORDER_REFUSALS,
    });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    events.length = 0;
    release = undefined;
    const answer = fetch(`${url}/v1/orders/slow`);
    while (release === undefined) await new Promise((resolve) => setImmediate(resolve));
    const closed = app.close();
    await expect(fetch(`${url}/v1/orders/closed`)).rejects.toThrow();
    (release as () => void)();
    expect((await answer).status).toBe(200);
    await closed;
    expect(events).toEqual(['request began', 'request answered', 'module closed']);
  });
});
