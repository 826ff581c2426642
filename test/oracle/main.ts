/**
 * `npm run soak -- --seeds N [--from S] [--steps N] [--store eventstoredb]`: random histories against the oracle, each replayable by its seed; exit 1
 * with those that differ.
 */
import { parseArgs } from 'node:util';
import { Stage } from '../e2e/support/stage.js';
import { JOURNAL_STORES } from './product.js';
import { runSeeds } from './run.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    steps: { type: 'string', default: '60' },
    store: { type: 'string', default: 'postgres' },
  },
});
const [count, from, steps] = [Number(values.seeds), Number(values.from), Number(values.steps)];
if (![count, from, steps].every((one) => Number.isSafeInteger(one) && one > 0)) {
  process.stderr.write('--seeds, --from and --steps are whole numbers above zero\n');
  process.exit(2);
}

const store = JOURNAL_STORES.find((one) => one === values.store);
if (store === undefined) {
  process.stderr.write(`--store is one of ${JOURNAL_STORES.join(', ')}\n`);
  process.exit(2);
}

const AT_ONCE = 4;
const stage = await Stage.open();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stage.close().finally(() => process.exit(130)));
}
try {
  const seeds = Array.from({ length: count }, (_, n) => from + n);
  const onPlayed = (played: object): void => void process.stdout.write(`${JSON.stringify(played)}\n`);
  const { played, ...ran } = await runSeeds(stage, { seeds, steps, atOnce: AT_ONCE, store, onPlayed });
  const sum = (of: (one: (typeof played)[number]) => number): number =>
    played.reduce((total, one) => total + of(one), 0);
  const sums = {
    commands: sum((one) => one.commands),
    refused: sum((one) => one.refused),
    instants: sum((one) => one.instants),
    booked: Object.fromEntries(
      [...new Set(played.flatMap(({ booked }) => Object.keys(booked)))].map((kind) => [
        kind,
        sum(({ booked }) => booked[kind] ?? 0),
      ]),
    ),
  };
  process.stdout.write(`${JSON.stringify({ seeds: played.length, ...ran, ...sums, differences: 0 })}\n`);
} catch (error) {
  for (const failure of error instanceof AggregateError ? (error.errors as unknown[]) : [error]) {
    for (let one = failure; one instanceof Error; one = one.cause) process.stderr.write(`${one.message}\n`);
  }
  process.exitCode = 1;
} finally {
  await stage.close();
}
// Whoever was still playing waits for a product that is gone.
process.exit();
