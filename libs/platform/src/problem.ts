import { HttpException } from '@nestjs/common';
import { DomainError, type DomainErrorCode } from '#domain';

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
  | 'PAGE_UNSOUND'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'READ_TIMED_OUT'
  | 'INTERNAL';

export type ProblemCode = DomainErrorCode | RequestErrorCode;

/**
 * The one table from code to HTTP status. 400: the request cannot be right anywhere. 404: what it names does not exist.
 * 409: right in itself, but the present state forbids it. 422: right in itself, but the books or rules refuse it.
 */
const STATUS: Readonly<Record<ProblemCode, number>> = {
  AMOUNT_INVALID: 400,
  IDENTIFIER_INVALID: 400,
  TIME_INVALID: 400,
  TIME_IN_FUTURE: 400,
  TIME_TOO_OLD: 400,
  QUANTITY_INVALID: 400,
  USAGE_INVALID: 400,
  PRICE_BOOK_INVALID: 400,
  SPLIT_POLICY_INVALID: 400,
  WALLET_INVALID: 400,
  SAME_HOLDER: 400,
  UNKNOWN_CUSTOMER: 404,
  UNKNOWN_PROVIDER: 404,
  UNKNOWN_HOLDER: 404,
  KEY_UNKNOWN: 404,
  NOT_FOUND: 404,
  VERSION_EXISTS: 409,
  PARTY_EXISTS: 409,
  KEY_EXISTS: 409,
  CHAIN_EXISTS: 409,
  KYC_TRANSITION_INVALID: 409,
  IDEMPOTENCY_CONFLICT: 409,
  SETTLEMENT_IN_PROGRESS: 409,
  SETTLEMENT_STEP_INVALID: 409,
  CHAIN_NOT_REGISTERED: 409,
  PARTITION_NOT_STOPPED: 409,
  PAGE_UNSOUND: 409,
  UNKNOWN_USAGE_TYPE: 422,
  UNKNOWN_MODEL: 422,
  UNKNOWN_METER: 422,
  NO_PRICE_BOOK: 422,
  NO_SPLIT_POLICY: 422,
  CHAIN_UNFIT: 422,
  INSUFFICIENT_FUNDS: 422,
  CUSTOMER_SUSPENDED: 422,
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
  INTERNAL: 500,
  READ_TIMED_OUT: 503,
  UNAVAILABLE: 503,
};

/** Every code that an answer may carry: the API document lists them. */
export const PROBLEM_CODES = Object.keys(STATUS) as readonly ProblemCode[];

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
  readonly code: ProblemCode;
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

/** A problem and what the answer needs beside its body. `isBug` asks the caller to log the error with its stack. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number;
  readonly isBug: boolean;
}

/** Turns anything thrown into the problem that the client may see. Internals of a bug never leave the process. */
export function describeProblem(error: unknown, requestId?: string): ProblemAnswer {
  const answer = (
    code: ProblemCode,
    detail: string,
    rest: { errors?: readonly ProblemPart[]; retryAfterSeconds?: number; isBug?: boolean } = {},
  ): ProblemAnswer => ({
    problem: {
      type: `urn:airtime:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title: titleOf(code),
      // A code younger than the table can only reach here from untyped code; refusing is then the safe reading.
      status: STATUS[code] ?? 422,
      detail,
      code,
      ...(rest.errors === undefined ? {} : { errors: rest.errors }),
      ...(requestId === undefined ? {} : { requestId }),
    },
    isBug: rest.isBug ?? false,
    ...(rest.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: rest.retryAfterSeconds }),
  });

  if (error instanceof DomainError) {
    const errors = error.path === undefined ? undefined : [{ path: error.path, message: error.message }];
    return answer(error.code, error.message, errors === undefined ? {} : { errors });
  }
  if (error instanceof RequestError) {
    const { retryAfterSeconds } = error as { retryAfterSeconds?: number };
    return answer(error.code, error.message, {
      ...(error.errors === undefined ? {} : { errors: error.errors }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
  const retryAfterSeconds = retryAfterOf(error);
  if (retryAfterSeconds !== undefined) {
    const detail =
      error instanceof Unavailable ? error.message : 'A part of the service is away; send the request again.';
    return answer('UNAVAILABLE', detail, { retryAfterSeconds });
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const [code, detail] = describeHttpException(error);
    return answer(code, detail);
  }
  if (error instanceof HttpException && error.getStatus() === 503) {
    return answer('UNAVAILABLE', 'The service is not ready; send the request again.', { retryAfterSeconds: 1 });
  }
  const reference = requestId === undefined ? '' : ` and give the request id ${requestId}`;
  return answer('INTERNAL', `The service failed in a way it should not. Report it${reference}.`, { isBug: true });
}

function titleOf(code: ProblemCode): string {
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

/** What Nest and Fastify refuse by themselves, said in our words. */
function describeHttpException(error: HttpException): [RequestErrorCode | 'NOT_FOUND', string] {
  switch (error.getStatus()) {
    case 401:
      return ['UNAUTHENTICATED', error.message];
    case 403:
      return ['FORBIDDEN', error.message];
    case 404:
      return error.message.startsWith('Cannot ')
        ? ['ROUTE_NOT_FOUND', `No such route (${error.message}); the routes are listed under /docs.`]
        : ['NOT_FOUND', error.message];
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
