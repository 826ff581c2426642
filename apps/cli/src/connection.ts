/** Where the service is and which key opens it: options first, then the environment, then the data directory. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Connection } from '#client';
import { UsageMistake } from './failures.js';
import type { Surroundings } from './terminal.js';

export interface ConnectionOptions {
  readonly url?: string;
  readonly key?: string;
}

const PORT_DEFAULT = '3000';

/** @throws UsageMistake when there is no key, or the address is none */
export function findConnection(options: ConnectionOptions, { env, workingDirectory }: Surroundings): Connection {
  const dataDir = resolve(workingDirectory, filled(env['AIRTIME_DATA_DIR']) ?? '.airtime');
  const port = namedPort(filled(env['PORT']));
  const url = () => findUrl(options.url, port, dataDir);
  url();
  const isNamed = options.url !== undefined || port !== undefined;
  const isGuess = () => !isNamed && readIfPresent(join(dataDir, 'runtime.json')) === undefined;
  const advice = () => (isGuess() ? nothingHere(dataDir) : 'start it with npm start, or give --url');
  const key = findKey(options.key ?? filled(env['AIRTIME_ADMIN_KEY']), dataDir, isGuess);
  return { url, key, advice };
}

/** For a command that was started where no Airtime runs, and was not told where one does. */
function nothingHere(dataDir: string): string {
  return (
    `no Airtime runs here (there is no ${join(dataDir, 'runtime.json')}): start it with npm start and run this in the same ` +
    'folder, or set AIRTIME_DATA_DIR to its data directory, or give --url'
  );
}

/** Port 0 lets a service choose, so it names none. */
function namedPort(port: string | undefined): string | undefined {
  return port === '0' ? undefined : port;
}

/** The option, then an explicit PORT, then what a running standalone wrote down, then the usual port. */
function findUrl(option: string | undefined, port: string | undefined, dataDir: string): URL {
  if (option !== undefined) return parseUrl(option, '--url');
  if (port !== undefined) {
    if (!/^\d{1,5}$/.test(port)) throw new UsageMistake('PORT must be a port number; unset it or give --url');
    return parseUrl(`http://127.0.0.1:${port}`, 'PORT');
  }
  const file = join(dataDir, 'runtime.json');
  const text = readIfPresent(file);
  return text === undefined ? parseUrl(`http://127.0.0.1:${PORT_DEFAULT}`, 'PORT') : readRuntimeUrl(text, file);
}

function readRuntimeUrl(text: string, file: string): URL {
  let url: unknown;
  try {
    url = (JSON.parse(text) as { url?: unknown } | null)?.url;
  } catch {
    url = undefined;
  }
  if (typeof url !== 'string') throw new UsageMistake(`${file} names no "url"; give --url`);
  return parseUrl(url, file);
}

function parseUrl(text: string, origin: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageMistake(`${origin} must be an http or https address such as http://127.0.0.1:${PORT_DEFAULT}`);
  }
  return url;
}

function findKey(given: string | undefined, dataDir: string, isGuess: () => boolean): string {
  const file = join(dataDir, 'admin.key');
  const key = given ?? readIfPresent(file)?.trim();
  if (key === undefined || key === '') {
    throw new UsageMistake(
      `no key: give --key or set AIRTIME_ADMIN_KEY (AIRTIME_DATA_DIR says where admin.key is; there is no ${file})` +
        (isGuess() ? `; ${nothingHere(dataDir)}` : ''),
    );
  }
  // A key goes into a header; what no header can carry is refused without repeating it.
  if (!/^[\x21-\x7e]{1,512}$/.test(key))
    throw new UsageMistake('the key must be visible ASCII characters without blanks');
  return key;
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageMistake(
      `cannot read ${file} (${code ?? 'unknown cause'}); give this user the file, or use --url and --key`,
    );
  }
}

/** A variable set to blanks counts as unset, as for the services. */
function filled(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}
