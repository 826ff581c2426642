import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey } from '../keys.js';
import type { Configuration } from './configuration.js';
import { ADMIN_KEY_LENGTH_MAX, ADMIN_KEY_LENGTH_MIN } from './http-settings.js';
import { ConfigurationError } from './variables.js';

/** The key that may do everything. `generated` is true only for the start that made it, which must print it once. */
export interface AdminKey {
  readonly key: string;
  readonly generated: boolean;
}

/**
 * The configured admin key; else the one kept in `<dataDir>/admin.key` (mode 600); else a new one, stored there.
 * Services that share a data directory agree on the key even when they start at the same moment: the complete file is
 * linked into place, and whoever comes second reads it.
 *
 * @throws ConfigurationError when the file is damaged or the directory cannot be written.
 */
export function loadAdminKey(configuration: Configuration): AdminKey {
  if (configuration.adminKey !== undefined) return { key: configuration.adminKey, generated: false };
  const file = join(configuration.dataDir, 'admin.key');
  const stored = readStoredKey(file);
  if (stored !== undefined) return { key: stored, generated: false };

  const key = generateKey();
  try {
    mkdirSync(configuration.dataDir, { recursive: true });
    storeKey(file, key);
    return { key, generated: true };
  } catch (error) {
    const winner = readStoredKey(file);
    if (winner !== undefined) return { key: winner, generated: false };
    throw new ConfigurationError(
      'AIRTIME_DATA_DIR',
      `cannot store the admin key in ${file} (${(error as NodeJS.ErrnoException).code ?? 'unknown cause'}); make the directory writable or set AIRTIME_ADMIN_KEY`,
    );
  }
}

/** Fails when the file exists, and never leaves half a key under its name. */
function storeKey(file: string, key: string): void {
  const draft = `${file}.${process.pid}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function readStoredKey(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ConfigurationError(
      'AIRTIME_ADMIN_KEY',
      `cannot read ${file} (${code ?? 'unknown cause'}); give this user the file or set the variable`,
    );
  }
  const key = text.trim();
  if (!/^[\x21-\x7e]+$/.test(key) || key.length < ADMIN_KEY_LENGTH_MIN || key.length > ADMIN_KEY_LENGTH_MAX) {
    throw new ConfigurationError(
      'AIRTIME_ADMIN_KEY',
      `${file} holds no key of ${ADMIN_KEY_LENGTH_MIN} to ${ADMIN_KEY_LENGTH_MAX} visible ASCII characters; delete the file to have a new one generated, or set the variable`,
    );
  }
  tightenMode(file);
  return key;
}

/** A key copied by hand is often world-readable. Another owner's file cannot be tightened, and is still usable. */
function tightenMode(file: string): void {
  try {
    chmodSync(file, 0o600);
  } catch {
    return;
  }
}
