/** The test server in a process of its own, so that a test can kill it. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A compiled copy of the server. */
export class ServerProgram {
  private readonly running = new Set<ChildProcess>();

  private constructor(private readonly folder: string) {}

  static async compile(): Promise<ServerProgram> {
    const project = process.cwd();
    const folder = await mkdtemp(join(tmpdir(), 'airtime-event-store-'));
    await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await run(process.execPath, [
      join(project, 'node_modules/@swc/cli/bin/swc.js'),
      'libs/eventstoredb/test-support',
      ...['--out-dir', folder, '--config-file', '.swcrc', '--ignore', '**/*.spec.ts', '--quiet'],
    ]);
    return new ServerProgram(folder);
  }

  /** Starts the server on the program's data; a later start finds what an earlier one kept. */
  async start(port = 0): Promise<ServerProcess> {
    const main = join(this.folder, 'libs/eventstoredb/test-support/main.js');
    const child = spawn(process.execPath, [main, '--port', String(port), '--data', join(this.folder, 'data')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.running.add(child);
    const exited = once(child, 'exit').then(() => this.running.delete(child));
    const ready = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
    const url = await Promise.race([
      ready.then(([line]) => line),
      exited.then(() => Promise.reject(new Error('the server ended before it was ready'))),
    ]);
    return {
      url,
      port: Number(new URL(url).port),
      freeze: () => void child.kill('SIGSTOP'),
      end: async (signal) => {
        child.kill(signal);
        await exited;
        return child.exitCode;
      },
    };
  }

  async remove(): Promise<void> {
    await Promise.all([...this.running].map((child) => (child.kill('SIGKILL'), once(child, 'exit'))));
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  /** Stops the process as it stands: its connections stay open, its kernel accepts more, and it answers nobody. */
  freeze(): void;
  /** Sends a signal and waits for the end; resolves with the exit code, null when the signal ended the process. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}
