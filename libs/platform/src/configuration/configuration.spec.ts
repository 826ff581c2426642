import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Configuration,
  ConfigurationError,
  loadAdminKey,
  loadConfiguration,
  secretsOf,
  warnAboutNames,
} from '../index.js';

const ADMIN_KEY = 'an-admin-key-of-32-characters-at-least';
const SIGNER_KEY = `0x${'ab'.repeat(32)}`;

function refusalOf(env: Record<string, string>): string {
  try {
    loadConfiguration(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the configuration', () => {
  it('of an empty environment is embedded throughout', () => {
    expect(loadConfiguration({ HOME: '/root', PATH: '/bin' })).toEqual({
      port: 3000,
      host: '127.0.0.1',
      connectionsMax: 2_048,
      dataDir: resolve('.airtime'),
      shards: 4,
      journalStore: 'postgres',
      kafka: { mode: 'none' },
      kafkaUsageTopic: 'airtime.usage.v1',
      logLevel: 'info',
    });
  });

  it('takes every variable of the contract', () => {
    expect(
      loadConfiguration({
        PORT: '0',
        HOST: '::',
        MANAGEMENT_PORT: '9000',
        AIRTIME_CONNECTIONS_MAX: '16',
        AIRTIME_DATA_DIR: '/var/lib/airtime',
        AIRTIME_ADMIN_KEY: ADMIN_KEY,
        AIRTIME_SHARDS: '64',
        DATABASE_URL: 'postgresql://u:p%40ss@db:5432/airtime?sslmode=require',
        JOURNAL_STORE: 'eventstoredb',
        EVENTSTOREDB_URL: 'esdb+discover://admin:changeit@a:2113,b:2113?tls=false',
        KAFKA_BROKERS: 'kafka-1:9092, [::1]:9093',
        KAFKA_USAGE_TOPIC: 'usage',
        CHAIN_RPC_URL: 'https://rpc.example/v1/token',
        CHAIN_SIGNER_KEY: SIGNER_KEY,
        LOG_LEVEL: 'debug',
      }),
    ).toEqual({
      port: 0,
      host: '::',
      managementPort: 9_000,
      connectionsMax: 16,
      dataDir: '/var/lib/airtime',
      adminKey: ADMIN_KEY,
      shards: 64,
      databaseUrl: 'postgresql://u:p%40ss@db:5432/airtime?sslmode=require',
      journalStore: 'eventstoredb',
      eventstoreUrl: 'esdb+discover://admin:changeit@a:2113,b:2113?tls=false',
      kafka: { mode: 'brokers', brokers: ['kafka-1:9092', '[::1]:9093'] },
      kafkaUsageTopic: 'usage',
      chainRpcUrl: 'https://rpc.example/v1/token',
      chainSignerKey: SIGNER_KEY,
      logLevel: 'debug',
    });
  });

  it('counts blanks as unset, as compose files write them', () => {
    expect(loadConfiguration({ PORT: '', KAFKA_BROKERS: ' ', AIRTIME_ADMIN_KEY: '' })).toEqual(loadConfiguration({}));
  });

  it('starts an embedded broker when asked to', () => {
    expect(loadConfiguration({ KAFKA_BROKERS: 'embedded' }).kafka).toEqual({ mode: 'embedded' });
  });

  it.each([
    ['PORT', ['65536', '-1', '3e3', '0x10', '3000.0', 'http', '99999999999']],
    ['HOST', ['1.2.3', '127.0.0.1:80', 'http://x', 'a b', 'a_b', '::1]', '256.0.0.1', 'x'.repeat(254)]],
    ['MANAGEMENT_PORT', ['65536', '-1', '3000', 'metrics']],
    ['AIRTIME_CONNECTIONS_MAX', ['0', '15', '65536', 'many']],
    ['AIRTIME_SHARDS', ['0', '65', '4.5', 'four']],
    ['AIRTIME_ADMIN_KEY', ['two words '.repeat(4), 'sécret'.repeat(8), 'x'.repeat(513), 'x'.repeat(31), 'changeme']],
    ['DATABASE_URL', ['mysql://u:hunter2@db/x', 'postgres://u:hunter2@db', 'hunter2', 'postgres:///x']],
    ['JOURNAL_STORE', ['mysql', 'Postgres']],
    ['EVENTSTOREDB_URL', ['http://hunter2@x', 'esdb://', 'esdb://a b']],
    ['KAFKA_BROKERS', ['kafka', 'kafka:0', 'kafka:70000', 'a:1,,b:2', 'http://kafka:9092']],
    ['KAFKA_USAGE_TOPIC', ['a b', '..', 'x'.repeat(246)]],
    ['CHAIN_FEE_CAP_GWEI', ['0', '-1', '1e3', '0.0000000001', 'much']],
    ['CHAIN_SIGNER_KEY_FILE', ['/nowhere/at/all', '/dev/null/key']],
    ['CHAIN_RPC_URL', ['localhost:8545', 'ftp://x', '/tmp/geth.ipc']],
    ['CHAIN_SIGNER_KEY', ['ab'.repeat(32), '0x12', `0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`]],
    ['LOG_LEVEL', ['verbose', 'INFO']],
  ])('refuses a malformed %s with one line that names it and never quotes it', (variable, values) => {
    for (const value of values) {
      const message = refusalOf({ [variable]: value });
      expect(message).toMatch(new RegExp(`^${variable}: .+$`));
      expect(message).not.toContain('\n');
      expect(message).not.toContain('hunter2');
      if (variable.includes('KEY')) expect(message).not.toContain(value);
    }
  });

  it('refuses an unknown AIRTIME_ variable and says which ones there are', () => {
    expect(refusalOf({ AIRTIME_SHARD: '8' })).toBe(
      'AIRTIME_SHARD: is not a variable that Airtime knows; unset it or use one of AIRTIME_DATA_DIR, AIRTIME_ADMIN_KEY, AIRTIME_WRITER_KEY_FILE, AIRTIME_ROOT_KEY_FILE, AIRTIME_SHARDS, AIRTIME_CONNECTIONS_MAX, AIRTIME_CONSOLE_SERVICES',
    );
  });

  it.each([
    ['KAFKA_BROKER', 'KAFKA_BROKERS'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['CHAIN_RPC', 'CHAIN_RPC_URL'],
    ['KAFKA_TOPIC', 'KAFKA_USAGE_TOPIC'],
    ['KAFKA_BROKER_LIST', 'KAFKA_BROKERS'],
    ['KAFKA_BOOTSTRAP_SERVERS', 'KAFKA_BROKERS'],
    ['CHAIN_ID', 'CHAIN_RPC_URL'],
    ['EVENTSTORE_CONNECTION', 'EVENTSTOREDB_URL'],
    ['JOURNAL', 'JOURNAL_STORE'],
    ['MANAGMENT_PORT', 'MANAGEMENT_PORT'],
    ['log_level', 'LOG_LEVEL'],
    ['AIRTME_SHARDS', 'AIRTIME_SHARDS'],
    ['airtime_shards', 'AIRTIME_SHARDS'],
  ])('warns about %s, which is nearly %s', (name, ours) => {
    const warnings = warnAboutNames({ [name]: 'hunter2' });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(name);
    expect(warnings[0]).toContain(ours);
    expect(warnings[0]).not.toContain('hunter2');
  });

  it('reads the older name of the EventStoreDB address, with a warning, and refuses two different addresses', () => {
    const [older, newer] = ['esdb://older:2113', 'esdb://newer:2113'];
    expect(loadConfiguration({ EVENTSTORE_URL: older }).eventstoreUrl).toBe(older);
    expect(loadConfiguration({ EVENTSTORE_URL: newer, EVENTSTOREDB_URL: newer }).eventstoreUrl).toBe(newer);
    expect(refusalOf({ EVENTSTORE_URL: older, EVENTSTOREDB_URL: newer })).toBe(
      'EVENTSTOREDB_URL: differs from EVENTSTORE_URL, its older name; unset EVENTSTORE_URL',
    );
    expect(warnAboutNames({ EVENTSTORE_URL: older })).toEqual([
      'EVENTSTORE_URL is the older name of EVENTSTOREDB_URL; rename it',
    ]);
    expect(warnAboutNames({ EVENTSTOREDB_URL: newer })).toEqual([]);
  });

  it('says nothing of names that stand in every environment, nor of what is empty', () => {
    const names = [
      'HOME',
      'PATH',
      'HOSTNAME',
      'TERM',
      'SHELL',
      'PWD',
      'LANG',
      'NODE_ENV',
      'NODE_OPTIONS',
      'CI',
      'LOGNAME',
    ];
    const links = [
      'KAFKA_SERVICE_HOST',
      'KAFKA_SERVICE_PORT',
      'KAFKA_PORT',
      'KAFKA_PORT_9092_TCP_ADDR',
      'DATABASE_NAME',
    ];
    const others = [
      'KAFKA_HEAP_OPTS',
      'npm_package_name',
      'SSL_CERT_FILE',
      'SSL_CERT_DIR',
      'PORTS',
      'SORT',
      'HOSTTYPE',
      'SSH_AUTH_SOCK',
      'XDG_RUNTIME_DIR',
    ];
    expect(warnAboutNames(Object.fromEntries([...names, ...links, ...others].map((name) => [name, 'x'])))).toEqual([]);
    expect(warnAboutNames({ KAFKA_BROKER: '' })).toEqual([]);
  });

  it('keeps a warning to one short line whatever the name holds, and the warnings few', () => {
    const env = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`KAFKA_\n${'x'.repeat(5_000)}${n}`, 'x']));
    const warnings = warnAboutNames(env);
    expect(warnings.length).toBeLessThanOrEqual(20);
    for (const line of warnings) expect(line).toMatch(/^[\x20-\x7e]{1,300}$/);
  });

  it('asks for the address of an EventStoreDB journal', () => {
    expect(refusalOf({ JOURNAL_STORE: 'eventstoredb' })).toMatch(/^EVENTSTOREDB_URL: is needed/);
  });

  it('knows its secrets, as written and decoded', () => {
    const configuration = loadConfiguration({
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      DATABASE_URL: 'postgres://u:p%40ss@db/airtime',
      EVENTSTOREDB_URL: 'esdb://admin:changeit@a:2113,b:2113',
      CHAIN_SIGNER_KEY: SIGNER_KEY,
    });
    expect(secretsOf(configuration)).toEqual([
      ADMIN_KEY,
      SIGNER_KEY,
      'ab'.repeat(32),
      'p%40ss',
      'p@ss',
      'changeit',
      'changeit',
    ]);
  });
});

describe('the admin key', () => {
  let folder: string;
  let configuration: Configuration;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'airtime-key-'));
    configuration = loadConfiguration({ AIRTIME_DATA_DIR: join(folder, 'data') });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is generated once, kept for the owner alone, and found again', () => {
    const first = loadAdminKey(configuration);
    expect(first.generated).toBe(true);
    expect(first.key.length).toBeGreaterThan(40);
    const file = join(folder, 'data', 'admin.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(first.key);
    expect(loadAdminKey(configuration)).toEqual({ key: first.key, generated: false });
  });

  it('is the configured one when there is one, and then stored nowhere', () => {
    expect(loadAdminKey({ ...configuration, adminKey: 'given' })).toEqual({ key: 'given', generated: false });
    expect(() => statSync(join(folder, 'data'))).toThrow();
  });

  it('is closed to others again when its file was opened to them', () => {
    const { key } = loadAdminKey(configuration);
    const file = join(folder, 'data', 'admin.key');
    rmSync(file);
    writeFileSync(file, key, { mode: 0o644 });
    expect(loadAdminKey(configuration).key).toBe(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not made up anew over a damaged file', () => {
    loadAdminKey(configuration);
    for (const damaged of ['', 'short', 'two words '.repeat(4)]) {
      writeFileSync(join(folder, 'data', 'admin.key'), damaged);
      expect(() => loadAdminKey(configuration)).toThrow(/AIRTIME_ADMIN_KEY: .*admin\.key holds no key/);
    }
  });

  it('needs a directory that can be written', () => {
    writeFileSync(join(folder, 'file'), '');
    const unwritable = { ...configuration, dataDir: join(folder, 'file') };
    expect(() => loadAdminKey(unwritable)).toThrow(/AIRTIME_DATA_DIR: cannot store the admin key/);
  });
});
