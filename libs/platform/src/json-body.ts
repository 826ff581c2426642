import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { JsonFault } from './json-faults.js';
import { readMediaType } from './media-type.js';
import { RequestError } from './problem.js';
import { faultyMembers, readJson } from './strict-json.js';

/** Deepest nesting of arrays and objects: what comes after is recursive and must not be led to overflow its stack. */
export const JSON_DEPTH_MAX = 32;

const JSON_MEDIA_TYPES = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
] as const;

/**
 * Takes JSON in its three content types and nothing else; the received bytes stay on the request as `rawBody`.
 *
 * @param receive reads the bytes, within its bounds
 */
export function acceptJsonBodies(
  fastify: Pick<FastifyInstance, 'removeAllContentTypeParsers' | 'addContentTypeParser' | 'addHook'>,
  receive: (request: FastifyRequest) => Promise<Buffer>,
) {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('preParsing', (request, reply, _payload, done) => done(refuseEncoding(request, reply)));
  const parse = async (request: FastifyRequest): Promise<unknown> => {
    request.rawBody = await receive(request);
    return parseJson(request.rawBody);
  };
  for (const type of JSON_MEDIA_TYPES) fastify.addContentTypeParser(type, parse);
}

/** Refuses a body that is packed, or a text in another character set, before a byte of it is read. */
function refuseEncoding({ headers }: FastifyRequest, reply: FastifyReply): RequestError | null {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    // RFC 9110 section 12.5.3: so a client sees that the coding is the reason, and which ones would do.
    reply.header('accept-encoding', 'identity');
    return new RequestError('UNSUPPORTED_MEDIA_TYPE', 'Bodies are read without a content coding; send it unpacked.');
  }
  if (!readMediaType(headers['content-type']).isUtf8) {
    return new RequestError('UNSUPPORTED_MEDIA_TYPE', 'Bodies are read as UTF-8; send it with charset=utf-8 or none.');
  }
  return null;
}

/**
 * One element of an array that may not be taken as it stands. It takes the element's place, so that the others can go
 * on: no check of a form takes it.
 */
export class RefusedElement {
  constructor(
    /** The element's own id, if it has one. */
    readonly id: unknown,
    readonly error: RequestError,
  ) {}
}

/**
 * The JSON value in a body; undefined for an empty one. Elements of an array that have members which may not be there are
 * replaced by a {@link RefusedElement}.
 *
 * @throws RequestError `MALFORMED_JSON`, `JSON_TOO_DEEP`, `VALIDATION_FAILED`
 */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const read = readJson(bytes, JSON_DEPTH_MAX);
  if ('refused' in read) throw new RequestError(read.refused, `The body ${read.reason}.`);
  const { value, faults } = read;
  if (faults.length === 0) return value;
  if (!Array.isArray(value)) throw faultyMembers(faults);
  refuseElements(value as unknown[], faults);
  return value;
}

function refuseElements(elements: unknown[], faults: readonly JsonFault[]): void {
  const byElement = new Map<number, JsonFault[]>();
  for (const { path, message } of faults) {
    const [index, ...rest] = path;
    const known = byElement.get(index as number);
    if (known === undefined) byElement.set(index as number, [{ path: rest, message }]);
    else known.push({ path: rest, message });
  }
  for (const [index, own] of byElement) {
    const element = elements[index] as { readonly id?: unknown };
    elements[index] = new RefusedElement(element.id, faultyMembers(own));
  }
}
