/** Two ledger processes on one journal: one key one request, one usage id one charge, one cap for both. */
import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CALL_PRICES, foundation, nameIn } from '#concepts/testing';
import { formatAmount, parseAmount } from '#domain';
import { callEvent, layFoundation } from '#testing';
import { USAGE_BATCH, type Answer, type Api, type UsageReceipt } from './support/api.js';
import { readBooks } from './support/books.js';
import type { ServiceProcess } from './support/service-process.js';
import { apiOf, Stage } from './support/stage.js';

jest.setTimeout(240_000);

const SHARDS = 4;
const ROUNDS = 30;

let stage: Stage;
let apis: readonly [Api, Api];
let second: ServiceProcess;
let databaseUrl: string;
/** One customer for each shard. */
const customers = Array.from({ length: SHARDS }, (_, shard) => nameIn(shard, SHARDS));

beforeAll(async () => {
  stage = await Stage.open();
  databaseUrl = (await stage.postgres()).url;
  const env = { DATABASE_URL: databaseUrl, AIRTIME_SHARDS: String(SHARDS) };
  const first = apiOf(await stage.service('ledger', env));
  const cast = { customers, providers: ['p7'] };
  await layFoundation(first.client, foundation({ ...cast, prices: CALL_PRICES, chain: 'none' }));
  second = await stage.service('ledger', env);
  apis = [first, apiOf(second)];
});

afterAll(() => stage.close());

const mint = (api: Api, holder: string, amount: string, key: string) =>
  api.ask('POST', '/mints', { body: { holder, amount, reason: 'spec' }, headers: { 'idempotency-key': key } });

const use = (api: Api, subject: string, id: string, key?: string) =>
  api.call<UsageReceipt>('POST', '/usage', {
    body: [callEvent(id, subject)],
    headers: { 'content-type': USAGE_BATCH, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });

/** Minted less burned over all shards, as their pages say. */
const readOutstanding = async (): Promise<bigint> => -(await readBooks(databaseUrl, SHARDS)).balances['issuance']!;

/** Asks one process after the other until one of them answers: its key makes it one request. */
async function mintSomehow(first: number, holder: string, amount: string, key: string): Promise<Answer> {
  for (let n = first; ; n++) {
    try {
      const answer = await mint(apis[n % 2]!, holder, amount, key);
      if (answer.status !== 503) return answer;
    } catch {
      // The process is dead, or died over it.
    }
    await delay(25);
  }
}

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

  it('then many mints at once into a cap fill it and no more, also when one process is killed over them', async () => {
    const before = await readOutstanding();
    const cap = before + parseAmount('100');
    const policy = { effectiveAt: '2026-01-01T00:00:00Z', kind: 'fixed', epoch: 'P3000D', amount: '1', recipients: [] };
    const path = '/policies/emission/1';
    expect((await apis[0].ask('PUT', path, { body: { ...policy, cap: formatAmount(cap) } })).status).toBe(200);

    let isKilled: Promise<unknown> | undefined;
    const order = Array.from({ length: 40 }, (_, n) => ({ n, holder: customers[n % SHARDS]!, key: randomUUID() }));
    const ask = async ({ n, holder, key }: (typeof order)[number]) => {
      const answer = await mintSomehow(n, holder, '7', key);
      // The others are on their way: allowed and not booked, or not even allowed.
      isKilled ??= second.end('SIGKILL');
      return answer;
    };
    const answers = await Promise.all(order.map(ask));
    await isKilled;
    expect(new Set(statuses(answers))).toEqual(new Set([201, 422]));
    // What the dead process had begun is brought to its end by the one that lives, or by its successor.
    second = await stage.restart(second);
    const again = await Promise.all(order.map(({ n, holder, key }) => mintSomehow(n + 1, holder, '7', key)));
    expect(again.map(({ body }) => body['entry'])).toEqual(answers.map(({ body }) => body['entry']));
    expect(statuses(again)).toEqual(statuses(answers));
    expect(await readOutstanding()).toBe(before + parseAmount('98'));
    expect((await mintSomehow(1, customers[0]!, '2.000000000000000001', randomUUID())).body['code']).toBe(
      'SUPPLY_CAP_EXCEEDED',
    );
    expect((await mintSomehow(0, customers[1]!, '2', randomUUID())).status).toBe(201);
    expect(await readOutstanding()).toBe(cap);
  });
});
