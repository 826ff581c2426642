/** Runs the command line inside the test's process, with its own folder and captured output. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runCommandLine } from '../src/program.js';

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'airtime-cli-'));

  /** Writes a file and returns its path. */
  write(name: string, content: string | Buffer): string {
    const file = join(this.path, name);
    writeFileSync(file, content);
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  async run(argv: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    const stdout = new Captured();
    const stderr = new Captured();
    const code = await runCommandLine(argv, { stdout, stderr, env, workingDirectory: this.path });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }
}

class Captured extends Writable {
  private readonly chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
