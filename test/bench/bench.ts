/** One bench: engines, a prepared world, and the measured runs, each on a database of its own. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort, kafkaPrerequisites, startKafka, startPostgres, type Engine, type KafkaEngine } from '#engines';
import { createPool, type Pool } from '#postgres';
import type { BenchArguments } from './arguments.js';
import type { Repetition, Run, Way } from './figures.js';
import { describeMachine, type Machine } from './machine.js';
import { measureRun } from './measured-run.js';
import { copyBooks, copyPages, type PlainCopy } from './plain-copy.js';
import type { Replay } from './replay.js';
import { isBuilt, ServiceProcess, type ServiceSettings } from './service-process.js';
import { setUpWorld, SHARDS } from './world.js';

const run = promisify(execFile);
const WORLD = 'bench_world';

export class Bench {
  /** Why a way is not measured, told in the table. */
  readonly left: string[] = [];
  private runs = 0;
  private readonly hasProjector = isBuilt('projector');

  private constructor(
    private readonly settings: BenchArguments,
    private readonly folder: string,
    private readonly postgres: Engine & { readonly url: string },
    private readonly kafka: KafkaEngine | undefined,
    private readonly admin: Pool,
    private readonly adminKey: string,
    private readonly ports: ServiceSettings['ports'],
    private readonly interrupted: AbortSignal,
    private readonly tell: (line: string) => void,
  ) {}

  /** Runs `work` on engines that are stopped and removed afterwards, whatever happens. An interruption makes it fail. */
  static async use<T>(
    settings: BenchArguments,
    tell: (line: string) => void,
    interrupted: AbortSignal,
    work: (bench: Bench) => Promise<T>,
  ): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'airtime-bench-'));
    const engines: Engine[] = [];
    let admin: Pool | undefined;
    try {
      tell('starting PostgreSQL and Kafka');
      const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
      engines.push(postgres);
      const prerequisites = await kafkaPrerequisites();
      const kafka = prerequisites.available ? await startKafka({ dataDir: join(folder, 'kafka') }) : undefined;
      if (kafka !== undefined) engines.push(kafka);
      admin = createPool(postgres.url, { applicationName: 'airtime-bench', max: 2, statementTimeoutMs: 120_000 });
      const key = randomBytes(24).toString('hex');
      const ports = { ledger: await findFreePort(), projector: await findFreePort() };
      const bench = new Bench(settings, folder, postgres, kafka, admin, key, ports, interrupted, tell);
      if (!bench.hasProjector) bench.left.push('projected rows: apps/projector is not built');
      if (!prerequisites.available) bench.left.push(`Kafka: ${prerequisites.reason}; ${prerequisites.howToGoOn}`);
      if (bench.ways.length === 0) throw new Error(`nothing can be measured here: ${bench.left.join('; ')}`);
      await bench.prepareWorld();
      return await work(bench);
    } finally {
      await admin?.end();
      for (const engine of engines.reverse()) await engine.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }

  describeMachine(): Promise<Machine> {
    return describeMachine(this.admin, this.folder);
  }

  /** The ways that can be measured here. */
  get ways(): Way[] {
    return this.settings.ways.filter(
      (way) => (this.kafka !== undefined || !way.startsWith('kafka')) && (this.hasProjector || !way.endsWith('-rows')),
    );
  }

  /** Measures every way once, then COPY and replay on what the last of them left behind. */
  async repeat(): Promise<Repetition> {
    const runs: Run[] = [];
    let last: { copyPages: PlainCopy; copyBooks: PlainCopy | undefined; replay: Replay } | undefined;
    for (const way of this.ways) {
      this.interrupted.throwIfAborted();
      const isLast = way === this.ways.at(-1);
      await this.onFreshDatabase(async (url, pool) => {
        this.tell(`${way.replace('-', ' to ')}: ${this.settings.events} events`);
        const { kafka } = this;
        const measured = await measureRun({
          way,
          number: this.runs,
          events: this.settings.events,
          pool,
          services: this.serviceSettings(url),
          postgresPid: this.postgres.processId,
          kafka: kafka === undefined ? undefined : { brokers: kafka.brokers, pid: kafka.processId },
        });
        runs.push(measured);
        if (!isLast) return;
        this.tell('a plain COPY of the same rows, and replay');
        last = {
          copyPages: await copyPages(url),
          copyBooks: way.endsWith('-rows') ? await copyBooks(url) : undefined,
          replay: await this.replay(url),
        };
      });
    }
    const { copyPages: pages, copyBooks: books, replay } = last!;
    return { runs, copyPages: pages, copyBooks: books, fold: replay.fold, verify: replay.verify };
  }

  /** Parties, prices and funds are made once, by the API; every run begins with a copy of that database. */
  private async prepareWorld(): Promise<void> {
    this.tell('setting up 100 customers and 20 providers');
    await this.admin.query(`CREATE DATABASE ${WORLD}`);
    const settings = { ...this.serviceSettings(this.urlOf(WORLD)), profileDir: undefined };
    const ledger = ServiceProcess.spawn('ledger', settings);
    try {
      await ledger.untilReady();
      await setUpWorld(ledger.api);
    } finally {
      await ledger.stop();
    }
  }

  private async replay(url: string): Promise<Replay> {
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'replay.js'), url, String(SHARDS)], {
      signal: this.interrupted,
    });
    return JSON.parse(stdout) as Replay;
  }

  private async onFreshDatabase(work: (url: string, pool: Pool) => Promise<void>): Promise<void> {
    const name = `bench_${++this.runs}`;
    await this.admin.query(`CREATE DATABASE ${name} TEMPLATE ${WORLD}`);
    await this.admin.query('CHECKPOINT');
    const url = this.urlOf(name);
    const pool = createPool(url, { applicationName: 'airtime-bench', max: 2, statementTimeoutMs: 600_000 });
    try {
      await work(url, pool);
    } finally {
      await pool.end();
      await this.admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  }

  private serviceSettings(databaseUrl: string): ServiceSettings {
    return {
      databaseUrl,
      adminKey: this.adminKey,
      dataDir: join(this.folder, 'services'),
      shards: SHARDS,
      ports: this.ports,
      interrupted: this.interrupted,
      profileDir: this.settings.profileDir,
    };
  }

  private urlOf(database: string): string {
    const url = new URL(this.postgres.url);
    url.pathname = `/${database}`;
    return url.href;
  }
}
