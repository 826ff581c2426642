/**
 * CloudEvents over Kafka: one message becomes one plain structured event, whichever mode its producer chose. Only the
 * envelope is judged here, what the event says is judged where HTTP's events are judged too.
 * Source: CloudEvents 1.0.2, "Kafka Protocol Binding" sections 3.1-3.3 and "JSON Event Format".
 *
 * Written by hand because it runs for every message; a spec holds it to the verdicts of the `cloudevents` package.
 */
import { isUtf8 } from 'node:buffer';
import { faultyMembers, isForeignName, readJson, readMediaType, type JsonPath } from '#platform';
import type { UsageMessage } from './usage-message.js';

/** A CloudEvent 1.0 with the attributes and extensions it came with; only `specversion` has been checked. */
export type CloudEventObject = { readonly specversion: '1.0' } & Readonly<Record<string, unknown>>;

export type CloudEventFault =
  | 'EMPTY_MESSAGE'
  | 'MESSAGE_TOO_LARGE'
  | 'MALFORMED_JSON'
  | 'JSON_TOO_DEEP'
  | 'NOT_A_CLOUDEVENT'
  | 'VALIDATION_FAILED'
  | 'TIME_INVALID'
  | 'UNSUPPORTED_CONTENT_TYPE';

export type CloudEventReading =
  { readonly event: CloudEventObject } | { readonly code: CloudEventFault; readonly detail: string };

/** Largest message value, in bytes. */
export const EVENT_BYTES_MAX = 64 * 1024;
/** Deepest nesting of arrays and objects inside an event, the event itself included. */
export const EVENT_DEPTH_MAX = 16;

const STRUCTURED = 'application/cloudevents';
const STRUCTURED_JSON = 'application/cloudevents+json';
const DETAIL_LENGTH_MAX = 1_000;
const LAST_INSTANT_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const ATTRIBUTE_PREFIX = 'ce_';
const ATTRIBUTE_NAME = /^[a-z0-9]{1,40}$/;

/**
 * Reads the event in a message, in structured or binary mode; the subject of a binary event defaults to its key. An event
 * without a time of its own happened when its message was made, so the message must then say when.
 */
export function cloudEventFromMessage(message: UsageMessage): CloudEventReading {
  const reading = readEvent(message);
  if ('code' in reading || (reading.event['time'] ?? undefined) !== undefined) return reading;
  return isInstant(message.timestampMs) ? reading : fault('TIME_INVALID', timestampFault(message.timestampMs));
}

function readEvent(message: UsageMessage): CloudEventReading {
  const { value, headers } = message;
  if (value === null || value.length === 0) return fault('EMPTY_MESSAGE', 'the message has no value');
  if (value.length > EVENT_BYTES_MAX) {
    return fault('MESSAGE_TOO_LARGE', `the value has ${value.length} bytes; at most ${EVENT_BYTES_MAX} are accepted`);
  }
  const contentType = headers['content-type'];
  // What our own producer writes needs no work.
  if (contentType === STRUCTURED_JSON) return readStructured(value);
  if (contentType !== undefined && typeof contentType !== 'string') {
    return fault('UNSUPPORTED_CONTENT_TYPE', 'the header content-type is not UTF-8 text');
  }
  const { name, isUtf8: isReadable } = readMediaType(contentType);
  if (!isReadable) return fault('UNSUPPORTED_CONTENT_TYPE', `${shown(contentType ?? '')}: send it as UTF-8`);
  if (!name.startsWith(STRUCTURED) && headers['ce_specversion'] !== undefined) return readBinary(message, value, name);
  if (name.startsWith(STRUCTURED) && name !== STRUCTURED_JSON) {
    return fault('UNSUPPORTED_CONTENT_TYPE', `${shown(name)}: send one event as ${STRUCTURED_JSON}`);
  }
  return readStructured(value);
}

function readStructured(value: Buffer): CloudEventReading {
  const parsed = parse(value, EVENT_DEPTH_MAX, []);
  return 'code' in parsed ? parsed : asEvent(parsed.json);
}

function readBinary(message: UsageMessage, value: Buffer, mediaType: string): CloudEventReading {
  const { headers, key } = message;
  if (mediaType !== '' && mediaType !== 'application/json' && !mediaType.endsWith('+json')) {
    return fault('UNSUPPORTED_CONTENT_TYPE', `${shown(mediaType)}: data must be JSON`);
  }
  const parsed = parse(value, EVENT_DEPTH_MAX - 1, ['data']);
  if ('code' in parsed) return parsed;
  const event: Record<string, unknown> = {};
  for (const header in headers) {
    if (!header.startsWith(ATTRIBUTE_PREFIX)) continue;
    const name = header.slice(ATTRIBUTE_PREFIX.length);
    if (!ATTRIBUTE_NAME.test(name) || name === 'data' || isForeignName(name)) {
      return fault('NOT_A_CLOUDEVENT', `header ${shown(header)} does not name a CloudEvents attribute`);
    }
    if (typeof headers[header] !== 'string') return fault('NOT_A_CLOUDEVENT', `header ${header} is not UTF-8 text`);
    event[name] = headers[header];
  }
  if (event['subject'] === undefined && key !== null && isUtf8(key)) event['subject'] = key.toString('utf8');
  if (mediaType !== '') event['datacontenttype'] = headers['content-type'];
  event['data'] = parsed.json;
  return asEvent(event);
}

function asEvent(json: unknown): CloudEventReading {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return fault('NOT_A_CLOUDEVENT', 'the value is not a JSON object; send one CloudEvent per message');
  }
  if ((json as Record<string, unknown>)['specversion'] !== '1.0') {
    return fault('NOT_A_CLOUDEVENT', 'specversion "1.0" is missing: the value is no CloudEvents 1.0 event');
  }
  return { event: json as CloudEventObject };
}

function parse(
  value: Buffer,
  levels: number,
  place: JsonPath,
): { readonly json: unknown } | { readonly code: CloudEventFault; readonly detail: string } {
  const read = readJson(value, levels);
  if ('refused' in read) return fault(read.refused, `the value ${read.reason}`);
  if (read.faults.length === 0) return { json: read.value };
  const { errors = [] } = faultyMembers(
    read.faults.map(({ path, message }) => ({ path: [...place, ...path], message })),
  );
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return fault('VALIDATION_FAILED', detail.slice(0, DETAIL_LENGTH_MAX));
}

/** RFC 3339 knows the years 0 to 9999; a timestamp in microseconds lies far beyond, and -1 is Kafka's for none. */
function isInstant(timestampMs: number): boolean {
  return timestampMs >= 0 && timestampMs <= LAST_INSTANT_MS;
}

function timestampFault(timestampMs: number): string {
  return `the event has no time, and the message's timestamp ${timestampMs} is no time in milliseconds since 1970`;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function fault(code: CloudEventFault, detail: string): { readonly code: CloudEventFault; readonly detail: string } {
  return { code, detail };
}
