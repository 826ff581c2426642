import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { Body, Controller, Get, Module, Post, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { IsString } from 'class-validator';
import { eventually, HANG_MS } from '#testing';
import { BODY_LIMITS_DEFAULT } from './body-intake.js';
import { CONNECTION_TIMES_DEFAULT } from './connections.js';
import {
  Allow,
  BODY_LIMIT_BYTES,
  createLogger,
  createService,
  hashKey,
  KEY_RING,
  type KeyGrant,
  type KeyRing,
  LARGE_BODY_LIMIT_BYTES,
  LargeBody,
  loadConfiguration,
  Public,
} from './index.js';
import type { ServiceOptions } from './service.js';
import { codeOf, expectProblem, outcomeOf, RawClient, statusOf } from '../test-support/raw-client.js';

class NameInput {
  @IsString()
  name!: string;
}

const handled: string[] = [];
/** What a handler waits for. */
let laterComes: Promise<unknown> = Promise.resolve();

@Controller('things')
class ThingsController {
  @Post()
  @Allow('operator')
  make(@Body() { name }: NameInput) {
    handled.push(name.slice(0, 20));
    return { length: name.length };
  }

  @Post('batch')
  @LargeBody()
  @Allow('operator')
  makeMany(@Body() body: unknown) {
    return { many: Array.isArray(body) };
  }

  @Get(':id')
  @Public()
  show() {
    return { shown: true };
  }

  @Get(':id/later')
  @Public()
  async later() {
    handled.push('later');
    await laterComes;
    return { shown: 'later' };
  }

  @Get(':id/long')
  @Public()
  long(@Res() reply: FastifyReply) {
    void reply.send('x'.repeat(50_000_000));
  }
}

const OPERATOR = 'operator-key';
const FINANCE = 'finance-key';
const grants = new Map<string, KeyGrant>([
  [hashKey(OPERATOR), { id: 'k-operator', role: 'operator' }],
  [hashKey(FINANCE), { id: 'k-finance', role: 'finance' }],
]);
const ring: KeyRing = { find: (hash) => grants.get(hash) };

@Module({ controllers: [ThingsController], providers: [{ provide: KEY_RING, useValue: ring }] })
class ThingsModule {}

let running: { app: NestFastifyApplication; port: number; clients: RawClient[] } | undefined;

async function start(options: Partial<ServiceOptions> = {}, env: Record<string, string> = {}) {
  const app = await createService(ThingsModule, {
    configuration: loadConfiguration(env),
    logger: createLogger('silent'),
    name: 'things',
    refusals: {},
    ...options,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  running = { app, port, clients: [] };
  return { app, port, url: `http://127.0.0.1:${port}` };
}

async function open(): Promise<RawClient> {
  const client = await RawClient.open(running!.port);
  running!.clients.push(client);
  return client;
}

/** One exchange on a connection of its own; the answer once the server closes it or its JSON is complete. */
async function exchange(...lines: string[]): Promise<string> {
  const client = await open();
  return client.send(...lines).saw(/\r\n\r\n(.*})?$/s);
}

const HOST = 'Host: here';
const KEY = `Authorization: Bearer ${OPERATOR}`;
const JSON_TYPE = 'Content-Type: application/json';
const CHUNKED = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
const LENGTH = (bytes: number) => `Content-Length: ${bytes}`;

afterEach(async () => {
  running?.clients.forEach(({ socket }) => socket.destroy());
  await running?.app.close();
  running = undefined;
  handled.length = 0;
});

describe('before a body is read', () => {
  const announced = [HOST, JSON_TYPE, LENGTH(5_000), '', ''];

  it('a missing or unknown key, a wrong role, an unknown path, a wrong method and a size are refused', async () => {
    await start();
    const held = (line: string, ...more: string[]) => exchange(line, ...more, ...announced);
    expectProblem(await held('POST /v1/things HTTP/1.1'), 401, 'UNAUTHENTICATED');
    expectProblem(await held('POST /v1/things HTTP/1.1', 'Authorization: Bearer guess'), 401, 'UNAUTHENTICATED');
    expectProblem(await held('POST /v1/things HTTP/1.1', `Authorization: Bearer ${FINANCE}`), 403, 'FORBIDDEN');
    expectProblem(await held('POST /v1/nothing HTTP/1.1', KEY), 404, 'ROUTE_NOT_FOUND');
    expectProblem(await held('PUT /v1/things HTTP/1.1', KEY), 405, 'METHOD_NOT_ALLOWED');
    const large = [HOST, JSON_TYPE, LENGTH(BODY_LIMIT_BYTES + 1), '', ''];
    expectProblem(await exchange('POST /v1/things HTTP/1.1', KEY, ...large), 413, 'BODY_TOO_LARGE');
    const huge = [HOST, JSON_TYPE, LENGTH(LARGE_BODY_LIMIT_BYTES + 1), '', ''];
    expectProblem(await exchange('POST /v1/things/batch HTTP/1.1', KEY, ...huge), 413, 'BODY_TOO_LARGE');
    expect(handled).toEqual([]);
  });

  it('too many requests are refused', async () => {
    await start({ rateLimits: { perKey: 1, perAddress: 1 } });
    await exchange('POST /v1/things HTTP/1.1', ...announced);
    const answer = await exchange('POST /v1/things HTTP/1.1', ...announced);
    expectProblem(answer, 429, 'RATE_LIMITED');
    expect(answer).toMatch(/retry-after: \d+/i);
    await exchange('POST /v1/things HTTP/1.1', KEY, ...announced.slice(0, -3), LENGTH(99_999), '', '');
    expectProblem(await exchange('POST /v1/things HTTP/1.1', KEY, ...announced), 429, 'RATE_LIMITED');
  });

  it('a client that asks first is told to send only when its request is taken', async () => {
    await start();
    const body = '{"name":"a"}';
    const ask = [HOST, JSON_TYPE, LENGTH(body.length), 'Expect: 100-continue', '', ''];
    const refused = await (await open()).send('POST /v1/things HTTP/1.1', ...ask).closed();
    expectProblem(refused, 401, 'UNAUTHENTICATED');
    expect(refused).toMatch(/connection: close/i);

    const client = await open();
    await client.send('POST /v1/things HTTP/1.1', KEY, ...ask).saw(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    expect(await client.send(body).saw(/"length":1}$/)).toContain('HTTP/1.1 201');
  });
});

describe('a body', () => {
  const chunked = ['POST /v1/things HTTP/1.1', HOST, KEY, JSON_TYPE, 'Transfer-Encoding: chunked', '', ''];
  const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;

  it('without an announced length is refused as soon as it has grown too large', async () => {
    await start();
    const client = await open();
    client.send(...chunked);
    for (let sent = 0; sent <= BODY_LIMIT_BYTES; sent += 8_192) client.send(chunk(8_192));
    expectProblem(await client.saw(/}$/), 413, 'BODY_TOO_LARGE');
  });

  it('of an ordinary command is small, of a batch large', async () => {
    const { url } = await start();
    const post = async (path: string, bytes: number) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${OPERATOR}` };
      const body = JSON.stringify({ name: 'x'.repeat(bytes) });
      return (await fetch(`${url}${path}`, { method: 'POST', headers, body })).status;
    };
    expect(await post('/v1/things', BODY_LIMIT_BYTES - 100)).toBe(201);
    expect(await post('/v1/things', BODY_LIMIT_BYTES)).toBe(413);
    expect(await post('/v1/things/batch', LARGE_BODY_LIMIT_BYTES - 100)).toBe(201);
    expect(await post('/v1/things/batch', LARGE_BODY_LIMIT_BYTES)).toBe(413);
  });

  it('that comes too slowly is given up with 408', async () => {
    await start({ bodyLimits: { ...BODY_LIMITS_DEFAULT, paceMs: 100 } });
    const client = (await open()).send('POST /v1/things HTTP/1.1', HOST, KEY, JSON_TYPE, LENGTH(5_000), '', '{');
    const drip = setInterval(() => client.send(' '), 20);
    expectProblem(await client.saw(/}$/), 408, 'REQUEST_TIMEOUT');
    clearInterval(drip);
  });

  it('is held within the bounds of its key and of the process, and another key goes on', async () => {
    const limits = { ...BODY_LIMITS_DEFAULT, keyBytes: 100_000, processBytes: 150_000, paceMs: 60_000 };
    await start({ bodyLimits: limits });
    grants.set(hashKey('second'), { id: 'k-second', role: 'operator' });
    const hold = async (key: string, bytes: number) => {
      const head = ['POST /v1/things HTTP/1.1', HOST, `Authorization: Bearer ${key}`, JSON_TYPE, LENGTH(bytes + 5_000)];
      const client = await open();
      // Two writes: the second byte of the body shows that the first part has been taken.
      client.send(...head, '', '').send(' '.repeat(bytes));
      return client;
    };
    const first = await hold(OPERATOR, 45_000);
    const second = await hold(OPERATOR, 45_000);
    const ofKey = await (await hold(OPERATOR, 45_000)).saw(/}$/);
    expectProblem(ofKey, 429, 'RATE_LIMITED');
    expect(ofKey).toMatch(/retry-after: 1/i);
    const other = await hold('second', 45_000);
    const ofProcess = await (await hold('second', 45_000)).saw(/}$/);
    expectProblem(ofProcess, 503, 'UNAVAILABLE');
    expect(ofProcess).toMatch(/retry-after: 1/i);
    // What was held is free again when its client goes.
    for (const client of [first, second, other]) {
      client.socket.destroy();
    }
    let status = 0;
    while (status !== 201) {
      const body = JSON.stringify({ name: 'x'.repeat(60_000) });
      status = statusOf(
        await exchange('POST /v1/things HTTP/1.1', HOST, KEY, JSON_TYPE, LENGTH(body.length), '', body),
      );
    }
  });

  it('is held with 149 others within the bound of the process, which goes on serving', async () => {
    const MiB = 1024 * 1024;
    await start({ bodyLimits: { ...BODY_LIMITS_DEFAULT, paceMs: HANG_MS } });
    const keys = ['first', 'second', 'third'];
    for (const key of keys) grants.set(hashKey(key), { id: `k-${key}`, role: 'operator' });
    // One buffer for all of them: what the clients send costs no memory here, what the service holds does.
    const part = Buffer.alloc(MiB, ' ');
    const before = process.memoryUsage().rss;
    const clients: RawClient[] = [];
    for (let n = 0; n < 150; n++) {
      const client = await open();
      client.send(
        ...['POST /v1/things/batch HTTP/1.1', HOST, `Authorization: Bearer ${keys[n % 3]}`, JSON_TYPE],
        ...[LENGTH(part.length + 1), '', ''],
      );
      client.socket.write(part);
      clients.push(client);
    }
    let most = 0;
    const isRefused = ({ text }: RawClient) => text.includes('"code"');
    // 150 MiB were offered, 128 may be held: whoever is not refused is held.
    await eventually(() => {
      most = Math.max(most, process.memoryUsage().rss - before);
      return clients.filter((client) => !isRefused(client)).length <= 128;
    });
    expect(most).toBeLessThan(400 * MiB);
    for (const { text } of clients.filter(isRefused)) {
      expect([429, 503]).toContain(statusOf(text));
      expect(text).toMatch(/retry-after: 1/i);
    }
    expect(clients.filter((client) => !isRefused(client) && !client.isClosed).length).toBeGreaterThan(60);
    expect(statusOf(await exchange('GET /health/live HTTP/1.1', HOST, '', ''))).toBe(200);
    for (const { socket } of clients) socket.destroy();
    const small = ['POST /v1/things HTTP/1.1', HOST, KEY, JSON_TYPE, LENGTH(14), '', '{"name":"abc"}'];
    await eventually(async () => statusOf(await exchange(...small)) === 201);
  });

  it('that was refused is not read for ever: the connection ends, the answer has come', async () => {
    await start();
    const client = (await open()).send('POST /v1/things HTTP/1.1', HOST, JSON_TYPE, LENGTH(1_000_000_000), '', '');
    const flood = setInterval(() => client.send('x'.repeat(100_000)), 5);
    const answer = await client.closed();
    clearInterval(flood);
    expect(outcomeOf(answer)).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('that is malformed costs the client its request, not its connection', async () => {
    await start();
    const client = await open();
    client.send('POST /v1/things HTTP/1.1', HOST, KEY, JSON_TYPE, LENGTH(1), '', '{');
    await client.saw(/MALFORMED_JSON.*}$/s);
    client.send('GET /v1/things/1 HTTP/1.1', HOST, '', '');
    await client.saw(/{"shown":true}$/);
  });
});

describe('requests that HTTP allows', () => {
  it('are answered in order when they are pipelined', async () => {
    await start();
    const get = ['GET /v1/things/1 HTTP/1.1', HOST, '', ''].join('\r\n');
    const miss = ['GET /v1/nothing HTTP/1.1', HOST, '', ''].join('\r\n');
    const client = (await open()).send(get + miss + get);
    const answer = await client.saw(/"shown":true.*"ROUTE_NOT_FOUND".*"shown":true}$/s);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it.each([
    ['what cannot be read', 'GARBAGE\r\n\r\n', 'BAD_REQUEST'],
    ['a head that does not come in time', 'GET /v1/things/1 HTTP/1.1\r\nHo', 'REQUEST_TIMEOUT'],
    ['a body that cannot be read', `POST /v1/things HTTP/1.1\r\n${HOST}\r\n${KEY}\r\n${CHUNKED}z`, 'BAD_REQUEST'],
  ])('are answered first when %s follows them: its refusal is not taken for theirs', async (_, rest, code) => {
    let comes!: () => void;
    laterComes = new Promise<void>((resolve) => (comes = resolve));
    const { app } = await start({
      connectionTimes: { ...CONNECTION_TIMES_DEFAULT, headersTimeoutMs: 200, checkMs: 50 },
    });
    const refused = once(app.getHttpServer() as Server, 'clientError');
    const client = (await open()).send('GET /v1/things/1/later HTTP/1.1', HOST, '', rest);
    await refused;
    expect(client.text).toBe('');
    comes();
    const answer = await client.closed();
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*{"shown":"later"}HTTP\/1\.1 4/);
    expect(codeOf(answer)).toBe(code);
    expect(handled).toEqual(['later']);
  });

  it('may have as many headers as fit into their head, and the last one counts', async () => {
    await start();
    const many = Array.from({ length: 2_400 }, () => 'a: 1');
    const answer = await exchange(
      'POST /v1/things HTTP/1.1',
      HOST,
      JSON_TYPE,
      LENGTH(12),
      ...many,
      KEY,
      '',
      '{"name":"a"}',
    );
    expect(statusOf(answer)).toBe(201);
  });

  it.each([
    ['HTTP/1.0', ['GET /v1/things/1 HTTP/1.0', '', '']],
    ['a whole URL', ['GET http://here/v1/things/1?x=1 HTTP/1.1', HOST, 'Connection: close', '', '']],
    ['a wish to upgrade', ['GET /v1/things/1 HTTP/1.1', HOST, 'Connection: upgrade, close', 'Upgrade: h2c', '', '']],
  ])('are answered with %s', async (_, lines) => {
    await start();
    expect(await (await open()).send(...lines).closed()).toMatch(/^HTTP\/1\.1 200 [\s\S]*{"shown":true}$/);
  });
});

describe('requests that HTTP forbids', () => {
  it.each([
    [
      'a length and chunks',
      ['POST /v1/things HTTP/1.1', HOST, LENGTH(5), 'Transfer-Encoding: chunked', '', '0', '', ''],
    ],
    ['two lengths', ['POST /v1/things HTTP/1.1', HOST, LENGTH(5), LENGTH(6), '', 'hello']],
    ['a negative length', ['POST /v1/things HTTP/1.1', HOST, LENGTH(-5), '', '']],
    ['chunked that is not last', ['POST /v1/things HTTP/1.1', HOST, 'Transfer-Encoding: chunked, gzip', '', '']],
    ['a blank before the colon', ['GET /v1/things/1 HTTP/1.1', 'Host : here', '', '']],
    ['a folded header', ['GET /v1/things/1 HTTP/1.1', HOST, 'X-A: b', ' Transfer-Encoding: chunked', '', '']],
    ['no host', ['GET /v1/things/1 HTTP/1.1', 'Connection: close', '', '']],
    ['two hosts', ['GET /v1/things/1 HTTP/1.1', HOST, 'host: there', 'Connection: close', '', '']],
    ['a host that is none', ['GET /v1/things/1 HTTP/1.1', 'Host: here/there', 'Connection: close', '', '']],
    ['nonsense', ['hello', '', '']],
    ['a TLS greeting', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '', '']],
    ['a blank in the path', ['GET /v1/things /1 HTTP/1.1', HOST, '', '']],
    ['a proxy’s method', ['CONNECT here:443 HTTP/1.1', HOST, '', '']],
  ])('are refused with %s, and the connection is closed', async (_, lines) => {
    await start();
    expectProblem(await (await open()).send(...lines).closed(), 400, 'BAD_REQUEST');
    expect(handled).toEqual([]);
  });

  it('are refused with a head that is too long', async () => {
    await start();
    for (const lines of [
      [`GET /${'x'.repeat(20_000)} HTTP/1.1`, HOST],
      ['GET / HTTP/1.1', HOST, `A: ${'x'.repeat(20_000)}`],
    ])
      expectProblem(await (await open()).send(...lines, '', '').closed(), 431, 'HEADERS_TOO_LARGE');
  });

  it('are refused with an expectation that nobody can meet', async () => {
    await start();
    const answer = await (await open()).send('GET /v1/things/1 HTTP/1.1', HOST, 'Expect: miracles', '', '').closed();
    expectProblem(answer, 417, 'EXPECTATION_FAILED');
  });

  it('are given up with 408 when their head does not come in time', async () => {
    await start({ connectionTimes: { ...CONNECTION_TIMES_DEFAULT, headersTimeoutMs: 100, checkMs: 50 } });
    const slow = (await open()).send('GET /v1/things/1 HTTP/1.1', 'Ho');
    const silent = await open();
    expectProblem(await slow.closed(), 408, 'REQUEST_TIMEOUT');
    await silent.closed();
  });

  it('count against the address, like all that is refused, and a key pays for its own', async () => {
    await start({ rateLimits: { perKey: 5, perAddress: 5 } });
    const get = (path: string, ...more: string[]) => exchange(`GET ${path} HTTP/1.1`, HOST, ...more, '', '');
    const wrong = [
      await get('/v1/nothing'),
      await get('/v1/things/%ff'),
      await exchange('POST /v1/things HTTP/1.1', HOST, LENGTH(0), '', ''),
      await exchange('nonsense', '', ''),
      await exchange('DELETE /v1/things HTTP/1.1', HOST, '', ''),
    ];
    expect(wrong.map(statusOf)).toEqual([404, 400, 401, 400, 405]);
    expect(statusOf(await get('/v1/things/1'))).toBe(429);
    expect(statusOf(await get('/v1/things/%ff'))).toBe(429);
    expect(await (await open()).send('nonsense', '', '').closed()).toBe('');
    expect(statusOf(await get('/health/live'))).toBe(200);
    const keyed = [];
    for (let n = 0; n < 6; n += 1) keyed.push(statusOf(await get('/v1/nothing', KEY)));
    expect(keyed).toEqual([404, 404, 404, 404, 404, 429]);
  });
});

describe('a known path', () => {
  it.each([
    ['DELETE', '/v1/things', 'POST'],
    ['OPTIONS', '/v1/things', 'POST'],
    ['HEAD', '/v1/things', 'POST'],
    ['PROPFIND', '/v1/things/7/long', 'GET, HEAD'],
    ['PATCH', '/v1/things/batch?x=1', 'GET, HEAD, POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['POST', '/docs-json', 'GET, HEAD'],
    ['TRACE', '/metrics', 'GET, HEAD'],
  ])('answers 405 to %s %s and says which methods it takes', async (method, path, allow) => {
    await start();
    const client = await open();
    const answer = await client.send(`${method} ${path} HTTP/1.1`, HOST, 'Connection: close', '', '').closed();
    expect(statusOf(answer)).toBe(405);
    expect(/^allow: (.*)$/im.exec(answer)?.[1]?.trim()).toBe(allow);
  });

  it('answers HEAD like GET, without the body', async () => {
    await start();
    const answer = await (await open()).send('HEAD /v1/things/1 HTTP/1.1', HOST, 'Connection: close', '', '').closed();
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*content-length: 14[\s\S]*\r\n\r\n$/i);
  });

  it.each(['/v1/thing', '/v1/things/', '/v1/things/1/2/3', '/v1', '/health/live/', '*'])(
    'is not %s, which is 404 whatever the method',
    async (path) => {
      await start();
      for (const method of ['GET', 'OPTIONS', 'DELETE']) {
        expect([method, statusOf(await exchange(`${method} ${path} HTTP/1.1`, HOST, '', ''))]).toEqual([method, 404]);
      }
    },
  );
});

describe('connections', () => {
  it('that send nothing or half a head keep nobody out, however many they are', async () => {
    const { url } = await start({}, { AIRTIME_CONNECTIONS_MAX: '64' });
    for (let n = 0; n < 400; n += 1) {
      const client = await open();
      if (n % 2 === 0) client.send('POST /v1/things HTTP/1.1', 'Ho');
      if (n % 100 !== 99) continue;
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${OPERATOR}` };
      const answer = await fetch(`${url}/v1/things`, { method: 'POST', headers, body: '{"name":"valid"}' });
      expect(answer.status).toBe(201);
    }
    const open64 = running!.clients.filter(({ isClosed }) => !isClosed);
    expect(open64.length).toBeLessThanOrEqual(64);
  });

  it('of callers that wait for an answer do not give way: the next one is told to come back', async () => {
    await start({}, { AIRTIME_CONNECTIONS_MAX: '16' });
    const body = '{"name":"ab"}';
    const head = [
      'POST /v1/things HTTP/1.1',
      HOST,
      KEY,
      JSON_TYPE,
      LENGTH(body.length),
      'Expect: 100-continue',
      '',
      '',
    ];
    const waiting: RawClient[] = [];
    for (let n = 0; n < 8; n += 1) {
      const client = await open();
      await client.send(...head).saw(/100 Continue/);
      waiting.push(client);
    }
    const refused = await (await open()).closed();
    expectProblem(refused, 503, 'UNAVAILABLE');
    expect(refused).toMatch(/retry-after: 1/i);
    for (const client of waiting) await client.send(body).saw(/201 Created/);
  });

  it('of which nobody takes the answer are closed', async () => {
    await start({ connectionTimes: { ...CONNECTION_TIMES_DEFAULT, stalledAnswerMs: 200, checkMs: 50 } });
    const client = await open();
    client.socket.pause();
    client.send('GET /v1/things/1/long HTTP/1.1', HOST, '', '');
    let isOpen = true;
    while (isOpen) {
      await new Promise((resolve) => setImmediate(resolve));
      const server = running!.app.getHttpServer() as Server;
      isOpen = (await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))) > 0;
    }
  });
});
