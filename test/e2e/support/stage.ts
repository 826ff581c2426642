/**
 * What one spec file started: a temporary folder, engines and processes of its own on free ports. `close` ends all of
 * it, whatever happened before.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
  findFreePort,
  startAnvil,
  startKafka,
  startPostgres,
  type AnvilEngine,
  type Engine,
  type KafkaEngine,
} from '#engines';
import { ADMIN_KEY, Api } from './api.js';
import { ServiceProcess, type ProgramOptions } from './service-process.js';

export type DatabaseEngine = Engine & { readonly url: string };

/** An engine's own reports, so that a test can wait for one. */
export class EngineEvents {
  readonly messages: string[] = [];
  private readonly waiting = new Set<{ readonly pattern: RegExp; readonly resolve: () => void }>();

  readonly add = (message: string): void => {
    this.messages.push(message);
    for (const wait of this.waiting) {
      if (!wait.pattern.test(message)) continue;
      this.waiting.delete(wait);
      wait.resolve();
    }
  };

  /** Resolves with the next report that matches. */
  next(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => this.waiting.add({ pattern, resolve }));
  }
}

export class Stage {
  private readonly processes = new Set<ServiceProcess>();
  private readonly engines: Engine[] = [];
  private readonly closing = new AbortController();

  private constructor(readonly folder: string) {}

  static async open(): Promise<Stage> {
    return new Stage(await mkdtemp(join(tmpdir(), 'airtime-e2e-')));
  }

  /** Aborted when the stage is closed: what a test left running in the background must end with it. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  async postgres(events?: EngineEvents): Promise<DatabaseEngine> {
    return this.keep(await startPostgres({ dataDir: join(this.folder, 'postgres'), ...tell(events) }));
  }

  async anvil(events?: EngineEvents): Promise<AnvilEngine> {
    return this.keep(await startAnvil({ dataDir: join(this.folder, 'anvil'), ...tell(events) }));
  }

  async kafka(events?: EngineEvents): Promise<KafkaEngine> {
    return this.keep(await startKafka({ dataDir: join(this.folder, 'kafka'), ...tell(events) }));
  }

  /** Any program of ours; ended with the stage. */
  program(options: ProgramOptions): ServiceProcess {
    const started = new ServiceProcess(options);
    this.processes.add(started);
    return started;
  }

  /**
   * A service on a port of its own, listening. A killed one is started again on the same port with {@link restart}.
   *
   * @param app e.g. `ledger`
   */
  async service(
    app: string,
    env: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ): Promise<ServiceProcess> {
    const port = await findFreePort();
    return this.listening({
      program: `apps/${app}/src/main`,
      args,
      env: {
        AIRTIME_DATA_DIR: join(this.folder, 'data'),
        AIRTIME_ADMIN_KEY: ADMIN_KEY,
        PORT: String(port),
        ...env,
      },
    });
  }

  /** The same program with the same environment once more. */
  restart(service: ServiceProcess): Promise<ServiceProcess> {
    return this.listening(service.options);
  }

  private async listening(options: ProgramOptions): Promise<ServiceProcess> {
    const service = this.program(options);
    await service.seen(/"msg":"listening"/);
    return service;
  }

  /** Ends every process, then every engine, newest first, and removes the folder. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.processes].map((started) => endWithin(started, STOP_GRACE_MS)));
    for (const engine of this.engines.reverse()) await engine.stop();
    // Engines of a program that had to be killed are still ending.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }

  private keep<E extends Engine>(engine: E): E {
    this.engines.push(engine);
    return engine;
  }
}

/** Standalone has engines of its own, which an orderly stop ends with it. */
const STOP_GRACE_MS = 10_000;

async function endWithin(started: ServiceProcess, graceMs: number): Promise<void> {
  const timer = setTimeout(() => void started.end('SIGKILL'), graceMs);
  await started.end('SIGTERM');
  clearTimeout(timer);
}

function tell(events: EngineEvents | undefined): { onEvent?: (message: string) => void } {
  return events === undefined ? {} : { onEvent: events.add };
}

export function apiOf(service: ServiceProcess): Api {
  return new Api(service.url);
}

/** Another database on the same server: an undisturbed twin of a ledger costs no second server. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  await sql(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

/** Runs statements in one session of their own and returns the last one's rows. */
export async function sql<Row = Record<string, unknown>>(url: string, ...statements: string[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the failing statement reports it
  await client.connect();
  try {
    let rows: Row[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows as Row[];
    return rows;
  } finally {
    await client.end();
  }
}
