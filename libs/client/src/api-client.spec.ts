import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, isRefusal, RequestRefused, ServiceUnreachable } from './index.js';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answerer = (response: ServerResponse, seen: Seen) => void;

const json =
  (value: unknown, status = 200): Answerer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const cut: Answerer = (response) => void response.socket?.destroy();

describe('given a service that answers as it is told', () => {
  let server: Server;
  let seen: Seen[];
  /** One for each request; the last one answers all that follow. */
  let answers: Answerer[];
  const clients: ApiClient[] = [];

  beforeEach(async () => {
    seen = [];
    answers = [json({})];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
        (answers.length > 1 ? answers.shift()! : answers[0]!)(response, seen.at(-1)!);
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  function connect(options: ConstructorParameters<typeof ApiClient>[1] = {}): ApiClient {
    const { port } = server.address() as AddressInfo;
    const connection = { url: () => new URL(`http://127.0.0.1:${port}/`), key: 'k', advice: () => 'start it' };
    const client = new ApiClient(connection, { retry: { outageMaxMs: 5_000, firstPauseMs: 1 }, ...options });
    clients.push(client);
    return client;
  }

  it('puts parameters into the path and the query, escaped, and leaves out what is undefined', async () => {
    await connect().get('/v1/accounts/{account}/entries', {
      path: { account: 'customer:a/b:available' },
      query: { limit: 5, cursor: undefined, position: ['0:1', '2:7'] },
    });
    const { pathname, searchParams } = new URL(seen[0]!.url, 'http://x');
    expect(decodeURIComponent(pathname)).toBe('/v1/accounts/customer:a/b:available/entries');
    expect(pathname.split('/')).toHaveLength(5);
    expect([...searchParams]).toEqual([
      ['limit', '5'],
      ['position', '0:1'],
      ['position', '2:7'],
    ]);
    expect(seen[0]!.headers.authorization).toBe('Bearer k');
  });

  it('repeats a write under one Idempotency-Key, and the next write under another', async () => {
    answers = [cut, json({}, 503), json({ id: '0-1-0', position: { shard: 0, height: 1 } }), json({})];
    const client = connect();
    const mint = { body: { holder: 'acme', amount: '1', reason: 'r' } };
    expect(await client.post('/v1/mints', mint)).toMatchObject({ id: '0-1-0' });
    await client.post('/v1/mints', mint);
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it('does not repeat a write without a key whose connection broke: it may have been done', async () => {
    answers = [cut];
    const client = connect({ newKey: () => undefined });
    await expect(client.put('/v1/policies/split/{version}', policy())).rejects.toThrow(ServiceUnreachable);
    expect(seen).toHaveLength(1);
    expect(seen[0]!.headers).not.toHaveProperty('idempotency-key');
  });

  it('repeats usage without a key: the ledger knows its events', async () => {
    answers = [cut, json({ accepted: 1, duplicates: 0, conflicts: 0, rejected: [], positions: [] })];
    const { value, repetitions } = await connect().sendUsage([{ id: 'e' }]);
    expect({ accepted: value.accepted, repetitions }).toEqual({ accepted: 1, repetitions: 1 });
    expect(seen[0]!.headers).toMatchObject({ 'content-type': 'application/cloudevents-batch+json' });
    expect(seen[0]!.headers).not.toHaveProperty('idempotency-key');
    expect(seen[0]!.body).toBe('[{"id":"e"}]');
  });

  it('tries once when no outage is allowed', async () => {
    answers = [json({ code: 'UNAVAILABLE', detail: 'later' }, 503)];
    const refused = connect({ retry: { outageMaxMs: 0, firstPauseMs: 1 } }).get('/v1/chains');
    await expect(refused).rejects.toThrow('UNAVAILABLE: later');
    expect(seen).toHaveLength(1);
  });

  it('makes one readable error of a refusal', async () => {
    const errors = [{ path: 'amount', message: 'must be positive' }];
    answers = [json({ code: 'VALIDATION_FAILED', detail: 'The request is not valid.', errors }, 400)];
    const error = await connect()
      .get('/v1/chains')
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RequestRefused);
    expect(String(error)).toContain('VALIDATION_FAILED: The request is not valid. [amount: must be positive]');
    expect(isRefusal(error, 'VALIDATION_FAILED')).toBe(true);
    expect(isRefusal(error, 'FORBIDDEN')).toBe(false);
  });

  it('follows a list to its end', async () => {
    answers = [json({ items: [{ id: 'a' }], nextCursor: 'c 1' }), json({ items: [{ id: 'b' }], nextCursor: null })];
    const parties = await connect().list('/v1/parties', { query: { limit: 1 } });
    expect(parties.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(seen.map(({ url }) => url)).toEqual(['/v1/parties?limit=1', '/v1/parties?limit=1&cursor=c%201']);
  });

  it('gives up a service that is silent for too long', async () => {
    answers = [() => undefined];
    const client = connect({ retry: { outageMaxMs: 0, firstPauseMs: 1 }, silenceMaxMs: 50 });
    await expect(client.get('/v1/chains')).rejects.toThrow(/ETIMEDOUT.*start it/);
  });

  it('says when what answers is not Airtime', async () => {
    answers = [(response) => void response.end('<html>')];
    await expect(connect().get('/v1/chains')).rejects.toThrow('/v1/chains answered 200 with something else than JSON');
  });
});

function policy() {
  const shares = { provider: 8_000, treasury: 1_000, stakers: 500, burn: 500 };
  return { path: { version: 1 }, body: { effectiveAt: '2026-01-01T00:00:00Z', ...shares } };
}
