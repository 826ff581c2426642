/** A service of ours as a process of its own, started from its build's `dist` as production starts it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '#client';
import type { Build, ServiceName } from './build.js';

const READY_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 120_000;
const OUTPUT_KEPT = 4_000;

export interface ServiceSettings {
  readonly build: Build;
  readonly databaseUrl: string;
  readonly adminKey: string;
  readonly dataDir: string;
  readonly shards: number;
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Where the journal is kept instead of the database. */
  readonly eventStoreUrl?: string;
  readonly kafka?: { readonly brokers: string; readonly topic: string };
  readonly profileDir: string | undefined;
  /** Ends the service at once, which ends the run that uses it. */
  readonly interrupted: AbortSignal;
}

export class ServiceProcess {
  readonly api: ApiClient;
  /** The end of what it printed: warnings and errors only. */
  output = '';

  private constructor(
    readonly name: ServiceName,
    private readonly child: ChildProcess,
    readonly url: string,
    readonly adminKey: string,
  ) {
    this.api = connect(url, adminKey);
    // An interruption is told by the end of the process.
    child.on('error', () => undefined);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-OUTPUT_KEPT);
      });
    }
  }

  private get hasEnded(): boolean {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Starts a service; {@link untilReady} waits for it. The port is a free one. */
  static spawn(name: ServiceName, settings: ServiceSettings): ServiceProcess {
    const { build, profileDir, kafka, eventStoreUrl } = settings;
    if (profileDir !== undefined) mkdirSync(profileDir, { recursive: true });
    const profiling = profileDir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileDir];
    const child = spawn(process.execPath, [...build.flagsOf(name), ...profiling, build.mainOf(name)], {
      cwd: build.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: settings.interrupted,
      env: {
        PATH: process.env['PATH'],
        PORT: String(settings.ports[name]),
        DATABASE_URL: settings.databaseUrl,
        AIRTIME_ADMIN_KEY: settings.adminKey,
        AIRTIME_DATA_DIR: settings.dataDir,
        AIRTIME_SHARDS: String(settings.shards),
        LOG_LEVEL: 'warn',
        ...(eventStoreUrl === undefined ? {} : { JOURNAL_STORE: 'eventstoredb', EVENTSTOREDB_URL: eventStoreUrl }),
        ...(kafka === undefined ? {} : { KAFKA_BROKERS: kafka.brokers, KAFKA_USAGE_TOPIC: kafka.topic }),
      },
    });
    return new ServiceProcess(name, child, `http://127.0.0.1:${settings.ports[name]}`, settings.adminKey);
  }

  /** @throws Error with what it printed when it ends or takes too long */
  async untilReady(): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      if (this.hasEnded) throw this.endedError();
      if (performance.now() > deadline) throw new Error(`${this.name} was not ready in time:\n${this.output}`);
      const response = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (response?.ok === true) return;
      await delay(10);
    }
  }

  /** Fails as soon as the service ends; resolves never. */
  ended(): Promise<never> {
    return new Promise((_, reject) => this.child.once('exit', () => reject(this.endedError())));
  }

  private endedError(): Error {
    return new Error(`${this.name} ended by itself:\n${this.output}`);
  }

  /** Ends the service as an operator does. Idempotent. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = new Promise<void>((done) => this.child.once('exit', () => done()));
    this.child.kill('SIGTERM');
    const force = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(force);
  }
}

/** The public API of a running service. Nothing is sent twice: the bench sends nothing that may be refused. */
function connect(url: string, key: string): ApiClient {
  const connection = { url: () => new URL(url), key, advice: () => 'the service’s output says why' };
  return new ApiClient(connection, { retry: { outageMaxMs: 0, firstPauseMs: 1 }, newKey: () => undefined });
}
