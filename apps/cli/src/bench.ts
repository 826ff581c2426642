/** `airtime bench`: the package's own benchmark, `npm run bench`, with the caller's terminal and exit code. */
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Lifeline, startProgram } from '#processes';
import { UsageMistake } from './failures.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const BENCH = 'test/bench/main.ts';

/**
 * @param packageFolder the folder of Airtime's `package.json`
 * @returns the benchmark's exit code; 128 and the signal's number when it was ended by one
 * @throws UsageMistake when this installation has no benchmark
 */
export async function runBench(arguments_: readonly string[], packageFolder: string): Promise<number> {
  if (!hasBench(packageFolder)) {
    throw new UsageMistake('this installation holds no benchmark; run airtime bench from a checkout of the sources');
  }
  const child = startProgram('npm', ['run', '--silent', 'bench', '--', ...arguments_], {
    cwd: packageFolder,
    stdio: 'inherit',
    detached: true,
  });
  // npm waits for the benchmark, which stops its services. If this process is killed, npm is ended for it.
  const lifeline = child.pid === undefined ? undefined : Lifeline.attach(child.pid, 'SIGTERM');
  const interrupt = () => child.kill('SIGINT');
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        reject(new UsageMistake(`cannot start npm (${error.code ?? error.message}); it comes with Node.js`));
      });
      child.on('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    lifeline?.release();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

function hasBench(packageFolder: string): boolean {
  const file = join(packageFolder, 'package.json');
  if (!existsSync(file) || !existsSync(join(packageFolder, BENCH))) return false;
  const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> };
  return scripts?.['bench'] !== undefined;
}
