// The long check of the suite itself: three runs beside a load on every processor, and one on each other Node version
// that we promise. It takes hours on two processors; what has passed for this commit is not run again with --resume.
// With --seeds it plays random histories of prepaid credit instead (test/oracle).
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `npm run soak -- [--runs LIST] [--resume] [-- TEST…]
npm run soak -- --seeds N [--from S] [--steps N] [--store S]

  --runs LIST   some of busy,node22,node24 (all; busy is three runs, busy1 is the first of them)
  --resume      leave out what has passed for this commit already
  TEST…         arguments for Jest, to try the soak itself: only those specs run, and nothing is remembered
  --seeds N     so many random histories, each against a ledger that is killed at any instant, and against the oracle
  --from S      the first seed (1): one history is played again by --seeds 1 --from S
  --store S     where the journal is: postgres (the default) or eventstoredb
`;

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(repository, '.cache/soak');
const RUNS = ['busy1', 'busy2', 'busy3', 'node22', 'node24'];

if (process.argv.some((argument) => /^--seeds(=|$)/.test(argument))) process.exit(playHistories());

const { wanted, isResumed, tests } = readArguments();
const results = join(folder, 'results.json');
mkdirSync(folder, { recursive: true });
const commit = commitOf();
const passed = isResumed && commit !== undefined ? readPassed() : {};
const rows = [];
for (const run of wanted)
  rows.push(passed[run] === undefined ? await measure(run) : { ...passed[run], outcome: 'passed before' });
show(rows);
process.exit(rows.every(({ isGreen }) => isGreen) ? 0 : 1);

function readArguments() {
  const given = process.argv.slice(2);
  const at = given.indexOf('--');
  try {
    const { values } = parseArgs({
      args: at === -1 ? given : given.slice(0, at),
      options: { runs: { type: 'string', default: 'busy,node22,node24' }, resume: { type: 'boolean', default: false } },
    });
    const names = values.runs.split(',').flatMap((name) => (name === 'busy' ? RUNS.slice(0, 3) : [name]));
    const unknown = names.find((name) => !RUNS.includes(name));
    if (unknown !== undefined) throw new Error(`there is no run ${unknown}`);
    return { wanted: names, isResumed: values.resume, tests: at === -1 ? [] : given.slice(at + 1) };
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Builds, and plays histories. @returns the exit code */
function playHistories() {
  const program = join(repository, 'dist/test/oracle/main.js');
  const options = { cwd: repository, stdio: 'inherit' };
  const built = spawnSync('npm', ['run', '--silent', 'build'], options);
  if (built.status !== 0) return 1;
  const played = spawnSync(process.execPath, ['--enable-source-maps', program, ...process.argv.slice(2)], options);
  return played.status ?? 1;
}

/** One run of the test command; what it prints goes into a file of its own. */
async function measure(run) {
  const node = run.startsWith('node') ? installNode(run.slice(4)) : process.execPath;
  const log = join(folder, `${run}.log`);
  const load = run.startsWith('busy') ? startLoad() : [];
  console.log(`${run}: ${log}`);
  const begunAt = performance.now();
  try {
    const { code, lastLine } = await runTests(node, log);
    const row = {
      run,
      node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
      outcome: lastLine,
      minutes: ((performance.now() - begunAt) / 60_000).toFixed(1),
      isGreen: code === 0,
    };
    console.log(`${run}: ${lastLine}`);
    if (tests.length === 0 && row.isGreen && commit !== undefined) remember(row);
    return row;
  } finally {
    for (const child of load) child.kill('SIGKILL');
  }
}

function runTests(node, log) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [join(repository, 'test/run.mjs'), ...tests], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
      // npm, and whatever else looks for `node`, finds the same one.
      // The test command itself keeps back what no test may see.
      // eslint-disable-next-line no-restricted-syntax
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    const file = createWriteStream(log);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-2_000);
        file.write(text);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      file.end();
      resolve({ code, lastLine: output.trimEnd().split('\n').at(-1) ?? '' });
    });
  });
}

/** One process for each processor that never rests: the suite gets half of the machine, and seldom at once. */
function startLoad() {
  return Array.from({ length: availableParallelism() }, () =>
    spawn(
      process.execPath,
      [
        '--eval',
        'process.on("disconnect", () => process.exit()); setImmediate(function turn() { for (const end = Date.now() + 50; Date.now() < end; ); setImmediate(turn); })',
      ],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      },
    ),
  );
}

/** The newest Node of a major version, from npm's package `node`. Ours and its dependencies' binaries use Node-API. */
function installNode(major) {
  const home = join(folder, `node-${major}`);
  const binary = join(home, 'node_modules/node/bin/node');
  if (!existsSync(binary)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"private":true}\n');
    const install = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `node@${major}`];
    execFileSync('npm', install, { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return binary;
}

/** The commit whose results are remembered; none while files are changed. */
function commitOf() {
  try {
    const git = (...parameters) => execFileSync('git', parameters, { cwd: repository, encoding: 'utf8' }).trim();
    return git('status', '--porcelain') === '' ? git('rev-parse', 'HEAD') : undefined;
  } catch {
    return undefined;
  }
}

function readPassed() {
  return existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8'))[commit] ?? {}) : {};
}

function remember(row) {
  writeFileSync(results, `${JSON.stringify({ [commit]: { ...readPassed(), [row.run]: row } }, null, 2)}\n`);
}

function show(table) {
  const cells = [
    ['run', 'Node', 'minutes', 'outcome'],
    ...table.map(({ run, node, minutes, outcome }) => [run, node, minutes, outcome]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  console.log();
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
}
