/** The private keys of a process: files of mode 600, named by the environment or kept in the data directory. */
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
  return readOrMakeKey('AIRTIME_WRITER_KEY_FILE', join(dataDir, 'writer.key'));
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
  return readOrMakeKey('AIRTIME_ROOT_KEY_FILE', join(dataDir, 'root.key'));
}

function readKey(variable: string, file: string): SigningKey {
  const key = readKeyIfAny(variable, file);
  if (key === undefined) throw new ConfigurationError(variable, `names a file that is not there: ${file}`);
  return key;
}

/** Processes that share a data directory agree on the key even when they start at the same moment. */
function readOrMakeKey(variable: string, file: string): SigningKey {
  const stored = readKeyIfAny(variable, file);
  if (stored !== undefined) return stored;
  const { pem, key } = generateSigningKey();
  const draft = `${file}.${process.pid}.draft`;
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    rmSync(draft, { force: true });
    writeFileSync(draft, pem, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(draft, file);
    return key;
  } catch (error) {
    const winner = readKeyIfAny(variable, file);
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

function readKeyIfAny(variable: string, file: string): SigningKey | undefined {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown cause' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigurationError(variable, `cannot read ${file} (${code}); give this user the file`);
  }
  try {
    const key = readSigningKey(pem);
    tightenMode(file);
    return key;
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
