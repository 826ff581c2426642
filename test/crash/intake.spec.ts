/** kill -9 while usage comes in: what was acknowledged stays, what was not is sent again, nothing is charged twice. */
import { CODEC } from '#concepts';
import { setTimeout as delay } from 'node:timers/promises';
import { readEvents } from '#journal';
import { UsageProducer, waitForLagZero, ensureTopics } from '#kafka';
import { formatAmount } from '#domain';
import { eventually, HANG_MS } from '#testing';
import { chargedUsage, readBooks, withPostgresJournal, type Books } from '../e2e/support/books.js';
import { BROKER_START_MS, describeOnKafka } from '../e2e/support/kafka.js';
import type { ServiceProcess } from '../e2e/support/service-process.js';
import { apiOf, createDatabase, Stage } from '../e2e/support/stage.js';
import { generateUsage, seededRandom, setUpWorld, type UsageCloudEvent } from '../e2e/support/world.js';
import { ImportClient } from './import-client.js';

const SHARDS = 3;
const KILLS = 5;
/** Set CRASH_SEED to repeat a run; the moments are printed. */
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

let stage: Stage;
let server: string;

beforeAll(async () => {
  stage = await Stage.open();
  server = (await stage.postgres()).url;
}, 120_000);

afterAll(() => stage?.close(), 60_000);

function ledger(databaseUrl: string, env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
  return stage.service('ledger', { DATABASE_URL: databaseUrl, AIRTIME_SHARDS: String(SHARDS), ...env });
}

/** The same usage, charged by a ledger that nobody disturbs. */
async function undisturbed(name: string, usage: readonly UsageCloudEvent[]): Promise<Books> {
  const database = await createDatabase(server, name);
  const service = await ledger(database);
  await setUpWorld(apiOf(service));
  await new ImportClient(apiOf(service), usage, stage.signal, 500).run();
  expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
  return readBooks(database, SHARDS);
}

function expectSameBooks(books: Books, expected: Books, usage: readonly UsageCloudEvent[]): void {
  expect(chargedUsage(books).size).toBe(usage.length);
  expect(books.balances).toEqual(expected.balances);
  // A history that puts nothing to the test would prove nothing.
  expect(books.balances['customer:stark:receivable']).toBeLessThan(0n);
}

/** Ascending numbers in the given range, far enough apart that each kill meets a ledger at work. */
function chooseMoments(name: string, from: number, to: number, kills = KILLS): number[] {
  const random = seededRandom(SEED);
  const step = (to - from) / kills;
  const moments = Array.from({ length: kills }, (_, n) => Math.floor(from + (n + 0.1 + 0.8 * random()) * step));
  process.stderr.write(`${name}: CRASH_SEED=${SEED}, killed after ${moments.join(', ')}\n`);
  return moments;
}

it('an import over HTTP into a ledger that is killed five times ends with the books of an undisturbed one', async () => {
  const usage = generateUsage(11, 4_000);
  const database = await createDatabase(server, 'killed_http');
  let service = await ledger(database);
  await setUpWorld(apiOf(service));
  const client = new ImportClient(apiOf(service), usage, stage.signal);
  const moments = chooseMoments('batches', 5, 95);
  const random = seededRandom(SEED + 1);
  const done = client.run();
  for (const moment of moments) {
    await Promise.race([client.untilAcknowledged(moment), done]);
    // Somewhere inside the requests that are under way: a batch takes a few milliseconds.
    await delay(random() * 6);
    expect(await service.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    service = await stage.restart(service);
  }
  await done;
  expect(client.failures).toBeGreaterThan(0);
  expect(client.accepted + client.duplicates).toBe(usage.length);
  expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expectSameBooks(await readBooks(database, SHARDS), await undisturbed('undisturbed_http', usage), usage);
}, 120_000);

it('a re-rating in a ledger that is killed again and again comes to each usage once, and says what an undisturbed one does', async () => {
  const usage = generateUsage(13, 1_200);
  const database = await createDatabase(server, 'killed_rerating');
  let service = await ledger(database);
  await setUpWorld(apiOf(service));
  await new ImportClient(apiOf(service), usage, stage.signal, 500).run();
  const dearer = { input_tokens: { price: '0.4', per: '1000000' }, output_tokens: { price: '1.3', per: '1000000' } };
  const prices = [
    { type: 'ai.compute.usage', model: '*', meters: { ...dearer, gpu_ms: { price: '0.7', per: '1000000' } } },
  ];
  const published = { effectiveAt: '2090-01-01T00:00:00Z', prices };
  await apiOf(service).client.put('/v1/price-books/{version}', { path: { version: 2 }, body: published });
  const wish = { from: '2026-11-20', to: '2026-11-20', priceBook: 2, reason: 'a wrong price' };
  const ask = (more: object, idempotencyKey: string) =>
    apiOf(service).client.post('/v1/reratings', { body: { ...wish, ...more }, idempotencyKey });
  const ended = (id: string) =>
    eventually(
      () => apiOf(service).client.get('/v1/jobs/{id}', { path: { id } }),
      ({ endedAt }) => endedAt !== null,
    );
  const dry = await ended((await ask({ dryRun: true }, 'dry')).id);

  const { id } = await ask({}, 'wet');
  const random = seededRandom(SEED + 3);
  for (const moment of chooseMoments('charges anew', usage.length, 2 * usage.length - 300, 2)) {
    await untilCharged(database, moment);
    await delay(random() * 20);
    expect(await service.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    service = await stage.restart(service);
  }
  const done = await ended(id);
  expect([done.state, done.error]).toEqual(['done', null]);
  expect(done.result).toEqual(dry.result);
  expect(done.result!.changed).toBe(usage.length);
  expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const { events } = await readBooks(database, SHARDS);
  const charges = events.filter((event) => event.type === 'UsageCharged');
  const anew = charges.filter(({ corrects }) => corrects !== undefined);
  expect([charges.length, anew.length]).toEqual([2 * usage.length, usage.length]);
  expect(new Set(anew.map(({ usage: { source, id: named } }) => `${source} ${named}`)).size).toBe(usage.length);
  expect(new Set(anew.map(({ priceBook, origin }) => `${priceBook} ${origin}`))).toEqual(new Set([`2 job:${id}`]));
  const sum = (of: typeof charges) => of.reduce((all, { amount }) => all + BigInt(amount), 0n);
  expect(formatAmount(sum(anew))).toBe(done.result!.total.after);
}, 120_000);

describeOnKafka('from a topic that was filled before', () => {
  it(
    'a consumer that is killed five times ends with the books of an undisturbed ledger',
    async () => {
      const usage = generateUsage(12, 12_000);
      const topic = 'airtime.usage.killed';
      const { brokers } = await stage.kafka();
      await ensureTopics(brokers, { topic, partitions: SHARDS });
      const producer = new UsageProducer({ brokers }, topic);
      await producer.send(usage.map((event) => ({ ...event })));
      await producer.close();

      const database = await createDatabase(server, 'killed_kafka');
      let service = await ledger(database);
      await setUpWorld(apiOf(service));
      await service.end('SIGTERM');
      const moments = chooseMoments('events', 0, usage.length - 2_000);
      const random = seededRandom(SEED + 2);
      service = await ledger(database, { KAFKA_BROKERS: brokers, KAFKA_USAGE_TOPIC: topic });
      for (const moment of moments) {
        await untilCharged(database, moment);
        await delay(random() * 20);
        await service.end('SIGKILL');
        service = await stage.restart(service);
      }
      const partitions = await waitForLagZero(brokers, 'airtime-ledger', topic, { timeoutMs: HANG_MS });
      expect(partitions.reduce((sum, { committed }) => sum + (committed ?? 0), 0)).toBe(usage.length);
      expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
      expectSameBooks(await readBooks(database, SHARDS), await undisturbed('undisturbed_kafka', usage), usage);
    },
    BROKER_START_MS + 180_000,
  );
});

/** Resolves when the journal holds so many charges. */
async function untilCharged(database: string, count: number): Promise<void> {
  await withPostgresJournal(database, async (store) => {
    const reached = new AbortController();
    let charged = 0;
    const follow = async (shard: number): Promise<void> => {
      for await (const page of store.subscribe(shard, 1, reached.signal)) {
        for (const { event } of readEvents(page, CODEC)) if (event.type === 'UsageCharged') charged += 1;
        if (charged >= count) return reached.abort();
      }
    };
    await Promise.all(Array.from({ length: SHARDS }, (_, shard) => follow(shard)));
  });
}
