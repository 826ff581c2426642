import { HttpException } from '@nestjs/common';
import { commonRefusal, DomainError, type RefusalKind } from '#domain';

/** Refusals that belong to the HTTP edge; everything else is a {@link DomainError}. */
export type RequestErrorCode =
  | 'BAD_REQUEST'
  | 'MALFORMED_JSON'
  | 'JSON_TOO_DEEP'
  | 'VALIDATION_FAILED'
  | 'CURSOR_INVALID'
  | 'IDEMPOTENCY_KEY_REQUIRED'
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'ROUTE_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_TIMEOUT'
  | 'HEADERS_TOO_LARGE'
  | 'EXPECTATION_FAILED'
  | 'BODY_TOO_LARGE'
  | 'TOO_MANY_EVENTS'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'PARTITION_NOT_STOPPED'
  | 'JOB_ENDED'
  | 'PAGE_UNSOUND'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'READ_TIMED_OUT'
  | 'NOT_CLOSED_YET'
  | 'CLOCK_AHEAD'
  | 'CLOCKS_APART'
  | 'INTERNAL';

const STATUS_OF_KIND: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  unknown: 404,
  conflict: 409,
  refused: 422,
};

const STATUS_OF_REQUEST: Readonly<Record<RequestErrorCode, number>> = {
  BAD_REQUEST: 400,
  MALFORMED_JSON: 400,
  JSON_TOO_DEEP: 400,
  VALIDATION_FAILED: 400,
  CURSOR_INVALID: 400,
  IDEMPOTENCY_KEY_REQUIRED: 400,
  IDEMPOTENCY_KEY_INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  EXPECTATION_FAILED: 417,
  HEADERS_TOO_LARGE: 431,
  BODY_TOO_LARGE: 413,
  TOO_MANY_EVENTS: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  PARTITION_NOT_STOPPED: 409,
  JOB_ENDED: 409,
  PAGE_UNSOUND: 409,
  INTERNAL: 500,
  READ_TIMED_OUT: 503,
  NOT_CLOSED_YET: 503,
  CLOCK_AHEAD: 503,
  CLOCKS_APART: 503,
  UNAVAILABLE: 503,
};

/** The codes of the HTTP edge itself; an answer carries one of these or a refusal's. */
export const REQUEST_CODES: readonly string[] = Object.keys(STATUS_OF_REQUEST);

/** One offending part of the input: `path` like `meters.gpu_ms` or `items[3].id`, `message` says what to do. */
export interface ProblemPart {
  readonly path: string;
  readonly message: string;
}

/** An RFC 9457 problem document. `requestId` is in the service's log lines too. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** A {@link RequestErrorCode} or the code of a refusal. */
  readonly code: string;
  readonly errors?: readonly ProblemPart[];
  readonly requestId?: string;
}

/** A request refused at the edge, before any command was made. */
export class RequestError extends Error {
  constructor(
    readonly code: RequestErrorCode,
    message: string,
    readonly errors?: readonly ProblemPart[],
  ) {
    super(message);
    this.name = 'RequestError';
  }
}

/** A known path that does not take the method; the answer's `Allow` names those that it takes. */
export class MethodNotAllowed extends RequestError {
  constructor(
    message: string,
    readonly allow: readonly string[],
  ) {
    super('METHOD_NOT_ALLOWED', message);
    this.name = 'MethodNotAllowed';
  }
}

/** Nothing stands under this method and path. */
export function routeNotFound(method: string, url: string): RequestError {
  return new RequestError(
    'ROUTE_NOT_FOUND',
    `No such route (${method} ${shownPath(url)}); the routes are listed under /docs.`,
  );
}

export function methodNotAllowed(method: string, url: string, allow: readonly string[]): MethodNotAllowed {
  return new MethodNotAllowed(`${shownPath(url)} does not take ${method}; it takes ${allow.join(', ')}.`, allow);
}

const PATH_LENGTH_SHOWN = 200;

/** A caller's path as it may stand in an answer or a log: without its query, bounded. */
export function shownPath(url: string): string {
  const path = url.split('?', 1)[0] ?? '';
  return path.length > PATH_LENGTH_SHOWN ? `${path.slice(0, PATH_LENGTH_SHOWN)}…` : path;
}

/** An engine behind the service is away: nothing is wrong with the request, and the same one may be sent again. */
export class Unavailable extends Error {
  readonly retriable = true;

  /** @param retryAfterSeconds whole seconds, at least 1, after which another try makes sense. */
  constructor(
    message: string,
    readonly retryAfterSeconds = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Unavailable';
  }
}

/** A read took longer than reads may: it is not tried again by itself, for it would take as long. */
export class ReadTimedOut extends RequestError {
  readonly retryAfterSeconds = 5;

  constructor({ cause }: { readonly cause?: unknown } = {}) {
    super('READ_TIMED_OUT', 'The read took too long and was ended; ask for a shorter period or a smaller page.');
    this.name = 'ReadTimedOut';
    this.cause = cause;
  }
}

/** An instant that is over and not closed yet: more may still be recorded at it, so nothing is answered for it. */
export class NotClosedYet extends RequestError {
  constructor(
    message: string,
    readonly retryAfterSeconds = 2,
  ) {
    super('NOT_CLOSED_YET', message);
    this.name = 'NotClosedYet';
  }
}

/**
 * A shard's newest page is ahead of the clock, since the clock of whoever wrote it was. What was recorded lately stands at times
 * that are yet to come, so an instant in between is not answered before they have come.
 */
export class ClockAhead extends RequestError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('CLOCK_AHEAD', message);
    this.name = 'ClockAhead';
  }
}

/** This process's clock is apart from that of the journal's store: what it wrote would have a wrong time. */
export class ClocksDiffer extends RequestError {
  readonly retryAfterSeconds = 5;

  constructor(message: string, { cause }: { readonly cause?: unknown } = {}) {
    super('CLOCKS_APART', message);
    this.name = 'ClocksDiffer';
    this.cause = cause;
  }
}

/** A problem and what the answer needs beside its body. `isBug` asks the caller to log the error with its stack. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number;
  readonly isBug: boolean;
}

/** Turns anything thrown into the problem that the client may see. Internals of a bug never leave the process. */
export function describeProblem(error: unknown, requestId?: string): ProblemAnswer {
  const answer = (
    code: string,
    status: number,
    detail: string,
    rest: { errors?: readonly ProblemPart[]; retryAfterSeconds?: number; isBug?: boolean } = {},
  ): ProblemAnswer => ({
    problem: {
      type: `urn:airtime:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title: titleOf(code),
      status,
      detail,
      code,
      ...(rest.errors === undefined ? {} : { errors: rest.errors }),
      ...(requestId === undefined ? {} : { requestId }),
    },
    isBug: rest.isBug ?? false,
    ...(rest.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: rest.retryAfterSeconds }),
  });

  const answerRequest = (code: RequestErrorCode, detail: string, rest?: Parameters<typeof answer>[3]) =>
    answer(code, STATUS_OF_REQUEST[code], detail, rest);

  if (error instanceof DomainError) {
    const errors = error.path === undefined ? undefined : [{ path: error.path, message: error.message }];
    return answer(error.code, STATUS_OF_KIND[error.kind], error.message, errors === undefined ? {} : { errors });
  }
  if (error instanceof RequestError) {
    const { retryAfterSeconds } = error as { retryAfterSeconds?: number };
    return answerRequest(error.code, error.message, {
      ...(error.errors === undefined ? {} : { errors: error.errors }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
  const retryAfterSeconds = retryAfterOf(error);
  if (retryAfterSeconds !== undefined) {
    const detail =
      error instanceof Unavailable ? error.message : 'A part of the service is away; send the request again.';
    return answerRequest('UNAVAILABLE', detail, { retryAfterSeconds });
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    return isMissing(error)
      ? describeProblem(commonRefusal('NOT_FOUND', error.message), requestId)
      : answerRequest(...describeHttpException(error));
  }
  if (error instanceof HttpException && error.getStatus() === 503) {
    return answerRequest('UNAVAILABLE', 'The service is not ready; send the request again.', { retryAfterSeconds: 1 });
  }
  const reference = requestId === undefined ? '' : ` and give the request id ${requestId}`;
  return answerRequest('INTERNAL', `The service failed in a way it should not. Report it${reference}.`, {
    isBug: true,
  });
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return (words.charAt(0).toUpperCase() + words.slice(1)).replaceAll('json', 'JSON');
}

/**
 * Adapters may throw their own classes: `retriable === true` is the sign that all of them share. What a driver throws by
 * itself while its server is away carries the system's or PostgreSQL's code.
 */
function retryAfterOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { retriable, retryAfterSeconds, code } = error as Record<string, unknown>;
  if (retriable !== true && !(typeof code === 'string' && CONNECTION_CODES.test(code))) return undefined;
  return typeof retryAfterSeconds === 'number' && Number.isFinite(retryAfterSeconds)
    ? Math.max(1, Math.ceil(retryAfterSeconds))
    : 1;
}

/** A lost or refused connection, and SQLSTATE 08 (connection), 53 (resources), 57P01 to 57P03 (shutting down, starting). */
const CONNECTION_CODES =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08[0-9A-Z]{3}|53[0-9A-Z]{3}|57P0[1-3])$/;

/** A handler's own 404; Nest's says that it cannot find the route. */
function isMissing(error: HttpException): boolean {
  return error.getStatus() === 404 && !error.message.startsWith('Cannot ');
}

/** What Nest and Fastify refuse by themselves, said in our words. */
function describeHttpException(error: HttpException): [RequestErrorCode, string] {
  switch (error.getStatus()) {
    case 401:
      return ['UNAUTHENTICATED', error.message];
    case 403:
      return ['FORBIDDEN', error.message];
    case 404:
      return ['ROUTE_NOT_FOUND', `No such route (${error.message}); the routes are listed under /docs.`];
    case 413:
      return ['BODY_TOO_LARGE', 'The body is larger than this service takes; send smaller batches.'];
    case 415:
      return ['UNSUPPORTED_MEDIA_TYPE', 'Send JSON with the content-type application/json or a CloudEvents JSON type.'];
    case 429:
      return ['RATE_LIMITED', 'Too many requests; wait for the Retry-After seconds, or send batches.'];
    default:
      return ['BAD_REQUEST', error.message];
  }
}
