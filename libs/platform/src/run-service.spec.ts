import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../../..');

/** A service whose handler waits for a line on standard input, so that a test decides when a request ends. */
const MAIN = `
import { Controller, Get, Module } from '@nestjs/common';
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
  prepare: (configuration) =>
    Promise.resolve({ configuration, close: () => Promise.resolve(console.log('ENGINES CLOSED')) }),
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

describe('a service process', () => {
  let folder: string;
  let running: ServiceProcess | undefined;

  beforeAll(() => {
    // Inside the repository, so that node_modules is found; compiled as the build does.
    mkdirSync(join(repository, '.cache'), { recursive: true });
    folder = mkdtempSync(join(repository, '.cache/run-service-'));
    mkdirSync(join(folder, 'sources/libs'), { recursive: true });
    for (const lib of ['platform', 'domain']) {
      cpSync(join(repository, `libs/${lib}/src`), join(folder, `sources/libs/${lib}/src`), { recursive: true });
    }
    writeFileSync(join(folder, 'sources/main.ts'), MAIN);
    const imports = {
      '#platform': './dist/libs/platform/src/index.js',
      '#domain': './dist/libs/domain/src/index.js',
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

  it('closes what it prepared and exits 1 when its port is taken', async () => {
    const squatter = createServer().listen(0, '0.0.0.0');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const service = start({ PORT: String(port) });
    expect(await service.exited).toBe(1);
    expect(service.output).toContain(`port ${port} is taken; set PORT to a free one`);
    expect(service.output).toMatch(/MODULE CLOSED[\s\S]*ENGINES CLOSED/);
    squatter.close();
  });

  it('closes everything and exits 1 after an error that nobody caught', async () => {
    const service = start();
    const url = await listening(service);
    await fetch(`${url}/v1/crash`).catch(() => undefined);
    expect(await service.exited).toBe(1);
    expect(service.output).toMatch(/out of nowhere[\s\S]*MODULE CLOSED[\s\S]*ENGINES CLOSED/);
  });
});
