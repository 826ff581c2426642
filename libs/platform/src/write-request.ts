/** What a handler of a write needs to know of its request, in one parameter: `@Write() write: WriteRequest`. */
import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Provenance, RequestIdentity } from '#domain';
import { callerOf } from './auth.js';
import { describeIdempotencyKey, readIdempotencyKey, requestDigest } from './idempotency.js';
import type { KeyGrant } from './keys.js';
import { currentRequestId } from './request-context.js';

/** The members that a command takes over from its request. */
export interface CommandContext {
  /** When the request came in, RFC 3339 UTC with milliseconds. */
  readonly time: string;
  /** Who asks, and by which request. */
  readonly provenance: Provenance;
  /** By what a repetition is known; absent for a request without an Idempotency-Key. */
  readonly request?: RequestIdentity;
}

/** A request that writes. */
export interface WriteRequest extends CommandContext {
  readonly caller: KeyGrant;
}

export interface WriteOptions {
  /**
   * The Idempotency-Key. `required`, the default, for whatever moves value; `optional` where a repetition does no harm;
   * `none` where an answer cannot be repeated, since it shows a secret.
   */
  readonly key?: 'required' | 'optional' | 'none';
  /** Digest of all that the request says, SHA-256 in hexadecimal. Default: {@link requestDigest}. */
  readonly digest?: (request: FastifyRequest) => string;
}

const readWrite = createParamDecorator(
  ({ key = 'required', digest = requestDigest }: WriteOptions, context: ExecutionContext): WriteRequest => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = callerOf(request);
    const text = key === 'none' ? undefined : readIdempotencyKey(request.headers, key === 'required');
    return {
      caller,
      time: new Date().toISOString(),
      provenance: { actor: `key:${caller.id}`, origin: `request:${currentRequestId() ?? ''}` },
      ...(text === undefined ? {} : { request: identityOf(caller, text, digest(request)) }),
    };
  },
);

/**
 * The {@link WriteRequest} of the request being handled. A request without a key that needs one, or with a malformed one, is
 * 400 (`IDEMPOTENCY_KEY_REQUIRED`, `IDEMPOTENCY_KEY_INVALID`). Only on routes that are not public.
 */
export function Write(options: WriteOptions = {}): ParameterDecorator {
  const take = readWrite(options);
  return (target, method, index) => {
    take(target, method, index);
    if (options.key !== 'none') describeIdempotencyKey(target, method, (options.key ?? 'required') === 'required');
  };
}

/** The members that a command takes over, and nothing else. */
export function commandContext({ time, provenance, request }: CommandContext): CommandContext {
  return { time, provenance, ...(request === undefined ? {} : { request }) };
}

/**
 * The Idempotency-Key as the journal keeps it: two callers may use the same text, and a key may be personal, so it is
 * kept as a hash together with the caller.
 */
function identityOf(caller: KeyGrant, key: string, digest: string): RequestIdentity {
  return {
    key: createHash('sha256').update(`${caller.id}\n${key}`).digest('hex').slice(0, 32),
    digest: digest.slice(0, 32),
  };
}
