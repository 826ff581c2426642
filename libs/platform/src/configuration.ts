import { resolve } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';

/** The start cannot go on with this environment. The message is one line, names the variable and says what to do. */
export class ConfigurationError extends Error {
  constructor(
    readonly variable: string,
    message: string,
  ) {
    super(`${variable}: ${message}`);
    this.name = 'ConfigurationError';
  }
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const JOURNAL_STORES = ['postgres', 'eventstoredb'] as const;
export type JournalStoreKind = (typeof JOURNAL_STORES)[number];

/** Where usage comes from besides HTTP: no Kafka, a broker that standalone starts itself, or named brokers. */
export type KafkaConfiguration =
  | { readonly mode: 'none' }
  | { readonly mode: 'embedded' }
  | { readonly mode: 'brokers'; readonly brokers: readonly string[] };

/** Everything a service may be told from outside, checked once at the start. An absent engine address means "embedded". */
export interface Configuration {
  /** TCP port of the HTTP server, 0..65535; 0 lets the system choose. */
  readonly port: number;
  /** Absolute path of the directory that holds the admin key and the embedded engines' data. */
  readonly dataDir: string;
  readonly adminKey?: string;
  /** Number of journal shards, 1..64. Fixed for the life of a journal: holders are placed by it. */
  readonly shards: number;
  readonly databaseUrl?: string;
  readonly journalStore: JournalStoreKind;
  readonly eventstoreUrl?: string;
  readonly kafka: KafkaConfiguration;
  /** Topic of usage events; refused ones go to `<topic>.dlq`. */
  readonly kafkaUsageTopic: string;
  readonly chainRpcUrl?: string;
  /** Private key of the settlement signer, `0x` and 64 hexadecimal digits. */
  readonly chainSignerKey?: string;
  readonly logLevel: LogLevel;
}

/** Injection token of the {@link Configuration}. */
export const CONFIGURATION = Symbol('CONFIGURATION');

/** Gives every module of a service the one checked configuration. */
@Module({})
export class ConfigurationModule {
  static forRoot(configuration: Configuration): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      providers: [{ provide: CONFIGURATION, useValue: configuration }],
      exports: [CONFIGURATION],
    };
  }
}

const SHARDS_MAX = 64;
const ADMIN_KEY_LENGTH_MAX = 512;
const BROKERS_MAX = 100;
/** Kafka allows 249 characters; four are kept for the `.dlq` of the dead-letter topic. */
const TOPIC_LENGTH_MAX = 245;
/** Order of the secp256k1 group: a private key is a number from 1 to one less than this (SEC 2, section 2.4.1). */
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const AIRTIME_VARIABLES = ['AIRTIME_DATA_DIR', 'AIRTIME_ADMIN_KEY', 'AIRTIME_SHARDS'] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks the environment. A variable set to blanks counts as unset, because compose files pass absent values so.
 *
 * @throws ConfigurationError for the first unknown `AIRTIME_*` variable or malformed value. Values are never quoted in
 *   the message: most of them are secrets or carry one.
 */
export function loadConfiguration(env: Environment): Configuration {
  refuseUnknownVariables(env);
  const read = (variable: string): string | undefined => {
    const value = env[variable]?.trim();
    return value === undefined || value === '' ? undefined : value;
  };

  const journalStore = readChoice('JOURNAL_STORE', read('JOURNAL_STORE'), JOURNAL_STORES, 'postgres');
  const eventstoreUrl = readEventstoreUrl(read('EVENTSTORE_URL'));
  if (journalStore === 'eventstoredb' && eventstoreUrl === undefined) {
    throw new ConfigurationError(
      'EVENTSTORE_URL',
      'is needed when JOURNAL_STORE=eventstoredb; set it, e.g. esdb://localhost:2113?tls=false',
    );
  }
  const adminKey = readAdminKey(read('AIRTIME_ADMIN_KEY'));
  const databaseUrl = readDatabaseUrl(read('DATABASE_URL'));
  const chainRpcUrl = readChainRpcUrl(read('CHAIN_RPC_URL'));
  const chainSignerKey = readSignerKey(read('CHAIN_SIGNER_KEY'));

  return Object.freeze({
    port: readInteger('PORT', read('PORT'), { min: 0, max: 65_535, fallback: 3000 }),
    dataDir: resolve(read('AIRTIME_DATA_DIR') ?? './.airtime'),
    shards: readInteger('AIRTIME_SHARDS', read('AIRTIME_SHARDS'), { min: 1, max: SHARDS_MAX, fallback: 4 }),
    journalStore,
    kafka: readKafka(read('KAFKA_BROKERS')),
    kafkaUsageTopic: readTopic(read('KAFKA_USAGE_TOPIC')),
    logLevel: readChoice('LOG_LEVEL', read('LOG_LEVEL'), LOG_LEVELS, 'info'),
    ...(adminKey === undefined ? {} : { adminKey }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(eventstoreUrl === undefined ? {} : { eventstoreUrl }),
    ...(chainRpcUrl === undefined ? {} : { chainRpcUrl }),
    ...(chainSignerKey === undefined ? {} : { chainSignerKey }),
  });
}

/** The values of a configuration that must never be written anywhere but to their own use, for {@link createLogger}. */
export function secretsOf(configuration: Configuration): string[] {
  const secrets = [configuration.adminKey, configuration.chainSignerKey, configuration.chainSignerKey?.slice(2)];
  for (const url of [configuration.databaseUrl, configuration.eventstoreUrl]) {
    // Not the URL parser: it refuses the comma-separated hosts of a cluster.
    const password = /^[^:]+:\/\/[^:@/]*:([^@]*)@/.exec(url ?? '')?.[1];
    secrets.push(password, password === undefined ? undefined : decodeURIComponentOrSelf(password));
  }
  return secrets.filter((secret): secret is string => secret !== undefined && secret !== '');
}

function decodeURIComponentOrSelf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuseUnknownVariables(env: Environment): void {
  const known: readonly string[] = AIRTIME_VARIABLES;
  for (const variable of Object.keys(env)) {
    if (variable.startsWith('AIRTIME_') && env[variable] !== undefined && !known.includes(variable)) {
      throw new ConfigurationError(
        variable,
        `is not a variable that Airtime knows; unset it or use one of ${known.join(', ')}`,
      );
    }
  }
}

interface IntegerRange {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

function readInteger(variable: string, value: string | undefined, { min, max, fallback }: IntegerRange): number {
  if (value === undefined) return fallback;
  const parsed = /^\d{1,9}$/.test(value) ? Number.parseInt(value, 10) : Number.NaN;
  if (!(parsed >= min && parsed <= max)) {
    throw new ConfigurationError(variable, `must be a whole number from ${min} to ${max}; e.g. ${fallback}`);
  }
  return parsed;
}

function readChoice<T extends string>(
  variable: string,
  value: string | undefined,
  choices: readonly T[],
  fallback: T,
): T {
  if (value === undefined) return fallback;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) {
    throw new ConfigurationError(variable, `must be one of ${choices.join(', ')}`);
  }
  return choice;
}

function readAdminKey(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.length > ADMIN_KEY_LENGTH_MAX || !/^[\x21-\x7e]+$/.test(value)) {
    throw new ConfigurationError(
      'AIRTIME_ADMIN_KEY',
      `must be 1 to ${ADMIN_KEY_LENGTH_MAX} visible ASCII characters without blanks; unset it to have one generated`,
    );
  }
  return value;
}

function parseUrl(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

function readDatabaseUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value);
  const isPostgres = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:';
  const hasHost = url !== undefined && (url.hostname !== '' || url.searchParams.has('host'));
  if (url === undefined || !isPostgres || !hasHost || url.pathname.length < 2) {
    throw new ConfigurationError(
      'DATABASE_URL',
      'must be a PostgreSQL URL like postgresql://user:password@host:5432/database; unset it for the embedded database',
    );
  }
  return value;
}

function readEventstoreUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  // A cluster lists several hosts with commas, which the URL parser refuses: only the shape is checked, the client parses.
  if (!/^esdb(\+discover)?:\/\/[^\s/?]+(\/|\?|$)/.test(value)) {
    throw new ConfigurationError(
      'EVENTSTORE_URL',
      'must be a connection string like esdb://localhost:2113?tls=false or esdb+discover://user:password@host:2113',
    );
  }
  return value;
}

function readChainRpcUrl(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const url = parseUrl(value);
  if (url === undefined || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) || url.hostname === '') {
    throw new ConfigurationError(
      'CHAIN_RPC_URL',
      'must be an http(s) or ws(s) URL of an EVM node like http://localhost:8545; unset it for the embedded chain',
    );
  }
  return value;
}

function readSignerKey(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const scalar = /^0x[0-9a-fA-F]{64}$/.test(value) ? BigInt(value) : 0n;
  if (scalar <= 0n || scalar >= SECP256K1_ORDER) {
    throw new ConfigurationError(
      'CHAIN_SIGNER_KEY',
      'must be a private key: 0x and 64 hexadecimal digits, inside the secp256k1 group order',
    );
  }
  return value;
}

function readKafka(value: string | undefined): KafkaConfiguration {
  if (value === undefined) return { mode: 'none' };
  if (value === 'embedded') return { mode: 'embedded' };
  const brokers = value.split(',').map((broker) => broker.trim());
  if (brokers.length > BROKERS_MAX || !brokers.every(isHostAndPort)) {
    throw new ConfigurationError(
      'KAFKA_BROKERS',
      `must be "embedded" or 1 to ${BROKERS_MAX} brokers host:port joined by commas, e.g. kafka-1:9092,kafka-2:9092`,
    );
  }
  return { mode: 'brokers', brokers };
}

function isHostAndPort(text: string): boolean {
  const match = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9a-fA-F:]{2,45}\]):(\d{1,5})$/.exec(text);
  const port = Number.parseInt(match?.[1] ?? '0', 10);
  return port >= 1 && port <= 65_535;
}

function readTopic(value: string | undefined): string {
  if (value === undefined) return 'airtime.usage.v1';
  if (value.length > TOPIC_LENGTH_MAX || !/^[a-zA-Z0-9._-]+$/.test(value) || value === '.' || value === '..') {
    throw new ConfigurationError(
      'KAFKA_USAGE_TOPIC',
      `must be 1 to ${TOPIC_LENGTH_MAX} characters of letters, digits, ".", "_" and "-"; e.g. airtime.usage.v1`,
    );
  }
  return value;
}
