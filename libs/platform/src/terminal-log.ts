/** Where the log goes while a person reads the terminal: into a file, whose end the terminal is told of. */
import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, levels, type DestinationStream } from 'pino';

const FILE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Appends lines to a file with mode 600; one that has grown beyond 8 MiB is put aside as `<file>.1` first. A line of level
 * `fatal` is also told on standard error, because the process ends with it and nobody looks into a file then.
 */
export function logToFile(file: string): DestinationStream {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  putAsideWhenLong(file);
  const stream = destination({ dest: file, sync: true, append: true });
  chmodSync(file, 0o600);
  return {
    write(line: string) {
      stream.write(line);
      const fatal = readFatal(line);
      if (fatal !== undefined) process.stderr.write(`${fatal}; the log is ${file}\n`);
    },
  };
}

function putAsideWhenLong(file: string): void {
  const handle = openSync(file, 'a', 0o600);
  const { size } = fstatSync(handle);
  closeSync(handle);
  if (size > FILE_BYTES_MAX) renameSync(file, `${file}.1`);
}

function readFatal(line: string): string | undefined {
  if (!line.startsWith(`{"level":${levels.values['fatal']},`)) return undefined;
  const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
  return [msg, err?.message].filter((text) => text !== undefined).join(': ');
}
