/** `npm start` as a supervisor, a container and a person at a terminal meet it: the real tree of npm, services and engines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '#engines';
import { isAllowedName, startProgram, type ChildProcess } from '#processes';
import { eventually } from '#testing';
import { ADMIN_KEY } from './support/api.js';
import { REPOSITORY } from './support/built-program.js';
import { descendantsOf, stillRunning, type TableRow } from './support/process-table.js';
import { Stage } from './support/stage.js';

const RUN_MS = 240_000;
const SIGNER_KEY = `0x${'5'.repeat(64)}`;

let stage: Stage;
let dataDir: string;
let port: number;
const groups: number[] = [];

beforeAll(async () => {
  stage = await Stage.open();
  dataDir = join(stage.folder, 'data');
  port = await findFreePort();
});

afterAll(async () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGTERM');
    } catch {
      // It ended, as it should.
    }
  }
  await stage.close();
}, 60_000);

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly code: Promise<number | null>;
}

/** In a group of its own, as a shell gives to a command. Without prestart: what other specs run must not be built anew. */
function run(command: string, args: readonly string[]): Started {
  const env = {
    AIRTIME_DATA_DIR: dataDir,
    PORT: `${port}`,
    AIRTIME_ADMIN_KEY: ADMIN_KEY,
    CHAIN_SIGNER_KEY: SIGNER_KEY,
  };
  const child = startProgram(command, args, { cwd: REPOSITORY, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  groups.push(child.pid!);
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => text, code };
}

const npmStart = () => run('npm', ['start', '--ignore-scripts', '--', '--empty']);

const isReady = () =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

const untilReady = (started: Started) =>
  eventually(isReady, (ready) => ready, {
    what: `a service that is ready, which says ${started.output()}`,
  });

const untilGone = (processes: readonly TableRow[]) =>
  eventually(
    () => Promise.resolve(stillRunning(processes)),
    (left) => left.length === 0,
    { what: 'an end of every process' },
  );

/** npm, the services and every engine with its own children. */
function treeOf({ child }: Started): TableRow[] {
  const tree = descendantsOf(child.pid!);
  for (const engine of [/postgres/, /anvil/]) expect(tree.some(({ command }) => engine.test(command))).toBe(true);
  return tree;
}

const readProc = (pid: number, file: 'environ' | 'cmdline') => readFileSync(`/proc/${pid}/${file}`, 'utf8');

/** Calls of the prepaid customer that are charged beside what is sent. */
const PREPAID_CALLS = 2;

describe('npm start', () => {
  it(
    'stops everything on SIGTERM to npm alone and passes the exit code on; no child was told a secret',
    async () => {
      const started = npmStart();
      await untilReady(started);
      const tree = treeOf(started);
      const { databaseUrl } = JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as {
        databaseUrl: string;
      };
      const secrets = [ADMIN_KEY, SIGNER_KEY, SIGNER_KEY.slice(2), new URL(databaseUrl).password];
      const service = tree.find(({ command }) => command.includes('standalone/src/main.js'))!;
      const children = descendantsOf(service.pid);
      expect(children.length).toBeGreaterThan(4);
      for (const { pid, command } of children) {
        const environment = readProc(pid, 'environ');
        const names = environment.split('\0').flatMap((line) => (line === '' ? [] : [line.split('=')[0]!]));
        // What PostgreSQL and a shell set for themselves.
        const foreign = names.filter((name) => !isAllowedName(name) && !/^(PG[A-Z_]+|PWD|OLDPWD|SHLVL|_)$/.test(name));
        expect([command, foreign]).toEqual([command, []]);
        for (const secret of secrets) expect([command, environment.includes(secret)]).toEqual([command, false]);
      }
      for (const { pid } of tree) for (const secret of secrets) expect(readProc(pid, 'cmdline')).not.toContain(secret);

      started.child.kill('SIGTERM');
      expect(await started.code).toBe(0);
      expect(stillRunning(tree)).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'stops once, in order, on Ctrl-C, which reaches npm and the service and is handed on by npm',
    async () => {
      const started = npmStart();
      await untilReady(started);
      const tree = treeOf(started);
      process.kill(-started.child.pid!, 'SIGINT');
      expect(await started.code).toBe(0);
      expect(stillRunning(tree)).toEqual([]);
      expect(started.output()).toContain('"msg":"stopped"');
    },
    RUN_MS,
  );

  it(
    'stops everything, in order, when npm is killed and can hand nothing on, whoever signals the service meanwhile',
    async () => {
      const started = npmStart();
      await untilReady(started);
      const tree = treeOf(started);
      const service = tree.find(({ command }) => command.includes('standalone/src/main.js'))!;
      started.child.kill('SIGKILL');
      await eventually(
        () => Promise.resolve(started.output()),
        (text) => text.includes('npm, which started this process, is gone'),
        { what: 'a stop that npm’s end began', pauseMs: 1 },
      );
      // A terminal that is closed ends npm and hangs up, in either order.
      process.kill(service.pid, 'SIGHUP');
      await untilGone(tree);
      await started.code;
      expect(started.output()).toContain('"msg":"stopped"');
    },
    RUN_MS,
  );

  it(
    'goes on when it was put into the background and its terminal is closed, and still stops on SIGTERM',
    async () => {
      const terminal = run('script', [
        '-qec',
        'setsid npm start --ignore-scripts -- --empty & echo "npm has $!"; sleep 600',
        '/dev/null',
      ]);
      await untilReady(terminal);
      const npm = treeOf(terminal).find(({ command }) => command.startsWith('npm start'))!;
      const tree = [npm, ...descendantsOf(npm.pid)];
      terminal.child.kill('SIGKILL');
      await terminal.code;
      // It logs every call to where the terminal was.
      for (let call = 0; call < 5; call++) await fetch(`http://127.0.0.1:${port}/v1/nowhere`);
      expect(await isReady()).toBe(true);
      expect(stillRunning(tree)).toHaveLength(tree.length);
      process.kill(npm.pid, 'SIGTERM');
      await untilGone(tree);
    },
    RUN_MS,
  );

  it(
    'on a terminal puts no log between its own lines, names the file that has it, says why fewer are charged than sent, and stops when the terminal is closed',
    async () => {
      dataDir = join(stage.folder, 'demonstration');
      const terminal = run('script', ['-qec', 'npm start --ignore-scripts', '/dev/null']);
      await eventually(
        () => Promise.resolve(terminal.output()),
        (text) => text.includes('Ctrl-C stops everything'),
        { what: 'a demonstration that is done' },
      );
      const lines = terminal.output().split(/\r?\n/);
      const own = /^(- |  |> |Airtime |Admin key |Ctrl-C |$|\S*\[)/;
      expect(lines.filter((line) => !own.test(line))).toEqual([]);
      expect(lines.filter((line) => /"level"|\bINFO\b|\bWARN\b/.test(line))).toEqual([]);
      const file = join(dataDir, 'airtime.log');
      expect(lines).toContain(`- the log goes to ${file}`);
      expect(readFileSync(file, 'utf8')).toContain('"msg":"listening"');
      const [, sent, different, again] = /sending (\d+) usage events \((\d+) and (\d+) of them a second time/
        .exec(terminal.output())!
        .map(Number) as [number, number, number, number];
      expect(sent).toBe(different + again);
      expect(terminal.output()).toContain(`${different + PREPAID_CALLS} usage events charged`);

      const tree = treeOf(terminal);
      terminal.child.kill('SIGTERM');
      await untilGone(tree);
      expect(readFileSync(file, 'utf8')).toContain('"msg":"stopped"');
    },
    RUN_MS,
  );
});
