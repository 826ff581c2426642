/**
 * `npm run closed-instants -- [--store postgres|eventstoredb] [--answers N] [--seed N]`: a long history in which everything
 * goes wrong that may go wrong with time, on a real store; exit 1 when an answer for a past instant became another one.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEventStoreDbJournal, EventStoreDbClosingWishes } from '#eventstoredb';
import { createPool, migrateDatabase, PostgresClosingWishes, PostgresJournal } from '#postgres';
import { Random } from '#postgres/testing';
import { LampHistory, type LampHistoryOptions } from '#wiring/testing';
import { Stage } from '../e2e/support/stage.js';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'postgres' },
    answers: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});

type Stores = Pick<LampHistoryOptions, 'store' | 'wishes'> & { readonly end: () => Promise<void> };

async function openPostgres(stage: Stage): Promise<Stores> {
  const { url } = await stage.postgres();
  await migrateDatabase(url);
  const pool = createPool(url, { max: 20 });
  return { store: new PostgresJournal(pool), wishes: new PostgresClosingWishes(pool), end: () => pool.end() };
}

async function openEventStore(stage: Stage): Promise<Stores> {
  const args = ['--port', '0', '--data', join(stage.folder, 'eventstore')];
  const server = stage.program({ program: 'libs/eventstoredb/test-support/main', args });
  const url = process.env['EVENTSTOREDB_URL'] ?? (await server.seen(/^esdb:/));
  const streamPrefix = `closed-${process.pid}`;
  const store = createEventStoreDbJournal(url, { streamPrefix });
  const wishes = new EventStoreDbClosingWishes(url, { streamPrefix });
  return { store, wishes, end: () => Promise.resolve() };
}

const OPEN = new Map([
  ['postgres', openPostgres],
  ['eventstoredb', openEventStore],
]);

const open = OPEN.get(values.store);
const [answers, seed] = [Number(values.answers), Number(values.seed)];
if (open === undefined || !Number.isSafeInteger(answers) || answers < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('--store is postgres or eventstoredb, --answers and --seed are whole numbers\n');
  process.exit(2);
}

const stage = await Stage.open();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stage.close().finally(() => process.exit(130)));
}
try {
  const { store, wishes, end } = await open(stage);
  let told = 0;
  const onProgress = (answered: number) => {
    if (answered < told + 1_000) return;
    told = answered;
    process.stderr.write(`- ${answered} answers\n`);
  };
  const figures = await new LampHistory({ store, wishes, random: new Random(seed), answers, onProgress }).run();
  process.stdout.write(`${JSON.stringify({ store: values.store, ...figures })}\n`);
  process.exitCode = figures.changed.length + figures.late.length === 0 ? 0 : 1;
  await wishes.close();
  await store.close();
  await end();
} finally {
  await stage.close();
}
// Processes that were killed in the history still wait for their answers.
process.exit();
