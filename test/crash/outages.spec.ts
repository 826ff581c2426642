/**
 * Engines killed with kill -9 under a working service: it says so, waits, goes on by itself, and the books are those of
 * an undisturbed run.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ensureTopics, UsageProducer, waitForLagZero } from '#kafka';
import { eventually, HANG_MS } from '#testing';
import { USAGE_BATCH, type Api } from '../e2e/support/api.js';
import { chargedUsage, readBooks } from '../e2e/support/books.js';
import { BROKER_START_MS, describeOnKafka } from '../e2e/support/kafka.js';
import type { ServiceProcess } from '../e2e/support/service-process.js';
import { apiOf, createDatabase, Stage } from '../e2e/support/stage.js';
import { generateUsage, setUpWorld } from '../e2e/support/world.js';
import { ImportClient } from './import-client.js';
import { SettlementScene, SHARDS } from './settlement-scene.js';

interface Readiness {
  readonly status: string;
  readonly failing: readonly string[];
}

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
}, 60_000);

afterEach(() => stage?.close(), 60_000);

/** Kills an engine and keeps it down: its supervisor would have it up again before anybody noticed. */
async function killAndKeepDown(engine: {
  readonly processId: number | undefined;
  stop(): Promise<void>;
}): Promise<void> {
  process.kill(engine.processId!, 'SIGKILL');
  await engine.stop();
}

async function untilNotReady(api: Api, part: string, path = '/health/ready'): Promise<void> {
  await eventually(
    () => api.call<Readiness>('GET', path),
    ({ status, body }) => status === 503 && body.status === 'not-ready' && body.failing.includes(part),
    { what: `${part} not ready` },
  );
  expect((await api.call('GET', '/health/live')).status).toBe(200);
}

async function untilReady(api: Api): Promise<void> {
  await eventually(
    () => api.call<Readiness>('GET', '/health/ready'),
    ({ status }) => status === 200,
    { what: 'ready' },
  );
}

it('a chain node that is killed while a batch is under way is waited for, and the batch is paid once', async () => {
  const scene = await SettlementScene.open(stage);
  const settlement = await scene.settlementService();
  const api = apiOf(settlement);
  await scene.earn();
  await api.post('/settlements');
  await settlement.seen(/"moment":"submitted"/);
  const since = settlement.mark;
  // The transaction was sent and is in no final block: the node forgets it.
  await killAndKeepDown(scene.chain);
  await untilNotReady(api, 'chain');
  await settlement.seen(/"level":40.*the settlement step failed; trying again/, { since });
  scene.chain = await stage.anvil();
  await settlement.seen(/"moment":"confirmed"/, { since });
  await untilReady(api);
  await scene.expectPaidExactlyOnce(1);
  await scene.expectNoBreak(settlement, 1);
}, 120_000);

it('a database that is killed under load is waited for by every service, and nothing is lost or charged twice', async () => {
  const usage = generateUsage(21, 3_000);
  const scene = await SettlementScene.open(stage);
  const settlement = await scene.settlementService();
  await settlement.seen(/settlement contracts are in place/);
  const { ledger, api } = scene;
  const client = new ImportClient(api, usage, stage.signal);
  const done = client.run();
  await client.untilAcknowledged(20);
  const marks = new Map([ledger, settlement].map((service) => [service, service.mark]));
  await killAndKeepDown(scene.database);
  await Promise.all([untilNotReady(api, 'journal'), untilNotReady(apiOf(settlement), 'journal')]);
  // Both follow the registry, and the ledger sweeps for work: whatever was under way when the database died, they wait.
  for (const [service, since] of marks) {
    await service.seen(/"level":40.*a subscription to shard 2 waits for the database/, { since });
  }
  await ledger.seen(/"level":40.*requests wait for the store of the journal/, { since: marks.get(ledger)! });
  const refused = await api.ask('POST', '/mints', {
    body: { holder: 'acme', amount: '1', reason: 'while the database is away' },
    headers: { 'idempotency-key': 'while-the-database-is-away' },
  });
  expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  expect(refused.contentType).toContain('application/problem+json');

  const database = await stage.postgres();
  expect(database.url).toBe(scene.database.url);
  await done;
  await Promise.all([untilReady(api), untilReady(apiOf(settlement))]);
  // The refused command did not happen behind its caller's back: the same key does it once, now.
  await api.post(
    '/mints',
    { holder: 'acme', amount: '1', reason: 'while the database is away' },
    'while-the-database-is-away',
  );
  await apiOf(settlement).post('/settlements');
  await settlement.seen(/"moment":"confirmed"/, { since: 0 });

  const twin = await createDatabase(database.url, 'undisturbed');
  const undisturbed = await stage.service('ledger', { DATABASE_URL: twin, AIRTIME_SHARDS: String(SHARDS) });
  await setUpWorld(apiOf(undisturbed));
  await new ImportClient(apiOf(undisturbed), usage, stage.signal, 500).run();
  const expected = await readBooks(twin, SHARDS);
  const books = await scene.books();
  expect(chargedUsage(books)).toEqual(chargedUsage(expected));
  for (const account of Object.keys(expected.balances).filter((name) => /^(customer|treasury|staking)/.test(name))) {
    const minted = account === 'customer:acme:available' ? 10n ** 18n : 0n;
    expect([account, books.balances[account]]).toEqual([account, expected.balances[account]! + minted]);
  }
  await scene.expectPaidExactlyOnce(1);
}, 180_000);

describeOnKafka('a broker', () => {
  it(
    'that is killed is waited for, HTTP intake goes on meanwhile, and every message is charged once',
    async () => {
      const topic = 'airtime.usage.outage';
      const [{ url }, broker] = await Promise.all([stage.postgres(), stage.kafka()]);
      const { brokers } = broker;
      await ensureTopics(brokers, { topic, partitions: SHARDS });
      const ledger: ServiceProcess = await stage.service('ledger', {
        DATABASE_URL: url,
        AIRTIME_SHARDS: String(SHARDS),
        KAFKA_BROKERS: brokers,
        KAFKA_USAGE_TOPIC: topic,
      });
      const api = apiOf(ledger);
      await setUpWorld(api);
      await untilReady(api);

      const usage = generateUsage(22, 4_000);
      const producer = new UsageProducer({ brokers }, topic);
      const sending = sendInPieces(producer, usage.slice(0, 3_000));
      const isCharged = async (count: number) => chargedUsage(await readBooks(url, SHARDS)).size >= count;
      await eventually(() => isCharged(300), Boolean, { what: 'the first messages charged' });
      const since = ledger.mark;
      await killAndKeepDown(broker);
      await untilNotReady(api, 'kafka', '/health/ready?for=kafka');
      expect((await api.call('GET', '/health/ready')).status).toBe(200);
      await ledger.seen(/"level":50.*Kafka is away/, { since });
      const receipt = await api.ask('POST', '/usage', {
        body: usage.slice(3_000, 3_500),
        headers: { 'content-type': USAGE_BATCH },
      });
      expect(receipt).toMatchObject({ status: 200, body: { accepted: 500 } });

      expect((await stage.kafka()).brokers).toBe(brokers);
      await sending;
      await sendInPieces(producer, usage.slice(3_500));
      await producer.close();
      await waitForLagZero(brokers, 'airtime-ledger', topic, { timeoutMs: HANG_MS });
      await untilReady(api);
      const charged = chargedUsage(await readBooks(url, SHARDS));
      expect(charged.size).toBe(usage.length);
    },
    BROKER_START_MS + 180_000,
  );
});

/** As every producer must: what was not acknowledged is sent again. */
async function sendInPieces(producer: UsageProducer, usage: ReturnType<typeof generateUsage>): Promise<void> {
  for (let from = 0; from < usage.length;) {
    const piece = usage.slice(from, from + 100);
    try {
      await producer.send(piece.map((event) => ({ ...event })));
      from += piece.length;
      await delay(5);
    } catch {
      await delay(100, undefined, { signal: stage.signal });
    }
  }
}
