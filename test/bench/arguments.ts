/** What `npm run bench -- …` may be told. */
import { parseArgs } from 'node:util';
import { COMPARED_WAYS, WAYS, type ComparedWay, type Way } from './figures.js';

interface CommonArguments {
  /** Usage events in each measured run. */
  readonly events: number;
  /** Where the figures are also written, as JSON. */
  readonly json: string | undefined;
  /** Where the services leave a CPU profile each (`node --cpu-prof`); profiling costs them some speed. */
  readonly profileDir: string | undefined;
}

/** One build, measured beside a plain COPY. */
export interface BenchArguments extends CommonArguments {
  readonly against: undefined;
  /** Runs of each way. The table shows their median and their spread. */
  readonly repetitions: number;
  /** Connection string of an EventStoreDB without a journal, to measure the journal there as well. */
  readonly eventStoreUrl: string | undefined;
  /** What is measured. */
  readonly ways: readonly Way[];
}

/** How far processor time per event may lie above the other build's. */
export interface Limits {
  /** As a part: 0.03 is 3 %. */
  readonly limit: number;
  /** In microseconds per event, by who used it; outranks the part. */
  readonly limitMicros: Readonly<Record<string, number>>;
}

/** Two builds, measured in turns. */
export interface ComparisonArguments extends CommonArguments, Limits {
  /** The other checkout. */
  readonly against: string;
  readonly ways: readonly ComparedWay[];
  readonly pairs: number;
  /** Where it stops although an interval is still wider than its limit. */
  readonly pairsMax: number;
}

const EVENTS_DEFAULT = 200_000;
const EVENTS_COMPARED_DEFAULT = 60_000;
const REPETITIONS_DEFAULT = 3;
const EVENTS_QUICK = 20_000;
const EVENTS_MIN = 2_000;
const EVENTS_MAX = 5_000_000;
const REPETITIONS_MAX = 100;
/** Fewer make an interval of the median that two outliers of one side can move. */
const PAIRS_MIN = 10;
const PAIRS_MAX_DEFAULT = 20;
const LIMIT_DEFAULT = 0.03;
/** Rows hold everything that pages cost. */
const COMPARED_DEFAULT: readonly ComparedWay[] = ['http-rows', 'kafka-rows', 'replay'];
const LIMIT_NAMES = ['ledger', 'projector', 'postgres', 'together', 'replay'];

export const USAGE = `npm run bench -- [--quick] [--events N] [--repetitions N] [--ways LIST] [--json FILE] [--profile DIR] [--eventstoredb URL]
npm run bench -- --against DIR [--limit 3%] [--limit-us ledger=3,…] [--pairs N] [--pairs-max N] [--events N] [--ways LIST] …

  --quick            one run of ${EVENTS_QUICK} events each, about a minute: does it work, not how fast is it
  --events N         usage events in each run (${EVENTS_DEFAULT}; ${EVENTS_COMPARED_DEFAULT} with --against; at least ${EVENTS_MIN})
  --repetitions N    runs of each way (${REPETITIONS_DEFAULT})
  --ways LIST        some of ${COMPARED_WAYS.join(',')} (replay only with --against),
                     and without it http-holds
  --json FILE        write every figure there as well
  --profile DIR      let the services write CPU profiles there
  --eventstoredb URL measure the journal in that EventStoreDB as well (http-eventstoredb); it must hold no journal

  --against DIR      compare with the build in another checkout, where \`npm ci\` was run: processor time per event in
                     alternating runs. Exit 1 when the whole 95 % interval of a figure lies beyond its limit, 3 when
                     one could not be told
  --limit P%         how far each figure may lie above the other build's (${100 * LIMIT_DEFAULT}%)
  --limit-us LIST    the same in microseconds per event, by name: some of ${LIMIT_NAMES.join(',')}; e.g. ledger=3
  --pairs N          pairs of runs at least (${PAIRS_MIN}, which is also the least)
  --pairs-max N      pairs of runs at most, while an interval is wider than its limit (${PAIRS_MAX_DEFAULT})
`;

/** An argument that cannot be; the message says what to write instead. */
export class ArgumentError extends Error {}

type Given = ReturnType<typeof parse>;
const COMPARISON_ONLY = ['limit', 'limit-us', 'pairs', 'pairs-max'] as const;
const SINGLE_ONLY = ['quick', 'repetitions', 'eventstoredb'] as const;

/** @throws ArgumentError */
export function readArguments(given: readonly string[]): BenchArguments | ComparisonArguments {
  const values = parse(given);
  const misplaced = (values.against === undefined ? COMPARISON_ONLY : SINGLE_ONLY).find(
    (name) => values[name] !== undefined,
  );
  if (misplaced !== undefined) {
    throw new ArgumentError(`--${misplaced} goes ${values.against === undefined ? 'only' : 'not'} with --against`);
  }
  return values.against === undefined ? readBench(values) : readComparison(values, values.against);
}

function readBench(values: Given): BenchArguments {
  const isQuick = values.quick === true;
  const hasEventStore = values.eventstoredb !== undefined;
  return {
    against: undefined,
    events: readEvents(values) ?? (isQuick ? EVENTS_QUICK : EVENTS_DEFAULT),
    repetitions:
      readCount('--repetitions', values.repetitions, 1, REPETITIONS_MAX) ?? (isQuick ? 1 : REPETITIONS_DEFAULT),
    ways: (readWays(values.ways, WAYS) ?? WAYS).filter((way) => way !== 'http-eventstoredb' || hasEventStore),
    eventStoreUrl: values.eventstoredb,
    json: values.json,
    profileDir: values.profile,
  };
}

function readComparison(values: Given, against: string): ComparisonArguments {
  const pairs = readCount('--pairs', values.pairs, PAIRS_MIN, REPETITIONS_MAX) ?? PAIRS_MIN;
  return {
    against,
    events: readEvents(values) ?? EVENTS_COMPARED_DEFAULT,
    ways: readWays(values.ways, COMPARED_WAYS) ?? COMPARED_DEFAULT,
    limit: readPart(values.limit) ?? LIMIT_DEFAULT,
    limitMicros: readMicros(values['limit-us']),
    pairs,
    pairsMax:
      readCount('--pairs-max', values['pairs-max'], pairs, REPETITIONS_MAX) ?? Math.max(pairs, PAIRS_MAX_DEFAULT),
    json: values.json,
    profileDir: values.profile,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        quick: { type: 'boolean' },
        events: { type: 'string' },
        repetitions: { type: 'string' },
        ways: { type: 'string' },
        json: { type: 'string' },
        profile: { type: 'string' },
        eventstoredb: { type: 'string' },
        against: { type: 'string' },
        limit: { type: 'string' },
        'limit-us': { type: 'string' },
        pairs: { type: 'string' },
        'pairs-max': { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError((error as Error).message);
  }
}

function readEvents({ events }: Given): number | undefined {
  return readCount('--events', events, EVENTS_MIN, EVENTS_MAX);
}

function readCount(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= min && count <= max)) throw new ArgumentError(`${name} takes a whole number from ${min} to ${max}`);
  return count;
}

const POSITIVE = /^\d{1,3}(\.\d{1,3})?$/;

function readPart(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = POSITIVE.test(text.replace(/%$/, '')) ? Number(text.replace(/%$/, '')) : 0;
  if (!(text.endsWith('%') && percent > 0 && percent <= 100)) {
    throw new ArgumentError('--limit takes a percentage above 0% and up to 100%, e.g. 3%');
  }
  return percent / 100;
}

function readMicros(text: string | undefined): Record<string, number> {
  const limits = (text ?? '').split(',').filter((part) => part !== '');
  return Object.fromEntries(
    limits.map((part) => {
      const [name = '', micros = ''] = part.split('=');
      if (!LIMIT_NAMES.includes(name) || !POSITIVE.test(micros) || Number(micros) === 0) {
        throw new ArgumentError(`--limit-us takes name=microseconds of ${LIMIT_NAMES.join(',')}, e.g. ledger=3`);
      }
      return [name, Number(micros)];
    }),
  );
}

function readWays<T extends string>(text: string | undefined, allowed: readonly T[]): readonly T[] | undefined {
  if (text === undefined) return undefined;
  const wanted = text.split(',');
  const unknown = wanted.find((way) => !(allowed as readonly string[]).includes(way));
  if (unknown !== undefined) throw new ArgumentError(`--ways takes some of ${allowed.join(',')}, not ${unknown}`);
  return allowed.filter((way) => wanted.includes(way));
}
