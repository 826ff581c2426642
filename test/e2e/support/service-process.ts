/** A program of ours as a real process: started from `dist/`, watched by its log, killed at will. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { HANG_MS } from '#testing';
import { builtFile, REPOSITORY } from './built-program.js';

/** What a program may inherit of this process's environment: never a setting of Airtime. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'JAVA_HOME', 'XDG_CACHE_HOME', 'MAVEN_OPTS'];
const LINE_SHOWN = 400;

export interface ProgramOptions {
  /** Compiled file without `dist/` and `.js`, e.g. `apps/ledger/src/main`. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly workingDirectory?: string;
}

/** How a program ended: `code` is null when a signal ended it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class ServiceProcess {
  /** Everything it wrote to standard output and standard error, line by line. */
  readonly lines: string[] = [];
  /** What it wrote to standard error alone. */
  readonly errorLines: string[] = [];
  readonly ended: Promise<Ending>;
  private readonly child: ChildProcess;
  private readonly watchers = new Set<() => void>();
  private hasEnded = false;

  constructor(readonly options: ProgramOptions) {
    const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
    this.child = spawn(process.execPath, [builtFile(options.program), ...(options.args ?? [])], {
      // The group of the test: whoever ends the test's group ends this process with it.
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: options.workingDirectory ?? REPOSITORY,
      env: { ...(Object.fromEntries(inherited) as Record<string, string>), ...options.env },
      ...options.user,
    });
    this.child.stdin!.on('error', () => undefined); // a killed program reads nothing; its exit tells the rest
    const collect = (stream: Readable, lines: string[][]) => {
      createInterface({ input: stream }).on('line', (line) => {
        for (const list of lines) list.push(line);
        this.tellWatchers();
      });
    };
    collect(this.child.stdout!, [this.lines]);
    collect(this.child.stderr!, [this.lines, this.errorLines]);
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      // `close`, not `exit`: by then every line has been read.
      this.child.once('close', (code, signal) => {
        this.hasEnded = true;
        this.tellWatchers();
        resolve({ code, signal });
      });
    });
    this.ended.catch(() => undefined);
  }

  get processId(): number {
    return this.child.pid!;
  }

  /** Address of a service, as its log tells it. */
  get url(): string {
    for (const line of this.lines) {
      const url = /"url":"(http:[^"]+)"/.exec(line)?.[1];
      if (url !== undefined) return url;
    }
    throw new Error('the service does not listen yet');
  }

  /** Number of lines so far, to look only at what comes after. */
  get mark(): number {
    return this.lines.length;
  }

  /** Resolves with the first line, from `since` on, that matches. */
  async seen(pattern: RegExp, { since = 0, timeoutMs = HANG_MS } = {}): Promise<string> {
    let at = since;
    const find = (): string | undefined => {
      for (; at < this.lines.length; at++) if (pattern.test(this.lines[at]!)) return this.lines[at];
      return undefined;
    };
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why} before ${pattern}:\n${this.tail()}`));
      const finish = (settle: () => void) => {
        this.watchers.delete(look);
        clearTimeout(timer);
        settle();
      };
      const look = () => {
        const line = find();
        if (line !== undefined) finish(() => resolve(line));
        else if (this.hasEnded) finish(() => fail(`${this.options.program} ended`));
      };
      const timer = setTimeout(() => finish(() => fail(`${timeoutMs} ms passed`)), timeoutMs);
      this.watchers.add(look);
      look();
    });
  }

  /** Writes a line to the program's standard input. */
  order(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /** Sends a signal that does not end it, e.g. SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    if (!this.hasEnded) this.child.kill(signal);
  }

  /** Ends the process and resolves when it is gone. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<Ending> {
    if (!this.hasEnded) this.child.kill(signal);
    return this.ended;
  }

  /** The newest lines, for the message of a failure. */
  tail(count = 15): string {
    return this.lines
      .slice(-count)
      .map((line) => line.slice(0, LINE_SHOWN))
      .join('\n');
  }

  private tellWatchers(): void {
    for (const look of [...this.watchers]) look();
  }
}
