import type { ChildProcess } from 'node:child_process';
import { startProgram } from './programs.js';

/**
 * Stops a program when this process dies without a chance to do it itself (`kill -9`, out of memory).
 *
 * A shell waits on a pipe whose only writing end is ours; the operating system closes it with us, whatever the
 * cause, and the shell then passes the signal on. It costs about one megabyte and no processor time. Windows has no
 * such shell: there the next start's look into the engine's folder is what finds the orphan.
 */
export class Lifeline {
  private constructor(private readonly shell: ChildProcess | undefined) {}

  static attach(pid: number, signal: NodeJS.Signals): Lifeline {
    if (process.platform === 'win32') return new Lifeline(undefined);
    // `read` ends with status 0 only on the line "release": then nothing must be signalled.
    const script = `read -r answer && exit 0; kill -s ${signal.replace(/^SIG/, '')} ${pid}`;
    const shell = startProgram('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    shell.on('error', () => undefined); // no /bin/sh: the engine's folder still finds the orphan at the next start
    shell.stdin!.on('error', () => undefined);
    shell.unref();
    return new Lifeline(shell);
  }

  /** The program has ended: its number may soon belong to another, so it must not be signalled any more. */
  release(): void {
    this.shell?.stdin?.end('release\n');
  }
}
