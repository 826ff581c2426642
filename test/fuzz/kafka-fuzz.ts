/**
 * The seeded fuzz of the usage topic: messages of every kind, in batches of every packing, through a real broker to a
 * real ledger process; then the journal and the dead-letter topic are asked what became of each.
 */
import { Kafka, logLevel, type Admin, type Consumer } from 'kafkajs';
import { ensureTopics } from '#kafka';
import {
  makeBatch,
  makeBomb,
  packingIsReady,
  PACKINGS,
  RawProducer,
  type BombKind,
  type Packing,
} from '#kafka/testing';
import { eventually } from '#testing';
import type { Api } from '../e2e/support/api.js';
import { chargedUsage, readBooks } from '../e2e/support/books.js';
import { apiOf, type Stage } from '../e2e/support/stage.js';
import { generateUsage, seededRandom, setUpWorld, SHORT_CUSTOMER, type UsageCloudEvent } from '../e2e/support/world.js';
import { KINDS, NEIGHBOUR, type Draw, type Expected, type Kind } from './message-kinds.js';

export interface FuzzSettings {
  readonly messages: number;
  readonly seed: number;
  /** Batches that unpack without end; each stops a partition that nothing else is read from. */
  readonly bombs: number;
}

/** What became of the messages of a kind. */
export interface FuzzRow {
  readonly kind: string;
  readonly expected: string;
  readonly messages: number;
  /** How many met each outcome: `charged`, `known id`, or the code of a dead letter. */
  readonly outcomes: ReadonlyMap<string, number>;
}

export interface FuzzReport {
  readonly rows: readonly FuzzRow[];
  /** Messages by the packing of their batch. */
  readonly packings: ReadonlyMap<string, number>;
  /** Everything that is not as it must be, in sentences. Empty: the fuzz passed. */
  readonly faults: readonly string[];
}

const SHARDS = 4;
/** Partitions that messages go to; those above hold one bomb each. */
const PARTITIONS = 4;
const TOPIC = 'airtime.usage.fuzz';
const GROUP = 'airtime-ledger';
const BATCH_MESSAGES = 40;
const BOMBS_AT_ONCE = 4;
const BOMBS: readonly BombKind[] = ['zstd', 'gzip', 'lz4'];
/** Beyond the 64 MiB that a batch may unpack to. */
const BOMB_BYTES = 72 * 1024 * 1024;
const ANY_TIME = String(2n ** 63n - 1n);
const NEIGHBOURS = 'valid neighbour';

interface Sent {
  readonly kind: string;
  readonly expected: Expected;
  /** Source and id of the event that the message was made of. */
  readonly usage: string;
  readonly partition: number;
  readonly offset: number;
}

/** Runs it on the engines of a stage. */
export async function fuzzKafka(
  stage: Stage,
  settings: FuzzSettings,
  tell: (line: string) => void,
): Promise<FuzzReport> {
  const [{ url: database }, { brokers }] = await Promise.all([stage.postgres(), stage.kafka(), packingIsReady]);
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    await createTopic(admin, settings.bombs);
    await ensureTopics(brokers, { topic: TOPIC, partitions: SHARDS });
    const ledger = await stage.service('ledger', {
      DATABASE_URL: database,
      AIRTIME_SHARDS: String(SHARDS),
      KAFKA_BROKERS: brokers,
      KAFKA_USAGE_TOPIC: TOPIC,
      LOG_LEVEL: 'info',
    });
    await setUpWorld(apiOf(ledger));
    // A broker that has just started tells its first group to wait: that is no restart of the consumer.
    await consumesAll(apiOf(ledger), PARTITIONS + settings.bombs);
    const begun = ledger.mark;
    const producer = new FuzzProducer(brokers, settings);
    tell(`${settings.messages} messages, seed ${settings.seed}`);
    // A few bombs at a time, as hostile as one fetch of a real topic may be; the next ones when these have gone off.
    const rounds = Math.max(2, Math.ceil(settings.bombs / BOMBS_AT_ONCE));
    for (let round = 1; round <= rounds; round++) {
      await producer.produceUpTo(Math.round((settings.messages * round) / rounds));
      await producer.explodeUpTo(Math.min(settings.bombs, round * BOMBS_AT_ONCE));
      await readStops(apiOf(ledger), producer.bombs);
    }
    producer.close();
    tell('all are on the topic');
    await caughtUp(admin);
    const faults = [...(await findStops(apiOf(ledger), settings.bombs)), ...findRestarts(ledger.lines.slice(begun))];
    tell('the ledger has read them');
    const letters = await readDeadLetters(brokers, admin);
    const rows = await judge(database, producer.sent, letters, faults);
    return { rows, packings: producer.packings, faults };
  } finally {
    await admin.disconnect();
  }
}

/** Sends batches of neighbours and strange messages, partition by partition. */
class FuzzProducer {
  readonly sent: Sent[] = [];
  readonly packings = new Map<Packing, number>();
  private readonly producer: RawProducer;
  private readonly random: () => number;
  private readonly events: Iterator<UsageCloudEvent>;
  private readonly kinds = Object.entries(KINDS);
  private batches = 0;
  private strange = 0;
  private ordinary = 0;
  /** So many bombs are on the topic. */
  bombs = 0;

  constructor(brokers: string, { seed, messages, bombs }: FuzzSettings) {
    this.producer = new RawProducer(brokers);
    this.random = seededRandom(seed);
    // Nobody runs short of funds here: that is not what is fuzzed.
    const usage = generateUsage(seed, 2 * messages + 2 * bombs + BATCH_MESSAGES);
    this.events = usage.filter(({ subject }) => subject !== SHORT_CUSTOMER).values();
  }

  /** So many messages in all; every second one is strange, the kinds by turns, at chance places of their batches. */
  async produceUpTo(messages: number): Promise<void> {
    while (this.ordinary < messages) {
      const left = messages - this.ordinary;
      const made = Array.from({ length: Math.min(BATCH_MESSAGES, left) }, (_, n) =>
        // The first one gives the batch its time, so it has a proper one.
        n % 2 === 0 ? this.make(NEIGHBOURS, NEIGHBOUR) : this.make(...this.kinds[this.strange++ % this.kinds.length]!),
      );
      this.ordinary += made.length;
      const [first, ...others] = made;
      await this.send([first!, ...this.shuffled(others)], this.batches % PARTITIONS);
    }
  }

  /** One bomb to each partition above, with a message before it that is still charged. */
  async explodeUpTo(bombs: number): Promise<void> {
    for (; this.bombs < bombs; this.bombs++) {
      const n = this.bombs;
      await this.send([this.make('before a batch that unpacks without end', NEIGHBOUR)], PARTITIONS + n);
      await this.producer.send(TOPIC, PARTITIONS + n, makeBomb(BOMBS[n % BOMBS.length]!, BOMB_BYTES));
    }
  }

  close(): void {
    this.producer.close();
  }

  private async send(made: readonly ReturnType<FuzzProducer['make']>[], partition: number): Promise<void> {
    const packing = PACKINGS[(this.batches++ >> 2) % PACKINGS.length]!;
    this.packings.set(packing, (this.packings.get(packing) ?? 0) + made.length);
    const base = await this.producer.send(
      TOPIC,
      partition,
      makeBatch({ records: made.map(({ record }) => record), packing }),
    );
    made.forEach(({ kind, expected, usage }, index) => {
      this.sent.push({ kind, expected, usage, partition, offset: base + index });
    });
  }

  private make(kind: string, { expected, make }: Kind) {
    const drawn = this.events.next().value as UsageCloudEvent;
    // A changed byte must not make a mutant of the id of another message.
    const event = expected === 'either' ? { ...drawn, source: 'mutants' } : drawn;
    const draw: Draw = {
      event,
      below: (end) => Math.floor(this.random() * end),
      pick: (list) => list[Math.floor(this.random() * list.length)]!,
    };
    const record = { timestamp: BigInt(Date.parse(event.time)), ...make(draw) };
    return { kind, expected, usage: usageOf(record.value, event), record };
  }

  private shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, place: this.random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }
}

/** Source and id as the message says them, or else as the event did that it was made of. */
function usageOf(value: Buffer | string | null | undefined, event: UsageCloudEvent): string {
  try {
    const { source, id } = JSON.parse(String(value)) as Partial<UsageCloudEvent>;
    return `${source ?? event.source} ${id ?? event.id}`;
  } catch {
    return `${event.source} ${event.id}`;
  }
}

const client = (brokers: string) => new Kafka({ clientId: 'fuzz', brokers: [brokers], logLevel: logLevel.NOTHING });

async function createTopic(admin: Admin, bombs: number): Promise<void> {
  const configEntries = [
    // The broker itself would refuse what a producer with a broken clock sends to an older or otherwise set up one.
    { name: 'message.timestamp.after.max.ms', value: ANY_TIME },
    { name: 'message.timestamp.before.max.ms', value: ANY_TIME },
    { name: 'retention.ms', value: '-1' },
  ];
  const numPartitions = PARTITIONS + bombs;
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions, replicationFactor: 1, configEntries }] });
}

/** Waits until nothing is left of the partitions that messages go to, and one message of those with a bomb is read. */
async function caughtUp(admin: Admin): Promise<void> {
  const ends = new Map((await admin.fetchTopicOffsets(TOPIC)).map(({ partition, high }) => [partition, Number(high)]));
  const lag = async (): Promise<number> => {
    const [topic] = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] });
    let behind = 0;
    for (const [partition, end] of ends) {
      const offset = Number(topic?.partitions.find((entry) => entry.partition === partition)?.offset ?? -1);
      behind += (partition < PARTITIONS ? end : 1) - Math.max(0, offset);
    }
    return behind;
  };
  // However long it takes: only a lag that stands still is a fault.
  for (let before = await lag(); before > 0;) {
    const now = await eventually(lag, (behind) => behind < before, { pauseMs: 250, what: `a lag below ${before}` });
    before = now;
  }
}

/** The metrics, once so many partitions are shown as stopped. */
async function readStops(api: Api, bombs: number): Promise<{ metrics: string; stopped: number[] }> {
  const read = async () => {
    const metrics = (await api.call<string>('GET', '/metrics')).body;
    const found = metrics.matchAll(/^airtime_kafka_partition_stopped\{partition="(\d+)"\} 1$/gm);
    return { metrics, stopped: [...found].map(([, partition]) => Number(partition)) };
  };
  return eventually(read, ({ stopped }) => stopped.length >= bombs, { what: `${bombs} stops`, pauseMs: 200 });
}

/** Every partition with a bomb is shown as stopped, and no other; no batch was handed over twice. */
async function findStops(api: Api, bombs: number): Promise<string[]> {
  const { metrics, stopped } = await readStops(api, bombs);
  const faults = stopped
    .filter((partition) => partition < PARTITIONS)
    .map((partition) => `partition ${partition}, which holds no bomb, is stopped`);
  const retries = Number(/^airtime_kafka_retries_total (\d+)$/m.exec(metrics)?.[1] ?? 0);
  if (retries > 0) faults.push(`${retries} batches were handed over again`);
  return faults;
}

/** Whatever the ledger says of a consumer that ended, of messages that come again, or as an error other than a stop. */
function findRestarts(lines: readonly string[]): string[] {
  return lines
    .filter((line) => /Crash|Kafka is away|connecting again|handed over again|rejoin/i.test(line) || isError(line))
    .map((line) => `the ledger says: ${line.slice(0, 300)}`);
}

function isError(line: string): boolean {
  return /"level":[56]0/.test(line) && !/cannot be (read|unpacked)/.test(line);
}

async function consumesAll(api: Api, partitions: number): Promise<void> {
  const read = async () => {
    const { body } = await api.call<{ checks?: Record<string, { detail?: string }> }>('GET', '/health');
    return body.checks?.['kafka']?.detail ?? '';
  };
  const what = `a consumer of ${partitions} partitions`;
  await eventually(read, (detail) => detail.startsWith(`stable, ${partitions} partitions`), { what });
}

/** Codes of the dead letters by the place of their message. */
async function readDeadLetters(brokers: string, admin: Admin): Promise<Map<string, string[]>> {
  const topic = `${TOPIC}.dlq`;
  const total = (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
  const letters = new Map<string, string[]>();
  if (total === 0) return letters;
  const consumer: Consumer = client(brokers).consumer({ groupId: 'fuzz-reader', maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let read = 0;
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message: { headers = {} } }: { message: { headers?: Record<string, unknown> } }) => {
      const place = `${String(headers['airtime-source-partition'])}/${String(headers['airtime-source-offset'])}`;
      letters.set(place, [...(letters.get(place) ?? []), String(headers['airtime-reason-code'])]);
      if (++read === total) resolve();
    };
    consumer.run({ eachMessage: eachMessage as never }).catch(reject);
  });
  await consumer.disconnect();
  return letters;
}

async function judge(
  database: string,
  sent: readonly Sent[],
  letters: ReadonlyMap<string, readonly string[]>,
  faults: string[],
): Promise<FuzzRow[]> {
  const books = await readBooks(database, SHARDS);
  const charged = chargedUsage(books);
  const recorded = new Map<string, string>();
  for (const event of books.events) {
    if (event.type === 'UsageRejected') recorded.set(`${event.partition}/${event.offset}`, event.code);
  }
  const rows = new Map<string, { expected: string; messages: number; outcomes: Map<string, number> }>();
  for (const { kind, expected, usage, partition, offset } of sent) {
    const place = `${partition}/${offset}`;
    const code = recorded.get(place);
    const outcome = code ?? (charged.has(usage) ? 'charged' : 'known id');
    const row = rows.get(kind) ?? { expected, messages: 0, outcomes: new Map<string, number>() };
    rows.set(kind, row);
    row.messages += 1;
    row.outcomes.set(outcome, (row.outcomes.get(outcome) ?? 0) + 1);
    if (expected !== 'either' && outcome !== expected) faults.push(`${place} (${kind}): ${outcome}, not ${expected}`);
    const wrong = (letters.get(place) ?? []).join() !== (code ?? '');
    if (wrong)
      faults.push(
        `${place} (${kind}) has the dead letters ${letters.get(place)?.join() ?? 'none'} for ${code ?? 'none'}`,
      );
  }
  return [...rows].map(([kind, row]) => ({ kind, ...row }));
}

/** The table of a report. */
export function formatFuzz({ rows, packings, faults }: FuzzReport): string {
  const lines = rows
    .toSorted((a, b) => (a.expected === b.expected ? 0 : a.expected < b.expected ? 1 : -1))
    .map(({ kind, messages, outcomes }) => {
      const counts = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
      return `${kind.padEnd(58)} ${String(messages).padStart(6)}   ${counts}`;
    });
  const codecs = [...packings].map(([packing, count]) => `${packing} ${count}`).join(', ');
  const verdict = faults.length === 0 ? 'passed' : `${faults.length} FAULTS\n${faults.slice(0, 50).join('\n')}`;
  return [`${'kind'.padEnd(58)} ${'sent'.padStart(6)}   became`, ...lines, `by packing: ${codecs}`, verdict].join('\n');
}
