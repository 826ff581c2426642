/**
 * Every operation of the API document, found in the document itself, asked by rude clients of every role. A longer run, or
 * another one: `AIRTIME_FUZZ_SECONDS=600 AIRTIME_FUZZ_SEED=7 npm run jest -- test/api/fuzz`.
 */
import { Agent, request as send } from 'node:http';
import { jest } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { ADMIN_KEY, Api } from '../e2e/support/api.js';
import { Stage } from '../e2e/support/stage.js';
import { populate, settle, startEmpty, type Standalone } from '../e2e/support/standalone.js';
import { CUSTOMERS, generateUsage, PROVIDERS, seededRandom } from '../e2e/support/world.js';
import { RequestMaker, type FuzzRequest, type KnownValues } from './hostile-requests.js';
import { codesOf, operationsOf } from './operations.js';
import { lintDocument } from './support.js';

jest.setTimeout(900_000);

const SEED = Number(process.env['AIRTIME_FUZZ_SEED'] ?? 20_261_122);
/** For all operations together; without it a fixed number of requests each. */
const SECONDS = Number(process.env['AIRTIME_FUZZ_SECONDS'] ?? 0);
const REQUESTS_PER_OPERATION = 20;
const AT_ONCE = 6;
const ANSWER_TIMEOUT_MS = 60_000;

/** Each does a whole reading of the journal, or work on the chain: a few times say as much. */
const HEAVY = new Map([
  ['POST /v1/ledger/verify', 4],
  ['POST /v1/projections/rebuild', 3],
  ['POST /v1/projections/verify', 3],
  ['POST /v1/settlements', 4],
  ['POST /v1/reconciliations', 4],
]);

interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

describe('given every operation of the API document', () => {
  let stage: Stage;
  let standalone: Standalone;
  let document: OpenAPIObject;
  let known: KnownValues;
  const keys: [role: string, key: string | undefined][] = [['nobody', undefined]];
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  beforeAll(async () => {
    stage = await Stage.open();
    standalone = await startEmpty(stage);
    const { api } = standalone;
    await populate(standalone);
    await api.sendUsage(generateUsage(SEED, 120));
    const batch = await settle(api);
    const { items } = await api.get('/reconciliations').catch(() => ({ items: [] }));
    document = (await api.call<OpenAPIObject>('GET', '/docs-json')).body;
    known = {
      id: [...CUSTOMERS, ...PROVIDERS, batch.id, ...items.map(({ id }) => id), '0-1-0', '4-1-0', '1-2-0'],
      account: ['customer:acme:available', 'provider:gpu-north:payable', 'issuance', 'treasury:fees', 'a:b:c'],
      version: ['1', '2', '77', '999999999'],
      keyId: ['k-000000000000'],
      holder: CUSTOMERS,
      from: ['acme', 'globex'],
      to: ['globex', 'stark'],
      subject: CUSTOMERS,
      provider: PROVIDERS,
      amount: ['1', '0.000000000000000001', '12.5'],
      position: ['0:1', '4:1'],
      group: ['customer:*:available', 'issuance'],
      asOf: ['2026-01-01', new Date().toISOString(), '2026-01-01T00:00:00Z'],
      '*': ['acme', 'gpu-north', 'x'],
    };
    for (const role of ['operator', 'finance', 'compliance', 'auditor'])
      keys.push([role, (await api.post('/keys', { role })).key]);
    const provider = await api.post('/keys', { role: 'provider', provider: 'gpu-north' });
    const customer = await api.post('/keys', { role: 'customer', customer: 'acme' });
    keys.push(
      ['customer', customer.key],
      ['provider', provider.key],
      ['admin', ADMIN_KEY],
      ['admin', ADMIN_KEY],
      ['unknown', 'no-key-of-ours'],
    );
  });

  afterAll(async () => {
    agent.destroy();
    await stage.close();
  });

  function ask({ method, target, headers, body }: FuzzRequest, key: string | undefined): Promise<WireAnswer> {
    const { hostname, port } = new URL(standalone.api.url);
    return new Promise((resolve, reject) => {
      const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const length = body === undefined ? {} : { 'content-length': body.length };
      const call = send(
        { agent, hostname, port, method, path: target, headers: { ...headers, ...authorization, ...length } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              contentType: response.headers['content-type'] ?? '',
              retryAfter: response.headers['retry-after'],
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      call.setTimeout(ANSWER_TIMEOUT_MS, () => call.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)));
      call.on('error', reject);
      call.end(body);
    });
  }

  /** What is wrong with an answer; undefined when it is one that the document allows. */
  function faultOf(
    { status, contentType, retryAfter, text }: WireAnswer,
    codes: ReadonlySet<string>,
  ): string | undefined {
    if (status < 400) return undefined;
    if (status === 503 && retryAfter !== undefined && isReadiness(text)) return undefined;
    if (!contentType.startsWith('application/problem+json'))
      return `${status} is ${contentType}: ${text.slice(0, 200)}`;
    const problem = JSON.parse(text) as { status: number; code: string };
    if (problem.status !== status || !codes.has(problem.code)) return `${status} says ${text.slice(0, 300)}`;
    if (status < 500) return undefined;
    return status === 503 && retryAfter !== undefined ? undefined : `${status} ${text.slice(0, 300)}`;
  }

  /** A readiness probe answers 503 with what is not ready, as its document says. */
  const isReadiness = (text: string) => /^\{"status":"(not-ready|stopping)","failing":/.test(text);

  it('then the running service’s document is valid, and lists the codes of its answers', async () => {
    expect(await lintDocument(document)).toEqual([]);
    expect(codesOf(document).size).toBeGreaterThan(30);
  });

  it('then no request breaks a connection or is answered otherwise than the document says', async () => {
    // The stream's answer does not end by itself.
    const operations = operationsOf(document).filter(({ path }) => path !== '/v1/stream');
    expect(operations.length).toBeGreaterThan(40);
    const codes = codesOf(document);
    const random = seededRandom(SEED);
    const maker = new RequestMaker(document, known, random);
    const faults: string[] = [];
    const statuses = new Map<number, number>();
    const left = operations.map((operation) => ({
      operation,
      count: HEAVY.get(`${operation.method} ${operation.path}`) ?? REQUESTS_PER_OPERATION,
    }));
    const endsAtMs = performance.now() + SECONDS * 1_000;
    const next = () => {
      const open = SECONDS > 0 ? (performance.now() < endsAtMs ? left : []) : left.filter(({ count }) => count > 0);
      const chosen = open[Math.floor(random() * open.length)];
      if (chosen !== undefined) chosen.count--;
      return chosen?.operation;
    };
    const client = async () => {
      for (let operation = next(); operation !== undefined && faults.length < 30; operation = next()) {
        const request = maker.make(operation);
        const [role, key] = keys[Math.floor(random() * keys.length)]!;
        const what = `${request.method} ${request.target.slice(0, 200)} as ${role} ${JSON.stringify(request.headers)} ${request.body?.toString('utf8').slice(0, 300) ?? ''}`;
        try {
          const answer = await ask(request, key);
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const fault = faultOf(answer, codes);
          if (fault !== undefined) faults.push(`${what}\n  -> ${fault}`);
        } catch (error) {
          faults.push(`${what}\n  -> ${String(error)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    expect(faults).toEqual([]);
    // The requests went behind the first checks, too.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(50);
    expect(statuses.get(201) ?? 0).toBeGreaterThan(5);
    expect(statuses.get(400) ?? 0).toBeGreaterThan(100);
  });

  it('then the service lives on, its books balance and its journal is sound', async () => {
    const api = new Api(standalone.api.url);
    expect((await api.call('GET', '/health/ready')).status).toBe(200);
    expect(await api.get('/ledger/trial-balance')).toMatchObject({ balanced: true });
    expect(await api.post('/ledger/verify')).toMatchObject({ ok: true, findings: [] });
    expect(await api.post('/mints', { holder: 'acme', amount: '1', reason: 'still here' })).toHaveProperty('id');
  });
});
