/** The table that a person reads, and the same figures for machines. */
import {
  perSecond,
  PLAIN_WAY,
  spreadOf,
  type Latency,
  type Repetition,
  type Run,
  type Spread,
  type Way,
} from './figures.js';
import type { Machine } from './machine.js';

/** Events per second that two processors with everything on them must reach. */
const TARGETS: Partial<Record<Way, number>> = { 'http-pages': 12_000, 'kafka-pages': 20_000 };

/** Shorter runs are mostly a cold process warming up: no target is judged by them. */
const EVENTS_JUDGED_MIN = 100_000;

export const TITLES: Record<Way, string> = {
  'http-eventstoredb': 'HTTP -> pages in EventStoreDB',
  'http-pages': 'HTTP, batches of 500 -> pages',
  'kafka-pages': 'Kafka, 4 partitions  -> pages',
  'http-rows': 'HTTP, batches of 500 -> rows',
  'kafka-rows': 'Kafka, 4 partitions  -> rows',
  'http-prepaid-rows': 'HTTP, prepaid -> rows',
  'http-holds': 'HTTP, prepaid, 5,000/s -> pages',
};

export interface WayReport {
  readonly way: Way;
  readonly eventsPerSecond: Spread;
  readonly crossCheckPerSecond: Spread;
  readonly target: number | undefined;
  /** Part of a plain COPY's speed. */
  readonly ofCopy: number | undefined;
  readonly cpuMicros: Readonly<Record<string, number>>;
  readonly othersCores: number | undefined;
  readonly batchMs: Latency | undefined;
  readonly mintMs: Latency;
  readonly holdMs: Latency | undefined;
  readonly eventsPerPage: number;
  readonly bytesPerEvent: number;
  readonly ledgerPeakMiB: number | undefined;
}

export interface Report {
  readonly machine: Machine;
  readonly events: number;
  readonly repetitions: number;
  readonly ways: readonly WayReport[];
  readonly copyPagesPerSecond: Spread;
  readonly copyRowsPerSecond: Spread | undefined;
  readonly foldPerSecond: Spread;
  readonly verifyPerSecond: Spread;
  readonly verifyFindings: number;
  /** What was not measured here, and why. */
  readonly left: readonly string[];
  readonly raw: readonly Repetition[];
}

export function createReport(
  machine: Machine,
  events: number,
  repetitions: readonly Repetition[],
  left: readonly string[],
): Report {
  const copyPagesPerSecond = spreadOf(repetitions.map(({ copyPages }) => perSecond(copyPages)));
  const books = repetitions.flatMap(({ copyBooks }) => copyBooks ?? []);
  const copyRowsPerSecond = books.length === 0 ? undefined : spreadOf(books.map(perSecond));
  const ways = [...new Set(repetitions.flatMap(({ runs }) => runs.map(({ way }) => way)))];
  return {
    machine,
    events,
    repetitions: repetitions.length,
    ways: ways.map((way) => {
      const runs = repetitions.flatMap(({ runs: all }) => all.filter((run) => run.way === way));
      const copy = way.endsWith('-rows') ? copyRowsPerSecond : copyPagesPerSecond;
      return reportWay(way, runs, copy, events >= EVENTS_JUDGED_MIN ? TARGETS[way] : undefined);
    }),
    copyPagesPerSecond,
    copyRowsPerSecond,
    foldPerSecond: spreadOf(repetitions.map(({ fold }) => perSecond(fold))),
    verifyPerSecond: spreadOf(repetitions.map(({ verify }) => perSecond(verify))),
    verifyFindings: repetitions.reduce((sum, { verify }) => sum + verify.findings, 0),
    left,
    raw: repetitions,
  };
}

function reportWay(way: Way, runs: readonly Run[], copy: Spread | undefined, target: number | undefined): WayReport {
  const median = (of: (run: Run) => number) => spreadOf(runs.map(of)).median;
  const latency = (of: (run: Run) => Latency): Latency => ({
    p50: median((run) => of(run).p50),
    p99: median((run) => of(run).p99),
    count: runs.reduce((sum, run) => sum + of(run).count, 0),
  });
  const eventsPerSecond = spreadOf(runs.map((run) => run.eventsPerSecond));
  const actors = [...new Set(runs.flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))];
  const others = runs.flatMap(({ othersCores }) => othersCores ?? []);
  const peaks = runs.flatMap(({ ledgerPeakMiB }) => ledgerPeakMiB ?? []);
  return {
    way,
    eventsPerSecond,
    crossCheckPerSecond: spreadOf(runs.map((run) => run.crossCheckPerSecond)),
    target,
    ofCopy: copy === undefined ? undefined : eventsPerSecond.median / copy.median,
    cpuMicros: Object.fromEntries(
      actors.map((name) => [name, median(({ cpuMicros }) => cpuMicros[name] ?? Number.NaN)]),
    ),
    othersCores: others.length === 0 ? undefined : spreadOf(others).median,
    batchMs: runs.every(({ batchMs }) => batchMs !== undefined) ? latency(({ batchMs }) => batchMs!) : undefined,
    mintMs: latency(({ mintMs }) => mintMs),
    holdMs: runs.every(({ holdMs }) => holdMs !== undefined) ? latency(({ holdMs }) => holdMs!) : undefined,
    eventsPerPage: median(({ events, pages }) => events / pages),
    bytesPerEvent: median(({ bytesPerEvent }) => bytesPerEvent),
    ledgerPeakMiB: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

/** The report as lines of text, at most 120 characters wide. */
export function formatReport(report: Report): string[] {
  return [
    `Airtime bench: ${report.events} usage events a run, ${report.repetitions} repetition${report.repetitions === 1 ? '' : 's'}`,
    ...machineLines(report.machine),
    'All of it shares these processors: load generator, broker, services, database.',
    '',
    ...table(
      ['events/s, from -> to', 'median', 'min', 'max', 'cross-check', 'target', 'of COPY'],
      [
        ...report.ways.map((way) => [
          TITLES[way.way],
          ...spreadCells(way.eventsPerSecond),
          rate(way.crossCheckPerSecond.median),
          way.target === undefined
            ? ''
            : `${rate(way.target)} ${way.eventsPerSecond.median >= way.target ? 'met' : 'MISSED'}`,
          way.ofCopy === undefined ? '' : `${(100 * way.ofCopy).toFixed(0)} %`,
        ]),
        ['plain COPY of the same pages', ...spreadCells(report.copyPagesPerSecond), '', '', '100 %'],
        ...(report.copyRowsPerSecond === undefined
          ? []
          : [['plain COPY of the same rows', ...spreadCells(report.copyRowsPerSecond), '', '', '100 %']]),
        ['replay: sequencers start', ...spreadCells(report.foldPerSecond), '', '', ''],
        [
          'replay: verify the journal',
          ...spreadCells(report.verifyPerSecond),
          '',
          '',
          `${report.verifyFindings} findings`,
        ],
      ],
    ),
    '',
    ...processorTable(report.ways),
    ...besidePlain(report.ways),
    '',
    ...table(
      ['while it runs', 'batch p50', 'p99', 'mint p50', 'p99', 'events/page', 'bytes/event', 'ledger peak'],
      report.ways.map(({ way, batchMs, mintMs, eventsPerPage, bytesPerEvent, ledgerPeakMiB }) => [
        TITLES[way],
        ...(batchMs === undefined ? ['', ''] : latencyCells(batchMs)),
        ...latencyCells(mintMs),
        eventsPerPage.toFixed(0),
        bytesPerEvent.toFixed(0),
        ledgerPeakMiB === undefined ? '' : `${ledgerPeakMiB} MiB`,
      ]),
    ),
    ...report.ways.flatMap(({ way, holdMs }) =>
      holdMs === undefined
        ? []
        : [`${TITLES[way]}: ${holdMs.count} single holds beside it, p50 and p99 ${latencyCells(holdMs).join(' and ')}`],
    ),
    ...report.left.map((line) => `not measured: ${line}`),
  ];
}

/** What grants, budgets and holds cost beside the same load without them. */
function besidePlain(ways: readonly WayReport[]): string[] {
  return Object.entries(PLAIN_WAY).flatMap(([prepaid, plain]) => {
    const [over, under] = [prepaid, plain].map((name) => ways.find(({ way }) => way === name)?.cpuMicros);
    if (over === undefined || under === undefined) return [];
    const parts = Object.keys(under).filter((name) => name !== 'load');
    const sum = (of: Readonly<Record<string, number>>) => parts.reduce((total, name) => total + (of[name] ?? 0), 0);
    const told = parts.map((name) => `${name} ${changeOf(over[name] ?? 0, under[name] ?? 0)}`);
    const together = `together ${changeOf(sum(over), sum(under))}`;
    return [`${TITLES[prepaid as Way]} beside plain: ${[...told, together].join(', ')}`];
  });
}

function changeOf(over: number, under: number): string {
  const part = 100 * (over / under - 1);
  return `${part < 0 ? '-' : '+'}${Math.abs(part).toFixed(1)} %`;
}

/** The machine and what makes its database durable. */
export function machineLines(machine: Machine): string[] {
  const settings = Object.entries(machine.settings).map(([name, value]) => `${name}=${value}`);
  return [
    `${machine.processors} x ${machine.processorModel}, ${machine.memoryGiB} GiB, load ${machine.load.toFixed(1)} before; ` +
      `Node ${machine.node}, PostgreSQL ${machine.postgres}`,
    `${settings.join(' ')}; fdatasync ${machine.fdatasyncMicros} us`,
  ];
}

function processorTable(ways: readonly WayReport[]): string[] {
  const actors = [...new Set(ways.flatMap(({ cpuMicros }) => Object.keys(cpuMicros)))];
  if (actors.length === 0) return ['processor time: not told on this system'];
  return table(
    ['processor time, us/event', ...actors, 'together', 'others'],
    ways.map(({ way, cpuMicros, othersCores }) => [
      TITLES[way],
      ...actors.map((name) => (cpuMicros[name] === undefined ? '' : cpuMicros[name].toFixed(1))),
      Object.values(cpuMicros)
        .reduce((sum, micros) => sum + micros, 0)
        .toFixed(1),
      othersCores === undefined ? '' : `${othersCores.toFixed(2)} cores`,
    ]),
  );
}

/** The first column to the left, all others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

function spreadCells({ median, min, max }: Spread): string[] {
  return [rate(median), rate(min), rate(max)];
}

function latencyCells({ p50, p99 }: Latency): string[] {
  return [`${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`];
}

export function rate(perSecondValue: number): string {
  return Number.isFinite(perSecondValue) ? Math.round(perSecondValue).toLocaleString('en-US') : '-';
}
