/** `npm run bench`: how fast Airtime is beside a plain COPY of the same rows, on one machine in one run. */
import { writeFileSync } from 'node:fs';
import { ArgumentError, readArguments, USAGE } from './arguments.js';
import { Bench } from './bench.js';
import type { Repetition } from './figures.js';
import { createReport, formatReport } from './report.js';

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

function argumentsOrExit() {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exit(EXIT_USAGE);
  }
}

const settings = argumentsOrExit();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
// Progress goes beside the result, so that the table can be taken from standard output.
const tell = (line: string) => process.stderr.write(`- ${line}\n`);
try {
  const report = await Bench.use(settings, tell, interrupted.signal, async (bench) => {
    const machine = await bench.describeMachine();
    const repetitions: Repetition[] = [];
    while (repetitions.length < settings.repetitions) {
      tell(`repetition ${repetitions.length + 1} of ${settings.repetitions}`);
      repetitions.push(await bench.repeat());
    }
    return createReport(machine, settings.events, repetitions, bench.left);
  });
  process.stdout.write(`${formatReport(report).join('\n')}\n`);
  if (settings.json !== undefined) writeFileSync(settings.json, `${JSON.stringify(report, null, 2)}\n`);
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
  tell('interrupted: everything is stopped and removed');
  process.exitCode = EXIT_INTERRUPTED;
}
