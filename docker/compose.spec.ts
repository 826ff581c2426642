import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const APPS = ['ledger', 'projector', 'settlement', 'reporting'];
/** They run once and end. */
const JOBS = ['chain-key', 'chain-funds', 'chain-register', 'writer-admit'];
const SERVERS = ['postgres', 'eventstore', 'kafka', 'anvil'];
/** What the program reads; it stops at a name that it does not know. */
const VARIABLES = [
  ...['PORT', 'LOG_LEVEL', 'AIRTIME_DATA_DIR', 'AIRTIME_ADMIN_KEY', 'AIRTIME_SHARDS', 'DATABASE_URL', 'JOURNAL_STORE'],
  ...[
    'EVENTSTOREDB_URL',
    'KAFKA_BROKERS',
    'KAFKA_USAGE_TOPIC',
    'CHAIN_RPC_URL',
    'CHAIN_SIGNER_KEY',
    'CHAIN_SIGNER_KEY_FILE',
    'HOST',
  ],
  'MANAGEMENT_PORT',
  'AIRTIME_WRITER_KEY_FILE',
];
const NEEDED = [
  ...['DATABASE_URL', 'JOURNAL_STORE', 'EVENTSTOREDB_URL', 'KAFKA_BROKERS', 'CHAIN_RPC_URL', 'AIRTIME_ADMIN_KEY'],
];

const folder = join(process.cwd(), 'docker');
let text: string;
let compose: ComposeFile;

beforeAll(async () => {
  text = await readFile(join(folder, 'compose.yml'), 'utf8');
  compose = parse(text, { merge: true }) as ComposeFile;
});

function entries(): [string, ComposeService][] {
  return Object.entries(compose.services);
}

function app(name: string): ComposeService {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`compose.yml has no service ${name}`);
  return service;
}

describe('compose.yml', () => {
  it('starts every Airtime service by its own command, after the servers are healthy', () => {
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining([...APPS, ...SERVERS]));
    for (const name of APPS) {
      expect(app(name).command).toEqual(['node', `dist/apps/${name}/src/main.js`]);
      const needed = name === 'settlement' ? [...SERVERS, 'chain-key'] : SERVERS;
      expect(Object.keys(app(name).depends_on ?? {}).sort()).toEqual([...needed].sort());
      for (const [on, { condition }] of Object.entries(app(name).depends_on ?? {}))
        expect(condition).toBe(JOBS.includes(on) ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  it('gives every Airtime service what it needs, by names that the program knows', () => {
    for (const name of APPS) {
      const names = Object.keys(app(name).environment ?? {});
      expect(VARIABLES).toEqual(expect.arrayContaining(names));
      expect(names).toEqual(expect.arrayContaining(NEEDED));
    }
  });

  it('lets other containers reach every Airtime service, and publishes health details and metrics nowhere', () => {
    for (const name of APPS) {
      const { environment, ports } = app(name);
      expect(environment).toMatchObject({ HOST: '0.0.0.0', MANAGEMENT_PORT: '9000' });
      for (const port of ports ?? []) expect(port).toMatch(/:3000$/);
    }
  });

  it('gives the signer key to settlement alone, and has no default for any other secret', () => {
    const holders = entries().filter(([, service]) => 'CHAIN_SIGNER_KEY' in (service.environment ?? {}));
    expect(holders.map(([name]) => name)).toEqual(['settlement']);
    for (const secret of ['AIRTIME_ADMIN_KEY', 'POSTGRES_PASSWORD']) {
      const uses = text.match(new RegExp(`\\$\\{${secret}[^}]*\\}`, 'g')) ?? [];
      expect(uses.length).toBeGreaterThan(0);
      for (const use of uses) expect(use).toContain(':?');
    }
  });

  it('makes a signer key for the settlement alone, mode 600, funds it and registers the contracts, each by a job', () => {
    const [key, funds, register] = JOBS.map(app) as unknown as [ComposeService, ComposeService, ComposeService];
    expect(key.command?.join(' ')).toMatch(/randomBytes\(32\)[^]*mode: 0o600/);
    expect(key.volumes).toEqual(app('settlement').volumes);
    const { CHAIN_SIGNER_KEY: own, CHAIN_SIGNER_KEY_FILE: made } = app('settlement').environment ?? {};
    expect([own, made]).toEqual(['${CHAIN_SIGNER_KEY:-}', '/var/lib/airtime/chain-signer.key']);
    expect(key.command?.join(' ')).toContain(made);
    expect(funds.command?.join(' ')).toContain('anvil_setBalance');
    expect(register.command?.slice(1, 5)).toEqual(['apps/cli/bin/airtime.js', 'chain', 'register', '--deploy']);
    expect(Object.keys(register.depends_on ?? {})).toEqual(['settlement', 'writer-admit', 'chain-funds']);
    expect(text).not.toMatch(/0x[0-9a-f]{64}/);
  });

  it('gives settlement a key of its own in the journal, and admits it by a job that alone reads the root’s', () => {
    const { AIRTIME_WRITER_KEY_FILE: file } = app('settlement').environment ?? {};
    expect(app('chain-key').command?.join(' ')).toContain(file);
    const admits = app('writer-admit');
    expect(admits.command?.join(' ')).toContain('--for settlement --root-key /ledger/root.key');
    expect(admits.volumes).toEqual(['settlement-data:/settlement:ro', 'ledger-data:/ledger:ro']);
  });

  it('reaches its servers by names and ports that exist', () => {
    const addresses = APPS.flatMap((name) => Object.values(app(name).environment ?? {}))
      .map((value) => /(?:@|\/\/|^|:-http:\/\/)([a-z]+):(\d{4,5})(?:[/?}]|$)/.exec(value)?.slice(1, 3))
      .filter((found) => found !== undefined);
    expect(addresses.length).toBeGreaterThanOrEqual(APPS.length * 4);
    const listening: Record<string, string> = { postgres: '5432', eventstore: '2113', kafka: '29092', anvil: '8545' };
    for (const [host, port] of addresses) expect(listening[host ?? '']).toBe(port);
  });

  it('pins every image, publishes on the loopback address only and watches every server', async () => {
    for (const [name, service] of entries()) {
      expect(service.image).toMatch(/:[^:/]*\d[^:/]*$/);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      if (![...APPS, ...JOBS, 'console'].includes(name)) expect(service.healthcheck?.test[0]).toBe('CMD');
    }
    expect(text).not.toMatch(/:latest\b/);
    const ports = entries().flatMap(([, service]) => service.ports ?? []);
    expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
    const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/HEALTHCHECK[^]*\/health\/live/);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).not.toMatch(/^FROM \S+:latest|^FROM [^\s:]+(\s|$)/m);
  });

  it('puts the console before the services, with no key and no database, where people find it', () => {
    const { command, environment, depends_on, ports } = app('console');
    expect(command).toEqual(['node', 'dist/apps/console/server/main.js']);
    expect(Object.keys(environment ?? {})).toEqual(['PORT', 'HOST', 'LOG_LEVEL', 'AIRTIME_CONSOLE_SERVICES']);
    const services = environment!['AIRTIME_CONSOLE_SERVICES']!.split(',').map((url) => new URL(url));
    expect(services.map(({ hostname }) => hostname).sort()).toEqual([...APPS].sort());
    for (const { port } of services) expect(port).toBe('3000');
    expect(Object.keys(depends_on ?? {}).sort()).toEqual([...APPS].sort());
    expect(ports).toEqual(['127.0.0.1:3004:3000']);
  });

  it('lets no server report to its maker', () => {
    expect(compose.services['eventstore']?.environment).toMatchObject({ EVENTSTORE_TELEMETRY_OPTOUT: 'true' });
  });

  it('declares the volumes it uses and no others', () => {
    const used = entries()
      .flatMap(([, service]) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('.'));
    expect(Object.keys(compose.volumes).sort()).toEqual([...new Set(used)].sort());
  });

  it('documents in .env.example every secret that it asks for', async () => {
    const example = await readFile(join(folder, '.env.example'), 'utf8');
    const documented = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    const required = [...text.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name);
    expect(documented).toEqual(expect.arrayContaining([...new Set(required), 'CHAIN_SIGNER_KEY']));
  });

  it('scrapes the metrics of every Airtime service', async () => {
    const scrape = parse(await readFile(join(folder, 'prometheus/prometheus.yml'), 'utf8')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
    };
    const targets = scrape.scrape_configs.flatMap((job) => job.static_configs.flatMap((group) => group.targets));
    expect(targets).toEqual(APPS.map((name) => `${name}:9000`));
  });
});
