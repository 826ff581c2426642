import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { runProgram, type OwnEnvironment } from '#processes';
import { syncFolder, writeDurably } from './durable-file.js';
import { EngineError, type Engine, type EngineOptions } from './engine.js';
import { EngineFolder } from './engine-folder.js';
import { locatePostgresBinaries, type PostgresBinaries, type SystemUser } from './postgres-binaries.js';
import { chooseServerUser, giveToServer, NOBODY, ownerOf, writeAccessRules } from './postgres-user.js';
import { answersSignals, identifyProcess, stopByIdentity, worksIn, type StopStep } from './process-identity.js';
import { messageOf, SupervisedProcess } from './supervised-process.js';

const DATABASE = 'airtime';
const SUPERUSER = 'airtime';
const START_TIMEOUT_MS = 120_000; // crash recovery replays up to max_wal_size before the first answer
const PROBE_TIMEOUT_MS = 2_000;

/** SIGINT is PostgreSQL's fast shutdown: sessions end, a checkpoint is written. SIGQUIT leaves recovery to the next start. */
const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 60_000 },
  { signal: 'SIGQUIT', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/**
 * Starts PostgreSQL on 127.0.0.1 and waits until the database `airtime` answers.
 *
 * A commit that was acknowledged survives `kill -9` of anything and a power cut: the three settings that could weaken
 * this are named in {@link serverSettings} and never changed. Under root the server runs as a user of its own, see
 * {@link chooseServerUser}; the data stay in `dataDir` even below a folder which that user cannot enter.
 *
 * @returns the running engine; `url` carries the generated password and must not be logged
 * @throws EngineError when the folder is in use, belongs to another user, or the server does not start
 */
export async function startPostgres(options: EngineOptions): Promise<Engine & { readonly url: string }> {
  const onEvent = options.onEvent ?? (() => undefined);
  const folder = await EngineFolder.claim(options.dataDir, 'PostgreSQL', STOP_STEPS, onEvent);
  let supervised: SupervisedProcess | undefined;
  try {
    const user = await chooseServerUser(folder, onEvent);
    const binaries = await locatePostgresBinaries(user, onEvent);
    const password = await loadPassword(folder);
    await initialiseOnce(folder, binaries, user, password);
    await removeStaleLock(folder, onEvent);
    await giveToServer(folder.file('cluster'), user);
    const accessRules = await writeAccessRules(folder, user);
    const compression = await chooseWalCompression(folder, binaries, user);
    let port = 0;
    const url = (database: string): string => `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
    const program = {
      name: 'PostgreSQL',
      folder,
      stopSteps: STOP_STEPS,
      startTimeoutMs: START_TIMEOUT_MS,
      onEvent,
      prepare: async (first: boolean) => {
        if (first) port = await folder.choosePort('sql', options.port);
        await removeStaleLock(folder, onEvent);
        const settings = [...serverSettings(port, compression), ...accessRules.settings];
        return {
          command: binaries.postgres,
          args: ['-D', dataPath(folder, user), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
          cwd: folder.file('cluster'),
          env: SERVER_ENVIRONMENT,
          files: accessRules.files,
          ...user,
        };
      },
      probe: () => createDatabaseOnce(url('postgres')),
    };
    const running = await SupervisedProcess.start(program);
    supervised = running;
    return {
      name: 'PostgreSQL',
      url: url(DATABASE),
      get processId() {
        return running.processId;
      },
      stop: () => running.stop(),
    };
  } catch (error) {
    if (supervised === undefined) await folder.release();
    throw error instanceof EngineError ? error : new EngineError(messageOf(error), { cause: error });
  }
}

/** Passed on the command line, so that a new release's settings reach old data directories as well. */
function serverSettings(port: number, walCompression: string): readonly (readonly [string, string])[] {
  return [
    ['listen_addresses', '127.0.0.1'],
    ['port', String(port)],
    ['unix_socket_directories', ''],
    // Durability: the journal answers its callers after the commit, so these are never weakened.
    ['fsync', 'on'],
    ['synchronous_commit', 'on'],
    ['full_page_writes', 'on'],
    ['wal_compression', walCompression],
    // Fewer, longer checkpoints: each one makes the first change of a page write it whole.
    ['max_wal_size', '2GB'],
    ['checkpoint_timeout', '15min'],
    ['min_wal_size', '256MB'],
    ['shared_buffers', '256MB'],
    ['wal_buffers', '16MB'],
    ['max_connections', '100'],
    // Our statements are short; compiling them costs more than it saves.
    ['jit', 'off'],
    ['password_encryption', 'scram-sha-256'],
    ['timezone', 'UTC'],
    ['log_timezone', 'UTC'],
    ['log_min_messages', 'warning'],
  ];
}

/**
 * The data directory as the server's user sees it. Under root, folders above it may be closed to that user (`/root`),
 * but a process keeps the working directory it was started in, and PostgreSQL itself works from its data directory:
 * so the server is started there and addresses it by that link of Linux's.
 */
function dataPath(folder: EngineFolder, user: SystemUser | undefined): string {
  return user === undefined ? folder.file('cluster') : '/proc/self/cwd';
}

/** Messages in English in every locale; our home folder is none for the server's user. */
const SERVER_ENVIRONMENT: OwnEnvironment = { LC_ALL: 'C', HOME: undefined };

/** The superuser's password: random, kept beside the data with mode 600. */
async function loadPassword(folder: EngineFolder): Promise<string> {
  const file = folder.file('password');
  try {
    const password = (await readFile(file, 'utf8')).trim();
    if (/^[0-9a-f]{48}$/.test(password)) return password;
    throw new EngineError(`${file} does not hold the password that Airtime wrote: restore the file from a backup.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if ((await ownerOf(folder.file('cluster'))) !== undefined) {
    throw new EngineError(`${file} is missing, the data beside it need it: restore the file from a backup.`);
  }
  const password = randomBytes(24).toString('hex');
  await writeDurably(file, `${password}\n`, 0o600);
  return password;
}

/** Creates the cluster beside its final place and renames it, so that a crash never leaves half a cluster in use. */
async function initialiseOnce(
  folder: EngineFolder,
  { initdb }: PostgresBinaries,
  user: SystemUser | undefined,
  password: string,
): Promise<void> {
  const cluster = folder.file('cluster');
  if ((await ownerOf(cluster)) !== undefined) return;
  const draft = folder.file('cluster.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const secrets = await mkdtemp(join(user === undefined ? tmpdir() : '/tmp', 'airtime-initdb-'));
  const verifierFile = join(secrets, 'verifier');
  const maker = user === undefined ? undefined : NOBODY;
  try {
    await writeFile(verifierFile, `${scramVerifier(password)}\n`, { mode: 0o600 });
    if (maker !== undefined) for (const path of [draft, secrets, verifierFile]) await chown(path, maker.uid, maker.gid);
    await runProgram(
      initdb,
      [
        ...['-D', user === undefined ? draft : '/proc/self/cwd', '-U', SUPERUSER, '--pwfile', verifierFile],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
        // Sorts by code point on every machine: an index built here is valid after a move to another system.
        ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ],
      { cwd: draft, env: SERVER_ENVIRONMENT, ...maker },
    );
  } finally {
    await rm(secrets, { recursive: true, force: true });
  }
  await giveToServer(draft, user);
  await chmod(draft, 0o700);
  await rename(draft, cluster);
  await syncFolder(folder.path);
}

/**
 * What PostgreSQL keeps of a password and takes in its place (RFC 5803): it proves who knows the password and lets nobody
 * in, so that whatever else runs as `nobody` may see it.
 */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyed = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyed('Server Key').toString('base64')}`;
}

/** lz4 where the build has it; else none, since the built-in pglz costs more time than the saved writes give back. */
async function chooseWalCompression(
  folder: EngineFolder,
  { postgres }: PostgresBinaries,
  user: SystemUser | undefined,
): Promise<string> {
  const wanted = ['-D', dataPath(folder, user), '-C', 'wal_compression', '-c', 'wal_compression=lz4'];
  return runProgram(postgres, wanted, { cwd: folder.file('cluster'), env: SERVER_ENVIRONMENT, ...user }).then(
    ({ stdout }) => stdout.trim(),
    () => 'off',
  );
}

/**
 * `postmaster.pid` names the server that runs on the cluster. A server found there is an orphan (the folder is ours):
 * it is stopped. If the number now belongs to an unrelated process of the same user, PostgreSQL would refuse to start
 * for ever; only then is the file removed.
 */
async function removeStaleLock(folder: EngineFolder, onEvent: (message: string) => void): Promise<void> {
  const cluster = folder.file('cluster');
  const file = join(cluster, 'postmaster.pid');
  const content = await readFile(file, 'utf8').catch(() => '');
  const pid = Number(content.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const found = await identifyProcess(pid);
  if (found === undefined) {
    // PostgreSQL sees for itself that a process is gone, except one that its parent never collected (the first process
    // of a container often collects none): that number still answers.
    if (answersSignals(pid)) await rm(file, { force: true });
    return;
  }
  if (!(await worksIn(pid, cluster))) {
    onEvent(`PostgreSQL: removing a stale lock; its process number ${pid} now belongs to another program`);
    await rm(file, { force: true });
    return;
  }
  onEvent(`PostgreSQL: a server of this data directory still runs as process ${pid}; stopping it before starting anew`);
  if (!(await stopByIdentity(found, STOP_STEPS))) throw new EngineError(`PostgreSQL: process ${pid} does not stop.`);
}

/** The readiness query; on the first start it also creates the database. */
async function createDatabaseOnce(maintenanceUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: maintenanceUrl,
    connectionTimeoutMillis: PROBE_TIMEOUT_MS,
    query_timeout: PROBE_TIMEOUT_MS * 10,
  });
  client.on('error', () => undefined); // the failing query reports it
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
