import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { identifyProcess } from '../src/process-identity.js';

const run = promisify(execFile);

/** Test support: remembers an engine's events and lets a test wait for one. */
export function observeEvents(): { onEvent: (message: string) => void; seen: (pattern: RegExp) => Promise<string> } {
  const messages: string[] = [];
  const waiting: { pattern: RegExp; resolve: (message: string) => void }[] = [];
  return {
    onEvent: (message) => {
      messages.push(message);
      for (const { pattern, resolve } of waiting) if (pattern.test(message)) resolve(message);
    },
    seen: async (pattern) => {
      const known = messages.find((message) => pattern.test(message));
      return known ?? new Promise<string>((resolve) => waiting.push({ pattern, resolve }));
    },
  };
}

/** Whether a process runs; one that has ended but was not collected by its parent yet does not. */
export async function isRunning(pid: number): Promise<boolean> {
  return (await identifyProcess(pid)) !== undefined;
}

/** Resolves when a process is gone. */
export async function ended(pid: number): Promise<void> {
  while (await isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 25));
}

const HOST_SOURCE = `
import * as engines from './libs/engines/src/index.js';
const { start, options } = JSON.parse(process.argv[2]);
const engine = await engines[start]({ ...options, onEvent: (event) => console.log(JSON.stringify({ event })) });
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void engine.stop().then(() => process.exit(0)));
console.log(JSON.stringify({ ready: { ...engine, processId: engine.processId } }));
`;

/** A compiled copy of this lib in a folder that every user may read, to be run by separate Node processes. */
export class EngineHost {
  private constructor(readonly folder: string) {}

  static async compile(): Promise<EngineHost> {
    const project = process.cwd();
    const folder = await mkdtemp(join(tmpdir(), 'airtime-engine-host-'));
    await mkdir(join(folder, 'libs/engines'), { recursive: true });
    await cp(join(project, 'libs/engines/kafka'), join(folder, 'libs/engines/kafka'), { recursive: true });
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ type: 'module', imports: { '#processes': './libs/processes/src/index.js' } }),
    );
    await writeFile(join(folder, 'host.js'), HOST_SOURCE);
    await run(process.execPath, [
      join(project, 'node_modules/@swc/cli/bin/swc.js'),
      ...['libs/engines/src', 'libs/processes/src', '--out-dir', folder, '--config-file', '.swcrc', '--quiet'],
      ...['--ignore', '**/*.spec.ts'],
    ]);
    await run('chmod', ['-R', 'a+rX', folder]);
    return new EngineHost(folder);
  }

  /** Starts an engine in a Node process of its own and waits until it is ready. */
  async start(
    start: 'startPostgres' | 'startAnvil' | 'startKafka',
    options: Record<string, unknown>,
    user?: { readonly uid: number; readonly gid: number },
  ): Promise<{ host: ChildProcess; ready: Record<string, string> & { processId: number } }> {
    await chmod(this.folder, 0o755);
    const host = spawn(process.execPath, [join(this.folder, 'host.js'), JSON.stringify({ start, options })], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.folder,
      detached: true, // a process group of its own, as a terminal gives to a command
      ...user,
    });
    let errors = '';
    host.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const lines = createInterface(host.stdout);
    for await (const line of lines) {
      const message = JSON.parse(line) as { ready?: Record<string, string> & { processId: number } };
      if (message.ready !== undefined) return { host, ready: message.ready };
    }
    throw new Error(`The host ended before its engine was ready: ${errors}`);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Ends a host without giving it a chance to stop its engine. */
export async function killHard(host: ChildProcess): Promise<void> {
  const exit = once(host, 'exit');
  host.kill('SIGKILL');
  await exit;
}
