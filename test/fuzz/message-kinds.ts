/**
 * Kinds of messages that foreign producers put on the usage topic, each with what must become of it. A kind draws its
 * details from a seeded generator: the same seed makes the same messages.
 */
import type { RecordToMake } from '#kafka/testing';
import type { UsageCloudEvent } from '../e2e/support/world.js';

/** What must become of a message: it is charged, or a dead letter with this code, or (mutants) one of the two. */
export type Expected = 'charged' | 'either' | Uppercase<string>;

export interface Draw {
  /** A valid event whose id no other message has. */
  readonly event: UsageCloudEvent;
  readonly pick: <T>(list: readonly T[]) => T;
  /** From 0 to below a number. */
  readonly below: (end: number) => number;
}

export interface Kind {
  readonly expected: Expected;
  readonly make: (draw: Draw) => RecordToMake;
}

type Header = readonly [name: Buffer | string, value: Buffer | string | null];

const JSON_TYPE: Header = ['content-type', 'application/cloudevents+json'];
const FOREIGN = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'prototype', '__defineGetter__'];
const INEXACT = ['0.99999999999999999', '9007199254740991.4', '1e-400', '9007199254740993', '1e400', '0.5', '-1'];
const NO_TEXT = [[0x61, 0xff], [0x61, 0xfe], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80]].map(
  (bytes) => Buffer.from(bytes),
);
/** Microseconds, nanoseconds, before 1970, Kafka's own for none, the greatest. */
const NO_TIMES = [1_795_000_000_000_000n, 1_795_000_000_000_000_000n, -1n, -1_795_000_000_000n, 2n ** 63n - 1n];

const text = (event: object) => JSON.stringify(event);
const structured = (value: Buffer | string | null, event: UsageCloudEvent, ...headers: Header[]): RecordToMake => ({
  key: event.subject,
  value,
  headers: [JSON_TYPE, ...headers],
});
/** The text of an event with its first match replaced. */
const spoilt = (event: object, from: string | RegExp, to: string): string => {
  const whole = text(event);
  const other = whole.replace(from, () => to);
  if (other === whole) throw new Error(`there is no ${String(from)} in ${whole}`);
  return other;
};
const without = (event: UsageCloudEvent, name: keyof UsageCloudEvent): object =>
  Object.fromEntries(Object.entries(event).filter(([member]) => member !== name));

function binary(event: UsageCloudEvent, over: Readonly<Record<string, Buffer | string | null | undefined>> = {}) {
  const attributes = { ...event, data: undefined, ...over };
  const headers: Header[] = [['content-type', 'application/json']];
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) headers.push([`ce_${name}`, value]);
  return { key: event.subject, value: text(event.data), headers };
}

const charged = (make: Kind['make']): Kind => ({ expected: 'charged', make });
const refused = (expected: Uppercase<string>, make: Kind['make']): Kind => ({ expected, make });
/** A valid event in structured mode whose value is made otherwise. */
const value = (make: (draw: Draw) => Buffer | string | null): Kind['make'] => {
  return (draw) => structured(make(draw), draw.event);
};

/** What stands between all the others. */
export const NEIGHBOUR: Kind = charged(({ event }) => structured(text(event), event));

export const KINDS: Readonly<Record<string, Kind>> = {
  'header null': charged(({ event, pick }) =>
    structured(text(event), event, [pick(['traceparent', 'ce_x', 'trace', '']), null]),
  ),
  'header null, binary mode': charged(({ event, pick }) => {
    const record = binary(event, { [pick(['traceparent', 'x'])]: null });
    return { ...record, headers: [...record.headers, ['traceparent', null]] };
  }),
  'header named like an object’s member': charged(({ event, pick }) =>
    structured(text(event), event, [pick(FOREIGN), pick(['x', null])]),
  ),
  'header that is no UTF-8': charged(({ event, pick }) =>
    structured(text(event), event, ['traceparent', pick(NO_TEXT)]),
  ),
  'header that stands twice': charged(({ event }) =>
    structured(text(event), event, ['a', null], ['a', 'x'], ['a', null]),
  ),
  'header null on a dead letter': refused('MALFORMED_JSON', ({ event, pick }) =>
    structured('{', event, [pick(['traceparent', 'airtime-id', 'x']), null]),
  ),
  'header named like an object’s member on a dead letter': refused('MALFORMED_JSON', ({ event, pick }) =>
    structured('{"', event, [pick(FOREIGN), pick(['x', '', null])]),
  ),
  'no header at all': charged(({ event }) => ({ key: event.subject, value: text(event) })),
  'content type in capitals, with a character set': charged(({ event }) => ({
    ...structured(text(event), event),
    headers: [['content-type', 'Application/CloudEvents+JSON; Charset="UTF-8"']],
  })),
  'content type that is not read': refused('UNSUPPORTED_CONTENT_TYPE', ({ event, pick }) => ({
    ...structured(text(event), event),
    headers: [
      ['content-type', pick(['application/cloudevents+avro', 'application/json; charset=latin1', NO_TEXT[0]!])],
    ],
  })),
  'binary mode': charged(({ event }) => binary(event)),
  'binary mode, subject in the key': charged(({ event, pick }) => binary(event, { subject: pick([undefined, null]) })),
  'binary mode, no subject and a key that is no UTF-8': refused('VALIDATION_FAILED', ({ event, pick }) => ({
    ...binary(event, { subject: undefined }),
    key: pick([...NO_TEXT, null]),
  })),
  'binary mode, id that is no UTF-8': refused('NOT_A_CLOUDEVENT', ({ event, pick }) =>
    binary(event, { id: pick(NO_TEXT) }),
  ),
  'binary mode, another attribute that is no UTF-8': refused('NOT_A_CLOUDEVENT', ({ event, pick }) =>
    binary(event, { [pick(['source', 'subject', 'traceparent'])]: pick(NO_TEXT) }),
  ),
  'binary mode, attribute named constructor': refused('NOT_A_CLOUDEVENT', ({ event, pick }) =>
    binary(event, { [pick(['constructor', '_x', 'prototype', 'data'])]: 'x' }),
  ),
  'binary mode, id null': refused('VALIDATION_FAILED', ({ event }) => binary(event, { id: null })),
  'no value': refused(
    'EMPTY_MESSAGE',
    value(({ pick }) => pick([null, ''])),
  ),
  'value that is no UTF-8': refused('MALFORMED_JSON', ({ event, pick }) => {
    const bytes = Buffer.from(text(event));
    return structured(Buffer.concat([bytes.subarray(0, 30), pick(NO_TEXT), bytes.subarray(30)]), event);
  }),
  'byte order mark': refused(
    'MALFORMED_JSON',
    value(({ event }) => `\ufeff${text(event)}`),
  ),
  'half a value': refused(
    'MALFORMED_JSON',
    value(({ event, below }) => text(event).slice(0, 1 + below(100))),
  ),
  'JSON that is no event': refused(
    'NOT_A_CLOUDEVENT',
    value(({ pick }) => pick(['[]', '1', 'null', '"x"', '{}', '[[]]'])),
  ),
  'a batch in one message': refused(
    'NOT_A_CLOUDEVENT',
    value(({ event }) => text([event])),
  ),
  'nesting without end': refused(
    'JSON_TOO_DEEP',
    value(({ event, pick }) => {
      const levels = pick([40, 5_000]);
      return spoilt(event, '"data":{', `"data":{"x":${'['.repeat(levels)}${']'.repeat(levels)},`);
    }),
  ),
  'too large a value': refused(
    'MESSAGE_TOO_LARGE',
    value(({ event }) => text({ ...event, x: 'x'.repeat(66_000) })),
  ),
  'meter named like an object’s member': refused(
    'VALIDATION_FAILED',
    value(({ event, pick }) =>
      spoilt(event, '"meters":{', `"meters":{"${pick(FOREIGN)}":${pick(['{"a":1}', '"1"', 'null'])},`),
    ),
  ),
  'member named like an object’s member': refused(
    'VALIDATION_FAILED',
    value(({ event, pick }) => {
      const name = pick(FOREIGN);
      return pick([
        spoilt(event, '"data":{', `"data":{"x":[{"${name}":{"a":1}}],`),
        spoilt(event, '{"specversion"', `{"${name}":null,"specversion"`),
      ]);
    }),
  ),
  'member that stands twice': refused(
    'VALIDATION_FAILED',
    value(({ event, pick }) =>
      spoilt(event, '"id":', pick(['"id":"x","id":', '"\\u0069d":"x","id":', '"id":1,"i\\u0064":'])),
    ),
  ),
  'number that rounding makes whole': refused(
    'VALIDATION_FAILED',
    value(({ event, pick }) => spoilt(event, /"input_tokens":"\d+"/, `"input_tokens":${pick(INEXACT)}`)),
  ),
  'number that is whole': charged(
    value(({ event, pick }) =>
      spoilt(event, /"input_tokens":"\d+"/, `"input_tokens":${pick(['1.0', '12e1', '7', '-0'])}`),
    ),
  ),
  'id with joiners, marks and private use': charged(
    value(({ event, pick }) =>
      text({ ...event, id: event.id + pick(['\u200d', '\u202e', '\ue000', '\u{10fffd}', '\ufeff']) }),
    ),
  ),
  'id that no text may be': refused(
    'VALIDATION_FAILED',
    value(({ event, pick }) =>
      spoilt(
        event,
        /"id":"[^"]*"/,
        `"id":"${pick(['', '\\u0000', '\\ud800', 'a\\udc00', '\\u0085', '\\uffff', '\\ufdd0'])}"`,
      ),
    ),
  ),
  'no time, a timestamp in milliseconds': charged(({ event }) => ({
    ...structured(text(without(event, 'time')), event),
    timestamp: BigInt(Date.parse(event.time)),
  })),
  'no time, a timestamp that is none': refused('TIME_INVALID', ({ event, pick }) => ({
    ...structured(text(without(event, 'time')), event),
    timestamp: pick(NO_TIMES),
  })),
  'a time, a timestamp that is none': charged(({ event, pick }) => ({
    ...structured(text(event), event),
    timestamp: pick(NO_TIMES),
  })),
  'time that never was': refused(
    'TIME_INVALID',
    value(({ event, pick }) =>
      text({ ...event, time: pick(['2026-02-30T10:00:00Z', '2026-06-30T23:59:60Z', '2026-11-20T24:00:00Z']) }),
    ),
  ),
  'time beyond the year 9999': refused(
    'TIME_IN_FUTURE',
    value(({ event }) => text({ ...event, time: '9999-12-31T23:59:59-23:59' })),
  ),
  'no subject': refused(
    'VALIDATION_FAILED',
    value(({ event }) => text(without(event, 'subject'))),
  ),
  'unknown customer': refused(
    'UNKNOWN_CUSTOMER',
    value(({ event }) => text({ ...event, subject: 'nobody' })),
  ),
  'unknown meter': refused(
    'UNKNOWN_METER',
    value(({ event, pick }) => spoilt(event, '"input_tokens"', `"${pick(['length', 'then', 'name', 'x'])}"`)),
  ),
  'any byte of a valid value changed': {
    expected: 'either',
    make: ({ event, below }) => {
      const bytes = Buffer.from(text(event));
      bytes[below(bytes.length)] = below(256);
      return structured(bytes, event);
    },
  },
  'bytes by chance': refused('MALFORMED_JSON', ({ event, below }) =>
    structured(Buffer.from(Array.from({ length: 2 + below(60) }, () => 128 + below(128))), event),
  ),
};
