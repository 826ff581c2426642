/** A process that was stopped (SIGSTOP, a frozen machine) must not go on with the picture it had before. */
import { jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Api, eventually, USAGE_BATCH, type UsageReceipt } from './support/api.js';
import { apiOf, sql, Stage } from './support/stage.js';
import type { ServiceProcess } from './support/service-process.js';

jest.setTimeout(240_000);

const ROUNDS = 3;
/** Longer than the oldest picture that may be decided upon. */
const STOP_MS = 1_200;

let stage: Stage;
let databaseUrl: string;
let awake: Api;
let stopped: ServiceProcess;

beforeAll(async () => {
  stage = await Stage.open();
  databaseUrl = (await stage.postgres()).url;
  awake = apiOf(await stage.service('ledger', { DATABASE_URL: databaseUrl }));
  stopped = await stage.service('ledger', { DATABASE_URL: databaseUrl });
  await publish(1);
  await awake.put('/policies/split/1', {
    effectiveAt: '2020-01-01T00:00:00Z',
    provider: 7_000,
    treasury: 1_000,
    stakers: 1_000,
    burn: 1_000,
  });
  await awake.post('/parties', { id: 'p7', roles: ['provider'] });
  await awake.post('/parties', { id: 'acme', roles: ['customer'] });
});

afterAll(async () => {
  stopped.signal('SIGCONT');
  await stage.close();
});

async function publish(version: number): Promise<void> {
  await awake.put(`/price-books/${version}`, {
    effectiveAt: '2020-01-01T00:00:00Z',
    prices: [{ type: 'ai.api.call', model: '*', meters: { calls: { price: String(version), per: '1' } } }],
  });
}

const event = (id: string) => ({
  specversion: '1.0',
  id,
  source: 'test/gateway',
  type: 'ai.api.call',
  time: '2026-01-02T03:04:05Z',
  subject: 'acme',
  data: { provider: 'p7', model: 'm', meters: { calls: '1' } },
});

function send(api: Api, id: string) {
  return api.call<UsageReceipt>('POST', '/usage', {
    body: [event(id)],
    headers: { 'content-type': USAGE_BATCH },
  });
}

/** Stops the process, lets something happen elsewhere, and sends requests that it finds when it wakes. */
async function whileStopped<T>(happens: () => Promise<unknown>, ask: () => Promise<T>): Promise<T> {
  stopped.signal('SIGSTOP');
  await Promise.all([happens(), delay(STOP_MS)]);
  const asked = ask();
  await delay(50);
  stopped.signal('SIGCONT');
  return asked;
}

describe('given a ledger process that was stopped', () => {
  it('then it takes no key that was revoked meanwhile', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { keyId, key } = await awake.post<{ keyId: string; key: string }>('/keys', { role: 'operator' });
      const caller = apiOf(stopped).as(key);
      // The other process learns of the key by itself.
      await eventually(
        () => send(caller, `key-${round}`),
        ({ status }) => status === 200,
      );
      const answers = await whileStopped(
        () => awake.call('DELETE', `/keys/${keyId}`),
        () => Promise.all([1, 2, 3, 4].map((n) => send(caller, `revoked-${round}-${n}`))),
      );
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    }
  });

  it('then it charges by the price book that was published meanwhile', async () => {
    const versions = Array.from({ length: ROUNDS }, (_, round) => round + 2);
    for (const version of versions) {
      const answers = await whileStopped(
        () => publish(version),
        () => Promise.all([1, 2, 3, 4].map((n) => send(apiOf(stopped), `book-${version}-${n}`))),
      );
      expect(answers.map(({ status, body }) => [status, body.accepted])).toEqual(Array(4).fill([200, 1]));
    }
    const pages = await sql<{ body: Buffer }>(databaseUrl, 'SELECT body FROM journal.pages ORDER BY shard, height');
    const charges = pages
      .flatMap(({ body }) => body.toString().split('\n'))
      .filter((line) => line.includes('"id":"book-'))
      .map((line) => JSON.parse(line) as { usage: { id: string }; priceBook: number });
    expect(charges).toHaveLength(ROUNDS * 4);
    for (const { usage, priceBook } of charges) expect(`${usage.id} by ${priceBook}`).toContain(`book-${priceBook}-`);
  });
});
