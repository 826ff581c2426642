/** How a call fails. */
import type { Schemas } from './operations.js';

/** What a refusal says, RFC 9457. A proxy in between may answer with less. */
export type Problem = Schemas['Problem'];

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

/** Whether a call was refused with a code. */
export function isRefusal(error: unknown, code: Problem['code']): error is RequestRefused {
  return error instanceof RequestRefused && error.code === code;
}

const PARTS_SHOWN = 5;

function describeParts(problem: Partial<Problem>, detail: string): string {
  const errors = Array.isArray(problem.errors) ? (problem.errors as NonNullable<Problem['errors']>) : [];
  // A refusal with one part repeats its message as the detail; then only the place is news.
  const parts = errors.slice(0, PARTS_SHOWN).map(({ path, message }) => {
    const place = path === '' ? 'the body' : path;
    return message === detail ? place : `${place}: ${message}`;
  });
  if (errors.length > PARTS_SHOWN) parts.push(`and ${errors.length - PARTS_SHOWN} more`);
  return parts.length === 0 ? '' : ` [${parts.join('; ')}]`;
}
