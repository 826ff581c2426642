/** `npm run fuzz:kafka -- [--messages N] [--seed N] [--bombs N]`: the long fuzz of the usage topic; exit 1 when it finds a fault. */
import { parseArgs } from 'node:util';
import { Stage } from '../e2e/support/stage.js';
import { formatFuzz, fuzzKafka } from './kafka-fuzz.js';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    bombs: { type: 'string', default: '200' },
  },
});
const read = (name: keyof typeof values, least: number): number => {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least) return number;
  process.stderr.write(`--${name} must be a whole number of at least ${least}\n`);
  process.exit(2);
};
const settings = { messages: read('messages', 1), seed: read('seed', 0), bombs: read('bombs', 0) };

const stage = await Stage.open();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stage.close().finally(() => process.exit(130)));
}
try {
  const report = await fuzzKafka(stage, settings, (line) => process.stderr.write(`- ${line}\n`));
  process.stdout.write(`${formatFuzz(report)}\n`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
} finally {
  await stage.close();
}
