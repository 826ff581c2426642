/** What a comparison of two builds came to, for people and for machines. */
import type { ComparisonArguments } from './arguments.js';
import { BESIDE_PLAIN, compareFigures, type ComparedFigure } from './compared-figures.js';
import { spreadOf, type PairedRun, type Run, type Way } from './figures.js';
import type { Machine } from './machine.js';
import { machineLines, rate, table, TITLES } from './report.js';

/** - `within`: no figure lies beyond its limit. - `beyond`: at least one does. - `untold`: none does, but not all could be told. */
export type Outcome = 'within' | 'beyond' | 'untold';

export interface ComparisonReport {
  readonly machine: Machine;
  /** Commit and folder of each build. */
  readonly base: string;
  readonly candidate: string;
  readonly events: number;
  readonly pairs: number;
  readonly figures: readonly ComparedFigure[];
  readonly outcome: Outcome;
  /** What was not measured here, and why. */
  readonly left: readonly string[];
  readonly raw: readonly PairedRun[];
}

export function createComparisonReport(
  machine: Machine,
  builds: { readonly base: string; readonly candidate: string },
  settings: ComparisonArguments,
  raw: readonly PairedRun[],
  left: readonly string[],
): ComparisonReport {
  const figures = compareFigures(raw, settings);
  return {
    machine,
    ...builds,
    events: settings.events,
    pairs: raw.length,
    figures,
    outcome: outcomeOf(figures),
    left,
    raw,
  };
}

export function outcomeOf(figures: readonly Pick<ComparedFigure, 'verdict'>[]): Outcome {
  if (figures.some(({ verdict }) => verdict === 'beyond')) return 'beyond';
  return figures.some(({ verdict }) => verdict === 'untold') ? 'untold' : 'within';
}

/** The report as lines of text, at most 120 characters wide but for the builds. */
export function formatComparison(report: ComparisonReport): string[] {
  const { raw } = report;
  return [
    `Airtime bench: two builds, ${report.pairs} pairs of runs in turns, ${report.events} usage events each after a warm-up`,
    `base       ${report.base}`,
    `candidate  ${report.candidate}`,
    ...machineLines(report.machine),
    '',
    ...table(
      ['processor time, us/event', 'who', 'base', 'candidate', 'change', '95 % interval', 'limit', 'verdict'],
      report.figures.map((figure) => [
        titleOf(figure),
        figure.name,
        figure.base.toFixed(1),
        figure.candidate.toFixed(1),
        change(figure, figure.median),
        `${change(figure, figure.low)} to ${change(figure, figure.high)}`,
        change(figure, figure.limit.above),
        figure.verdict === 'beyond' ? 'BEYOND' : figure.verdict,
      ]),
    ),
    '',
    ...table(
      ['shown, not judged', 'base events/s', 'candidate events/s', 'base others', 'candidate others'],
      waysOf(raw).map((way) => [
        TITLES[way],
        ...bothSides(raw, way, (run) => run.eventsPerSecond).map(rate),
        ...bothSides(raw, way, (run) => run.othersCores ?? Number.NaN).map((cores) => `${cores.toFixed(2)} cores`),
      ]),
    ),
    ...report.left.map((line) => `not measured: ${line}`),
    '',
    CONCLUSIONS[report.outcome],
  ];
}

const CONCLUSIONS: Record<Outcome, string> = {
  within: 'The candidate is within the limits.',
  beyond: 'BEYOND THE LIMIT: the whole interval of at least one figure lies above it.',
  untold:
    'It CANNOT BE TOLD whether the candidate is within the limits: an interval is still wider than its limit. Run more pairs (--pairs-max) on a quieter machine.',
};

function titleOf({ way }: ComparedFigure): string {
  if (way === BESIDE_PLAIN) return 'candidate: prepaid beside plain';
  return way === 'replay' ? 'replay: start and verify' : TITLES[way];
}

/** In the limit's own unit, with its sign. */
function change({ limit }: ComparedFigure, value: number): string {
  if (!Number.isFinite(value)) return 'unbounded';
  const sign = value < 0 ? '-' : '+';
  const size = Math.abs(value);
  return limit.unit === 'part' ? `${sign}${(100 * size).toFixed(1)} %` : `${sign}${size.toFixed(1)} us`;
}

function waysOf(raw: readonly PairedRun[]): Way[] {
  return [...new Set(raw.flatMap(({ runs }) => Object.keys(runs) as Way[]))];
}

function bothSides(raw: readonly PairedRun[], way: Way, of: (run: Run) => number): number[] {
  const runs = raw.flatMap((pair) => pair.runs[way] ?? []);
  return [runs.map(({ base }) => of(base)), runs.map(({ candidate }) => of(candidate))].map(
    (values) => spreadOf(values).median,
  );
}
