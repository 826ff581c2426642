/** `airtime usage import`: traces in public formats into a running program, once and not twice. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAmount } from '#domain';
import { ADMIN_KEY } from './support/api.js';
import { REPOSITORY } from './support/built-program.js';
import { readBooks } from './support/books.js';
import { Stage } from './support/stage.js';
import { STANDALONE_SHARDS, startEmpty, type Standalone } from './support/standalone.js';
import { seededRandom } from './support/world.js';

/** Real traces stand beside the repository where somebody put them; their licences keep them out of it. */
const REAL_DATA = join(REPOSITORY, '../shared/data');

let stage: Stage;
let standalone: Standalone;

beforeAll(async () => {
  stage = await Stage.open();
  standalone = await startEmpty(stage, { LOG_LEVEL: 'warn' });
}, 120_000);

afterAll(() => stage?.close(), 60_000);

interface ImportAnswer {
  readonly code: number | null;
  readonly report: Readonly<Record<string, unknown>>;
}

async function importFile(format: string, file: string, ...options: string[]): Promise<ImportAnswer> {
  const run = stage.program({
    program: 'apps/cli/src/main',
    args: ['--json', 'usage', 'import', '--format', format, ...options, file],
    env: { AIRTIME_ADMIN_KEY: ADMIN_KEY, AIRTIME_DATA_DIR: join(stage.folder, 'standalone') },
    workingDirectory: stage.folder,
  });
  const { code } = await run.ended;
  const json = run.lines.findLast((line) => line.startsWith('{'));
  if (json === undefined) throw new Error(`the import printed no report:\n${run.tail()}`);
  return { code, report: JSON.parse(json) as Record<string, unknown> };
}

async function writeTrace(name: string, lines: readonly string[]): Promise<string> {
  const file = join(stage.folder, name);
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

interface UsageTotals {
  readonly events: number;
  readonly amount: string;
  readonly meters: Readonly<Record<string, string>>;
}

/** Meter totals of everything that is charged, at the positions that the journal ends with. */
async function readTotals(): Promise<UsageTotals> {
  const { api } = standalone;
  const { items } = await api.get('/journal/shards');
  const positions = items.map(({ shard, height }) => `position=${shard}:${height}`).join('&');
  return (await api.get(`/reports/usage?limit=1&${positions}`)).totals;
}

const difference = (after: UsageTotals, before: UsageTotals, meter: string) =>
  parseAmount(after.meters[meter] ?? '0') - parseAmount(before.meters[meter] ?? '0');

/** Imports a file twice: the second time changes nothing at all. */
async function importTwice(
  format: string,
  file: string,
  rows: { charged: number; duplicates?: number },
  ...options: string[]
) {
  const before = await readTotals();
  const first = await importFile(format, file, ...options);
  expect(first.report).toMatchObject({ accepted: rows.charged });
  const after = await readTotals();
  expect(after.events - before.events).toBe(rows.charged);
  const balances = (await readBooks(standalone.databaseUrl, STANDALONE_SHARDS)).balances;

  const second = await importFile(format, file, ...options);
  expect(second.report).toMatchObject({ accepted: 0, duplicates: rows.charged + (rows.duplicates ?? 0) });
  expect(await readTotals()).toEqual(after);
  expect((await readBooks(standalone.databaseUrl, STANDALONE_SHARDS)).balances).toEqual(balances);
  return { first, second, before, after };
}

const ATTO = 10n ** 18n;

it('azure-llm: a generated trace is charged to the last token, and a second import changes nothing', async () => {
  const random = seededRandom(5);
  let input = 0;
  let output = 0;
  const rows = Array.from({ length: 600 }, (_, n) => {
    const [context, generated] = [1 + Math.floor(random() * 4_000), 1 + Math.floor(random() * 300)];
    input += context;
    output += generated;
    const time = new Date(Date.UTC(2023, 10, 16, 18) + n * 1_717).toISOString().replace('T', ' ').replace('Z', '4711');
    return `${time},${context},${generated}`;
  });
  const file = await writeTrace('azure.csv', ['TIMESTAMP,ContextTokens,GeneratedTokens', ...rows]);
  const { first, before, after } = await importTwice('azure-llm', file, { charged: 600 }, '--fund', '100');
  expect(first.code).toBe(0);
  expect(difference(after, before, 'input_tokens')).toBe(BigInt(input) * ATTO);
  expect(difference(after, before, 'output_tokens')).toBe(BigInt(output) * ATTO);
}, 60_000);

it('alibaba-genai: a generated trace is charged for what succeeded, and a second import changes nothing', async () => {
  const header =
    'gmt_create,predict_type,predict_status,exec_time_seconds,groupId,prompt_length,negative_prompt_length,num_images_per_prompt,num_inference_steps,checkpoint_model_version_id,num_lora';
  const line = (n: number, status: string, images: number) =>
    `${new Date(Date.UTC(2024, 11, 1) + n * 1_000).toISOString().slice(0, 19).replace('T', ' ')},TXT_2_IMG,${status},${3 + (n % 7)}.5,G${n % 9},11.0,4.0,${images}.0,25.0,M${n % 4},0`;
  let images = 0;
  const succeeded = Array.from({ length: 400 }, (_, n) => {
    images += 1 + (n % 3);
    return line(n, 'SUCCEED', 1 + (n % 3));
  });
  const failed = Array.from({ length: 20 }, (_, n) => line(1_000 + n, 'FAILED', 2));
  const file = await writeTrace('alibaba.csv', [header, ...succeeded, ...failed]);
  const { before, after } = await importTwice('alibaba-genai', file, { charged: 400 }, '--fund', '1000');
  expect(difference(after, before, 'images')).toBe(BigInt(images) * ATTO);
}, 60_000);

it('a file that is none is refused and charges nothing', async () => {
  const before = await readTotals();
  const file = await writeTrace('letters.csv', ['a,b,c', '1,2,3']);
  await importFile('azure-llm', file).then(
    ({ code }) => expect(code).not.toBe(0),
    () => undefined,
  );
  expect(await readTotals()).toEqual(before);
}, 60_000);

it('the real hour of calls that Azure published is charged call by call, to the token', async () => {
  const file = join(REAL_DATA, 'AzureLLMInferenceTrace_code.csv');
  if (!existsSync(file)) {
    process.stderr.write(`the published Azure trace is not in ${REAL_DATA}; generated ones were imported\n`);
    return;
  }
  const { first, before, after } = await importTwice(
    'azure-llm',
    file,
    { charged: 8_819 },
    '--source',
    'azure/code',
    '--fund',
    '100',
  );
  expect(first.code).toBe(0);
  expect(difference(after, before, 'input_tokens')).toBe(18_059_974n * ATTO);
  expect(difference(after, before, 'output_tokens')).toBe(245_896n * ATTO);
  expect(await standalone.api.post('/ledger/verify')).toMatchObject({ ok: true, findings: [] });
}, 120_000);
