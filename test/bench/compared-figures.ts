/** From paired runs to judged figures: pure. */
import type { Limits } from './arguments.js';
import { PLAIN_WAY, spreadOf, type ComparedWay, type PairedRun, type Run } from './figures.js';
import { judge, type Judgement, type Limit, type Pair } from './paired.js';

/** Whose processor time is judged. The load generator and the broker are not ours. */
export const JUDGED = ['ledger', 'projector', 'postgres', 'together', 'replay'] as const;
export type JudgedName = (typeof JUDGED)[number];

/** Not two builds, but the candidate's prepaid load beside its plain one, in the same pair. */
export const BESIDE_PLAIN = 'beside-plain';
/** How far that may lie above. */
const BESIDE_PLAIN_LIMIT: Limit = { unit: 'part', above: 0.15 };

type FigureWay = ComparedWay | typeof BESIDE_PLAIN;

/** Processor time per event of one actor in one way, of both builds. */
export interface ComparedFigure extends Judgement {
  readonly way: FigureWay;
  readonly name: JudgedName;
  /** Median microseconds per event. */
  readonly base: number;
  readonly candidate: number;
  readonly pairs: readonly Pair[];
}

/** Every judged figure of the pairs, way by way. */
export function compareFigures(pairedRuns: readonly PairedRun[], limits: Limits): ComparedFigure[] {
  const series = new Map<string, { way: FigureWay; name: JudgedName; pairs: Pair[] }>();
  for (const pairedRun of pairedRuns) {
    for (const { way, name, pair } of pairsOf(pairedRun)) {
      const key = `${way} ${name}`;
      const found = series.get(key) ?? { way, name, pairs: [] };
      found.pairs.push(pair);
      series.set(key, found);
    }
  }
  return [...series.values()].map(({ way, name, pairs }) => ({
    way,
    name,
    base: spreadOf(pairs.map(({ base }) => base)).median,
    candidate: spreadOf(pairs.map(({ candidate }) => candidate)).median,
    pairs,
    ...judge(pairs, way === BESIDE_PLAIN ? BESIDE_PLAIN_LIMIT : limitOf(name, limits)),
  }));
}

/** Whether more pairs may still tell something. */
export function isUntold(pairedRuns: readonly PairedRun[], limits: Limits): boolean {
  return compareFigures(pairedRuns, limits).some(({ verdict }) => verdict === 'untold');
}

function limitOf(name: JudgedName, { limit, limitMicros }: Limits): Limit {
  const above = limitMicros[name];
  return above === undefined ? { unit: 'part', above: limit } : { unit: 'micros', above };
}

function* pairsOf({ runs, replay }: PairedRun): Iterable<{ way: FigureWay; name: JudgedName; pair: Pair }> {
  for (const [way, { base, candidate }] of Object.entries(runs) as [ComparedWay, Record<'base' | 'candidate', Run>][]) {
    for (const name of JUDGED) {
      const pair = { base: timeOf(base, name), candidate: timeOf(candidate, name) };
      if (pair.base > 0 && pair.candidate > 0) yield { way, name, pair };
    }
  }
  for (const [prepaid, plain] of Object.entries(PLAIN_WAY) as [keyof typeof PLAIN_WAY, 'http-rows'][]) {
    const [over, under] = [runs[prepaid]?.candidate, runs[plain]?.candidate];
    if (over === undefined || under === undefined) continue;
    for (const name of JUDGED) {
      const pair = { base: timeOf(under, name), candidate: timeOf(over, name) };
      if (pair.base > 0 && pair.candidate > 0) yield { way: BESIDE_PLAIN, name, pair };
    }
  }
  if (replay !== undefined) yield { way: 'replay', name: 'replay', pair: replay };
}

function timeOf({ cpuMicros }: Run, name: JudgedName): number {
  if (name !== 'together') return cpuMicros[name] ?? 0;
  return Object.values(cpuMicros).reduce((sum, micros) => sum + micros, 0);
}
