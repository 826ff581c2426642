/** Services that start while PostgreSQL recovers, as after a power cut that took everything at once. */
import { once } from 'node:events';
import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { findFreePort, startPostgres } from '#engines';
import { eventually } from '#testing';
import { ADMIN_KEY } from '../e2e/support/api.js';
import type { ServiceProcess } from '../e2e/support/service-process.js';
import { sql, Stage } from '../e2e/support/stage.js';

const WAITS = /"level":40.*PostgreSQL does not answer yet; the start waits for it/;

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
}, 60_000);

afterEach(() => stage?.close(), 60_000);

/** Lets the server stay in recovery (SQLSTATE 57P03 for everybody) until it is promoted. */
async function keepInRecovery(cluster: string): Promise<void> {
  const owner = await stat(cluster);
  for (const [name, content] of [
    ['standby.signal', ''],
    ['postgresql.auto.conf', "hot_standby = 'off'\n"],
  ] as const) {
    await writeFile(join(cluster, name), content, { mode: 0o600 });
    await chown(join(cluster, name), owner.uid, owner.gid);
  }
}

async function promote(cluster: string): Promise<void> {
  const owner = await stat(cluster);
  await writeFile(join(cluster, 'promote'), '');
  await chown(join(cluster, 'promote'), owner.uid, owner.gid);
  process.kill(Number((await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGUSR1');
}

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<{ readonly port: number; close(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}

async function start(service: string, url: string, env: Record<string, string> = {}): Promise<ServiceProcess> {
  return stage.program({
    program: `apps/${service}/src/main`,
    env: {
      DATABASE_URL: url,
      AIRTIME_ADMIN_KEY: ADMIN_KEY,
      AIRTIME_DATA_DIR: join(stage.folder, service),
      AIRTIME_SHARDS: '2',
      PORT: String(await findFreePort()),
      CHAIN_RPC_URL: 'http://127.0.0.1:9',
      CHAIN_SIGNER_KEY: `0x${'7'.repeat(64)}`,
      ...env,
    },
  });
}

it('services that start while the database recovers wait for it, say so, and stop when they are told to', async () => {
  const dataDir = join(stage.folder, 'recovering');
  const cluster = join(dataDir, 'cluster');
  const first = await startPostgres({ dataDir });
  const { url } = first;
  await first.stop();
  await keepInRecovery(cluster);
  const recovering = startPostgres({ dataDir });
  const refusal = () =>
    sql(url, 'SELECT 1').then(
      () => undefined,
      ({ code }: { readonly code?: string }) => code,
    );
  try {
    await eventually(refusal, (code) => code === '57P03', { what: 'a server that recovers' });
    const services = await Promise.all(
      ['ledger', 'projector', 'reporting', 'settlement'].map((name) => start(name, url)),
    );
    await Promise.all(services.map((service) => service.seen(WAITS)));
    expect(await refusal()).toBe('57P03');

    const [ledger, projector, reporting, settlement] = services as [
      ServiceProcess,
      ServiceProcess,
      ServiceProcess,
      ServiceProcess,
    ];
    for (const impatient of [reporting, settlement]) {
      expect(await impatient.end('SIGTERM')).toEqual({ code: 0, signal: null });
    }
    await promote(cluster);
    for (const patient of [ledger, projector]) await patient.seen(/"msg":"listening"/);
    for (const patient of [projector, ledger]) {
      expect(await patient.end('SIGTERM')).toEqual({ code: 0, signal: null });
    }
  } finally {
    await promote(cluster).catch(() => undefined);
    await (await recovering).stop();
  }
}, 180_000);

it('services whose stores take connections and say nothing wait for them, say so, and stop when they are told to', async () => {
  const silent = await silentServer();
  try {
    const { url } = await stage.postgres();
    const onDatabase = await start('reporting', `postgres://airtime:x@127.0.0.1:${silent.port}/airtime`);
    const onJournal = await start('ledger', url, {
      JOURNAL_STORE: 'eventstoredb',
      EVENTSTOREDB_URL: `esdb://127.0.0.1:${silent.port}?tls=false`,
    });
    await Promise.all([onDatabase.seen(WAITS), onJournal.seen(/"level":40.*the journal does not answer yet/)]);
    for (const service of [onDatabase, onJournal]) {
      expect(await service.end('SIGTERM')).toEqual({ code: 0, signal: null });
    }
  } finally {
    silent.close();
  }
}, 120_000);

it('a service ends at once with a database that no waiting mends', async () => {
  const { url } = await stage.postgres();
  const refused = await start('ledger', url.replace(/\/[^/]+$/, '/no_such_database'));
  expect(await refused.ended).toMatchObject({ code: 1 });
}, 120_000);
