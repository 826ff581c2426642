// The test command: build, contracts (forge), everything else (Jest). Its last line counts all of them together:
//   N passed, N failed, N skipped
// Arguments go to Jest (`npm test -- libs/journal`), and then only Jest runs. With CI=true or REQUIRE_ALL=1 a skipped test
// is a failure: a suite that cannot run proves nothing.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TEST_HANG_MS } from './support/patient-environment.mjs';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const requireAll = isSet('CI') || isSet('REQUIRE_ALL');
const jestArguments = process.argv.slice(2);

/**
 * How long a part may go without a sign of progress: these budgets end hangs and judge no machine's speed. Jest tells of
 * each hook and test that begins or ends; the longest that one may take is `TEST_HANG_MS`.
 */
const BUILD_QUIET_MS = 20 * 60_000;
const FORGE_QUIET_MS = 30 * 60_000;
const JEST_QUIET_MS = TEST_HANG_MS + 2 * 60_000;
/** One more than processors: what starts processes of ours waits for them half of its time. Each takes up to 2 GB. */
const JEST_WORKERS = Math.min(availableParallelism() + 1, 8);
/** Jest writes its report when the last test is done; what keeps it alive after that is something a test left open. */
const JEST_EXIT_GRACE_MS = 15_000;

/** @type {{ passed: number, failed: string[], skipped: string[] }} */
const total = { passed: 0, failed: [], skipped: [] };
let current;

let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupt(signal);
  });
}
// npm hands on no other signal, and none when it is killed: then its child has another parent.
const parent = process.ppid;
if (process.env['npm_lifecycle_event'] === 'test') {
  setInterval(() => {
    if (process.ppid !== parent) interrupt('the end of npm');
  }, 500).unref();
}

await build();
if (total.failed.length === 0) {
  if (jestArguments.length === 0) await testContracts();
  await testEverythingElse();
}
finish();

function interrupt(cause) {
  // A terminal signals us and npm, and npm hands it on: one wish arrives twice.
  if (isInterrupted) return;
  isInterrupted = true;
  endGroup(current);
  total.failed.push(`interrupted by ${cause}`);
  finish();
}

function isSet(variable) {
  return !['', '0', 'false', undefined].includes(process.env[variable]);
}

async function build() {
  title('build');
  const { code, output } = await run('npm', ['run', '--silent', 'build'], { quietMs: BUILD_QUIET_MS });
  process.stdout.write(output);
  if (code !== 0) total.failed.push('build: npm run build');
}

async function testContracts() {
  title('contracts (forge)');
  const root = join(repository, 'libs/chain/contracts');
  if (!existsSync(join(root, 'foundry.toml'))) {
    total.skipped.push('forge: libs/chain/contracts is no Foundry project');
    return;
  }
  const forge = join(repository, 'node_modules/.bin/forge');
  if (!existsSync(forge)) {
    total.skipped.push(
      'forge: the binary is missing (npm ci installs it; @foundry-rs/forge has none for this machine?)',
    );
    return;
  }
  const { code, output, errors } = await run(forge, ['test', '--json'], { cwd: root, quietMs: FORGE_QUIET_MS });
  const report = lastJson(output);
  if (report === undefined) {
    process.stdout.write(`${output}\n${errors}\n`);
    total.failed.push(`forge: no report (exit ${code})`);
    return;
  }
  let failures = 0;
  for (const [suite, { test_results: tests }] of Object.entries(report)) {
    console.log(suite);
    for (const [test, { status, reason }] of Object.entries(tests)) {
      const name = `forge: ${suite} ${test}${reason ? `: ${reason}` : ''}`;
      console.log(`  ${{ Success: '✓', Skipped: '○' }[status] ?? '✕'} ${test}${reason ? ` (${reason})` : ''}`);
      if (status === 'Success') total.passed += 1;
      else if (status === 'Skipped') total.skipped.push(name);
      else {
        failures += 1;
        total.failed.push(name);
      }
    }
  }
  if (code !== 0 && failures === 0) {
    process.stdout.write(`${errors}\n`);
    total.failed.push(`forge: exit ${code}`);
  }
}

/** forge may print warnings before its report, which is one line. */
function lastJson(output) {
  for (const line of output.trimEnd().split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    try {
      return JSON.parse(line);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

async function testEverythingElse() {
  title('jest');
  const folder = mkdtempSync(join(tmpdir(), 'airtime-test-'));
  const reportFile = join(folder, 'jest.json');
  const result = await run(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(repository, 'node_modules/jest/bin/jest.js'),
      '-w',
      `${JEST_WORKERS}`,
      '--json',
      `--outputFile=${reportFile}`,
      ...jestArguments,
    ],
    {
      quietMs: JEST_QUIET_MS,
      isLive: true,
      progressFile: join(folder, 'progress'),
      doneWhen: () => existsSync(reportFile),
      graceMs: JEST_EXIT_GRACE_MS,
    },
  );
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;
  rmSync(folder, { recursive: true, force: true });

  if (result.endedBy === 'silence') total.failed.push(`jest: nothing went on for ${JEST_QUIET_MS / 60_000} minutes`);
  if (result.endedBy === 'grace') {
    total.failed.push(
      'jest: the tests are done but the process stays: one left a server, timer or child open (npm run jest -- --detectOpenHandles)',
    );
  }
  if (result.errors.includes('A worker process has failed to exit gracefully')) {
    console.warn('! a test file left something open, and Jest had to end its worker (--detectOpenHandles finds it)');
  }
  if (report === undefined) {
    if (result.endedBy === undefined) total.failed.push(`jest: no report (exit ${result.code})`);
    return;
  }
  total.passed += report.numPassedTests;
  for (const file of report.testResults) {
    const path = relative(repository, file.name);
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'failed') total.failed.push(`${path}: ${fullName}`);
      if (['pending', 'todo', 'skipped', 'disabled'].includes(status)) total.skipped.push(`${path}: ${fullName}`);
    }
    const hasFailedTest = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !hasFailedTest) total.failed.push(`${path}: the file could not be run`);
  }
  if (result.code !== 0 && result.endedBy === undefined && total.failed.length === 0) {
    total.failed.push(`jest: exit ${result.code} without a failed test`);
  }
}

function title(text) {
  console.log(`\n== ${text}`);
}

/** Says what failed or did not run and why, then the closing line, and ends. */
function finish() {
  if (requireAll && total.skipped.length > 0) {
    console.log('\nSkipped although every test is required (CI or REQUIRE_ALL is set):');
  } else if (total.skipped.length > 0) {
    console.log('\nNOT RUN on this machine; the name says what is missing. REQUIRE_ALL=1 makes this a failure:');
  }
  for (const name of total.skipped) console.log(`  ○ ${name}`);
  if (total.failed.length > 0) console.log('\nFailed:');
  for (const name of total.failed) console.log(`  ✕ ${name}`);
  const isGreen = total.failed.length === 0 && total.passed > 0 && !(requireAll && total.skipped.length > 0);
  if (total.failed.length === 0 && total.passed === 0) console.log('\nNo test ran.');
  const line = `${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`;
  // Through the callback: on a pipe, exiting at once could cut the line off.
  process.stdout.write(`\n${line}\n`, () => process.exit(isGreen ? 0 : 1));
}

/**
 * Runs a command as a group of its own and waits for its end. When it prints nothing and does not touch its progress file
 * for `quietMs`, or `graceMs` after `doneWhen` first holds, whatever is left of the group is ended; `endedBy` says so.
 */
function run(
  command,
  parameters,
  { quietMs, cwd = repository, isLive = false, progressFile, doneWhen = () => false, graceMs = 0 },
) {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...testEnvironment(), ...(progressFile === undefined ? {} : { JEST_PROGRESS_FILE: progressFile }) },
    });
    current = child;
    // If this process is killed, a shell that waits on a pipe of ours ends the group (as libs/processes does it).
    const lifeline = spawn('/bin/sh', ['-c', `read -r answer && exit 0; kill -KILL -${child.pid}`], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: testEnvironment(),
    });
    lifeline.on('error', () => undefined);
    lifeline.stdin.on('error', () => undefined);
    let output = '';
    let errors = '';
    let endedBy;
    let doneAtMs;
    let heardAtMs = Date.now();
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      heardAtMs = Date.now();
      if (isLive) process.stdout.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
      heardAtMs = Date.now();
      if (isLive) process.stderr.write(text);
    });
    const watch = setInterval(() => {
      const nowMs = Date.now();
      if (doneAtMs === undefined && doneWhen()) doneAtMs = nowMs;
      if (nowMs - Math.max(heardAtMs, touchedAtMs(progressFile)) > quietMs) endedBy ??= 'silence';
      else if (doneAtMs !== undefined && nowMs - doneAtMs > graceMs) endedBy ??= 'grace';
      if (endedBy !== undefined) endGroup(child);
    }, 500);
    const settle = (code) => {
      clearInterval(watch);
      lifeline.stdin.end('release\n');
      resolve({ code, output, errors, endedBy });
    };
    child.on('error', (error) => {
      errors += `${error.message}\n`;
      settle(127);
    });
    child.on('close', (code, signal) => settle(code ?? `signal ${signal}`));
  });
}

/**
 * What any tool needs and what directs a test; the caller's keys and passwords stay here. Not from libs/processes: this
 * runs before anything is built.
 */
function testEnvironment() {
  const tools =
    /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LANGUAGE|TZ|TMPDIR|TMP|TEMP|NO_COLOR|LD_LIBRARY_PATH|JAVA_HOME)$/;
  const network = /^(MAVEN_OPTS|M2_HOME|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|(HTTPS?|NO)_PROXY)$/i;
  const windows = /^(SystemRoot|SystemDrive|windir|ComSpec|PATHEXT|USERPROFILE|APPDATA|LOCALAPPDATA)$/;
  const tests =
    /^(CI|REQUIRE_ALL|HLEDGER|BEAN_CHECK|EVENTSTORE(DB)?_URL|NODE_OPTIONS)$|^(LC|XDG|CRASH|FUZZ|SOAK|BENCH)_/;
  const allowed = [tools, network, windows, tests];
  const kept = Object.entries(process.env).filter(([name]) => allowed.some((pattern) => pattern.test(name)));
  return { ...Object.fromEntries(kept), ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
}

function touchedAtMs(file) {
  return file === undefined ? 0 : (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

function endGroup(child) {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}
