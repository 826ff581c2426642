import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from './problem.js';

/** Largest request body, in bytes: a full batch of 5,000 usage events fits, a careless dump does not. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
/** Deepest nesting of arrays and objects: what comes after is recursive and must not be led to overflow its stack. */
export const JSON_DEPTH_MAX = 32;

const JSON_MEDIA_TYPES = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
] as const;

/** Takes JSON in its three content types and nothing else; the received bytes stay on the request as `rawBody`. */
export function acceptJsonBodies(
  fastify: Pick<FastifyInstance, 'removeAllContentTypeParsers' | 'addContentTypeParser'>,
) {
  fastify.removeAllContentTypeParsers();
  const parse = (
    request: FastifyRequest,
    body: string | Buffer,
    done: (error: Error | null, value?: unknown) => void,
  ) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    request.rawBody = bytes;
    try {
      done(null, parseJson(bytes));
    } catch (error) {
      done(error as Error);
    }
  };
  for (const type of JSON_MEDIA_TYPES) {
    fastify.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, parse);
  }
}

/**
 * The JSON value in a body; undefined for an empty one.
 *
 * @throws RequestError `MALFORMED_JSON`, `JSON_TOO_DEEP`
 */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  // Undecodable bytes would silently become U+FFFD: two different bodies could then carry the same ids.
  if (!isUtf8(bytes))
    throw new RequestError('MALFORMED_JSON', 'The body is not UTF-8 text; send JSON encoded as UTF-8.');
  refuseDeepNesting(bytes);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RequestError(
      'MALFORMED_JSON',
      `The body is not valid JSON (${reasonOf(error)}); check it and send it again.`,
    );
  }
  // Only a body that spells the name, plainly or by escapes, pays for the search.
  if (text.includes('__proto__') || /\\u005f/i.test(text)) refusePrototypeKeys(value);
  return value;
}

/** V8 quotes part of the body in its message; the position alone says enough. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return (
    /at position \d+/.exec(message)?.[0] ??
    (message.startsWith('Unexpected end') ? 'it ends too early' : 'syntax error')
  );
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Counts before parsing, so that a hostile body costs one pass over its bytes and no objects. */
function refuseDeepNesting(bytes: Buffer): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > JSON_DEPTH_MAX) {
        throw new RequestError(
          'JSON_TOO_DEEP',
          `The body nests deeper than ${JSON_DEPTH_MAX} levels; send it flatter.`,
        );
      }
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
}

/** Such a key turns into a prototype when an object is copied property by property. */
function refusePrototypeKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, '__proto__')) {
    throw new RequestError('MALFORMED_JSON', 'The body has a property named __proto__; remove it.');
  }
  for (const part of Object.values(value)) refusePrototypeKeys(part);
}
