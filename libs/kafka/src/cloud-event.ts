/**
 * CloudEvents over Kafka: one message becomes one plain structured event, whichever mode its producer chose. Only the
 * envelope is judged here, what the event says is judged where HTTP's events are judged too.
 * Source: CloudEvents 1.0.2, "Kafka Protocol Binding" sections 3.1-3.3 and "JSON Event Format".
 *
 * Written by hand because it runs for every message; a spec holds it to the verdicts of the `cloudevents` package.
 */
import { isUtf8 } from 'node:buffer';
import type { UsageMessage } from './usage-message.js';

/** A CloudEvent 1.0 with whatever attributes and extensions it came with; nothing but `specversion` has been checked. */
export type CloudEventObject = { readonly specversion: '1.0' } & Readonly<Record<string, unknown>>;

export type CloudEventFault =
  | 'EMPTY_MESSAGE'
  | 'MESSAGE_TOO_LARGE'
  | 'MALFORMED_JSON'
  | 'JSON_TOO_DEEP'
  | 'NOT_A_CLOUDEVENT'
  | 'UNSUPPORTED_CONTENT_TYPE';

export type CloudEventReading =
  { readonly event: CloudEventObject } | { readonly code: CloudEventFault; readonly detail: string };

/** Largest message value, in bytes. */
export const EVENT_BYTES_MAX = 64 * 1024;
/** Deepest nesting of arrays and objects inside an event, the event itself included. */
export const EVENT_DEPTH_MAX = 16;

const STRUCTURED = 'application/cloudevents';
const ATTRIBUTE_PREFIX = 'ce_';
const ATTRIBUTE_NAME = /^[a-z0-9]{1,40}$/;

/** Reads the event in a message, in structured or binary mode; the subject of a binary event defaults to its key. */
export function cloudEventFromMessage(message: UsageMessage): CloudEventReading {
  const { value, headers } = message;
  if (value === null || value.length === 0) return fault('EMPTY_MESSAGE', 'the message has no value');
  if (value.length > EVENT_BYTES_MAX) {
    return fault('MESSAGE_TOO_LARGE', `the value has ${value.length} bytes; at most ${EVENT_BYTES_MAX} are accepted`);
  }
  const contentType = mediaTypeOf(headers['content-type']);
  if (!contentType.startsWith(STRUCTURED) && headers['ce_specversion'] !== undefined) {
    return readBinary(message, value, contentType);
  }
  if (contentType.startsWith(STRUCTURED) && contentType !== 'application/cloudevents+json') {
    return fault('UNSUPPORTED_CONTENT_TYPE', `${shown(contentType)}: send one event as application/cloudevents+json`);
  }
  const parsed = parse(value);
  return 'code' in parsed ? parsed : asEvent(parsed.json);
}

function readBinary(message: UsageMessage, value: Buffer, contentType: string): CloudEventReading {
  if (contentType !== '' && contentType !== 'application/json' && !contentType.endsWith('+json')) {
    return fault('UNSUPPORTED_CONTENT_TYPE', `${shown(contentType)}: data must be JSON`);
  }
  const parsed = parse(value);
  if ('code' in parsed) return parsed;
  const event: Record<string, unknown> = {};
  for (const header in message.headers) {
    if (!header.startsWith(ATTRIBUTE_PREFIX)) continue;
    const name = header.slice(ATTRIBUTE_PREFIX.length);
    if (!ATTRIBUTE_NAME.test(name) || name === 'data') {
      return fault('NOT_A_CLOUDEVENT', `header ${shown(header)} does not name a CloudEvents attribute`);
    }
    event[name] = message.headers[header];
  }
  if (event['subject'] === undefined && message.key !== null && isUtf8(message.key)) {
    event['subject'] = message.key.toString('utf8');
  }
  if (contentType !== '') event['datacontenttype'] = message.headers['content-type'];
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
  if (isDeeperThan(json, EVENT_DEPTH_MAX)) {
    return fault('JSON_TOO_DEEP', `the event nests deeper than ${EVENT_DEPTH_MAX} levels`);
  }
  return { event: json as CloudEventObject };
}

function parse(
  value: Buffer,
): { readonly json: unknown } | { readonly code: CloudEventFault; readonly detail: string } {
  // Undecodable bytes would silently become U+FFFD: two different messages could then carry the same id.
  if (!isUtf8(value)) return fault('MALFORMED_JSON', 'the value is not UTF-8 text');
  try {
    return { json: JSON.parse(value.toString('utf8')) as unknown };
  } catch {
    // The parser's own message quotes the value, which may hold what nobody else should read.
    return fault('MALFORMED_JSON', 'the value is not valid JSON');
  }
}

/** Recursion goes no deeper than the limit itself, whatever comes in. */
function isDeeperThan(json: object, levels: number): boolean {
  if (levels === 0) return true;
  if (Array.isArray(json)) {
    for (const item of json as unknown[]) {
      if (typeof item === 'object' && item !== null && isDeeperThan(item, levels - 1)) return true;
    }
    return false;
  }
  for (const name in json) {
    const item = (json as Record<string, unknown>)[name];
    if (typeof item === 'object' && item !== null && isDeeperThan(item, levels - 1)) return true;
  }
  return false;
}

function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  // What our own producer writes needs no work.
  if (contentType === 'application/cloudevents+json') return contentType;
  const end = contentType.indexOf(';');
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function fault(code: CloudEventFault, detail: string): { readonly code: CloudEventFault; readonly detail: string } {
  return { code, detail };
}
