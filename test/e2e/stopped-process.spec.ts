/** A process that was stopped (SIGSTOP, a frozen machine) must not go on with the picture it had before. */
import { jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { CALL, CALL_PRICES, foundation } from '#concepts/testing';
import { callEvent, eventually, layFoundation } from '#testing';
import { Api, USAGE_BATCH, type UsageReceipt } from './support/api.js';
import { readBooks } from './support/books.js';
import { apiOf, Stage } from './support/stage.js';
import type { ServiceProcess } from './support/service-process.js';

jest.setTimeout(240_000);

const SHARDS = 2;
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
  awake = apiOf(await stage.service('ledger', { DATABASE_URL: databaseUrl, AIRTIME_SHARDS: String(SHARDS) }));
  stopped = await stage.service('ledger', { DATABASE_URL: databaseUrl, AIRTIME_SHARDS: String(SHARDS) });
  const cast = { customers: ['acme'], providers: ['p7'] };
  await layFoundation(awake.client, foundation({ ...cast, prices: CALL_PRICES, chain: 'none' }));
});

afterAll(async () => {
  stopped.signal('SIGCONT');
  await stage.close();
});

/** From this version on a call costs as many tokens as the version says. */
async function publish(version: number): Promise<void> {
  const prices = [{ type: CALL, model: '*', meters: { calls: { price: String(version), per: '1' } } }];
  const body = { effectiveAt: CALL_PRICES.effectiveAt, prices, retroactive: 'a spec' };
  await awake.client.put('/v1/price-books/{version}', { path: { version }, body });
}

function send(api: Api, id: string) {
  return api.call<UsageReceipt>('POST', '/usage', {
    body: [callEvent(id, 'acme')],
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
      const { keyId, key } = await awake.post('/keys', { role: 'operator' });
      const caller = apiOf(stopped).as(key);
      // The other process learns of the key by itself.
      await eventually(
        () => send(caller, `key-${round}`),
        ({ status }) => status === 200,
      );
      const answers = await whileStopped(
        () => awake.ask('DELETE', `/keys/${keyId}`),
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
    const { events } = await readBooks(databaseUrl, SHARDS);
    const charges = events
      .filter((event) => event.type === 'UsageCharged')
      .filter(({ usage }) => usage.id.startsWith('book-'));
    expect(charges).toHaveLength(ROUNDS * 4);
    for (const { usage, priceBook } of charges) expect(`${usage.id} by ${priceBook}`).toContain(`book-${priceBook}-`);
  });
});
