/** Opens the official client, and keeps what it must be told beyond its public face in one place. */
import { EventStoreDBClient } from '@eventstore/db-client';

const SHAPE = /^esdb(\+discover)?:\/\/[^\s/?]+\/*(\?(?<options>\S+))?$/;

/** What the client understands. It prints the whole connection string, password included, when it meets another one. */
const OPTIONS = new Set(
  [
    'tls',
    'tlsCAFile',
    'userCertFile',
    'userKeyFile',
    'connectionName',
    'nodePreference',
    'maxDiscoverAttempts',
    'discoveryInterval',
    'gossipTimeout',
    'defaultDeadline',
    'keepAliveInterval',
    'keepAliveTimeout',
  ].map((option) => option.toLowerCase()),
);

/**
 * How soon a server that says nothing is given up, unless the connection string says otherwise. The client's own values
 * (a ping after 10 s, 10 s for its answer) keep it on a frozen leader for 19 s, while the cluster has another one
 * within seconds. Milliseconds; the gossip's time limit is in seconds, as the client takes it.
 */
const PATIENCE = { keepAliveInterval: 1_500, keepAliveTimeout: 1_500, gossipTimeout: 2 } as const;

/** Members that the client's types call protected. */
interface ClientInternals {
  /** Whether the server offers an RPC; `appendToStream` asks it about BatchAppend. */
  supports: (method: unknown, feature?: string) => Promise<boolean>;
  readonly getChannel: () => Promise<{ close(): void }>;
}

/**
 * Opens a client; it connects with its first call.
 *
 * @param connectionString e.g. `esdb://localhost:2113?tls=false` or `esdb+discover://user:password@cluster:2113`
 * @throws Error that says what is wrong with the connection string, without repeating it
 */
export function openClient(connectionString: string): EventStoreDBClient {
  const match = SHAPE.exec(connectionString.trim());
  if (match === null) throw invalid('it must look like esdb://host:2113?tls=false or esdb+discover://host:2113');
  for (const option of (match.groups?.['options'] ?? '').split('&').filter((text) => text !== '')) {
    if (!OPTIONS.has(keyOf(option))) throw invalid(`an option is none of ${[...OPTIONS].join(', ')}`);
  }
  let client: EventStoreDBClient;
  try {
    client = withoutAdvice(() => EventStoreDBClient.connectionString(withPatience(connectionString)));
  } catch (error) {
    // The client's own error carries the whole string. File errors (certificates) name no secret.
    if (error instanceof Error && !('connectionString' in error)) throw error;
    throw invalid('the client cannot read its user, hosts or option values');
  }
  // Of a server's two append RPCs only the plain one is bounded by a deadline and fails alone. The client's BatchAppend
  // shares one list of waiting calls among all clients of a process: when one loses its connection, the answers to the
  // others find no caller and crash the process.
  internalsOf(client).supports = () => Promise.resolve(false);
  return client;
}

/** Ends the client's streams and its connection, which the client itself would keep for half an hour. */
export async function closeClient(client: EventStoreDBClient): Promise<void> {
  await client.dispose();
  (await internalsOf(client).getChannel()).close();
}

/** The connection string with {@link PATIENCE} for what it does not say itself. */
export function withPatience(connectionString: string): string {
  // The client itself drops slashes at the end.
  const given = connectionString.trim().replace(/\/+$/, '');
  const [, options] = given.split('?', 2);
  const said = new Set((options ?? '').split('&').map(keyOf));
  const missing = Object.entries(PATIENCE).filter(([key]) => !said.has(key.toLowerCase()));
  const added = missing.map(([key, value]) => `${key}=${value}`).join('&');
  if (added === '') return given;
  if (options === undefined) return `${given}?${added}`;
  return `${given}${options === '' || given.endsWith('&') ? '' : '&'}${added}`;
}

/** Options are read without regard to case, underscores and hyphens. */
function keyOf(option: string): string {
  return option
    .slice(0, Math.max(0, option.indexOf('=')))
    .toLowerCase()
    .replace(/[_-]/g, '');
}

/** The client prints on the console that it recommends longer pauses between pings. Ours are on purpose. */
function withoutAdvice<T>(open: () => T): T {
  const { console } = globalThis;
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return open();
  } finally {
    console.warn = warn;
  }
}

function internalsOf(client: EventStoreDBClient): ClientInternals {
  return client as unknown as ClientInternals;
}

function invalid(reason: string): Error {
  return new Error(`the EventStoreDB connection string is not valid: ${reason}`);
}
