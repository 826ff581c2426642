/** What `npm run bench -- …` may be told. */
import { parseArgs } from 'node:util';
import { WAYS, type Way } from './figures.js';

export interface BenchArguments {
  /** Usage events in each measured run. */
  readonly events: number;
  /** Runs of each way. The table shows their median and their spread. */
  readonly repetitions: number;
  /** What is measured. */
  readonly ways: readonly Way[];
  /** Where the figures are also written, as JSON. */
  readonly json: string | undefined;
  /** Where the services leave a CPU profile each (`node --cpu-prof`); profiling costs them some speed. */
  readonly profileDir: string | undefined;
}

const EVENTS_DEFAULT = 200_000;
const REPETITIONS_DEFAULT = 3;
const EVENTS_QUICK = 20_000;
const EVENTS_MIN = 2_000;
const EVENTS_MAX = 5_000_000;
const REPETITIONS_MAX = 100;

export const USAGE = `npm run bench -- [--quick] [--events N] [--repetitions N] [--ways LIST] [--json FILE] [--profile DIR]

  --quick            one run of ${EVENTS_QUICK} events each, about a minute: does it work, not how fast is it
  --events N         usage events in each run (${EVENTS_DEFAULT}; at least ${EVENTS_MIN})
  --repetitions N    runs of each way (${REPETITIONS_DEFAULT})
  --ways LIST        some of ${WAYS.join(',')}
  --json FILE        write every figure there as well
  --profile DIR      let the services write CPU profiles there
`;

/** An argument that cannot be; the message says what to write instead. */
export class ArgumentError extends Error {}

/** @throws ArgumentError */
export function readArguments(given: readonly string[]): BenchArguments {
  const { values } = parse(given);
  const isQuick = values.quick === true;
  return {
    events: readCount('--events', values.events, EVENTS_MIN, EVENTS_MAX) ?? (isQuick ? EVENTS_QUICK : EVENTS_DEFAULT),
    repetitions:
      readCount('--repetitions', values.repetitions, 1, REPETITIONS_MAX) ?? (isQuick ? 1 : REPETITIONS_DEFAULT),
    ways: readWays(values.ways),
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
      },
    });
  } catch (error) {
    throw new ArgumentError((error as Error).message);
  }
}

function readCount(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= min && count <= max)) throw new ArgumentError(`${name} takes a whole number from ${min} to ${max}`);
  return count;
}

function readWays(text: string | undefined): readonly Way[] {
  if (text === undefined) return WAYS;
  const wanted = text.split(',');
  const unknown = wanted.find((way) => !(WAYS as readonly string[]).includes(way));
  if (unknown !== undefined) throw new ArgumentError(`--ways takes some of ${WAYS.join(',')}, not ${unknown}`);
  return WAYS.filter((way) => wanted.includes(way));
}
