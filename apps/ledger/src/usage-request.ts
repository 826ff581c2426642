/**
 * From an HTTP request to CloudEvents: one in structured mode, a batch, or one in binary mode, whose attributes stand in
 * `ce-` headers and whose body is its data. Source: CloudEvents 1.0.2, "HTTP Protocol Binding" section 3.
 */
import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isForeignName, readMediaType, requestDigest, RequestError } from '#platform';

/** Largest batch of one request. */
export const USAGE_EVENTS_MAX = 5_000;

export interface UsageRequest {
  /** As they came in; nothing of what they say has been checked. */
  readonly events: readonly unknown[];
  /** Whether the caller is told about its one event, or about each of a batch. */
  readonly isSingle: boolean;
}

const HEADER_PREFIX = 'ce-';
const ATTRIBUTE_NAME = /^[a-z0-9]{1,40}$/;
const VISIBLE = /^[\x20-\x7e]*$/;

/**
 * Reads the events of a request.
 *
 * @throws RequestError `BAD_REQUEST`, `TOO_MANY_EVENTS`; `VALIDATION_FAILED` for headers that are no attributes
 */
export function readUsageRequest(request: FastifyRequest): UsageRequest {
  const { body } = request;
  const { name } = readMediaType(request.headers['content-type']);
  if (isBinaryMode(request)) {
    return { events: [{ ...attributesOf(request), datacontenttype: name, data: body }], isSingle: true };
  }
  if (Array.isArray(body)) return { events: checkBatch(body as unknown[], name), isSingle: false };
  const isBatch = name === 'application/cloudevents-batch+json';
  if (typeof body === 'object' && body !== null && !isBatch) return { events: [body], isSingle: true };
  throw new RequestError(
    'BAD_REQUEST',
    isBatch
      ? 'A batch is a JSON array of CloudEvents.'
      : 'Send a CloudEvent as a JSON object, or a batch as a JSON array.',
  );
}

/**
 * SHA-256, hexadecimal, of all that a request says: in binary mode the headers are as much of the event as the body is.
 *
 * @throws RequestError `VALIDATION_FAILED` for headers that are no attributes
 */
export function usageDigest(request: FastifyRequest): string {
  const digest = requestDigest(request);
  if (!isBinaryMode(request)) return digest;
  const attributes = Object.entries(attributesOf(request)).sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', `${digest}\n${JSON.stringify(attributes)}`, 'hex');
}

function isBinaryMode({ headers }: FastifyRequest): boolean {
  const isStructured = readMediaType(headers['content-type']).name.startsWith('application/cloudevents');
  return !isStructured && headers['ce-specversion'] !== undefined;
}

function attributesOf({ raw }: FastifyRequest): Record<string, string> {
  return readAttributes(raw.rawHeaders);
}

function checkBatch(body: readonly unknown[], mediaType: string): readonly unknown[] {
  if (mediaType === 'application/cloudevents+json') {
    throw new RequestError(
      'BAD_REQUEST',
      'application/cloudevents+json holds one event; send a batch as application/cloudevents-batch+json.',
    );
  }
  if (body.length > USAGE_EVENTS_MAX) {
    throw new RequestError(
      'TOO_MANY_EVENTS',
      `The batch has ${body.length} events; send at most ${USAGE_EVENTS_MAX} at a time.`,
    );
  }
  return body;
}

/** @param rawHeaders names and values by turns, as Node received them: only there a repeated header can be seen */
function readAttributes(rawHeaders: readonly string[]): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const header = rawHeaders[at]!.toLowerCase();
    if (!header.startsWith(HEADER_PREFIX)) continue;
    const name = header.slice(HEADER_PREFIX.length);
    if (!ATTRIBUTE_NAME.test(name) || name === 'data' || isForeignName(name)) {
      throw refuse(header, 'does not name a CloudEvents attribute');
    }
    if (Object.hasOwn(attributes, name)) throw refuse(header, 'stands twice; send it once');
    attributes[name] = decodeValue(header, rawHeaders[at + 1]!);
  }
  return attributes;
}

/** Binding section 3.1.3.2: a quoted string is unquoted, then percent-encoded UTF-8 is decoded, once. */
function decodeValue(header: string, value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  const text = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1');
  try {
    if (VISIBLE.test(value)) return decodeURIComponent(text);
  } catch {
    // Bytes that are no UTF-8 become no character: two different ids could become one.
  }
  throw refuse(header, 'is not percent-encoded UTF-8; write é as %C3%A9 and % as %25');
}

function refuse(header: string, message: string): RequestError {
  return new RequestError('VALIDATION_FAILED', 'The request is not valid; mend what "errors" names.', [
    { path: header.slice(0, 100), message },
  ]);
}
