/** One measured run: a fresh ledger (and projector), a load, and the clocks around it. */
import type { Pool } from '#postgres';
import { Build } from './build.js';
import type { BenchEngines } from './engines.js';
import { EventStoreWatch } from './event-store.js';
import { isPrepaid, latencyOf, type Run, type Way } from './figures.js';
import { JournalWatch } from './journal-watch.js';
import { forgetTopics } from './forgotten-topics.js';
import { BATCH_EVENTS, batchesOf, CallProbe, createBatches, fillTopic, sendBatches } from './load.js';
import { createPrepaidEvents, hold, reserveHolds } from './prepaid.js';
import { peakMemoryMiB, TimeReading } from './processor-time.js';
import { ServiceProcess, type ServiceSettings } from './service-process.js';
import { mint, SHARDS } from './world.js';

export interface RunParts {
  readonly way: Way;
  /** Of all runs of the bench; events of two runs never share an id. */
  readonly number: number;
  /** Sent before the clock starts, so that cold code is not measured. */
  readonly warmUpEvents: number;
  readonly events: number;
  /** Whether single mints go on beside the load. They take their time by the clock, not by the event. */
  readonly hasMints: boolean;
  /** The run's own database, on which the world has been set up. */
  readonly pool: Pool;
  readonly services: ServiceSettings;
  readonly engines: BenchEngines;
}

/** Whose work in a run to rows is mostly the rows. */
const ROW_ACTORS: readonly string[] = ['projector', 'postgres'];

const MINT_PAUSE_MS = 25;
const HOLD_PAUSE_MS = 5;
/** Under which load single holds are timed, in events per second. */
const HOLDS_UNDER = 5_000;

export async function measureRun(parts: RunParts): Promise<Run> {
  const { eventStoreUrl } = parts.services;
  const watch =
    eventStoreUrl === undefined ? new JournalWatch(parts.pool) : new EventStoreWatch(parts.pool, eventStoreUrl);
  await watch.begin();
  const total = parts.warmUpEvents + parts.events;
  const started: ServiceProcess[] = [];
  try {
    const projector = parts.way.endsWith('-rows') ? ServiceProcess.spawn('projector', parts.services) : undefined;
    if (projector !== undefined) {
      started.push(projector);
      await projector.untilReady();
      await watch.untilProjected();
    }
    const load = await prepare(parts, watch);
    const ledger = ServiceProcess.spawn('ledger', load.services);
    started.push(ledger);
    const atStart = await load.started(ledger);
    const actors = {
      ledger: ledger.pid,
      ...(projector === undefined ? {} : { projector: projector.pid }),
      postgres: parts.engines.postgres.processId,
      ...load.actors,
      load: process.pid,
    };
    const projectedAtStart = projector === undefined ? 0 : await watch.projectedEvents();
    const begun = TimeReading.take(actors);
    await ledger.untilReady();
    const mints = parts.hasMints ? new CallProbe(() => mint(ledger.api), MINT_PAUSE_MS) : undefined;
    const holds = parts.way === 'http-holds' ? new CallProbe(() => hold(ledger.api), HOLD_PAUSE_MS) : undefined;
    const minted = () => mints?.latencies.length ?? 0;
    const batchMs = await load.untilDurable(ledger, minted);
    const durable = TimeReading.take(actors);
    await mints?.stop();
    await holds?.stop();
    await watch.until((events) => events >= total + minted());
    if (projector !== undefined) await watch.untilProjected();
    const { wallMs, cpuMs, othersCores } = begun.until(projector === undefined ? durable : TimeReading.take(actors));
    const span = await watch.span();
    const measured = total - atStart;
    // What was durable at the start may still have had to become rows.
    const measuredOf = (actor: string) =>
      projector !== undefined && ROW_ACTORS.includes(actor) ? total - projectedAtStart : measured;
    const byWall = (measured * 1_000) / wallMs;
    const byPages = ((span.events - span.firstEvents) * 1_000) / span.spanMs;
    const isByPages = parts.way === 'kafka-pages';
    return {
      way: parts.way,
      events: parts.events,
      eventsPerSecond: isByPages ? byPages : byWall,
      crossCheckPerSecond: isByPages ? byWall : byPages,
      pages: span.pages,
      bytesPerEvent: Math.round(span.bytes / span.events),
      cpuMicros: Object.fromEntries(Object.entries(cpuMs).map(([name, ms]) => [name, (ms * 1_000) / measuredOf(name)])),
      othersCores,
      ledgerPeakMiB: peakMemoryMiB(ledger.pid),
      batchMs: batchMs === undefined ? undefined : latencyOf(batchMs),
      mintMs: latencyOf(mints?.latencies ?? []),
      holdMs: holds === undefined ? undefined : latencyOf(holds.latencies),
    };
  } catch (error) {
    const outputs = started.map(({ name, output }) => `${name} printed: ${output || 'nothing'}`);
    throw new Error(`${parts.way} could not be measured; ${outputs.join('\n')}`, { cause: error });
  } finally {
    for (const service of started.reverse()) await service.stop();
    await watch.close();
  }
}

/** What differs between the two ways in. */
interface Load {
  readonly services: ServiceSettings;
  readonly actors: Readonly<Record<string, number | undefined>>;
  /** Waits for the moment at which the clock starts; tells how many events were durable by then. */
  started(ledger: ServiceProcess): Promise<number>;
  /** Returns the latencies of batches, where there are any. */
  untilDurable(ledger: ServiceProcess, mints: () => number): Promise<number[] | undefined>;
}

function prepare(parts: RunParts, watch: JournalWatch): Promise<Load> {
  if (isPrepaid(parts.way)) return preparePrepaid(parts, watch);
  return parts.way.startsWith('http') ? prepareHttp(parts) : prepareKafka(parts, watch);
}

async function prepareHttp({ services, number, warmUpEvents, events }: RunParts): Promise<Load> {
  const batches = createBatches(number, warmUpEvents + events);
  const warmUp = batches.splice(0, Math.ceil(warmUpEvents / BATCH_EVENTS));
  return {
    services,
    actors: {},
    started: async (ledger) => {
      await ledger.untilReady();
      await sendBatches(ledger, warmUp);
      return warmUp.length * BATCH_EVENTS;
    },
    untilDurable: (ledger) => sendBatches(ledger, batches),
  };
}

/** What the events name is reserved before the clock starts. */
async function preparePrepaid(
  { way, services, number, warmUpEvents, events }: RunParts,
  watch: JournalWatch,
): Promise<Load> {
  let batches: Buffer[] = [];
  return {
    services,
    actors: {},
    started: async (ledger) => {
      await ledger.untilReady();
      const total = warmUpEvents + events;
      const reserved = await reserveHolds(ledger.api, number, total);
      // The holds are no events of the run: it counts from behind them.
      if (way.endsWith('-rows')) await watch.untilProjected();
      await watch.begin();
      batches = batchesOf(createPrepaidEvents(number, total, reserved));
      const warmUp = batches.splice(0, Math.ceil(warmUpEvents / BATCH_EVENTS));
      await sendBatches(ledger, warmUp);
      return warmUp.length * BATCH_EVENTS;
    },
    untilDurable: (ledger) => sendBatches(ledger, batches, way === 'http-holds' ? HOLDS_UNDER : Infinity),
  };
}

const TOPICS = 'bench-';

async function prepareKafka(parts: RunParts, watch: JournalWatch): Promise<Load> {
  const { services, number, warmUpEvents, events } = parts;
  const kafka = parts.engines.kafka!;
  const { brokers } = kafka;
  await forgetTopics(brokers, TOPICS);
  const topic = `${TOPICS}${number}-${services.build === Build.own ? 'own' : 'other'}`;
  const total = warmUpEvents + events;
  await fillTopic(brokers, topic, SHARDS, number, total);
  return {
    services: { ...services, kafka: { brokers, topic } },
    actors: { kafka: kafka.processId },
    // The consumer begins as soon as it has joined its group: the first page starts the clock, not the readiness.
    started: (ledger) => Promise.race([watch.until((durable) => durable > warmUpEvents), ledger.ended()]),
    untilDurable: async (_ledger, minted) => {
      await watch.until((durable) => durable >= total + minted());
      return undefined;
    },
  };
}
