/** TLS and SASL towards Kafka: read, checked and complete at the start, so that no half setting turns into none. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigurationError, parseUrl, readChoice, type Read, type Variable } from './variables.js';

/** PEM texts. */
export interface KafkaTlsSettings {
  /** Roots in place of the system's. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type KafkaSaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'oauthbearer';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
    };

export interface KafkaSecurity {
  readonly tls?: KafkaTlsSettings;
  readonly sasl?: KafkaSaslSettings;
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const;
const PASSWORD_VARIABLES = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD', 'KAFKA_SASL_PASSWORD_FILE'] as const;
const OAUTH_VARIABLES = [
  'KAFKA_OAUTH_TOKEN_URL',
  'KAFKA_OAUTH_CLIENT_ID',
  'KAFKA_OAUTH_CLIENT_SECRET',
  'KAFKA_OAUTH_CLIENT_SECRET_FILE',
] as const;
const TLS_VARIABLES = ['KAFKA_SSL_CA_FILE', 'KAFKA_SSL_CERT_FILE', 'KAFKA_SSL_KEY_FILE'] as const;
const SECRET_LENGTH_MAX = 4_096;
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** Names of all variables of this file. */
export const KAFKA_SECURITY_VARIABLES = [
  'KAFKA_SSL',
  ...TLS_VARIABLES,
  'KAFKA_SASL_MECHANISM',
  ...PASSWORD_VARIABLES,
  ...OAUTH_VARIABLES,
] as const;

/** @throws ConfigurationError for the first setting that is malformed, unreadable or lacks what belongs to it */
export function readKafkaSecurity(read: Read): KafkaSecurity {
  const tls = readTls(read);
  const sasl = readSasl(read);
  return { ...(tls === undefined ? {} : { tls }), ...(sasl === undefined ? {} : { sasl }) };
}

function readTls(read: Read): KafkaTlsSettings | undefined {
  if (readChoice('KAFKA_SSL', read('KAFKA_SSL'), ['true', 'false'], 'false') === 'false') {
    refuseAny(read, TLS_VARIABLES, 'is used with KAFKA_SSL=true only; set that too, or unset this');
    return undefined;
  }
  const ca = readPem('KAFKA_SSL_CA_FILE', read, (pem) => new X509Certificate(pem));
  const cert = readPem('KAFKA_SSL_CERT_FILE', read, (pem) => new X509Certificate(pem));
  const key = readPem('KAFKA_SSL_KEY_FILE', read, (pem) => createPrivateKey(pem));
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] =
      key === undefined
        ? (['KAFKA_SSL_CERT_FILE', 'KAFKA_SSL_KEY_FILE'] as const)
        : (['KAFKA_SSL_KEY_FILE', 'KAFKA_SSL_CERT_FILE'] as const);
    throw new ConfigurationError(given, `needs ${missing}: a certificate and its key are shown together`);
  }
  if (cert !== undefined && key !== undefined && !cert.parsed.checkPrivateKey(key.parsed)) {
    throw new ConfigurationError('KAFKA_SSL_KEY_FILE', 'is not the key of the certificate in KAFKA_SSL_CERT_FILE');
  }
  return {
    ...(ca === undefined ? {} : { ca: ca.pem }),
    ...(cert === undefined ? {} : { cert: cert.pem }),
    ...(key === undefined ? {} : { key: key.pem }),
  };
}

function readPem<Parsed extends X509Certificate | KeyObject>(
  variable: Variable,
  read: Read,
  parse: (pem: string) => Parsed,
): { readonly pem: string; readonly parsed: Parsed } | undefined {
  const path = read(variable);
  if (path === undefined) return undefined;
  const pem = readFile(variable, path);
  try {
    return { pem, parsed: parse(pem) };
  } catch {
    throw new ConfigurationError(variable, 'names a file that is no PEM of its kind, or is protected by a passphrase');
  }
}

function readSasl(read: Read): KafkaSaslSettings | undefined {
  const value = read('KAFKA_SASL_MECHANISM');
  if (value === undefined) {
    const all = [...PASSWORD_VARIABLES, ...OAUTH_VARIABLES];
    refuseAny(read, all, `needs KAFKA_SASL_MECHANISM, one of ${MECHANISMS.join(', ')}`);
    return undefined;
  }
  const mechanism = readChoice('KAFKA_SASL_MECHANISM', value, MECHANISMS, 'plain');
  if (mechanism !== 'oauthbearer') {
    refuseAny(read, OAUTH_VARIABLES, 'is used with KAFKA_SASL_MECHANISM=oauthbearer only');
    const username = needed(read, 'KAFKA_SASL_USERNAME', mechanism);
    const password = readSecret(read, 'KAFKA_SASL_PASSWORD', 'KAFKA_SASL_PASSWORD_FILE', mechanism);
    return { mechanism, username, password };
  }
  refuseAny(read, PASSWORD_VARIABLES, 'is not used with KAFKA_SASL_MECHANISM=oauthbearer');
  return {
    mechanism,
    tokenUrl: readTokenUrl(needed(read, 'KAFKA_OAUTH_TOKEN_URL', mechanism)),
    clientId: needed(read, 'KAFKA_OAUTH_CLIENT_ID', mechanism),
    clientSecret: readSecret(read, 'KAFKA_OAUTH_CLIENT_SECRET', 'KAFKA_OAUTH_CLIENT_SECRET_FILE', mechanism),
  };
}

/** The secret goes there: over the network only encrypted. */
function readTokenUrl(value: string): string {
  const url = parseUrl(value);
  const isLocal = url?.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname);
  if (url === undefined || (url.protocol !== 'https:' && !isLocal) || url.username !== '' || url.password !== '') {
    throw new ConfigurationError(
      'KAFKA_OAUTH_TOKEN_URL',
      'must be an https URL without a user, e.g. https://login.example.org/token; http is for this machine only',
    );
  }
  return value;
}

function readSecret(read: Read, variable: Variable, fileVariable: Variable, mechanism: string): string {
  const value = read(variable);
  const path = read(fileVariable);
  if (value !== undefined && path !== undefined) {
    throw new ConfigurationError(fileVariable, `is set beside ${variable}; keep one of them`);
  }
  const secret = value ?? (path === undefined ? undefined : readFile(fileVariable, path).replace(/\r?\n$/, ''));
  if (secret === undefined) {
    throw new ConfigurationError(variable, `is needed by KAFKA_SASL_MECHANISM=${mechanism}; set it or ${fileVariable}`);
  }
  if (secret === '' || secret.length > SECRET_LENGTH_MAX) {
    throw new ConfigurationError(fileVariable, `must name a file with 1 to ${SECRET_LENGTH_MAX} characters`);
  }
  return secret;
}

function needed(read: Read, variable: Variable, mechanism: string): string {
  const value = read(variable);
  if (value === undefined) throw new ConfigurationError(variable, `is needed by KAFKA_SASL_MECHANISM=${mechanism}`);
  return value;
}

function refuseAny(read: Read, variables: readonly Variable[], message: string): void {
  for (const variable of variables) {
    if (read(variable) !== undefined) throw new ConfigurationError(variable, message);
  }
}

function readFile(variable: Variable, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(variable, `names a file that cannot be read (${code})`);
  }
}
