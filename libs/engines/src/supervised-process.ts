import { close, open, read, fstat } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Lifeline, startProgram, type ChildProcess, type OwnEnvironment } from '#processes';
import { EngineError } from './engine.js';
import type { EngineFolder } from './engine-folder.js';
import type { StopStep } from './process-identity.js';

/** How to start a program once. Asked anew for every start, so that it may depend on what is free or on disk then. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** What this program is told beside the names that any program needs. */
  readonly env?: OwnEnvironment;
  /** Files that the program finds open for reading, as descriptors 3, 4 and so on. */
  readonly files?: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

export interface SupervisedProgram {
  readonly name: string;
  readonly folder: EngineFolder;
  readonly stopSteps: readonly StopStep[];
  readonly startTimeoutMs: number;
  readonly onEvent: (message: string) => void;
  /** Prepares the disk and says how to start. `first` until the program has been ready once: ports may still change. */
  prepare(first: boolean): Promise<Launch>;
  /** Resolves when the program answers a real query; rejects or stays pending while it does not (then asked again). */
  probe(): Promise<void>;
  /** Runs before an orderly stop, while the program still answers. */
  beforeStop?(): Promise<void>;
}

const PROBE_INTERVAL_MS = 50;
const BACK_OFF_MIN_MS = 100;
const BACK_OFF_MAX_MS = 10_000;
/** A program that stayed up this long has recovered: the next failure is a new one and is answered at once. */
const STABLE_AFTER_MS = 60_000;
const FIRST_START_ATTEMPTS_MAX = 5;
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const LOG_TAIL_BYTES = 4_000;

/**
 * A program that is started, awaited, watched and, after an unexpected exit, started again with growing pauses.
 *
 * It runs in a session of its own: Ctrl-C in a terminal reaches this process only, which then stops its engines in
 * the order it wants. If this process itself is killed, the lifeline stops the program.
 */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private lifeline: Lifeline | undefined;
  private stopping: Promise<void> | undefined;
  private restarting: Promise<void> | undefined;
  private readonly stopped = new AbortController();
  private readyAt = 0;
  private backOffMs = BACK_OFF_MIN_MS;

  private constructor(private readonly program: SupervisedProgram) {}

  /** @throws EngineError with the end of the program's log when it does not become ready in time */
  static async start(program: SupervisedProgram): Promise<SupervisedProcess> {
    const supervised = new SupervisedProcess(program);
    try {
      await supervised.startFirst();
      return supervised;
    } catch (error) {
      await supervised.stop();
      throw error;
    }
  }

  get processId(): number | undefined {
    return this.child?.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined;
  }

  /** Aborted when the stop begins, so that work on behalf of the engine ends with it. */
  get stopSignal(): AbortSignal {
    return this.stopped.signal;
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async startFirst(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.launch(true);
        this.watch();
        return;
      } catch (error) {
        await this.endChild();
        // A second attempt helps when another program took the port in between, or when a killed predecessor's
        // children are still going away; anything else fails the same way again and is reported.
        if (attempt >= FIRST_START_ATTEMPTS_MAX || error instanceof EngineError) throw error;
        if (attempt === FIRST_START_ATTEMPTS_MAX - 1) {
          this.program.onEvent(`${this.program.name}: does not start, last attempt (${messageOf(error)})`);
        }
        await pause(BACK_OFF_MIN_MS * 2 ** attempt, this.stopSignal);
      }
    }
  }

  private async launch(first: boolean): Promise<void> {
    const { name, folder } = this.program;
    const launch = await this.program.prepare(first);
    const logFile = folder.file('engine.log');
    await rotateLog(logFile);
    const log = await openFile(logFile, 'a', 0o600);
    const logStart = (await statFile(log)).size;
    const files: number[] = [];
    let child: ChildProcess;
    try {
      for (const file of launch.files ?? []) files.push(await openFile(file, 'r', 0o600));
      if (this.stopSignal.aborted) throw new Error(`${name} is being stopped`);
      child = startProgram(launch.command, launch.args, {
        detached: true,
        stdio: ['ignore', log, log, ...files],
        ...(launch.cwd === undefined ? {} : { cwd: launch.cwd }),
        ...(launch.env === undefined ? {} : { env: launch.env }),
        ...(launch.uid === undefined ? {} : { uid: launch.uid }),
        ...(launch.gid === undefined ? {} : { gid: launch.gid }),
      });
    } finally {
      for (const file of [log, ...files]) await closeFile(file);
    }
    this.child = child;
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    if (child.pid === undefined) throw new Error(`${name} cannot be run: ${await ended}`);
    this.lifeline = Lifeline.attach(child.pid, this.program.stopSteps[0]?.signal ?? 'SIGTERM');
    await folder.rememberProgram(child.pid);
    const end = await Promise.race([ended, this.awaitReady()]);
    if (end !== 'ready') {
      throw new Error(`${name} did not start: ${end}\n${await tailOf(logFile, logStart)}`.trimEnd());
    }
    this.readyAt = Date.now();
  }

  private async awaitReady(): Promise<'ready' | string> {
    const deadline = Date.now() + this.program.startTimeoutMs;
    let reason = 'no answer';
    while (Date.now() < deadline && !this.stopSignal.aborted && this.processId !== undefined) {
      try {
        await this.program.probe();
        return 'ready';
      } catch (error) {
        reason = messageOf(error);
        await pause(PROBE_INTERVAL_MS, this.stopSignal);
      }
    }
    if (this.stopSignal.aborted) return 'stopped while starting';
    // When the program has ended, the caller's race knows the cause better.
    if (this.processId === undefined) return new Promise<never>(() => undefined);
    return `not ready after ${this.program.startTimeoutMs} ms (${reason})`;
  }

  private watch(): void {
    const child = this.child;
    if (child === undefined) return;
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (this.stopSignal.aborted) return;
      const cause = signal === null ? `exit code ${code}` : `signal ${signal}`;
      this.lifeline?.release();
      this.restarting = this.restart(cause);
    };
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    else child.once('exit', onExit);
  }

  private async restart(firstCause: string): Promise<void> {
    if (Date.now() - this.readyAt > STABLE_AFTER_MS) this.backOffMs = BACK_OFF_MIN_MS;
    for (let cause = firstCause; !this.stopSignal.aborted;) {
      this.program.onEvent(`${this.program.name}: ended (${cause}); starting it again in ${this.backOffMs} ms`);
      await pause(this.backOffMs, this.stopSignal);
      this.backOffMs = Math.min(this.backOffMs * 2, BACK_OFF_MAX_MS);
      if (this.stopSignal.aborted) return;
      try {
        await this.endChild();
        await this.launch(false);
        this.program.onEvent(`${this.program.name}: runs again as process ${this.processId}`);
        this.watch();
        return;
      } catch (error) {
        cause = messageOf(error);
      }
    }
  }

  private async stopOnce(): Promise<void> {
    try {
      if (this.processId !== undefined) await this.program.beforeStop?.();
    } catch (error) {
      this.program.onEvent(`${this.program.name}: could not prepare its stop (${messageOf(error)})`);
    }
    this.stopped.abort();
    await this.endChild();
    // A restart in progress gives up now; only after it can no new child appear.
    await this.restarting;
    await this.endChild();
    await this.program.folder.release();
  }

  /** Ends the child, if there is one, by increasingly strong signals. */
  private async endChild(): Promise<void> {
    const child = this.child;
    const running = (): boolean => child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
    for (const { signal, waitMs } of this.program.stopSteps) {
      if (child === undefined || !running()) break;
      const exited = new AbortController();
      child.once('exit', () => exited.abort());
      child.kill(signal);
      await pause(waitMs, exited.signal);
    }
    if (running()) this.program.onEvent(`${this.program.name}: process ${child?.pid} does not end`);
    this.lifeline?.release();
    this.lifeline = undefined;
    this.child = undefined;
  }
}

/** Waits, or returns early when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const openFile = promisify(open);
const closeFile = promisify(close);
const statFile = promisify(fstat);
const readFromFile = promisify(read);

async function rotateLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(path, `${path}.1`);
}

async function tailOf(path: string, from: number): Promise<string> {
  const file = await openFile(path, 'r', 0o600);
  try {
    const { size } = await statFile(file);
    const start = Math.max(from, size - LOG_TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await readFromFile(file, buffer, 0, buffer.length, start);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await closeFile(file);
  }
}
