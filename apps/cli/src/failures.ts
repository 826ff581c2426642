/** With which exit code a command ends, and how it is called wrongly. Failures of the service are #client's. */
/** 0: fine. 1: the command did its work and found problems. 2: it could not do its work. */
export const EXIT = { fine: 0, problemsFound: 1, failed: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was called wrongly, or on a file that cannot be what it was said to be. */
export class UsageMistake extends Error {
  override readonly name = 'UsageMistake';
}
