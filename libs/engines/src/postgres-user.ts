/**
 * As which user of the operating system PostgreSQL runs, and what of its folder that user may write.
 *
 * PostgreSQL refuses root. Under root each data directory gets a user number of its own that nothing else on the machine
 * runs as: `nobody` is shared by whatever else gave its rights up, and each such program could read and change the data
 * and who may connect. Only `initdb` runs as `nobody`, because it wants a user with a name; it makes an empty cluster
 * that nobody can connect to.
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, chown, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from './durable-file.js';
import { EngineError } from './engine.js';
import type { EngineFolder } from './engine-folder.js';
import type { SystemUser } from './postgres-binaries.js';

/** `nobody` has this number on every Linux in use; it owns nothing, which is what PostgreSQL asks for. */
export const NOBODY: SystemUser = { uid: 65_534, gid: 65_534 };

/** Above the numbers of people and services, below those that are given out to containers (`/etc/subuid`). */
const OWN_NUMBERS = { min: 70_000, max: 99_999 };
/** Inside a container that knows no more than 65,536 users: between those of homes and those of dynamic services. */
const OWN_NUMBERS_IN_CONTAINER = { min: 60_600, max: 61_183 };
const ATTEMPTS_MAX = 50;

/** The first three descriptors of a program are its input, output and errors. */
const FIRST_HANDED_FILE = 3;

/**
 * The user to run the server as; undefined means ourselves. Another owner than root and `nobody` keeps the data that are
 * his: somebody gave them to him.
 *
 * @throws EngineError when this user cannot run a server on the folder
 */
export async function chooseServerUser(
  folder: EngineFolder,
  onEvent: (message: string) => void,
): Promise<SystemUser | undefined> {
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  const owner = await ownerOf(folder.file('cluster'));
  if (own !== 0) {
    if (owner !== undefined && owner.uid !== own) {
      throw new EngineError(
        `${folder.file('cluster')} belongs to user ${owner.uid}: start as that user or as root, or choose another AIRTIME_DATA_DIR.`,
      );
    }
    return undefined;
  }
  if (process.platform !== 'linux') {
    throw new EngineError(
      'PostgreSQL refuses to run as root: start Airtime as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
    );
  }
  if (owner !== undefined && owner.uid !== 0 && owner.uid !== NOBODY.uid) return owner;
  return rememberUser(folder, onEvent);
}

/** The number is decided before any file gets it, so that a start that was cut off goes on with the same one. */
async function rememberUser(folder: EngineFolder, onEvent: (message: string) => void): Promise<SystemUser> {
  const file = folder.file('user');
  const known = Number(await readFile(file, 'utf8').catch(() => ''));
  if (isOwnNumber(known)) return { uid: known, gid: known };
  const chosen = chooseNumber();
  if (chosen === undefined) {
    onEvent('PostgreSQL: no user number of its own is to be had here, so it runs as nobody');
    return NOBODY;
  }
  await writeDurably(file, `${chosen}\n`);
  return { uid: chosen, gid: chosen };
}

function isOwnNumber(number: number): boolean {
  return [OWN_NUMBERS, OWN_NUMBERS_IN_CONTAINER].some(({ min, max }) => number >= min && number <= max);
}

/** A number that neither a user nor a group of this machine has; undefined where the system gives out none. */
function chooseNumber(): number | undefined {
  const taken = new Set([...numbersIn('/etc/passwd'), ...numbersIn('/etc/group')]);
  for (const { min, max } of [OWN_NUMBERS, OWN_NUMBERS_IN_CONTAINER]) {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const number = randomInt(min, max + 1);
      if (!taken.has(number) && isMapped('/proc/self/uid_map', number) && isMapped('/proc/self/gid_map', number)) {
        return number;
      }
    }
  }
  return undefined;
}

function numbersIn(file: string): number[] {
  return linesOf(file).map((line) => Number(line.split(':')[2]));
}

/** In a container only the numbers of its map exist (user_namespaces(7)). */
function isMapped(file: string, number: number): boolean {
  return linesOf(file).some((line) => {
    const [first = 0, , length = 0] = line.trim().split(/\s+/).map(Number);
    return number >= first && number < first + length;
  });
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

/**
 * Makes the data the server's own, once: those of an earlier release belong to `nobody`. The folder itself is taken away
 * first, so that nobody is in the way, and given last, so that a move that was cut off is known by it. The server must
 * not run.
 */
export async function giveToServer(cluster: string, user: SystemUser | undefined): Promise<void> {
  const owner = await ownerOf(cluster);
  if (user === undefined || owner === undefined || owner.uid === user.uid) return;
  await chown(cluster, 0, 0);
  await chmod(cluster, 0o700);
  for (const entry of await readdir(cluster, { recursive: true }))
    await lchown(join(cluster, entry), user.uid, user.gid);
  await chown(cluster, user.uid, user.gid);
}

/** Who may connect: files that the server is handed open, and the settings that name them. */
export interface AccessRules {
  readonly files: readonly string[];
  readonly settings: readonly (readonly [string, string])[];
}

/**
 * Says who may connect in files beside the cluster that are root's: whoever gets hold of the server's user can then not
 * let itself in. The server is handed them open, because the folder they lie in is closed to its user. Without root one
 * user owns everything anyway, and the cluster's own files hold.
 */
export async function writeAccessRules(folder: EngineFolder, user: SystemUser | undefined): Promise<AccessRules> {
  if (user === undefined) return { files: [], settings: [] };
  const rules = [
    ['hba_file', folder.file('pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n'],
    ['ident_file', folder.file('pg_ident.conf'), ''],
  ] as const;
  for (const [, file, content] of rules) {
    await writeDurably(file, `# Written by Airtime at every start.\n${content}`, 0o644);
    await chmod(file, 0o644); // whatever the umask
  }
  return {
    files: rules.map(([, file]) => file),
    settings: rules.map(([setting], index) => [setting, `/proc/self/fd/${FIRST_HANDED_FILE + index}`]),
  };
}

export async function ownerOf(path: string): Promise<SystemUser | undefined> {
  return stat(path).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => undefined,
  );
}
