/**
 * The real hledger and beancount, where this machine has them: `hledger` and `bean-check` on the path, or named by
 * `HLEDGER` and `BEAN_CHECK`.
 */
import { runProgramSync } from '#processes';

export interface Verdict {
  readonly passed: boolean;
  readonly output: string;
}

/** Runs a check over a file; undefined where the program is missing, which is said once. */
export type Check = (file: string) => Verdict | undefined;

export const checkWithHledger: Check = createCheck('HLEDGER', 'hledger', (file) => ['-f', file, 'check', '--strict']);
export const checkWithBeancount: Check = createCheck('BEAN_CHECK', 'bean-check', (file) => [file]);

function createCheck(variable: string, usual: string, argumentsFor: (file: string) => string[]): Check {
  const program = process.env[variable] ?? usual;
  let isMissing = false;
  return (file) => {
    if (isMissing) return undefined;
    const { error, status, stdout, stderr } = runProgramSync(program, argumentsFor(file), {
      // Both read non-ASCII text by the locale.
      env: { LC_ALL: 'C.UTF-8' },
    });
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
      isMissing = true;
      process.stderr.write(`${program} is not here: its exports are read back and added up instead of checked by it\n`);
      return undefined;
    }
    if (error !== undefined) throw error;
    return { passed: status === 0, output: `${stdout}${stderr}` };
  };
}
