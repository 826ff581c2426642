/**
 * Two checkers on one long export with everything in it: `npm run compare:verifiers -- [events]`. Says what each of them took and
 * found; ends with 1 where they disagree or find anything.
 */
import { performance } from 'node:perf_hooks';
import { openAudits } from '#concepts/audits';
import { verifyJournal, type Page } from '#journal';
import { COMPLETE_SHARDS, completeExport } from './complete-history.js';
import { MemoryStore } from './memory-store.js';
import { verifyManyInPython } from './python-verifier.js';

const pages = await completeExport(Number(process.argv[2] ?? 100_000));
const byShard = new Map<number, Page[]>();
for (const page of pages) byShard.set(page.shard, [...(byShard.get(page.shard) ?? []), page]);

const begin = performance.now();
const { findings, totals } = await verifyJournal(new MemoryStore(byShard), openAudits, { shards: COMPLETE_SHARDS });
const between = performance.now();
const [python] = await verifyManyInPython([{ pages, shards: COMPLETE_SHARDS, signatures: true }]);
const end = performance.now();

const balances = [...totals.balances].filter(([, balance]) => balance !== 0n).map(([a, b]) => [a, `${b}`] as const);
const theirs = new Map(Object.entries(python!.answer['balances'] as Record<string, string>));
const agree =
  balances.length === theirs.size && balances.every(([account, balance]) => theirs.get(account) === balance);
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
process.stdout.write(
  `${totals.events} events in ${totals.pages} pages; TypeScript: ${findings.length} findings in ${seconds(between - begin)}; ` +
    `Python: ${String(python!.answer['findingCount'])} findings in ${seconds(end - between)}; ` +
    `balances ${agree ? 'agree' : 'differ'}\n`,
);
if (findings.length > 0 || python!.code !== 0 || !agree) process.exitCode = 1;
