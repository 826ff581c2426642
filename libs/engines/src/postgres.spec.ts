import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import pg from 'pg';
import type { Engine } from './engine.js';
import { isRunning, observeEvents } from './testing/engine-host.js';
import { startPostgres } from './postgres.js';

jest.setTimeout(120_000); // real servers on a machine that may be busy

const folders: string[] = [];
const engines: Engine[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'airtime-postgres-'));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, onEvent?: (message: string) => void) {
  const engine = await startPostgres({ dataDir, ...(onEvent === undefined ? {} : { onEvent }) });
  engines.push(engine);
  return engine;
}

/** Runs one statement on a connection of its own. */
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

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

describe('embedded PostgreSQL', () => {
  it('keeps data, port and password over stop and start, and leaves no process behind', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    await query(first.url, 'CREATE TABLE page (height int)');
    await query(first.url, 'INSERT INTO page VALUES (7)');
    const pid = first.processId;
    await first.stop();
    expect(pid).toBeDefined();
    expect(await isRunning(pid ?? 0)).toBe(false);
    expect(first.processId).toBeUndefined();

    const second = await start(folder);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT height FROM page')).toEqual([{ height: 7 }]);
  });

  it('runs with full durability, as an unprivileged user, on the loopback address, behind a private password', async () => {
    const folder = await newFolder();
    const { url, processId } = await start(folder);
    const names = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'listen_addresses',
      'unix_socket_directories',
      'jit',
    ];
    const settings = await query(
      url,
      `SELECT name, setting FROM pg_settings WHERE name IN (${names.map((name) => `'${name}'`).join()})`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      jit: 'off',
    });
    if (process.platform === 'linux') {
      const status = await readFile(`/proc/${processId}/status`, 'utf8');
      expect(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])).not.toBe(0);
    }
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
    await expect(query(url.replace(/:[0-9a-f]{48}@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('comes back by itself on the same port with every commit after kill -9 of the server', async () => {
    const events = observeEvents();
    const engine = await start(await newFolder(), events.onEvent);
    await query(engine.url, 'CREATE TABLE page (height int)');
    await query(engine.url, 'INSERT INTO page VALUES (1)');
    const killed = engine.processId ?? 0;
    process.kill(killed, 'SIGKILL');
    await events.seen(/runs again/);
    expect(engine.processId).not.toBe(killed);
    expect(await query(engine.url, 'SELECT height FROM page')).toEqual([{ height: 1 }]);
  });

  it('leaves no process behind when it is stopped while it is being restarted', async () => {
    const folder = await newFolder();
    const events = observeEvents();
    const engine = await start(folder, events.onEvent);
    process.kill(engine.processId ?? 0, 'SIGKILL');
    await events.seen(/starting it again/);
    await engine.stop();
    expect(engine.processId).toBeUndefined();
    const again = await start(folder); // would find the folder or the data in use
    expect(again.url).toBe(engine.url);
  });

  it('refuses a second start on a folder in use', async () => {
    const folder = await newFolder();
    await start(folder);
    await expect(startPostgres({ dataDir: folder })).rejects.toThrow(/already runs/);
  });

  it('starts although the number in a stale lock now belongs to another program of the same user', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    await query(first.url, 'CREATE TABLE page (height int)');
    await first.stop();
    const lock = join(folder, 'cluster', 'postmaster.pid');
    const owner = await stat(join(folder, 'cluster'));
    const bystander = spawn('sleep', ['60'], { uid: owner.uid, gid: owner.gid });
    try {
      await writeFile(lock, `${bystander.pid}\n/elsewhere\n`, { mode: 0o600 });
      await chown(lock, owner.uid, owner.gid);
      const second = await start(folder);
      expect(await query(second.url, 'SELECT height FROM page')).toEqual([]);
      expect(bystander.exitCode).toBeNull();
    } finally {
      bystander.kill();
      await once(bystander, 'exit');
    }
  });

  if (process.getuid?.() === 0 && process.platform === 'linux')
    it('under root keeps its data below a folder that the unprivileged user cannot enter', async () => {
      const closed = await newFolder();
      await chmod(closed, 0o700);
      const engine = await start(join(closed, 'deeper', 'postgres'));
      expect(await query(engine.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await query(engine.url, 'CHECKPOINT');
      expect((await stat(join(closed, 'deeper', 'postgres', 'cluster', 'PG_VERSION'))).isFile()).toBe(true);
    });
});
