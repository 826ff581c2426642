/** The private keys of a process: files of mode 600, named by the environment or kept in the data directory. */
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSigningKey, readSigningKey, type SigningKey } from '#signing';
import { ConfigurationError, type Configuration } from '#platform';

/**
 * The key that signs this process's pages: `AIRTIME_WRITER_KEY_FILE`, or `<dataDir>/writer.key`, which is made when it is
 * missing.
 *
 * @throws ConfigurationError
 */
export function loadWriterKey({ writerKeyFile, dataDir }: Configuration): SigningKey {
  if (writerKeyFile !== undefined) return readKey('AIRTIME_WRITER_KEY_FILE', writerKeyFile);
  return readOrMake('AIRTIME_WRITER_KEY_FILE', join(dataDir, 'writer.key'), SIGNING_KEY);
}

/**
 * The root key with which this process may found a journal: `AIRTIME_ROOT_KEY_FILE`, or `<dataDir>/root.key`, which is made
 * when it is missing. Undefined where the writer's key is given and no root key: then somebody else founds.
 *
 * @throws ConfigurationError
 */
export function loadRootKey({ rootKeyFile, writerKeyFile, dataDir }: Configuration): SigningKey | undefined {
  if (rootKeyFile !== undefined) return readKey('AIRTIME_ROOT_KEY_FILE', rootKeyFile);
  if (writerKeyFile !== undefined) return undefined;
  return readOrMake('AIRTIME_ROOT_KEY_FILE', join(dataDir, 'root.key'), SIGNING_KEY);
}

/**
 * What only this installation knows: `<dataDir>/installation.key`, which is made when it is missing. It authenticates what
 * the installation notes for itself. 64 hex digits.
 *
 * @throws ConfigurationError
 */
export function loadInstallationSecret({ dataDir }: Configuration): string {
  return readOrMake('AIRTIME_DATA_DIR', join(dataDir, 'installation.key'), INSTALLATION_SECRET);
}

/** How a private file is read and made. */
interface PrivateFile<T> {
  /** @throws TypeError; its message never repeats the text */
  read(text: string): T;
  make(): string;
}

const SIGNING_KEY: PrivateFile<SigningKey> = { read: readSigningKey, make: () => generateSigningKey().pem };
const INSTALLATION_SECRET: PrivateFile<string> = {
  read: (text) => {
    if (!/^[0-9a-f]{64}\n$/.test(text)) throw new TypeError('this is no secret of 64 hex digits');
    return text.trimEnd();
  },
  make: () => `${randomBytes(32).toString('hex')}\n`,
};

function readKey(variable: string, file: string): SigningKey {
  const key = readIfAny(variable, file, SIGNING_KEY);
  if (key === undefined) throw new ConfigurationError(variable, `names a file that is not there: ${file}`);
  return key;
}

/** Processes that share a data directory agree on the key even when they start at the same moment. */
function readOrMake<T>(variable: string, file: string, kind: PrivateFile<T>): T {
  const stored = readIfAny(variable, file, kind);
  if (stored !== undefined) return stored;
  const text = kind.make();
  const draft = `${file}.${process.pid}.draft`;
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(draft, file);
    return kind.read(text);
  } catch (error) {
    const winner = readIfAny(variable, file, kind);
    if (winner !== undefined) return winner;
    const { code = 'unknown cause' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(
      variable,
      `cannot store a key in ${file} (${code}); make the directory writable or name a file`,
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function readIfAny<T>(variable: string, file: string, kind: PrivateFile<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown cause' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigurationError(variable, `cannot read ${file} (${code}); give this user the file`);
  }
  try {
    const value = kind.read(text);
    tightenMode(file);
    return value;
  } catch (error) {
    throw new ConfigurationError(variable, `${file}: ${(error as Error).message}`);
  }
}

/** A key copied by hand is often world-readable. Another owner's file cannot be tightened, and is still usable. */
function tightenMode(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch {
    return;
  }
}
