/** `npm run bench`: how fast Airtime is beside a plain COPY of the same rows, or beside another build of itself. */
import { writeFileSync } from 'node:fs';
import { watchNpm } from '#processes';
import { ArgumentError, readArguments, USAGE, type BenchArguments, type ComparisonArguments } from './arguments.js';
import { Bench } from './bench.js';
import { Build } from './build.js';
import { Comparison } from './comparison.js';
import { createComparisonReport, formatComparison, type Outcome } from './comparison-report.js';
import type { Repetition } from './figures.js';
import { createReport, formatReport } from './report.js';

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
const EXIT_BY_OUTCOME: Record<Outcome, number> = { within: 0, beyond: 1, untold: 3 };

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
watchNpm(() => interrupted.abort());
// Progress goes beside the result, so that the table can be taken from standard output.
const tell = (line: string) => process.stderr.write(`- ${line}\n`);

async function measure(settings: BenchArguments): Promise<void> {
  const report = await Bench.use(settings, tell, interrupted.signal, async (bench) => {
    const machine = await bench.describeMachine();
    const repetitions: Repetition[] = [];
    while (repetitions.length < settings.repetitions) {
      tell(`repetition ${repetitions.length + 1} of ${settings.repetitions}`);
      repetitions.push(await bench.repeat());
    }
    return createReport(machine, settings.events, repetitions, bench.left);
  });
  publish(settings, formatReport(report), report);
}

async function compare(settings: ComparisonArguments): Promise<void> {
  const builds = { base: await Build.open(settings.against, tell), candidate: Build.own };
  const named = { base: await builds.base.describe(), candidate: await builds.candidate.describe() };
  const report = await Comparison.use(settings, builds, tell, interrupted.signal, async (comparison) => {
    const machine = await comparison.describeMachine();
    return createComparisonReport(machine, named, settings, await comparison.run(), comparison.left);
  });
  publish(settings, formatComparison(report), report);
  process.exitCode = EXIT_BY_OUTCOME[report.outcome];
}

function publish({ json }: { readonly json: string | undefined }, lines: readonly string[], report: unknown): void {
  process.stdout.write(`${lines.join('\n')}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
}

try {
  const settings = readArguments(process.argv.slice(2));
  await (settings.against === undefined ? measure(settings) : compare(settings));
} catch (error) {
  if (error instanceof ArgumentError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = EXIT_USAGE;
  } else if (interrupted.signal.aborted) {
    tell('interrupted: everything is stopped and removed');
    process.exitCode = EXIT_INTERRUPTED;
  } else throw error;
}
