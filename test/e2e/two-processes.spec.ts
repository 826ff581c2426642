/** Two ledger processes on one journal: one key one request, one usage id one charge. */
import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CALL_PRICES, foundation, nameIn } from '#concepts/testing';
import { callEvent, layFoundation } from '#testing';
import { USAGE_BATCH, type Answer, type Api, type UsageReceipt } from './support/api.js';
import { apiOf, Stage } from './support/stage.js';

jest.setTimeout(240_000);

const SHARDS = 4;
const ROUNDS = 30;

let stage: Stage;
let apis: readonly [Api, Api];
/** One customer for each shard. */
const customers = Array.from({ length: SHARDS }, (_, shard) => nameIn(shard, SHARDS));

beforeAll(async () => {
  stage = await Stage.open();
  const env = { DATABASE_URL: (await stage.postgres()).url, AIRTIME_SHARDS: String(SHARDS) };
  const first = apiOf(await stage.service('ledger', env));
  const cast = { customers, providers: ['p7'] };
  await layFoundation(first.client, foundation({ ...cast, prices: CALL_PRICES, chain: 'none' }));
  apis = [first, apiOf(await stage.service('ledger', env))];
});

afterAll(() => stage.close());

const mint = (api: Api, holder: string, amount: string, key: string) =>
  api.ask('POST', '/mints', { body: { holder, amount, reason: 'spec' }, headers: { 'idempotency-key': key } });

const use = (api: Api, subject: string, id: string, key?: string) =>
  api.call<UsageReceipt>('POST', '/usage', {
    body: [callEvent(id, subject)],
    headers: { 'content-type': USAGE_BATCH, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });

const statuses = (answers: readonly Answer<unknown>[]) => answers.map(({ status }) => status).sort((a, b) => a - b);

describe('given two ledger processes', () => {
  it('then two requests that meet under one key are not both done, whatever they are', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const key = randomUUID();
      const [a, b] = [customers[round % SHARDS]!, customers[(round + 1) % SHARDS]!];
      const answers = await Promise.all([
        mint(apis[0], a, '1', key),
        round % 2 === 0 ? mint(apis[1], b, '1', key) : use(apis[1], b, `key-${round}`, key),
      ]);
      expect([statuses(answers)[1], round]).toEqual([409, round]);
      // Whoever was first is answered the same by both from now on, and the other is refused by both.
      const again = await Promise.all(apis.map((api) => mint(api, a, '1', key)));
      const [one, other] = again.map(({ status, body }) => [status, body['id'], body['code']]);
      expect(one).toEqual(other);
    }
  });

  it('then the same request that reaches both is done once and answered alike', async () => {
    for (let round = 0; round < 20; round++) {
      const key = randomUUID();
      const answers = await Promise.all(apis.map((api) => mint(api, customers[round % SHARDS]!, '1', key)));
      expect(statuses(answers)).toEqual([201, 201]);
      expect(answers[0]!.body).toEqual(answers[1]!.body);
    }
  });

  it('then a usage id that two customers report one after the other is charged to the first', async () => {
    for (let round = 0; round < 8; round++) {
      const [a, b] = [customers[round % SHARDS]!, customers[(round + 1) % SHARDS]!];
      expect((await use(apis[0], a, `id-${round}`)).body).toMatchObject({ accepted: 1 });
      // The time between the two is what used to be lost: the other shard was not looked at for seconds.
      if (round % 2 === 1) await delay(200);
      expect((await use(apis[1], b, `id-${round}`)).body).toMatchObject({ accepted: 0, conflicts: 1 });
    }
  });
});
