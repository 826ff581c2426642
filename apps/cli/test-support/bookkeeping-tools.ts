/**
 * The real hledger and beancount, where this machine has them: `hledger` and `bean-check` on the path, or named by
 * `HLEDGER` and `BEAN_CHECK`; and the validator of FOCUS, where `FOCUS_VALIDATOR` names a Python that has the package
 * focus-validator.
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

/** It reads its table of currencies beside its package, wherever it was called; the rules of FOCUS 1.2 come with it. */
const VALIDATOR = `
import os, sys, focus_validator
os.chdir(os.path.dirname(os.path.dirname(focus_validator.__file__)))
from focus_validator.main import main
sys.argv[0] = 'focus-validator'
main()`;

/** Every rule of the validator that a file fails, ascending; undefined where the validator is not named, which is said. */
export function failedFocusRules(file: string, criteria: readonly string[]): string[] | undefined {
  const python = process.env['FOCUS_VALIDATOR'];
  if (python === undefined) {
    process.stderr.write('FOCUS_VALIDATOR is not set: exports are held to our own table of the rules alone\n');
    return undefined;
  }
  const options = ['--validate-version', '1.2', '--block-download', '--applicability-criteria', criteria.join(',')];
  const { status, stdout, stderr } = runProgramSync(python, ['-c', VALIDATOR, '--data-file', file, ...options]);
  if (status !== 0 || !stdout.includes('PASS')) throw new Error(`the validator did not run: ${stderr.slice(-2_000)}`);
  return [...stdout.matchAll(/(\S+): FAIL\b/g)].map(([, rule]) => rule!).sort();
}
