import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { findFreePort } from '#engines';
import type { KafkaConnection } from './connection.js';
import type { KafkaSasl } from './security.js';
import { describeOnKafka, type SpecBroker } from '../test-support/broker.js';
import { OffsetJournal, sampleUsage } from '../test-support/offset-journal.js';
import { ensureTopics, waitForLagZero } from './topics.js';
import { UsageConsumer } from './usage-consumer.js';
import { UsageProducer } from './usage-producer.js';

const run = promisify(execFile);
const PASSWORD = 'correct horse battery';
const CLIENT = { mechanism: 'oauthbearer', clientId: 'airtime', clientSecret: 's:cr&t' } as const;

/** A token endpoint as OAuth has it, whose tokens are unsigned: the broker's own validator for tests takes them. */
class TokenServer {
  readonly server: Server;
  requests = 0;
  answer: (status: (code: number) => void) => string | undefined = () => this.token();

  constructor() {
    this.server = createServer((request, response) => {
      this.requests++;
      const expected = `Basic ${Buffer.from(`airtime:${encodeURIComponent(CLIENT.clientSecret)}`).toString('base64')}`;
      if (request.headers.authorization !== expected) response.statusCode = 401;
      const body = this.answer((code) => (response.statusCode = code));
      if (body !== undefined) response.end(body);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  token(): string {
    const now = Math.floor(Date.now() / 1_000);
    const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ sub: 'airtime', iat: now, exp: now + 600 })}.`;
    return JSON.stringify({ access_token: token, expires_in: 600 });
  }
}

/** A root of its own, and what it signed for the broker and for a client. */
async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const extensions = 'subjectAltName=IP:127.0.0.1,DNS:localhost';
  await writeFile(join(folder, 'extensions'), extensions);
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=spec root'],
    ...['-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  for (const name of ['broker', 'client']) {
    await openssl(
      ...['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    await openssl(
      ...['x509', '-req', '-days', '2', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-extfile', 'extensions', '-out', `${name}.pem`],
    );
  }
  const [key, certificate] = await Promise.all(
    ['broker.key', 'broker.pem'].map((name) => readFile(join(folder, name))),
  );
  await writeFile(join(folder, 'broker.store'), Buffer.concat([key!, certificate!]));
}

const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
);
if (!hasOpenssl && (process.env['CI'] === 'true' || process.env['REQUIRE_ALL'] === '1')) {
  throw new Error('openssl is needed to make certificates: install it');
}
if (!hasOpenssl) process.stderr.write('SKIPPED Kafka by TLS and SASL: openssl is not installed\n');

const MODULES = 'org.apache.kafka.common.security';

async function brokerOptions(folder: string) {
  const [mutual, secure] = [await findFreePort(), await findFreePort()];
  const jaas = (mechanism: string, module: string, options = '') => ({
    [`listener.name.secure.${mechanism}.sasl.jaas.config`]: `${MODULES}.${module} required ${options};`,
  });
  const scram = (mechanism: string) => ['--add-scram', `${mechanism}=[name=airtime,password="${PASSWORD}"]`];
  return {
    mutual: `127.0.0.1:${mutual}`,
    secure: `127.0.0.1:${secure}`,
    options: {
      listeners: [
        { name: 'MUTUAL', port: mutual, protocol: 'SSL' },
        { name: 'SECURE', port: secure, protocol: 'SASL_SSL' },
      ],
      properties: {
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': join(folder, 'broker.store'),
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': join(folder, 'ca.pem'),
        'listener.name.mutual.ssl.client.auth': 'required',
        'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        ...jaas('plain', 'plain.PlainLoginModule', `user_airtime="${PASSWORD}"`),
        ...jaas('scram-sha-256', 'scram.ScramLoginModule'),
        ...jaas('scram-sha-512', 'scram.ScramLoginModule'),
        ...jaas('oauthbearer', 'oauthbearer.OAuthBearerLoginModule', 'unsecuredLoginStringClaim_sub="broker"'),
      },
      formatArguments: [...scram('SCRAM-SHA-256'), ...scram('SCRAM-SHA-512')],
    },
  } as const;
}

let folder = '';
let places: Awaited<ReturnType<typeof brokerOptions>>;
let tls: { ca: string; cert: string; key: string };

async function prepareBroker() {
  folder = await mkdtemp(join(tmpdir(), 'airtime-certificates-'));
  await makeCertificates(folder);
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  tls = { ca: await read('ca.pem'), cert: await read('client.pem'), key: await read('client.key') };
  places = await brokerOptions(folder);
  return places.options;
}

function defineSuite(broker: SpecBroker): void {
  jest.setTimeout(60_000);
  const tokens = new TokenServer();

  beforeAll(async () => {
    tokens.server.listen(0, '127.0.0.1');
    await once(tokens.server, 'listening');
  });
  afterAll(async () => {
    tokens.server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function carries(connection: KafkaConnection, topic: string): Promise<void> {
    await ensureTopics(connection, { topic, partitions: 1 });
    const producer = new UsageProducer(connection, topic);
    const journal = new OffsetJournal();
    const consumer = new UsageConsumer({ ...connection, topic, groupId: topic, fetchWaitMs: 50 }, journal);
    try {
      await producer.send(sampleUsage(20));
      await producer.sendSerialized([{ key: null, value: 'poison' }]);
      consumer.start();
      await waitForLagZero(connection, topic, topic, { timeoutMs: 30_000 });
      expect(journal.applied.size).toBe(20);
      expect(await broker.readAll(`${topic}.dlq`)).toHaveLength(1);
    } finally {
      await Promise.all([producer.close(), consumer.stop(1_000)]);
    }
  }

  async function refusal(connection: KafkaConnection): Promise<string> {
    return ensureTopics(connection, { topic: 'refused', partitions: 1 }).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
  }

  it('a private root and a certificate of the client carry usage, dead letters and offsets', async () => {
    await carries({ brokers: places.mutual, tls }, 'by-certificate');
  });

  it('a broker of another root, and a client without its certificate, are refused', async () => {
    expect(await refusal({ brokers: places.mutual, tls: {} })).not.toBe('accepted');
    expect(await refusal({ brokers: places.mutual, tls: { ca: tls.ca } })).not.toBe('accepted');
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    '%s carries usage and refuses a wrong password',
    async (mechanism) => {
      const connection = (password: string): KafkaConnection => ({
        brokers: places.secure,
        tls: { ca: tls.ca },
        sasl: { mechanism, username: 'airtime', password },
      });
      await carries(connection(PASSWORD), `by-${mechanism}`);
      const message = await refusal(connection('wrong one'));
      expect(message).not.toBe('accepted');
      expect(message).not.toContain('wrong one');
    },
  );

  it('oauthbearer carries usage with one token for all connections', async () => {
    const sasl: KafkaSasl = { ...CLIENT, tokenUrl: tokens.url };
    await carries({ brokers: places.secure, tls: { ca: tls.ca }, sasl }, 'by-token');
    expect(tokens.requests).toBe(1);
  });

  it.each([
    ['a refusal', (status: (code: number) => void) => (status(403), 'no: s:cr&t'), 'answers 403'],
    ['no token', () => '{"access_token":"two words"}', 'without a token'],
    ['no end', () => 'x'.repeat(100_000), 'answers not'],
    ['a way elsewhere', (status: (code: number) => void) => (status(302), ''), 'answers'],
  ])('a token endpoint with %s is one line without secrets', async (_, answer, told) => {
    tokens.answer = answer;
    const sasl: KafkaSasl = { ...CLIENT, tokenUrl: tokens.url };
    const message = await refusal({ brokers: places.secure, tls: { ca: tls.ca }, sasl });
    expect(message).toContain(told);
    expect(message).not.toMatch(/s:cr&t|\n/);
  });
}

const NAME = 'Kafka by TLS and SASL';
if (hasOpenssl) describeOnKafka(NAME, defineSuite, prepareBroker);
else describe.skip(NAME, () => it('needs openssl', () => undefined));
