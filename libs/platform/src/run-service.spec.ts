import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../../..');

/** A service whose handler waits for a line on standard input, so that a test decides when a request ends. */
const MAIN = `
import { Controller, Get, Module } from '@nestjs/common';
import { createServer } from 'node:net';
import { Public, runService } from '#platform';

@Public()
@Controller()
class SlowController {
  @Get('slow')
  async slow() {
    console.log('REQUEST BEGAN');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    return { answered: true };
  }
  @Get('crash')
  crash() {
    setImmediate(() => { throw new Error('out of nowhere'); });
    return {};
  }
}

@Module({ controllers: [SlowController] })
class SlowModule {
  onModuleDestroy() {
    console.log('MODULE CLOSED');
  }
}

await runService(SlowModule, {
  name: 'slow',
  refusals: {},
  prepare: async (configuration) => {
    console.log('PREPARED');
    if (process.env.SQUAT) await new Promise((resolve) => createServer().listen(configuration.port, '0.0.0.0', resolve));
    return { configuration, close: () => Promise.resolve(console.log('ENGINES CLOSED')) };
  },
});
`;

/** A started service process: its output so far, and a promise for a text in it. */
class ServiceProcess {
  output = '';
  errors = '';
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(folder: string, env: Record<string, string>) {
    this.child = spawn(process.execPath, [join(folder, 'dist/main.js')], {
      env: { PATH: process.env['PATH'], AIRTIME_DATA_DIR: join(folder, 'data'), PORT: '0', ...env },
      stdio: 'pipe',
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    this.exited = once(this.child, 'close').then(([code]) => code as number | null);
  }

  async saw(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match !== null) return match[1] ?? match[0];
      const ended = await Promise.race([once(this.child.stdout as NodeJS.ReadableStream, 'data'), this.exited]);
      if (!Array.isArray(ended) && !pattern.test(this.output)) {
        throw new Error(`ended before ${String(pattern)}: ${this.output}${this.errors}`);
      }
    }
  }

  send(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a service process', () => {
  let folder: string;
  let running: ServiceProcess | undefined;

  beforeAll(() => {
    // Inside the repository, so that node_modules is found; compiled as the build does.
    mkdirSync(join(repository, '.cache'), { recursive: true });
    folder = mkdtempSync(join(repository, '.cache/run-service-'));
    mkdirSync(join(folder, 'sources/libs'), { recursive: true });
    for (const lib of ['platform', 'domain', 'processes']) {
      cpSync(join(repository, `libs/${lib}/src`), join(folder, `sources/libs/${lib}/src`), { recursive: true });
    }
    writeFileSync(join(folder, 'sources/main.ts'), MAIN);
    const imports = {
      '#platform': './dist/libs/platform/src/index.js',
      '#domain': './dist/libs/domain/src/index.js',
      '#processes': './dist/libs/processes/src/index.js',
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports }));
    const swc = join(repository, 'node_modules/.bin/swc');
    const config = join(repository, '.swcrc');
    const parameters = ['sources', '--out-dir', 'dist', '--strip-leading-paths', '--config-file', config, '--quiet'];
    const compiled = spawnSync(swc, [...parameters, '--ignore', '**/*.spec.ts'], { cwd: folder, encoding: 'utf8' });
    if (compiled.status !== 0) throw new Error(compiled.stderr);
  }, 60_000);

  afterEach(() => {
    running?.signal('SIGKILL');
    running = undefined;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (env: Record<string, string> = {}) => (running = new ServiceProcess(folder, env));
  const listening = (service: ServiceProcess) => service.saw(/"url":"(http:[^"]+)"/);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s answers what it began, closes everything in order and exits 0',
    async (name) => {
      const service = start();
      const url = await listening(service);
      const answer = fetch(`${url}/v1/slow`);
      await service.saw(/REQUEST BEGAN/);
      service.signal(name);
      await service.saw(/"msg":"stopping"/);
      service.send('go on');
      expect(await (await answer).json()).toEqual({ answered: true });
      expect(await service.exited).toBe(0);
      expect(service.output).toMatch(/MODULE CLOSED[\s\S]*ENGINES CLOSED[\s\S]*"msg":"stopped"/);
    },
  );

  it.each(['SIGTERM', 'SIGHUP'] as const)('takes a hang-up after %s for no wish to end at once', async (first) => {
    const service = start();
    const url = await listening(service);
    const answer = fetch(`${url}/v1/slow`);
    await service.saw(/REQUEST BEGAN/);
    service.signal(first);
    await service.saw(/"msg":"stopping"/);
    service.signal('SIGHUP');
    service.send('go on');
    expect(await (await answer).json()).toEqual({ answered: true });
    expect(await service.exited).toBe(0);
  });

  it('ends at once on a second signal', async () => {
    const service = start();
    const url = await listening(service);
    const answer = fetch(`${url}/v1/slow`);
    await service.saw(/REQUEST BEGAN/);
    service.signal('SIGTERM');
    await service.saw(/"msg":"stopping"/);
    service.signal('SIGTERM');
    await expect(answer).rejects.toThrow();
    expect(await service.exited).toBe(130);
  });

  it('prints a generated admin key once, and takes it', async () => {
    const service = start({ AIRTIME_DATA_DIR: join(folder, 'fresh') });
    const url = await listening(service);
    const key = await service.saw(/Admin key .*: (\S+)/);
    expect(readFileSync(join(folder, 'fresh/admin.key'), 'utf8').trim()).toBe(key);
    const answer = await fetch(`${url}/v1/nowhere`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(404);
    service.signal('SIGTERM');
    await service.exited;
    expect(service.output.split(key)).toHaveLength(2);

    const again = start({ AIRTIME_DATA_DIR: join(folder, 'fresh') });
    await listening(again);
    expect(again.output).not.toContain(key);
  });

  it('says what is wrong with the environment in one line and exits 2', async () => {
    const service = start({ AIRTIME_SHARDS: 'many' });
    expect(await service.exited).toBe(2);
    expect(service.errors).toBe('AIRTIME_SHARDS: must be a whole number from 1 to 64; e.g. 4\n');
    expect(service.output).toBe('');
  });

  it.each(['PORT', 'MANAGEMENT_PORT'])(
    'says in one line that %s is taken, before it starts anything, and exits 1',
    async (variable) => {
      const squatter = createServer().listen(0, '0.0.0.0');
      await once(squatter, 'listening');
      const { port } = squatter.address() as { port: number };
      const service = start({ [variable]: String(port) });
      expect(await service.exited).toBe(1);
      expect(service.errors).toBe(`${variable}: port ${port} is taken; set ${variable} to a free one\n`);
      expect(service.output).not.toMatch(/PREPARED|MODULE CLOSED|"err"/);
      squatter.close();
    },
  );

  it('closes what it prepared when the port is taken by then', async () => {
    const service = start({ PORT: String(await freePort()), SQUAT: 'yes' });
    expect(await service.exited).toBe(1);
    expect(service.errors).toMatch(/^PORT: port \d+ is taken; set PORT to a free one\n$/);
    expect(service.output).toMatch(/PREPARED[\s\S]*MODULE CLOSED[\s\S]*ENGINES CLOSED/);
  });

  it('says in one line that HOST is no address of this machine', async () => {
    const service = start({ HOST: '192.0.2.1', PORT: String(await freePort()) });
    expect(await service.exited).toBe(1);
    expect(service.errors).toMatch(/^HOST: this machine has no address 192\.0\.2\.1; .+\n$/);
  });

  it('listens on the loopback address alone unless HOST says otherwise', async () => {
    const own = start();
    expect(await listening(own)).toMatch(/^http:\/\/localhost:\d+$/);
    const { port } = new URL(await listening(own));
    const elsewhere = Object.values(networkInterfaces())
      .flat()
      .find((address) => address !== undefined && !address.internal && address.family === 'IPv4');
    if (elsewhere !== undefined) {
      await expect(fetch(`http://${elsewhere.address}:${port}/health/live`)).rejects.toThrow();
    }
    await expect(fetch(`http://127.0.0.2:${port}/health/live`)).rejects.toThrow();
    const open = start({ HOST: '0.0.0.0' });
    const url = new URL(await listening(open));
    expect((await fetch(`http://127.0.0.2:${url.port}/health/live`)).status).toBe(200);
    own.signal('SIGKILL');
  });

  it('warns about a name in the environment that is nearly one of ours', async () => {
    const service = start({ KAFKA_BROKER: 'kafka:9092' });
    await listening(service);
    expect(service.output).toContain('KAFKA_BROKER is not read; is KAFKA_BROKERS meant?');
  });

  it('keeps health details and metrics on MANAGEMENT_PORT, without a key, until it has drained', async () => {
    const service = start({ MANAGEMENT_PORT: '0', HOST: '0.0.0.0', AIRTIME_ADMIN_KEY: 'k'.repeat(32) });
    const url = await listening(service);
    const management = await service.saw(/"managementUrl":"(http:[^"]+)"/);
    const get = (base: string, path: string, init: RequestInit = {}) => fetch(`${base}${path}`, init);
    expect(await (await get(management, '/health')).json()).toEqual({ status: 'ready', failing: [], checks: {} });
    expect(await (await get(management, '/metrics')).text()).toContain('process_cpu_seconds_total');
    expect(await (await get(management, '/health/live')).json()).toEqual({ status: 'live' });
    expect((await get(management, '/health/ready')).status).toBe(200);
    expect((await get(management, '/health/ready?for=kafka')).status).toBe(503);
    expect((await get(management, '/health/ready?for=x')).status).toBe(400);
    for (const path of ['/v1/slow', '/docs-json', '/', '/health/', '/constructor']) {
      const answer = await get(management, path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json',
      ]);
    }
    const posted = await get(management, '/health', { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    for (const path of ['/health', '/metrics']) {
      for (const headers of [{}, { authorization: `Bearer ${'k'.repeat(32)}` }]) {
        expect([path, (await get(url, path, { headers })).status]).toEqual([path, 404]);
      }
    }
    expect(await (await get(url, '/health/ready')).json()).toEqual({ status: 'ready', failing: [] });

    const answer = get(url, '/v1/slow');
    await service.saw(/REQUEST BEGAN/);
    service.signal('SIGTERM');
    await service.saw(/"msg":"stopping"/);
    let status = '';
    while (status !== 'stopping') {
      ({ status } = (await (await get(management, '/health/ready')).json()) as { status: string });
    }
    service.send('go on');
    expect((await answer).status).toBe(200);
    expect(await service.exited).toBe(0);
  });

  it('closes everything and exits 1 after an error that nobody caught', async () => {
    const service = start();
    const url = await listening(service);
    await fetch(`${url}/v1/crash`).catch(() => undefined);
    expect(await service.exited).toBe(1);
    expect(service.output).toMatch(/out of nowhere[\s\S]*MODULE CLOSED[\s\S]*ENGINES CLOSED/);
  });
});
