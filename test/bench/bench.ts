/** One bench: engines, a prepared world, and the measured runs, each on a database of its own. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '#engines';
import type { BenchArguments } from './arguments.js';
import { Build } from './build.js';
import { BenchEngines } from './engines.js';
import { assertEmptyJournal } from './event-store.js';
import { isPrepaid, type Repetition, type Run, type Way } from './figures.js';
import { describeMachine, type Machine } from './machine.js';
import { measureRun } from './measured-run.js';
import { copyBooks, copyPages, type PlainCopy } from './plain-copy.js';
import { setUpPrepaid } from './prepaid.js';
import type { Replay } from './replay.js';
import { ServiceProcess, type ServiceSettings } from './service-process.js';
import { setUpWorld, SHARDS } from './world.js';

const run = promisify(execFile);
const WORLD = 'bench_world';
/** Beside the world in EventStoreDB. */
const EVENT_STORE_WORLD = 'bench_event_store_world';

export class Bench {
  /** Why a way is not measured, told in the table. */
  readonly left: string[] = [];
  private runs = 0;
  private readonly hasProjector = Build.own.has('projector');
  private readonly adminKey = randomBytes(24).toString('hex');

  private constructor(
    private readonly settings: BenchArguments,
    private readonly engines: BenchEngines,
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
    return BenchEngines.use(tell, async (engines) => {
      const ports = { ledger: await findFreePort(), projector: await findFreePort() };
      const bench = new Bench(settings, engines, ports, interrupted, tell);
      if (!bench.hasProjector) bench.left.push('projected rows: apps/projector is not built');
      if (engines.kafkaMissing !== undefined) bench.left.push(`Kafka: ${engines.kafkaMissing}`);
      if (bench.ways.every((way) => way === 'http-eventstoredb'))
        throw new Error(`nothing can be measured here: ${bench.left.join('; ')}`);
      await bench.prepareWorld(WORLD, 'http-pages');
      if (settings.eventStoreUrl !== undefined && bench.ways.includes('http-eventstoredb')) {
        await assertEmptyJournal(settings.eventStoreUrl);
        await bench.prepareWorld(EVENT_STORE_WORLD, 'http-eventstoredb');
      }
      return work(bench);
    });
  }

  describeMachine(): Promise<Machine> {
    return describeMachine(this.engines.admin, this.engines.folder);
  }

  /** The ways that can be measured here. */
  get ways(): Way[] {
    return this.settings.ways.filter(
      (way) =>
        (this.engines.kafka !== undefined || !way.startsWith('kafka')) && (this.hasProjector || !way.endsWith('-rows')),
    );
  }

  /** Measures every way once, then COPY and replay on what the last of them left behind. */
  async repeat(): Promise<Repetition> {
    const runs: Run[] = [];
    let last: { copyPages: PlainCopy; copyBooks: PlainCopy | undefined; replay: Replay } | undefined;
    for (const way of this.ways) {
      this.interrupted.throwIfAborted();
      const isLast = way === this.ways.at(-1);
      await this.engines.onCopyOf(way === 'http-eventstoredb' ? EVENT_STORE_WORLD : WORLD, async (url, pool) => {
        this.tell(`${way.replace('-', ' to ')}: ${this.settings.events} events`);
        const measured = await measureRun({
          way,
          number: ++this.runs,
          warmUpEvents: 0,
          events: this.settings.events,
          hasMints: true,
          pool,
          services: this.serviceSettings(url, way),
          engines: this.engines,
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
  private async prepareWorld(database: string, way: Way): Promise<void> {
    this.tell('setting up 100 customers and 20 providers');
    const url = await this.engines.createDatabase(database);
    const settings = { ...this.serviceSettings(url, way), profileDir: undefined };
    const ledger = ServiceProcess.spawn('ledger', settings);
    try {
      await ledger.untilReady();
      await setUpWorld(ledger.api);
      if (database === WORLD && this.ways.some(isPrepaid)) await setUpPrepaid(ledger.api);
    } finally {
      await ledger.stop();
    }
  }

  private async replay(url: string): Promise<Replay> {
    const { stdout } = await run(process.execPath, [Build.own.replayScript, url, String(SHARDS)], {
      signal: this.interrupted,
    });
    return JSON.parse(stdout) as Replay;
  }

  private serviceSettings(databaseUrl: string, way: Way): ServiceSettings {
    const { eventStoreUrl } = this.settings;
    return {
      build: Build.own,
      databaseUrl,
      adminKey: this.adminKey,
      dataDir: join(this.engines.folder, 'services'),
      shards: SHARDS,
      ports: this.ports,
      interrupted: this.interrupted,
      profileDir: this.settings.profileDir,
      ...(way === 'http-eventstoredb' && eventStoreUrl !== undefined ? { eventStoreUrl } : {}),
    };
  }
}
