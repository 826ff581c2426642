/** What can go wrong, and with which exit code each ends. */
import type { Problem } from '#platform';

/** 0: fine. 1: the command did its work and found problems. 2: it could not do its work. */
export const EXIT = { fine: 0, problemsFound: 1, failed: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was called wrongly, or on a file that cannot be what it was said to be. */
export class UsageMistake extends Error {
  override readonly name = 'UsageMistake';
}

/** The service cannot be reached, or does not answer as Airtime does. */
export class ServiceUnreachable extends Error {
  override readonly name = 'ServiceUnreachable';
}

/** The service refused a request. The message is one readable line with code, detail and path. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;
  readonly code: string;
  readonly detail: string;

  constructor(status: number, problem: Partial<Problem>) {
    const code = problem.code ?? `HTTP_${status}`;
    const detail = problem.detail ?? problem.title ?? 'the service gave no reason';
    super(`${code}: ${detail}${describeParts(problem, detail)}`);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

const PARTS_SHOWN = 5;

function describeParts(problem: Partial<Problem>, detail: string): string {
  const errors = Array.isArray(problem.errors) ? problem.errors : [];
  // A refusal with one part repeats its message as the detail; then only the place is news.
  const parts = errors.slice(0, PARTS_SHOWN).map(({ path, message }) => {
    const place = path === '' ? 'the body' : path;
    return message === detail ? place : `${place}: ${message}`;
  });
  if (errors.length > PARTS_SHOWN) parts.push(`and ${errors.length - PARTS_SHOWN} more`);
  return parts.length === 0 ? '' : ` [${parts.join('; ')}]`;
}
