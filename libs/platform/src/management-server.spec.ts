import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventually } from '#testing';
import { CONNECTION_TIMES_DEFAULT, type ConnectionTimes } from './connections.js';
import { createLogger, createService, HealthRegistry, loadConfiguration } from './index.js';
import { createManagementServer } from './management-server.js';
import { expectProblem, RawClient, statusOf } from '../test-support/raw-client.js';

@Module({})
class NothingModule {}

const HOST = 'Host: here';
const GET_LIVE = ['GET /health/live HTTP/1.1', HOST, 'Connection: close', '', ''];

describe('given health and metrics on a port of their own', () => {
  let app: NestFastifyApplication;
  const servers: Server[] = [];
  const clients: RawClient[] = [];

  beforeAll(async () => {
    const configuration = loadConfiguration({ AIRTIME_ADMIN_KEY: 'k'.repeat(32) });
    app = await createService(NothingModule, {
      configuration,
      logger: createLogger('silent'),
      name: 'nothing',
      refusals: {},
    });
  });

  afterEach(async () => {
    clients.splice(0).forEach(({ socket }) => socket.destroy());
    await Promise.all(servers.splice(0).map((server) => once(server.close(), 'close')));
  });

  afterAll(() => app.close());

  async function start(times: Partial<ConnectionTimes> = {}): Promise<Server> {
    const server = createManagementServer(app, { ...CONNECTION_TIMES_DEFAULT, ...times });
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  async function open(server: Server): Promise<RawClient> {
    const client = await RawClient.open((server.address() as AddressInfo).port);
    clients.push(client);
    return client;
  }

  const connectionsOf = (server: Server) =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));

  it('then connections that send nothing or half a head keep no probe out, however many they are', async () => {
    const server = await start();
    for (let n = 1; n <= 600; n++) {
      const client = await open(server);
      if (n % 2 === 0) client.send('GET /metrics HTTP/1.1', 'Ho');
      if (n % 150 === 0) expect(statusOf(await (await open(server)).send(...GET_LIVE).closed())).toBe(200);
    }
    await eventually(
      () => connectionsOf(server),
      (count) => count <= 256,
    );
  });

  it('then a head that does not come in time is 408, and a silent connection is closed', async () => {
    const server = await start({ headersTimeoutMs: 100, checkMs: 50 });
    const slow = (await open(server)).send('GET /health HTTP/1.1', 'Ho');
    const silent = await open(server);
    expectProblem(await slow.closed(), 408, 'REQUEST_TIMEOUT');
    await silent.closed();
  });

  it('then an answer that nobody takes is given up', async () => {
    const server = await start({ stalledAnswerMs: 200, checkMs: 50 });
    const client = await open(server);
    client.socket.pause();
    // More answers than all buffers on the way hold.
    for (let n = 0; n < 3_000; n++) client.send('GET /metrics HTTP/1.1', HOST, '', '');
    await eventually(
      () => connectionsOf(server),
      (count) => count === 0,
    );
  });

  it.each([
    ['that ends never', ['Transfer-Encoding: chunked', '', '5', 'hello', '']],
    ['of a gigabyte', ['Content-Length: 1000000000', '', 'x'.repeat(100_000)]],
    ['that waits to be sent', ['Content-Length: 5', 'Expect: 100-continue', '', '']],
  ])('then a body %s is not read: the answer comes, and the connection ends', async (_, lines) => {
    const server = await start();
    const client = (await open(server)).send('GET /health/live HTTP/1.1', HOST, ...lines);
    expect(await client.closed()).toMatch(/HTTP\/1\.1 200 [\s\S]*"live"/);
  });

  it.each([
    ['no host', ['GET /health HTTP/1.1', 'Connection: close', '', ''], 400, 'BAD_REQUEST'],
    ['nonsense', ['hello', '', ''], 400, 'BAD_REQUEST'],
    ['a head that is too long', [`GET /${'x'.repeat(20_000)} HTTP/1.1`, HOST, '', ''], 431, 'HEADERS_TOO_LARGE'],
    ['a proxy’s method', ['CONNECT here:443 HTTP/1.1', HOST, '', ''], 400, 'BAD_REQUEST'],
    ['an odd expectation', ['GET /health HTTP/1.1', HOST, 'Expect: miracles', '', ''], 417, 'EXPECTATION_FAILED'],
    ['another method', ['TRACE /health HTTP/1.1', HOST, 'Connection: close', '', ''], 405, 'METHOD_NOT_ALLOWED'],
    ['another path', ['GET /health/%00 HTTP/1.1', HOST, 'Connection: close', '', ''], 404, 'ROUTE_NOT_FOUND'],
  ] as [string, string[], number, string][])(
    'then %s is refused as on the other port',
    async (_, lines, status, code) => {
      const server = await start();
      expectProblem(await (await open(server)).send(...lines).closed(), status, code);
    },
  );

  it('then what is not ready is 503, with the time after which another try makes sense', async () => {
    const remove = app.get(HealthRegistry).register('store', () => ({ ok: false, detail: 'away' }));
    const server = await start();
    const ready = ['GET /health/ready HTTP/1.1', HOST, 'Connection: close', '', ''];
    const answer = await (await open(server)).send(...ready).closed();
    remove();
    expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1\r\n[\s\S]*"failing":\["store"\]/);
  });
});
