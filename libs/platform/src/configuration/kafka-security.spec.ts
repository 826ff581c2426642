import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration, secretsOf } from './configuration.js';
import { ConfigurationError, type Environment } from './variables.js';

const folder = mkdtempSync(join(tmpdir(), 'airtime-security-'));
const SECRET = 'hunter2 and more';

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function load(env: Environment) {
  return loadConfiguration({ KAFKA_BROKERS: 'kafka:9093', ...env });
}

function refusalOf(env: Environment): string {
  try {
    load(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  throw new Error('accepted');
}

const OAUTH = {
  KAFKA_SASL_MECHANISM: 'oauthbearer',
  KAFKA_OAUTH_TOKEN_URL: 'https://login.example.org/token',
  KAFKA_OAUTH_CLIENT_ID: 'airtime',
  KAFKA_OAUTH_CLIENT_SECRET: SECRET,
};

describe('TLS and SASL towards Kafka', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are taken whole, secrets also from files', () => {
    expect(load({ KAFKA_SSL: 'true' }).kafka).toMatchObject({ security: { tls: {} } });
    expect(load({ KAFKA_SSL: 'false' }).kafka).not.toHaveProperty('security');
    const configuration = load({
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'airtime',
      KAFKA_SASL_PASSWORD_FILE: file('password', `${SECRET}\n`),
    });
    const sasl = { mechanism: 'scram-sha-512', username: 'airtime', password: SECRET };
    expect(configuration.kafka).toMatchObject({ security: { sasl } });
    expect(secretsOf(configuration)).toContain(SECRET);
    expect(secretsOf(load(OAUTH))).toContain(SECRET);
    expect(load({ ...OAUTH, KAFKA_OAUTH_TOKEN_URL: 'http://127.0.0.1:8080/token' }).kafka).toHaveProperty('security');
  });

  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const keyFile = () => file('client.key', String(key));
  const plain = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: SECRET };

  it.each<[string, () => Environment, string]>([
    ['a word for KAFKA_SSL', () => ({ KAFKA_SSL: 'yes' }), 'KAFKA_SSL'],
    ['a root without TLS', () => ({ KAFKA_SSL_CA_FILE: '/ca' }), 'KAFKA_SSL_CA_FILE'],
    ['a root that is missing', () => ({ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: '/none' }), 'KAFKA_SSL_CA_FILE'],
    ['a root that is none', () => ({ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: file('ca', SECRET) }), 'KAFKA_SSL_CA_FILE'],
    [
      'a key without its certificate',
      () => ({ KAFKA_SSL: 'true', KAFKA_SSL_KEY_FILE: keyFile() }),
      'KAFKA_SSL_KEY_FILE',
    ],
    ['an unknown mechanism', () => ({ ...plain, KAFKA_SASL_MECHANISM: 'gssapi' }), 'KAFKA_SASL_MECHANISM'],
    ['a user without a mechanism', () => ({ KAFKA_SASL_USERNAME: 'u' }), 'KAFKA_SASL_USERNAME'],
    ['a password without a mechanism', () => ({ KAFKA_SASL_PASSWORD: SECRET }), 'KAFKA_SASL_PASSWORD'],
    ['a secret without a mechanism', () => ({ KAFKA_OAUTH_CLIENT_SECRET: SECRET }), 'KAFKA_OAUTH_CLIENT_SECRET'],
    ['no user', () => ({ ...plain, KAFKA_SASL_USERNAME: '' }), 'KAFKA_SASL_USERNAME'],
    ['no password', () => ({ ...plain, KAFKA_SASL_PASSWORD: '' }), 'KAFKA_SASL_PASSWORD'],
    ['two passwords', () => ({ ...plain, KAFKA_SASL_PASSWORD_FILE: '/p' }), 'KAFKA_SASL_PASSWORD_FILE'],
    [
      'an empty password file',
      () => ({ ...plain, KAFKA_SASL_PASSWORD: '', KAFKA_SASL_PASSWORD_FILE: file('empty', '\n') }),
      'KAFKA_SASL_PASSWORD_FILE',
    ],
    ['a password beside a token', () => ({ ...OAUTH, KAFKA_SASL_PASSWORD: SECRET }), 'KAFKA_SASL_PASSWORD'],
    ['a token beside a password', () => ({ ...plain, KAFKA_OAUTH_CLIENT_ID: 'a' }), 'KAFKA_OAUTH_CLIENT_ID'],
    ['no client id', () => ({ ...OAUTH, KAFKA_OAUTH_CLIENT_ID: '' }), 'KAFKA_OAUTH_CLIENT_ID'],
    ['no client secret', () => ({ ...OAUTH, KAFKA_OAUTH_CLIENT_SECRET: '' }), 'KAFKA_OAUTH_CLIENT_SECRET'],
    ['a token by http', () => ({ ...OAUTH, KAFKA_OAUTH_TOKEN_URL: 'http://login/token' }), 'KAFKA_OAUTH_TOKEN_URL'],
    [
      'a secret in the URL',
      () => ({ ...OAUTH, KAFKA_OAUTH_TOKEN_URL: 'https://u:hunter2@login/token' }),
      'KAFKA_OAUTH_TOKEN_URL',
    ],
    ['no brokers', () => ({ KAFKA_BROKERS: '', KAFKA_SSL: 'true' }), 'KAFKA_SSL'],
    ['the embedded broker', () => ({ KAFKA_BROKERS: 'embedded', KAFKA_SASL_USERNAME: 'u' }), 'KAFKA_SASL_USERNAME'],
  ])('with %s are refused with one line that names the variable and quotes nothing', (_, env, variable) => {
    const message = refusalOf(env());
    expect(message).toMatch(new RegExp(`^${variable}: .+$`));
    expect(message).not.toMatch(/hunter2|\n/);
  });
});
