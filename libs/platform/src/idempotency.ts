import { createHash } from 'node:crypto';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RequestError } from './problem.js';

const HEADER = 'idempotency-key';
const KEY_PATTERN = /^[\x21-\x7e]{1,200}$/;

/** Reads and checks the `Idempotency-Key` header: 1 to 200 visible ASCII characters. */
export function readIdempotencyKey(headers: FastifyRequest['headers'], required: boolean): string | undefined {
  const value = headers[HEADER];
  if (value === undefined) {
    if (!required) return undefined;
    throw refuse(
      'IDEMPOTENCY_KEY_REQUIRED',
      'Send an Idempotency-Key header (e.g. a UUID): it makes a repeated call safe.',
    );
  }
  if (typeof value !== 'string' || !KEY_PATTERN.test(value)) {
    throw refuse(
      'IDEMPOTENCY_KEY_INVALID',
      'Idempotency-Key must be 1 to 200 visible ASCII characters without blanks.',
    );
  }
  return value;
}

/**
 * SHA-256 (hexadecimal) of method, path and the body as it was received: two requests under one idempotency key are the
 * same request only if these agree to the byte. The query takes no part: no command carries one.
 */
export function requestDigest(request: Pick<FastifyRequest, 'method' | 'url' | 'rawBody'>): string {
  const path = request.url.split('?', 1)[0] ?? '';
  const digest = createHash('sha256').update(`${request.method} ${path}\n`, 'utf8');
  if (request.rawBody !== undefined) digest.update(request.rawBody);
  return digest.digest('hex');
}

/** Puts the header into the API document of a route. */
export function describeIdempotencyKey(target: object, method: string | symbol | undefined, required: boolean): void {
  if (method === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(target, method);
  if (descriptor === undefined) return;
  ApiHeader(
    required
      ? { name: 'Idempotency-Key', required }
      : {
          name: 'Idempotency-Key',
          description: 'the same key with the same body is answered once; required where the call moves value',
          required,
          schema: { type: 'string', minLength: 1, maxLength: 200 },
        },
  )(target, method, descriptor);
}

function refuse(code: 'IDEMPOTENCY_KEY_REQUIRED' | 'IDEMPOTENCY_KEY_INVALID', message: string): RequestError {
  return new RequestError(code, message, [{ path: 'Idempotency-Key', message }]);
}
