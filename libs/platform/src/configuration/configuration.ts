import { resolve } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { type ChainSettings, readChainSettings } from './chain-settings.js';
import { type HttpSettings, readHttpSettings } from './http-settings.js';
import { type KafkaSettings, readKafkaSettings } from './kafka-settings.js';
import { readStoreSettings, type StoreSettings } from './store-settings.js';
import { refuseUnknownVariables } from './variable-names.js';
import { type Environment, readChoice, readerOf, readInteger } from './variables.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything a service may be told from outside, checked once at the start. An absent engine address means "embedded". */
export interface Configuration extends HttpSettings, StoreSettings, KafkaSettings, ChainSettings {
  /** Absolute path of the directory that holds the admin key and the embedded engines' data. */
  readonly dataDir: string;
  /** Number of journal shards, 1..64. Fixed for the life of a journal: holders are placed by it. */
  readonly shards: number;
  /** File with the private key that signs this process's pages; absent: the data directory's own. */
  readonly writerKeyFile?: string;
  /** File with the private key that may found a journal and speaks for it. */
  readonly rootKeyFile?: string;
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

/**
 * Reads and checks the environment. A variable set to blanks counts as unset, because compose files pass absent values so.
 *
 * @throws ConfigurationError for the first unknown `AIRTIME_*` variable or malformed value. Values are never quoted in
 *   the message: most of them are secrets or carry one.
 */
export function loadConfiguration(env: Environment): Configuration {
  refuseUnknownVariables(env);
  const read = readerOf(env);
  const writerKeyFile = read('AIRTIME_WRITER_KEY_FILE');
  const rootKeyFile = read('AIRTIME_ROOT_KEY_FILE');
  return Object.freeze({
    ...readHttpSettings(read),
    ...readStoreSettings(read),
    ...readKafkaSettings(read),
    ...readChainSettings(read),
    dataDir: resolve(read('AIRTIME_DATA_DIR') ?? './.airtime'),
    shards: readInteger('AIRTIME_SHARDS', read('AIRTIME_SHARDS'), { min: 1, max: SHARDS_MAX, fallback: 4 }),
    ...(writerKeyFile === undefined ? {} : { writerKeyFile: resolve(writerKeyFile) }),
    ...(rootKeyFile === undefined ? {} : { rootKeyFile: resolve(rootKeyFile) }),
    logLevel: readChoice('LOG_LEVEL', read('LOG_LEVEL'), LOG_LEVELS, 'info'),
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
  const { kafka } = configuration;
  if (kafka.mode === 'brokers') {
    const { tls, sasl } = kafka.security ?? {};
    secrets.push(tls?.key, sasl?.mechanism === 'oauthbearer' ? sasl.clientSecret : sasl?.password);
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
