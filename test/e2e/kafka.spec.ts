/** Usage from a real Kafka broker: the demonstration, poison, two consumers of one group, and messages that come again. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import { stateAsRoot } from '#concepts';
import { shardOf } from '#domain';
import { findFreePort } from '#engines';
import { readPages } from '#journal';
import { ensureTopics, UsageProducer, waitForLagZero } from '#kafka';
import { readSigningKey } from '#signing';
import { eventually, HANG_MS } from '#testing';
import { ADMIN_KEY, USAGE_BATCH, type Api } from './support/api.js';
import { chargedUsage, countEvents, readBooks, withPostgresJournal, type Books } from './support/books.js';
import { BROKER_START_MS, describeOnKafka } from './support/kafka.js';
import type { ServiceProcess } from './support/service-process.js';
import { apiOf, sql, Stage } from './support/stage.js';
import { readSummary } from './support/summary.js';
import { generateUsage, setUpWorld, type UsageCloudEvent } from './support/world.js';

const SHARDS = 4;
const GROUP = 'airtime-ledger';
const TOPIC = 'airtime.usage.e2e';
/** The hash that a forged row gives itself. */
const FORGED = 'f'.repeat(64);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});

afterAll(() => stage?.close(), 60_000);

describeOnKafka('usage from Kafka', () => {
  let brokers: string;
  let database: string;
  let ledger: ServiceProcess;

  beforeAll(async () => {
    const [{ url }, broker] = await Promise.all([stage.postgres(), stage.kafka()]);
    database = url;
    brokers = broker.brokers;
    await ensureTopics(brokers, { topic: TOPIC, partitions: SHARDS });
    ledger = await startLedger();
    await setUpWorld(apiOf(ledger));
  }, BROKER_START_MS);

  const startLedger = () =>
    stage.service('ledger', {
      DATABASE_URL: database,
      AIRTIME_SHARDS: String(SHARDS),
      KAFKA_BROKERS: brokers,
      KAFKA_USAGE_TOPIC: TOPIC,
      LOG_LEVEL: 'info',
    });
  const books = (): Promise<Books> => readBooks(database, SHARDS);
  const lagZero = () => waitForLagZero(brokers, GROUP, TOPIC, { timeoutMs: HANG_MS });

  async function produce(messages: Parameters<UsageProducer['sendSerialized']>[0]): Promise<void> {
    const producer = new UsageProducer({ brokers }, TOPIC);
    try {
      await producer.sendSerialized(messages);
    } finally {
      await producer.close();
    }
  }

  const asMessages = (usage: readonly UsageCloudEvent[]) =>
    usage.map((event) => ({ key: event.subject, value: JSON.stringify(event) }));

  it('poison goes to the dead-letter topic with its reason, and what stands behind it is charged', async () => {
    const [sample] = generateUsage(1, 1, 900_000) as [UsageCloudEvent];
    const api = apiOf(ledger);
    await api.post('/parties', { id: 'barred', roles: ['customer'] });
    await api.post('/parties/barred/kyc', { state: 'suspended', reason: 'review' });
    const usedNow = new Date().toISOString();
    const poison: { value: string | null; code: string }[] = [
      { value: '{"specversion":', code: 'MALFORMED_JSON' },
      { value: '[]', code: 'NOT_A_CLOUDEVENT' },
      { value: null, code: 'EMPTY_MESSAGE' },
      {
        value: JSON.stringify(sample).replace('{"provider"', `{"deep":${'['.repeat(40)}${']'.repeat(40)},"provider"`),
        code: 'JSON_TOO_DEEP',
      },
      { value: JSON.stringify({ ...sample, text: 'x'.repeat(70_000) }), code: 'MESSAGE_TOO_LARGE' },
      { value: JSON.stringify({ ...sample, data: {} }), code: 'VALIDATION_FAILED' },
      { value: JSON.stringify({ ...sample, subject: 'nobody' }), code: 'UNKNOWN_CUSTOMER' },
      { value: JSON.stringify({ ...sample, subject: 'barred', time: usedNow }), code: 'CUSTOMER_SUSPENDED' },
      { value: JSON.stringify({ ...sample, type: 'ai.tea.usage' }), code: 'UNKNOWN_USAGE_TYPE' },
      { value: JSON.stringify({ ...sample, source: 'hold' }), code: 'USAGE_INVALID' },
      { value: JSON.stringify({ ...sample, time: '2999-01-01T00:00:00Z' }), code: 'TIME_IN_FUTURE' },
    ];
    const good = generateUsage(2, 60);
    // Every poisonous message stands among good ones of its partition.
    await produce(
      poison.flatMap(({ value }, n) => [...asMessages(good.slice(n * 5, n * 5 + 5)), { key: 'acme', value }]),
    );
    await produce(asMessages(good.slice(poison.length * 5)));
    await lagZero();

    const deadLetters = await readTopic(brokers, `${TOPIC}.dlq`);
    const text = (headers: IHeaders, name: string) => String(headers[name]);
    const codes = deadLetters.map(({ headers }) => text(headers, 'airtime-reason-code'));
    expect(codes.sort()).toEqual(poison.map(({ code }) => code).sort());
    for (const { headers, value } of deadLetters) {
      expect(text(headers, 'airtime-reason-detail')).toMatch(/\S/);
      expect(text(headers, 'airtime-source-topic')).toBe(TOPIC);
      expect(text(headers, 'airtime-source-offset')).toMatch(/^\d+$/);
      expect(poison.map((message) => message.value)).toContain(value);
    }
    // Each is kept once beside its letter, and what its reason no longer holds against is charged by a replay.
    const { items } = await api.client.get('/v1/dead-letters', { query: { limit: 500 } });
    expect(items.map(({ reason }) => reason).sort()).toEqual(poison.map(({ code }) => code).sort());
    const now = await books();
    expect(chargedUsage(now).size).toBe(good.length);
    expect(countEvents(now, 'UsageRejected')).toBe(poison.length);
    await api.post('/parties', { id: 'nobody', roles: ['customer'] });
    const { id } = await api.client.post('/v1/dead-letters/replays', {
      idempotencyKey: 'registered',
      body: { filter: { reason: 'UNKNOWN_CUSTOMER' }, reason: 'registered' },
    });
    const replay = await eventually(
      () => api.client.get('/v1/dead-letters/replays/{id}', { path: { id: id! } }),
      ({ endedAt }) => endedAt !== null,
    );
    expect(replay).toMatchObject({ matching: 1, charged: 1, failing: 0 });
    expect((await apiOf(ledger).call('GET', '/health/ready?for=kafka')).status).toBe(200);
  }, 120_000);

  it('two processes of one group share the partitions; one is killed, and nothing is lost or charged twice', async () => {
    const before = chargedUsage(await books()).size;
    const second = await startLedger();
    await eventually(
      async () => Promise.all([partitionsOf(apiOf(ledger)), partitionsOf(apiOf(second))]),
      ([mine, others]) => mine === SHARDS / 2 && others === SHARDS / 2,
      { what: 'two processes with half of the partitions each' },
    );
    const usage = generateUsage(3, 6_000, 10_000);
    const poisoned = 300;
    await produce(
      asMessages(usage.slice(0, 3_000)).flatMap((message, n) =>
        n < poisoned ? [message, { key: message.key, value: '[]' }] : [message],
      ),
    );
    await eventually(
      async () => chargedUsage(await books()).size,
      (size) => size > before,
      { what: 'a first charge', pauseMs: 5 },
    );
    await second.end('SIGKILL');
    await produce(asMessages(usage.slice(3_000)));
    await lagZero();
    expect(await partitionsOf(apiOf(ledger))).toBe(SHARDS);
    expect(chargedUsage(await books()).size).toBe(before + usage.length);
    // Whenever it was killed: a row for each message that was rejected, and no second one.
    const { items } = await apiOf(ledger).client.get('/v1/dead-letters/reasons', { query: {} });
    expect(items.find(({ reason }) => reason === 'NOT_A_CLOUDEVENT')?.open).toBe(poisoned + 1);
  }, 120_000);

  it('messages that are delivered again, by a reset of the group or by their producer, change no balance', async () => {
    const before = await books();
    expect(await ledger.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await resetGroup(brokers);
    ledger = await stage.restart(ledger);
    await lagZero();
    // The journal knows what it applied, whatever Kafka believes.
    expect((await books()).events).toEqual(before.events);

    // The same events under new offsets are duplicates; the offsets are taken note of, and nothing is charged.
    await produce(asMessages(generateUsage(3, 2_000, 10_000)));
    await lagZero();
    const after = await books();
    expect(after.balances).toEqual(before.balances);
    expect(chargedUsage(after)).toEqual(chargedUsage(before));
  }, 120_000);

  it('on a backup of the journal nothing is answered, by the memory of Kafka alone; once the loss is accepted, all usage is charged again', async () => {
    const usage = generateUsage(4, 300, 20_000);
    await produce(asMessages(usage.slice(0, 100)));
    await lagZero();
    await ledger.end('SIGTERM');
    const backup = await copyDatabase(database, 'backup');
    ledger = await stage.restart(ledger);
    await produce(asMessages(usage.slice(100)));
    await lagZero();
    const whole = await books();
    await ledger.end('SIGTERM');

    database = backup;
    ledger = await startLedger();
    const api = apiOf(ledger);
    const refused = await api.call<{ detail: string }>('POST', '/usage', {
      body: [usage[0]],
      headers: { 'content-type': USAGE_BATCH },
    });
    expect([refused.status, refused.body.detail]).toEqual([
      503,
      expect.stringContaining("Kafka's commits remembers page"),
    ]);
    expect((await api.call('GET', '/health/ready')).status).toBe(503);
    const { body } = await api.call<{ items: { shard: number; height: number }[] }>('GET', '/writers/losses');
    expect(body.items.length).toBeGreaterThan(0);
    for (const { shard, height } of body.items) {
      const accepting = stage.program({
        program: 'apps/cli/src/main',
        args: [
          ...['journal', 'accept-loss', '--shard', String(shard), '--height', String(height)],
          ...['--reason', 'the last backup', '--url', ledger.url],
        ],
        env: { AIRTIME_ADMIN_KEY: ADMIN_KEY, AIRTIME_DATA_DIR: join(stage.folder, 'data') },
      });
      expect(await accepting.ended).toEqual({ code: 0, signal: null });
    }
    await eventually(
      async () => chargedUsage(await books()).size,
      (size) => size === chargedUsage(whole).size,
      { what: 'all usage charged again' },
    );
    expect((await books()).balances).toEqual(whole.balances);
    // Its commits are of the history that began with the loss: they are believed after a restart.
    await lagZero();
    const settled = await books();
    await ledger.end('SIGTERM');
    ledger = await stage.restart(ledger);
    await eventually(async () => (await partitionsOf(apiOf(ledger))) === SHARDS);
    await lagZero();
    expect((await books()).events).toEqual(settled.events);
    expect((await apiOf(ledger).call('GET', '/health/ready?for=kafka')).status).toBe(200);
  }, 120_000);

  /** Charges that count, also while a page stands there that does not. */
  const countCharges = () =>
    withPostgresJournal(database, async (store) => {
      let count = 0;
      for (let shard = 0; shard < SHARDS; shard++) {
        for await (const { body, hash } of readPages(store, shard)) {
          if (hash !== FORGED) count += body.toString('utf8').split('["UsageCharged"').length - 1;
        }
      }
      return count;
    });

  it('a page that somebody wrote past the ledger pauses what goes into its shard: nothing is lost or goes to the dead letters', async () => {
    const before = chargedUsage(await books()).size;
    const lettersBefore = (await readTopic(brokers, `${TOPIC}.dlq`)).length;
    const usage = generateUsage(5, 200, 40_000);
    const shard = shardOf(usage[0]!.subject, SHARDS);
    const elsewhere = usage.filter((one) => shardOf(one.subject, SHARDS) !== shard);
    expect(elsewhere.length).toBeGreaterThan(0);
    // The newest row once more, one higher: nobody signed it.
    const [forged] = await sql<{ height: number; journal: string }>(
      database,
      `INSERT INTO journal.pages (shard, height, recorded_at, previous_hash, offsets, count, body_digest, hash, body,
         journal, writer, registry_height, registry_hash, signature)
       SELECT shard, height + 1, recorded_at, hash, '[]', count, body_digest, '${FORGED}', body,
         journal, writer, registry_height, registry_hash, signature
       FROM journal.pages WHERE shard = ${shard} ORDER BY height DESC LIMIT 1
       RETURNING height::int, journal`,
    );
    const { mark } = ledger;
    await produce(asMessages(usage));
    await ledger.seen(/a batch was not applied \(attempt 2\).*is refused/, { since: mark });
    // Partitions of other shards go on.
    await eventually(countCharges, (size) => size === before + elsewhere.length, { what: 'the usage of other shards' });
    expect((await apiOf(ledger).call('GET', '/health/ready?for=kafka')).status).toBe(503);

    const root = readSigningKey(readFileSync(join(stage.folder, 'data', 'root.key'), 'utf8'));
    const { height, journal } = forged!;
    const stated = { type: 'PageVoided', shard, height, hash: FORGED, reason: 'written past the ledger' } as const;
    const { statements } = await apiOf(ledger).get('/writers');
    const { statement } = stateAsRoot(root, journal, statements + 1, stated);
    await apiOf(ledger).post('/writers/statements', { ...stated, ...statement });
    await lagZero();
    expect(await countCharges()).toBe(before + usage.length);
    expect(await readTopic(brokers, `${TOPIC}.dlq`)).toHaveLength(lettersBefore);
  }, 120_000);
});

async function copyDatabase(url: string, name: string): Promise<string> {
  const copy = new URL(url);
  const from = copy.pathname.slice(1);
  copy.pathname = '/template1';
  await sql(copy.toString(), `CREATE DATABASE ${name} TEMPLATE ${from}`);
  copy.pathname = `/${name}`;
  return copy.toString();
}

describeOnKafka('KAFKA_BROKERS=embedded npm start -- --once', () => {
  it(
    'sends its day through a broker of its own and says where the offsets stand',
    async () => {
      const run = stage.program({
        program: 'apps/standalone/src/main',
        args: ['--once'],
        env: {
          AIRTIME_DATA_DIR: join(stage.folder, 'standalone'),
          AIRTIME_ADMIN_KEY: ADMIN_KEY,
          PORT: String(await findFreePort()),
          KAFKA_BROKERS: 'embedded',
          LOG_LEVEL: 'error',
        },
      });
      expect(await run.ended).toEqual({ code: 0, signal: null });
      const { kafka, events, breaks, verify } = readSummary(run.lines);
      const said = /^topic airtime\.usage\.v1, 4 partitions, offsets ((?:\d:\d+ ?){4}), lag 0$/.exec(kafka![0]!);
      expect(said).not.toBeNull();
      const offsets = said![1]!.split(' ').map((text) => Number(text.split(':')[1]));
      expect(events![0]).toMatch(/^\d+ usage events charged$/);
      const charged = Number.parseInt(events![0]!, 10);
      // What was sent twice, as producers do, has offsets and no charge.
      expect(offsets.reduce((sum, offset) => sum + offset, 0)).toBeGreaterThan(charged);
      expect(breaks).toEqual(['0']);
      expect(verify![0]).toMatch(/^passed/);
    },
    BROKER_START_MS,
  );
});

/** How many partitions a ledger consumes, as its readiness tells; undefined while it does not say. */
async function partitionsOf(api: Api): Promise<number | undefined> {
  const { body } = await api.call<{ checks: Record<string, { detail?: string }> }>('GET', '/health');
  const count = /, (\d+) partitions/.exec(body.checks['kafka']?.detail ?? '')?.[1];
  return count === undefined ? undefined : Number(count);
}

const client = (brokers: string) => new Kafka({ clientId: 'spec', brokers: [brokers], logLevel: logLevel.NOTHING });

async function resetGroup(brokers: string): Promise<void> {
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    await admin.resetOffsets({ groupId: GROUP, topic: TOPIC, earliest: true });
  } finally {
    await admin.disconnect();
  }
}

interface ReadMessage {
  readonly headers: IHeaders;
  readonly value: string | null;
}

/** Everything that is on a topic now. */
async function readTopic(brokers: string, topic: string): Promise<ReadMessage[]> {
  const admin = client(brokers).admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const total = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const read: ReadMessage[] = [];
  if (total === 0) return read;
  const consumer = client(brokers).consumer({ groupId: `spec-reader-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          read.push({ headers: message.headers ?? {}, value: message.value?.toString('utf8') ?? null });
          if (read.length === total) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return read;
}
