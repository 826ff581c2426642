import { Kafka, logLevel, type LogEntry, type RetryOptions } from 'kafkajs';
import { readFetchAnswersOurselves } from './fetch/fetch-answers.js';
import { securityOf, type KafkaSasl, type KafkaTls } from './security.js';

/** Receives what an operator would want to know. Never given keys, values or headers of messages, nor credentials. */
export type KafkaLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  details?: Readonly<Record<string, unknown>>,
) => void;

/** Where the brokers are, and who is asking. */
export interface KafkaConnection {
  /** `host:port` of one or more brokers: a list, or one string joined by commas. */
  readonly brokers: string | readonly string[];
  /** How this process is called in the brokers' logs and quotas. */
  readonly clientId?: string;
  /** Present: TLS, with the system's roots where it names none of its own. */
  readonly tls?: KafkaTls;
  /** Who this client is to the brokers. */
  readonly sasl?: KafkaSasl;
  readonly log?: KafkaLog;
}

/** kafkajs retries this often (about 3 s in all); after that the caller backs off and tries again. */
export const CLIENT_RETRY: RetryOptions = { retries: 4, initialRetryTime: 150, maxRetryTime: 2_000, multiplier: 2 };

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 20_000;
const ERROR_TEXT_MAX = 500;
/** The only fields of kafkajs's log entries that pass: where, and what went wrong. */
const LOGGED_FIELDS = ['groupId', 'topic', 'partition', 'broker', 'error', 'retryCount', 'retryTime'] as const;

/** The one place where a kafkajs client is made. `quietest` is the least severe of kafkajs's levels that passes. */
export function createClient(connection: KafkaConnection, quietest: logLevel = logLevel.INFO): Kafka {
  readFetchAnswersOurselves();
  return new Kafka({
    clientId: connection.clientId ?? 'airtime',
    brokers: brokerList(connection.brokers),
    ...securityOf(connection),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: CLIENT_RETRY,
    logLevel: quietest,
    logCreator: () => (entry) => relay(connection.log, entry),
  });
}

/** @throws RangeError when no broker is named */
export function brokerList(brokers: string | readonly string[]): string[] {
  const list = (typeof brokers === 'string' ? brokers.split(',') : brokers).map((broker) => broker.trim());
  if (list.length === 0 || list.includes('')) throw new RangeError('name at least one Kafka broker as host:port');
  return list;
}

/** kafkajs calls an error what it will retry, and a warning what is its daily work: both count one step less here. */
function relay(log: KafkaLog | undefined, entry: LogEntry): void {
  if (log === undefined) return;
  const level = entry.level === logLevel.ERROR ? 'warn' : entry.level === logLevel.WARN ? 'info' : 'debug';
  const details: Record<string, unknown> = {};
  for (const field of LOGGED_FIELDS) {
    const value: unknown = entry.log[field];
    if (value !== undefined) details[field] = value instanceof Error ? describeError(value) : value;
  }
  log(level, `kafkajs ${entry.namespace}: ${entry.log.message.slice(0, ERROR_TEXT_MAX)}`, details);
}

/** An error in one bounded line. */
export function describeError(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, ERROR_TEXT_MAX);
}

/** Whether a broker's protocol error of this type stands anywhere in an error's chain of causes. */
export function isProtocolError(error: unknown, ...types: readonly string[]): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (types.includes((at as { type?: string }).type ?? '')) return true;
  }
  return false;
}

/** Milliseconds to wait before attempt `attempt` (from 1): doubling from `firstMs` to `maxMs`, spread by a fifth. */
export function backOffMs(attempt: number, firstMs: number, maxMs: number): number {
  const wait = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 20));
  return Math.round(wait * (0.9 + Math.random() * 0.2));
}
