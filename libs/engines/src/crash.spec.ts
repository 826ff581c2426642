import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startAnvil } from './anvil.js';
import type { Engine } from './engine.js';
import { ended, EngineHost, isRunning, killHard } from './testing/engine-host.js';
import { callJsonRpc } from './json-rpc.js';
import { startPostgres } from './postgres.js';

let host: EngineHost;
const folders: string[] = [];
const engines: Engine[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'airtime-crash-'));
  folders.push(folder);
  return folder;
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  host = await EngineHost.compile();
}, 60_000);

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

afterAll(() => host.remove());

describe('an engine whose Node process is killed with kill -9', () => {
  it('is stopped by its lifeline; the next start has the data of every commit', async () => {
    const dataDir = await newFolder();
    const first = await host.start('startPostgres', { dataDir });
    await query(first.ready['url'] ?? '', 'CREATE TABLE page (height int)');
    await query(first.ready['url'] ?? '', 'INSERT INTO page VALUES (3)');
    await killHard(first.host);
    await ended(first.ready.processId);

    const second = await startPostgres({ dataDir });
    engines.push(second);
    expect(second.url).toBe(first.ready['url']);
    expect(await query(second.url, 'SELECT height FROM page')).toEqual([{ height: 3 }]);
  });

  it('is stopped before a new one starts, when the new start comes at once', async () => {
    const dataDir = await newFolder();
    const first = await host.start('startPostgres', { dataDir });
    await query(first.ready['url'] ?? '', 'CREATE TABLE page (height int)');
    await killHard(first.host);
    const second = await startPostgres({ dataDir });
    engines.push(second);
    expect(await isRunning(first.ready.processId)).toBe(false);
    expect(second.url).toBe(first.ready['url']);
    expect(await query(second.url, 'SELECT count(*)::int AS pages FROM page')).toEqual([{ pages: 0 }]);
  });

  it('is an anvil that goes on from its last durable block', async () => {
    const dataDir = await newFolder();
    const first = await host.start('startAnvil', { dataDir });
    const url = first.ready['rpcUrl'] ?? '';
    const [from, to] = (await callJsonRpc(url, 'eth_accounts')) as string[];
    await callJsonRpc(url, 'eth_sendTransaction', [{ from, to, value: '0x7' }]);
    let final = 0;
    while (final < 1) {
      const block = (await callJsonRpc(url, 'eth_getBlockByNumber', ['finalized', false])) as { number: string };
      final = Number(block.number);
    }
    const before = await callJsonRpc(url, 'eth_getBlockByNumber', ['0x1', false]);
    await killHard(first.host);

    const second = await startAnvil({ dataDir });
    engines.push(second);
    expect(await isRunning(first.ready.processId)).toBe(false);
    expect(await callJsonRpc(second.rpcUrl, 'eth_getBlockByNumber', ['0x1', false])).toEqual(before);
  });

  it('keeps a second living process away from its folder', async () => {
    const dataDir = await newFolder();
    const first = await host.start('startAnvil', { dataDir });
    await expect(startAnvil({ dataDir })).rejects.toThrow(
      new RegExp(`belongs to the running process ${first.host.pid}`),
    );
    first.host.kill('SIGTERM');
    await ended(first.ready.processId);
    await ended(first.host.pid ?? 0);
  });
});

const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
asRoot('an ordinary user', () => {
  it('starts every engine as root does, and PostgreSQL then runs as that user', async () => {
    const nobody = { uid: 65_534, gid: 65_534 };
    for (const start of ['startPostgres', 'startAnvil'] as const) {
      const dataDir = await newFolder();
      await chown(dataDir, nobody.uid, nobody.gid);
      const { host: child, ready } = await host.start(start, { dataDir: join(dataDir, 'engine') }, nobody);
      expect(await isRunning(ready.processId)).toBe(true);
      child.kill('SIGTERM');
      await ended(child.pid ?? 0);
      expect(await isRunning(ready.processId)).toBe(false);
    }
  });
});
