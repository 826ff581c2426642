import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { runProgram } from '#processes';
import { writeDurably } from './durable-file.js';
import { EngineError, type Engine, type EngineOptions } from './engine.js';
import { EngineFolder } from './engine-folder.js';
import { javaCommand, provideKafka } from './kafka-distribution.js';
import type { StopStep } from './process-identity.js';
import { messageOf, SupervisedProcess } from './supervised-process.js';

const START_TIMEOUT_MS = 90_000;
const PROBE_TIMEOUT_MS = 3_000;
/** Partitions of a topic whose creator names none. */
const DEFAULT_PARTITIONS = 4;

export const KAFKA_STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 30_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

export interface KafkaOptions extends EngineOptions {
  /** Where Kafka's jars are kept, see `provideKafka`. */
  readonly cacheDir?: string;
  /** Listeners beside the plain one, as what a broker of production offers: for whoever tests against it. */
  readonly listeners?: readonly KafkaListener[];
  /** Server properties of those listeners. */
  readonly properties?: Readonly<Record<string, string | number>>;
  /** Beside the cluster's id, when the storage is formatted for the first time, such as `--add-scram`. */
  readonly formatArguments?: readonly string[];
}

export interface KafkaListener {
  /** In capitals. */
  readonly name: string;
  readonly port: number;
  readonly protocol: 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT';
}

export interface KafkaEngine extends Engine {
  /** Address of the one broker, as kafkajs's `brokers` and `KAFKA_BROKERS` take it. */
  readonly brokers: string;
}

/**
 * Starts a single Apache Kafka 4.1 broker (KRaft: its own controller) on 127.0.0.1 and waits until it leads.
 *
 * Topics, messages, groups and the cluster's id live in `dataDir` and survive a stop and `kill -9`. Acknowledged
 * messages are in the operating system's cache at once and on disk soon after, as Kafka does it: a power cut may take
 * the newest ones of a single broker. Topics are not created by mistyping: create them.
 *
 * @throws EngineError when Java or the jars are missing, the folder is in use, or the broker does not start
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaEngine> {
  const onEvent = options.onEvent ?? (() => undefined);
  const jars = await provideKafka(options.cacheDir, onEvent);
  const folder = await EngineFolder.claim(options.dataDir, 'Kafka', KAFKA_STOP_STEPS, onEvent);
  let supervised: SupervisedProcess | undefined;
  let port = 0;
  const brokers = (): string => `127.0.0.1:${port}`;
  try {
    const running = await SupervisedProcess.start({
      name: 'Kafka',
      folder,
      stopSteps: KAFKA_STOP_STEPS,
      startTimeoutMs: START_TIMEOUT_MS,
      onEvent,
      prepare: async (first) => {
        if (first) {
          port = await folder.choosePort('broker', options.port);
          await configure(folder, port, await folder.choosePort('controller'), options);
          await formatOnce(folder, jars, options.formatArguments ?? []);
        }
        return {
          command: javaCommand(),
          args: [...javaArguments(jars), 'kafka.Kafka', folder.file('server.properties')],
        };
      },
      probe: () => describeCluster(brokers()),
    });
    supervised = running;
    return {
      name: 'Kafka',
      brokers: brokers(),
      get processId() {
        return running.processId;
      },
      stop: () => running.stop(),
    };
  } catch (error) {
    if (supervised === undefined) await folder.release();
    throw error instanceof EngineError ? error : new EngineError(messageOf(error), { cause: error });
  }
}

function javaArguments(jars: string): string[] {
  return [
    ...['-Xms128m', '-Xmx512m', '-XX:+ExitOnOutOfMemoryError', '-Djava.awt.headless=true'],
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS',
    ...['-cp', join(jars, '*')],
  ];
}

async function configure(
  folder: EngineFolder,
  port: number,
  controllerPort: number,
  { listeners = [], properties: given = {} }: KafkaOptions,
): Promise<void> {
  const more = listeners.map(({ name, port: at }) => `,${name}://127.0.0.1:${at}`).join('');
  const protocols = listeners.map(({ name, protocol }) => `,${name}:${protocol}`).join('');
  const properties: Readonly<Record<string, string | number>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${more}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${more}`,
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${protocols}`,
    'log.dirs': escapeProperty(folder.file('data')),
    'num.partitions': DEFAULT_PARTITIONS,
    'auto.create.topics.enable': 'false',
    // Internal topics default to three copies, which one broker cannot hold.
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A single machine: fewer internal partitions open faster, and the cleaner's buffer must fit into a small heap.
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.num.partitions': 8,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // The first member of a group need not wait for others to come.
    'group.initial.rebalance.delay.ms': 0,
    ...given,
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(folder.file('server.properties'), lines.join(''), { mode: 0o600 });
}

/** Java's property files take the backslash as an escape. */
function escapeProperty(value: string): string {
  return value.replaceAll('\\', '\\\\');
}

/** Gives the storage its cluster's id, once; the id is decided and durable before the storage knows it. */
async function formatOnce(folder: EngineFolder, jars: string, more: readonly string[]): Promise<void> {
  if (existsSync(join(folder.file('data'), 'meta.properties'))) return;
  await mkdir(folder.file('data'), { recursive: true, mode: 0o700 });
  const tool = async (...args: string[]): Promise<string> => {
    const { stdout } = await runProgram(javaCommand(), [...javaArguments(jars), 'kafka.tools.StorageTool', ...args]);
    return stdout.trim();
  };
  const idFile = folder.file('cluster-id');
  let id = await readFile(idFile, 'utf8').then(
    (content) => content.trim(),
    () => '',
  );
  if (id === '') {
    id = (await tool('random-uuid')).split('\n').at(-1) ?? '';
    await writeDurably(idFile, `${id}\n`);
  }
  await tool('format', '--cluster-id', id, '--config', folder.file('server.properties'), '--ignore-formatted', ...more);
}

/** The readiness query: the broker is registered, and the controller answers through it. */
async function describeCluster(broker: string): Promise<void> {
  const admin = new Kafka({
    clientId: 'airtime-readiness',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: PROBE_TIMEOUT_MS,
    requestTimeout: PROBE_TIMEOUT_MS,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('the broker is not registered yet');
    await admin.listTopics();
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
