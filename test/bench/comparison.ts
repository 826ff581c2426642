/** Two builds beside each other: the same loads on the same world, in turns, until the figures can be told apart. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findFreePort } from '#engines';
import { createPool } from '#postgres';
import type { ComparisonArguments } from './arguments.js';
import type { Build } from './build.js';
import { isUntold } from './compared-figures.js';
import { BenchEngines } from './engines.js';
import { isPrepaid, type ComparedWay, type PairedRun, type Run, type Way } from './figures.js';
import { JournalWatch } from './journal-watch.js';
import { createBatches, sendBatches } from './load.js';
import { describeMachine, type Machine } from './machine.js';
import { measureRun } from './measured-run.js';
import { setUpPrepaid } from './prepaid.js';
import { ServiceProcess, type ServiceSettings } from './service-process.js';
import { setUpWorld, SHARDS } from './world.js';

/**
 * What is sent before the clock starts, as a part of what is measured. V8 compiles hot code again and again, on threads of
 * the same process: turning pages into rows, the first 60,000 events cost about a third more than any later ones.
 */
const WARM_UP_PART = 1;
const PROBE = pathToFileURL(join(import.meta.dirname, 'processor-probe.js')).href;

const SIDES = ['base', 'candidate'] as const;
export type Side = (typeof SIDES)[number];

export class Comparison {
  /** Why a way is not compared, told in the table. */
  readonly left: string[] = [];
  private readonly adminKey = randomBytes(24).toString('hex');

  private constructor(
    private readonly settings: ComparisonArguments,
    private readonly builds: Readonly<Record<Side, Build>>,
    private readonly engines: BenchEngines,
    private readonly ports: ServiceSettings['ports'],
    private readonly interrupted: AbortSignal,
    private readonly tell: (line: string) => void,
  ) {}

  /** Runs `work` on prepared engines that are stopped and removed afterwards, whatever happens. */
  static async use<T>(
    settings: ComparisonArguments,
    builds: Readonly<Record<Side, Build>>,
    tell: (line: string) => void,
    interrupted: AbortSignal,
    work: (comparison: Comparison) => Promise<T>,
  ): Promise<T> {
    return BenchEngines.use(tell, async (engines) => {
      const ports = { ledger: await findFreePort(), projector: await findFreePort() };
      const comparison = new Comparison(settings, builds, engines, ports, interrupted, tell);
      if (engines.kafkaMissing !== undefined) comparison.left.push(`Kafka: ${engines.kafkaMissing}`);
      if (comparison.ways.length === 0) throw new Error(`nothing can be compared here: ${comparison.left.join('; ')}`);
      await comparison.prepare();
      return work(comparison);
    });
  }

  describeMachine(): Promise<Machine> {
    return describeMachine(this.engines.admin, this.engines.folder);
  }

  get ways(): ComparedWay[] {
    return this.settings.ways.filter((way) => this.engines.kafka !== undefined || !way.startsWith('kafka'));
  }

  /**
   * Measures pairs until every judged figure can be told, at least `pairs` and at most `pairsMax` of them. One more goes
   * before and is thrown away: it fills the caches of the machine.
   */
  async run(): Promise<PairedRun[]> {
    const { pairs, pairsMax } = this.settings;
    const done: PairedRun[] = [];
    this.tell('one pair to warm up, not counted');
    await this.measurePair(0);
    while (done.length < pairs || (done.length < pairsMax && isUntold(done, this.settings))) {
      this.tell(`pair ${done.length + 1} of ${done.length < pairs ? `at least ${pairs}` : `at most ${pairsMax}`}`);
      done.push(await this.measurePair(done.length + 1));
    }
    return done;
  }

  /** Every way by both builds, one right after the other; who is first changes from pair to pair (ABBA). */
  private async measurePair(number: number): Promise<PairedRun> {
    const order = number % 2 === 0 ? SIDES : SIDES.toReversed();
    const runs: Partial<Record<Way, Record<Side, Run>>> = {};
    let replay: Record<Side, number> | undefined;
    for (const way of this.ways) {
      if (way === 'replay') replay = await inOrder(order, (side) => this.measureReplay(side));
      else runs[way] = await inOrder(order, (side) => this.measureWay(way, number, side));
    }
    return { runs, replay };
  }

  private measureWay(way: Way, number: number, side: Side): Promise<Run> {
    this.interrupted.throwIfAborted();
    const { events } = this.settings;
    return this.engines.onCopyOf(`world_${side}`, (url, pool) =>
      measureRun({
        way,
        number,
        warmUpEvents: warmUpOf(events),
        events,
        hasMints: false,
        pool,
        services: this.servicesOf(side, url),
        engines: this.engines,
      }),
    );
  }

  /** Processor time of the build's own replay, in microseconds for each event that it reads: its start, fold and verify. */
  private async measureReplay(side: Side): Promise<number> {
    this.interrupted.throwIfAborted();
    const parameters = ['--import', PROBE, this.builds[side].replayScript, this.replayUrl(side), String(SHARDS)];
    const child = spawn(process.execPath, parameters, {
      cwd: this.builds[side].dir,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      signal: this.interrupted,
    });
    const ended = new Promise<number | null>((done, fail) => child.once('error', fail).once('exit', done));
    const [output, errors, micros, code] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      text(child.stdio[3] as Readable),
      ended,
    ]);
    if (code !== 0) throw new Error(`the replay of ${this.builds[side].dir} failed (${code}): ${errors}`);
    const { verify } = JSON.parse(output) as { verify: { events: number; findings: number } };
    if (verify.findings !== 0) throw new Error(`${this.builds[side].dir} finds faults in the journal: ${output}`);
    return Number(micros) / verify.events;
  }

  /**
   * Each build makes the same world by its own API, so that two formats of the journal can be compared, and then begins
   * with a copy of a database that has seen its own start. A journal for replays is made likewise, of the same events.
   */
  private async prepare(): Promise<void> {
    for (const side of SIDES) {
      this.tell(`setting up 100 customers and 20 providers for the ${side}`);
      const url = await this.engines.createDatabase(`world_${side}`);
      await this.withLedger(side, url, async (ledger) => {
        await setUpWorld(ledger.api);
        if (this.ways.some(isPrepaid)) await setUpPrepaid(ledger.api);
      });
      await this.settle(side, url);
      if (!this.ways.includes('replay')) continue;
      this.tell(`filling a journal of the ${side} with ${this.settings.events} events, to be replayed`);
      const filled = await this.engines.createDatabase(`replay_${side}`, `world_${side}`);
      await this.withLedger(side, filled, async (ledger) => {
        await sendBatches(ledger, createBatches(0, this.settings.events));
      });
    }
  }

  /** Starts and stops both services of a build on a database, so that its next start finds nothing left to change. */
  private async settle(side: Side, url: string): Promise<void> {
    await this.withLedger(side, url, async () => undefined);
    const projector = ServiceProcess.spawn('projector', this.servicesOf(side, url));
    const pool = createPool(url, { applicationName: 'airtime-bench', max: 1 });
    try {
      await projector.untilReady();
      await new JournalWatch(pool).untilProjected();
    } finally {
      await projector.stop();
      await pool.end();
    }
  }

  private async withLedger(side: Side, url: string, work: (ledger: ServiceProcess) => Promise<void>): Promise<void> {
    const ledger = ServiceProcess.spawn('ledger', this.servicesOf(side, url));
    try {
      await ledger.untilReady();
      await work(ledger);
    } finally {
      await ledger.stop();
    }
  }

  private replayUrl(side: Side): string {
    return this.engines.urlOf(`replay_${side}`);
  }

  private servicesOf(side: Side, databaseUrl: string): ServiceSettings {
    return {
      build: this.builds[side],
      databaseUrl,
      adminKey: this.adminKey,
      dataDir: join(this.engines.folder, `services-${side}`),
      shards: SHARDS,
      ports: this.ports,
      interrupted: this.interrupted,
      profileDir: this.settings.profileDir === undefined ? undefined : join(this.settings.profileDir, side),
    };
  }
}

export function warmUpOf(events: number): number {
  return Math.ceil(events * WARM_UP_PART);
}

async function inOrder<T>(order: readonly Side[], measure: (side: Side) => Promise<T>): Promise<Record<Side, T>> {
  const results: Partial<Record<Side, T>> = {};
  for (const side of order) results[side] = await measure(side);
  return results as Record<Side, T>;
}
