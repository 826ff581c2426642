import { spawnSync } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { startAnvil } from './anvil.js';
import { ended, EngineHost, isRunning, killHard } from '../test-support/engine-host.js';
import { query, SpecEngines } from '../test-support/spec-engines.js';
import { callJsonRpc } from './json-rpc.js';
import { startPostgres } from './postgres.js';

jest.setTimeout(120_000); // real servers on a machine that may be busy

let host: EngineHost;
const engines = new SpecEngines();

beforeAll(async () => {
  host = await EngineHost.compile();
}, 60_000);

afterEach(() => engines.clear());

afterAll(() => host.remove());

describe('an engine whose Node process is killed with kill -9', () => {
  it('is stopped by its lifeline; the next start has the data of every commit', async () => {
    const dataDir = await engines.newFolder();
    const first = await host.start('startPostgres', { dataDir });
    await query(first.ready['url'] ?? '', 'CREATE TABLE page (height int)');
    await query(first.ready['url'] ?? '', 'INSERT INTO page VALUES (3)');
    await killHard(first.host);
    await ended(first.ready.processId);

    const second = await engines.start(startPostgres, dataDir);
    expect(second.url).toBe(first.ready['url']);
    expect(await query(second.url, 'SELECT height FROM page')).toEqual([{ height: 3 }]);
  });

  it('is stopped before a new one starts, when the new start comes at once', async () => {
    const dataDir = await engines.newFolder();
    const first = await host.start('startPostgres', { dataDir });
    await query(first.ready['url'] ?? '', 'CREATE TABLE page (height int)');
    await killHard(first.host);
    const second = await engines.start(startPostgres, dataDir);
    expect(await isRunning(first.ready.processId)).toBe(false);
    expect(second.url).toBe(first.ready['url']);
    expect(await query(second.url, 'SELECT count(*)::int AS pages FROM page')).toEqual([{ pages: 0 }]);
  });

  it('is an anvil that goes on from its last durable block', async () => {
    const dataDir = await engines.newFolder();
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

    const second = await engines.start(startAnvil, dataDir);
    expect(await isRunning(first.ready.processId)).toBe(false);
    expect(await callJsonRpc(second.rpcUrl, 'eth_getBlockByNumber', ['0x1', false])).toEqual(before);
  });

  it('keeps a second living process away from its folder', async () => {
    const dataDir = await engines.newFolder();
    const first = await host.start('startAnvil', { dataDir });
    await expect(startAnvil({ dataDir })).rejects.toThrow(
      new RegExp(`belongs to the running process ${first.host.pid}`),
    );
    first.host.kill('SIGTERM');
    await ended(first.ready.processId);
    await ended(first.host.pid ?? 0);
  });
});

describe('a signal to the whole process group, as Ctrl-C in a terminal sends it', () => {
  it('reaches the owner only, which stops its engine when it wants to', async () => {
    const { host: child, ready } = await host.start('startPostgres', { dataDir: await engines.newFolder() });
    process.kill(-(child.pid ?? 0), 'SIGINT'); // the host takes no notice; a server in its group would shut down
    expect(await query(ready['url'] ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await isRunning(ready.processId)).toBe(true);
    child.kill('SIGTERM');
    await ended(child.pid ?? 0);
    expect(await isRunning(ready.processId)).toBe(false);
  });
});

const NOBODY = { uid: 65_534, gid: 65_534 };
// Only root can become somebody else, and only where that user can read this checkout (not below /root, say). For an
// ordinary user the other specs show the same.
const canBecomeNobody =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['-e', 'require("pg")'], { ...NOBODY, cwd: process.cwd(), env: {} }).status === 0;
if (canBecomeNobody) {
  describe('an ordinary user', () => {
    it.each(['startPostgres', 'startAnvil'] as const)('starts and stops an engine as root does: %s', async (start) => {
      const dataDir = await engines.newFolder();
      await chown(dataDir, NOBODY.uid, NOBODY.gid);
      const { host: child, ready } = await host.start(start, { dataDir: join(dataDir, 'engine') }, NOBODY);
      expect(await isRunning(ready.processId)).toBe(true);
      child.kill('SIGTERM');
      await ended(child.pid ?? 0);
      expect(await isRunning(ready.processId)).toBe(false);
    });
  });
}
