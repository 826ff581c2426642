import { once } from 'node:events';
import { chmod, chown, lchown, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { isAllowedName, runProgramSync, startProgram } from '#processes';
import { isRunning, observeEvents } from '../test-support/engine-host.js';
import { query, SpecEngines } from '../test-support/spec-engines.js';
import { startPostgres } from './postgres.js';

jest.setTimeout(120_000); // real servers on a machine that may be busy

const engines = new SpecEngines();
const start = (dataDir: string, onEvent?: (message: string) => void) => engines.start(startPostgres, dataDir, onEvent);

afterEach(() => engines.clear());

describe('embedded PostgreSQL', () => {
  it('keeps data, port and password over stop and start, and leaves no process behind', async () => {
    const folder = await engines.newFolder();
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
    const folder = await engines.newFolder();
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
    const engine = await start(await engines.newFolder(), events.onEvent);
    await query(engine.url, 'CREATE TABLE page (height int)');
    await query(engine.url, 'INSERT INTO page VALUES (1)');
    const killed = engine.processId ?? 0;
    process.kill(killed, 'SIGKILL');
    await events.seen(/runs again/);
    expect(engine.processId).not.toBe(killed);
    expect(await query(engine.url, 'SELECT height FROM page')).toEqual([{ height: 1 }]);
  });

  it('leaves no process behind when it is stopped while it is being restarted', async () => {
    const folder = await engines.newFolder();
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
    const folder = await engines.newFolder();
    await start(folder);
    await expect(startPostgres({ dataDir: folder })).rejects.toThrow(/already runs/);
  });

  it('starts although the number in a stale lock now belongs to another program of the same user', async () => {
    const folder = await engines.newFolder();
    const first = await start(folder);
    await query(first.url, 'CREATE TABLE page (height int)');
    await first.stop();
    const lock = join(folder, 'cluster', 'postmaster.pid');
    const owner = await stat(join(folder, 'cluster'));
    const bystander = startProgram('sleep', ['60'], { uid: owner.uid, gid: owner.gid });
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

  if (process.platform === 'linux')
    it('tells the server nothing of our environment but what any program needs', async () => {
      process.env['AIRTIME_ADMIN_KEY'] = 'a-secret-that-nobody-may-read';
      try {
        const { url, processId } = await start(await engines.newFolder());
        const environment = await readFile(`/proc/${processId}/environ`, 'utf8');
        const names = environment.split('\0').flatMap((line) => (line === '' ? [] : [line.split('=')[0]!]));
        // PostgreSQL adds two names for its own processes.
        expect(
          names.filter(
            (name) => !isAllowedName(name) && !/^PG(DATA|_GRANDPARENT_PID)$|^PGSYSCONFDIR$|^PGLOCALEDIR$/.test(name),
          ),
        ).toEqual([]);
        const commandLine = await readFile(`/proc/${processId}/cmdline`, 'utf8');
        for (const secret of ['a-secret-that-nobody-may-read', new URL(url).password]) {
          expect(environment).not.toContain(secret);
          expect(commandLine).not.toContain(secret);
        }
      } finally {
        delete process.env['AIRTIME_ADMIN_KEY'];
      }
    });
});

if (process.getuid?.() === 0 && process.platform === 'linux') {
  const NOBODY = 65_534;

  /** The numbers that own anything in a folder, the folder included. */
  async function ownersIn(folder: string): Promise<Set<number>> {
    const entries = ['', ...(await readdir(folder, { recursive: true }))];
    return new Set(await Promise.all(entries.map(async (entry) => (await stat(join(folder, entry))).uid)));
  }

  async function giveToNobody(cluster: string): Promise<void> {
    for (const entry of await readdir(cluster, { recursive: true })) await lchown(join(cluster, entry), NOBODY, NOBODY);
    await chown(cluster, NOBODY, NOBODY);
  }

  const userOf = async (processId: number | undefined) =>
    Number(/^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${processId}/status`, 'utf8'))?.[1]);

  describe('embedded PostgreSQL under root', () => {
    it('keeps its data below a folder that the unprivileged user cannot enter', async () => {
      const closed = await engines.newFolder();
      await chmod(closed, 0o700);
      const engine = await start(join(closed, 'deeper', 'postgres'));
      expect(await query(engine.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await query(engine.url, 'CHECKPOINT');
      expect((await stat(join(closed, 'deeper', 'postgres', 'cluster', 'PG_VERSION'))).isFile()).toBe(true);
    });

    it('runs as a user that nothing else on the machine has, another one for each folder', async () => {
      const folders = [await engines.newFolder(), await engines.newFolder()];
      const users = [];
      for (const folder of folders) {
        const { processId } = await start(folder);
        const user = await userOf(processId);
        expect(await ownersIn(join(folder, 'cluster'))).toEqual(new Set([user]));
        expect(await readFile('/etc/passwd', 'utf8')).not.toMatch(new RegExp(`^[^:]+:[^:]*:${user}:`, 'm'));
        users.push(user);
      }
      expect(new Set([0, NOBODY, ...users]).size).toBe(4);
    });

    it('lets that user not change who may connect, not even as the database’s superuser', async () => {
      const folder = await engines.newFolder();
      await chmod(folder, 0o755);
      const { url, processId } = await start(folder);
      const uid = await userOf(processId);
      for (const [setting, descriptor, name] of [
        ['hba_file', 3, 'pg_hba.conf'],
        ['ident_file', 4, 'pg_ident.conf'],
      ] as const) {
        const file = join(folder, name);
        expect(await query(url, `SHOW ${setting}`)).toEqual([{ [setting]: `/proc/self/fd/${descriptor}` }]);
        expect(await readlink(`/proc/${processId}/fd/${descriptor}`)).toBe(file);
        const { uid: owner, mode } = await stat(file);
        expect([owner, mode & 0o777]).toEqual([0, 0o644]);
        await expect(query(url, `COPY (SELECT 1) TO '/proc/self/fd/${descriptor}'`)).rejects.toThrow(
          /Permission denied/,
        );
        const write = (command: string) => runProgramSync('/bin/sh', ['-c', command], { uid, gid: uid }).status;
        expect(write(`echo x >> '${file}'`)).not.toBe(0);
        expect(write(`rm -f '${file}'`)).not.toBe(0);
        await expect(query(url, `COPY (SELECT 1) TO '${file}'`)).rejects.toThrow(/Permission denied/);
      }
      expect(await query(url, 'SELECT type, auth_method FROM pg_hba_file_rules')).toEqual([
        { type: 'host', auth_method: 'scram-sha-256' },
      ]);
    });

    it('lets nobody read the data or the password', async () => {
      const folder = await engines.newFolder();
      await chmod(folder, 0o755);
      await start(folder);
      for (const file of ['password', 'cluster/PG_VERSION', 'cluster/pg_hba.conf']) {
        const read = runProgramSync('cat', [join(folder, file)], { uid: NOBODY, gid: NOBODY });
        expect([file, read.status, read.stdout]).toEqual([file, 1, '']);
      }
    });

    it('takes data of nobody over, once, also after a start that was cut off meanwhile', async () => {
      const folder = await engines.newFolder();
      const cluster = join(folder, 'cluster');
      const first = await start(folder);
      await query(first.url, 'CREATE TABLE page (height int)');
      await query(first.url, 'INSERT INTO page VALUES (7)');
      await first.stop();
      await giveToNobody(cluster);
      await rm(join(folder, 'user'));

      const second = await start(folder);
      const user = await userOf(second.processId);
      expect(user).not.toBe(NOBODY);
      expect(await ownersIn(cluster)).toEqual(new Set([user]));
      expect(await query(second.url, 'SELECT height FROM page')).toEqual([{ height: 7 }]);
      await second.stop();

      // The folder is taken away first and given last.
      await giveToNobody(join(cluster, 'base'));
      await chown(cluster, 0, 0);
      const third = await start(folder);
      expect(await userOf(third.processId)).toBe(user);
      expect(await ownersIn(cluster)).toEqual(new Set([user]));
      expect(await query(third.url, 'SELECT height FROM page')).toEqual([{ height: 7 }]);
    });

    it('keeps data that somebody gave to another user with that user', async () => {
      const folder = await engines.newFolder();
      const cluster = join(folder, 'cluster');
      const first = await start(folder);
      await first.stop();
      const given = 12_345;
      for (const entry of await readdir(cluster, { recursive: true })) await lchown(join(cluster, entry), given, given);
      await chown(cluster, given, given);
      const second = await start(folder);
      expect(await userOf(second.processId)).toBe(given);
      expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });
}
