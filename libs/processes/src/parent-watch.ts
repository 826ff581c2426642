import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { runProgramSync } from './programs.js';

const LOOK_EVERY_MS = 250;

/**
 * Calls `onGone` once when npm, which started this process as its direct child, is gone: then nobody is left who could
 * hand on a signal. npm passes on SIGTERM and SIGINT only, and nothing when it is killed.
 *
 * Only npm itself is watched. A shell or a supervisor that started this process may end and leave it running on purpose
 * (`node … &`, `setsid`, a daemon): that is how one goes into the background.
 *
 * @returns whether there is anything to watch
 */
export function watchNpm(onGone: () => void): boolean {
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] === undefined || !isNpm(commandOf(parent))) return false;
  const timer = setInterval(() => {
    // A process whose parent ends is given to another one: the number changes, and never changes back.
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
  return true;
}

/** npm calls itself `npm start`, `npm run bench`; before that it is node with the path of its program. */
function isNpm(command: string): boolean {
  const [first = '', second = ''] = command.split(/[\0 ]+/);
  return basename(first) === 'npm' || /^npm(-cli\.js)?$/.test(basename(second));
}

function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return process.platform === 'win32' ? '' : runProgramSync('ps', ['-o', 'command=', '-p', String(pid)]).stdout;
  } catch {
    return '';
  }
}
