/** The environment itself: which variables there are, how one is read, and what is said about a wrong one. */

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

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable that Airtime reads. A new one must be added here, else {@link readerOf} throws. */
export const VARIABLES = [
  'PORT',
  'HOST',
  'MANAGEMENT_PORT',
  'LOG_LEVEL',
  'AIRTIME_DATA_DIR',
  'AIRTIME_ADMIN_KEY',
  'AIRTIME_WRITER_KEY_FILE',
  'AIRTIME_ROOT_KEY_FILE',
  'AIRTIME_SHARDS',
  'AIRTIME_CONNECTIONS_MAX',
  'AIRTIME_CONSOLE_SERVICES',
  'DATABASE_URL',
  'JOURNAL_STORE',
  'EVENTSTOREDB_URL',
  'KAFKA_BROKERS',
  'KAFKA_USAGE_TOPIC',
  'KAFKA_SSL',
  'KAFKA_SSL_CA_FILE',
  'KAFKA_SSL_CERT_FILE',
  'KAFKA_SSL_KEY_FILE',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'KAFKA_SASL_PASSWORD_FILE',
  'KAFKA_OAUTH_TOKEN_URL',
  'KAFKA_OAUTH_CLIENT_ID',
  'KAFKA_OAUTH_CLIENT_SECRET',
  'KAFKA_OAUTH_CLIENT_SECRET_FILE',
  'CHAIN_RPC_URL',
  'CHAIN_SIGNER_KEY',
  'CHAIN_SIGNER_KEY_FILE',
  'CHAIN_FEE_CAP_GWEI',
] as const;

export type Variable = (typeof VARIABLES)[number];

/** Names of earlier releases, which are still read, with a warning. */
export const OLDER_NAMES: Readonly<Partial<Record<Variable, string>>> = { EVENTSTOREDB_URL: 'EVENTSTORE_URL' };

/** Reads one variable. */
export type Read = (variable: Variable) => string | undefined;

/**
 * A variable set to blanks counts as unset, because compose files pass absent values so.
 *
 * @throws ConfigurationError, when it reads a variable whose older name says something else
 */
export function readerOf(env: Environment): Read {
  const filled = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  };
  return (variable) => {
    const value = filled(variable);
    const older = OLDER_NAMES[variable];
    const olderValue = older === undefined ? undefined : filled(older);
    if (value !== undefined && olderValue !== undefined && value !== olderValue) {
      throw new ConfigurationError(variable, `differs from ${older}, its older name; unset ${older}`);
    }
    return value ?? olderValue;
  };
}

interface IntegerRange {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

/** A whole number in decimal digits. */
export function readInteger(
  variable: Variable,
  value: string | undefined,
  { min, max, fallback }: IntegerRange,
): number {
  if (value === undefined) return fallback;
  const parsed = /^\d{1,9}$/.test(value) ? Number.parseInt(value, 10) : Number.NaN;
  if (!(parsed >= min && parsed <= max)) {
    throw new ConfigurationError(variable, `must be a whole number from ${min} to ${max}; e.g. ${fallback}`);
  }
  return parsed;
}

/** One of a few words, exactly as written. */
export function readChoice<T extends string>(
  variable: Variable,
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

export function parseUrl(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}
