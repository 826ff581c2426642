import { CloudEvent, Kafka as KafkaBinding, type KafkaMessage as BoundMessage } from 'cloudevents';
import fc from 'fast-check';
import { isForeignName } from '#platform';
import { cloudEventFromMessage, EVENT_BYTES_MAX } from './cloud-event.js';
import type { UsageMessage } from './usage-message.js';

const USAGE = {
  specversion: '1.0',
  id: 'req-1',
  source: 'gateway/eu-1',
  type: 'ai.compute.usage',
  time: '2026-11-22T10:00:00Z',
  subject: 'acme',
  data: { provider: 'p7', model: 'llama-3.1-70b', meters: { input_tokens: '1200', output_tokens: '350' } },
};

function message(
  value: string | Buffer | null,
  headers: Record<string, string | Uint8Array> = {},
  key: Buffer | null = Buffer.from('acme'),
  timestampMs = 0,
): UsageMessage {
  return {
    offset: 7,
    key,
    value: typeof value === 'string' ? Buffer.from(value) : value,
    headers,
    timestampMs,
  };
}

const BINARY = {
  ce_specversion: '1.0',
  ce_id: 'req-1',
  ce_source: 'gateway/eu-1',
  ce_type: 'ai.compute.usage',
  ce_time: '2026-11-22T10:00:00Z',
  ce_subject: 'acme',
  'content-type': 'application/json',
};

describe('a structured message', () => {
  it.each([
    ['with its content type', { 'content-type': 'application/cloudevents+json' }],
    ['with a character set', { 'content-type': 'Application/CloudEvents+JSON; charset=UTF-8' }],
    ['without headers', {}],
    ['with some other content type', { 'content-type': 'application/json' }],
  ])('is the event that stands in its value (%s)', (_, headers) => {
    expect(cloudEventFromMessage(message(JSON.stringify(USAGE), headers))).toEqual({ event: USAGE });
  });

  it('keeps extensions and attributes that nobody here knows', () => {
    const event = { ...USAGE, traceparent: '00-abc-01', data: { ...USAGE.data, extra: [1, { a: null }] } };
    expect(cloudEventFromMessage(message(JSON.stringify(event)))).toEqual({ event });
  });
});

describe('a binary message', () => {
  it('becomes the same structured event', () => {
    expect(cloudEventFromMessage(message(JSON.stringify(USAGE.data), BINARY))).toEqual({
      event: { ...USAGE, datacontenttype: 'application/json' },
    });
  });

  it('takes its subject from the key when no header names it', () => {
    const { ce_subject: _, ...headers } = BINARY;
    expect(cloudEventFromMessage(message('{}', headers, Buffer.from('globex')))).toMatchObject({
      event: { subject: 'globex' },
    });
    const reading = cloudEventFromMessage(message('{}', headers, null));
    expect(reading).toHaveProperty('event.id', 'req-1');
    expect(reading).not.toHaveProperty('event.subject');
  });

  it.each([
    ['text/plain', 'UNSUPPORTED_CONTENT_TYPE'],
    ['application/octet-stream', 'UNSUPPORTED_CONTENT_TYPE'],
  ])('with data as %s is %s', (contentType, code) => {
    expect(cloudEventFromMessage(message('{}', { ...BINARY, 'content-type': contentType }))).toMatchObject({ code });
  });

  it.each(['ce_data', 'ce_Id', 'ce_', 'ce___proto__', 'ce_a.b'])('with a header %s is no CloudEvent', (name) => {
    expect(cloudEventFromMessage(message('{}', { ...BINARY, [name]: 'x' }))).toMatchObject({
      code: 'NOT_A_CLOUDEVENT',
    });
  });
});

describe('bytes that are no text', () => {
  it.each([[[0x61, 0xff]], [[0x61, 0xfe]], [[0xc0, 0xaf]], [[0xed, 0xa0, 0x80]]])(
    'in an attribute make a dead letter: no two messages share an id (%j)',
    (bytes) => {
      const headers = { ...BINARY, ce_id: Buffer.from(bytes) };
      expect(cloudEventFromMessage(message('{}', headers))).toMatchObject({ code: 'NOT_A_CLOUDEVENT' });
    },
  );

  it('in a content type make a dead letter, in any other header and in the key of an event with a subject none', () => {
    const bytes = Buffer.from([0x61, 0xff]);
    expect(cloudEventFromMessage(message(JSON.stringify(USAGE), { 'content-type': bytes }))).toMatchObject({
      code: 'UNSUPPORTED_CONTENT_TYPE',
    });
    expect(cloudEventFromMessage(message(JSON.stringify(USAGE), { traceparent: bytes }, bytes))).toHaveProperty(
      'event',
    );
    expect(cloudEventFromMessage(message('{}', BINARY, bytes))).toHaveProperty('event.subject', 'acme');
  });

  it('in the key give a binary event no subject', () => {
    const { ce_subject: _, ...headers } = BINARY;
    const reading = cloudEventFromMessage(message('{}', headers, Buffer.from([0x61, 0xff])));
    expect(reading).not.toHaveProperty('event.subject');
  });

  it('keep a byte order mark in an attribute, which makes it another id', () => {
    const headers = { ...BINARY, ce_id: '\ufeffreq-1' };
    expect(cloudEventFromMessage(message('{}', headers))).toHaveProperty('event.id', '\ufeffreq-1');
  });
});

describe('an event without a time', () => {
  const { time: _, ...timeless } = USAGE;
  const read = (timestampMs: number, event: object = timeless) =>
    cloudEventFromMessage(message(JSON.stringify(event), {}, null, timestampMs));

  it.each([
    ['-1, Kafka’s own for none', -1],
    ['before 1970', -1_764_000_000_000],
    ['in microseconds', 1_764_000_000_000_000],
    ['in nanoseconds', 1_764_000_000_000_000_000],
    ['that is the greatest', 2 ** 63],
    ['that is none', Number.NaN],
  ])('is a dead letter when its message has a timestamp %s', (_, timestampMs) => {
    expect(read(timestampMs)).toEqual({ code: 'TIME_INVALID', detail: expect.stringContaining(String(timestampMs)) });
    expect(read(timestampMs, { ...timeless, time: null })).toMatchObject({ code: 'TIME_INVALID' });
    expect(read(timestampMs, USAGE)).toEqual({ event: USAGE });
  });

  it('may have one in milliseconds', () => {
    expect(read(1_764_000_000_000)).toEqual({ event: timeless });
  });
});

describe('JSON that says two things', () => {
  const spoilt = (from: string, to: string) => JSON.stringify(USAGE).replace(from, to);
  it.each([
    ['a name twice', spoilt('"id":', '"id":"a","id":'), 'id'],
    ['a name twice, once by escapes', spoilt('"id":', '"\\u0069d":"a","id":'), 'id'],
    ['a meter twice', spoilt('"input_tokens":', '"input_tokens":"1","input_tokens":'), 'data.meters.input_tokens'],
    ['a meter named constructor', spoilt('"input_tokens":"1200"', '"constructor":{"a":1}'), 'data.meters.constructor'],
    ['a member named __proto__', spoilt('"id":', '"__proto__":{"a":1},"id":'), '__proto__'],
  ])('(%s) is a dead letter that names the member', (_, value, path) => {
    const expected = { code: 'VALIDATION_FAILED', detail: expect.stringContaining(`${path}: `) };
    expect(cloudEventFromMessage(message(value))).toEqual(expected);
  });

  it('is found in the data of a binary event, too, and in its attributes', () => {
    expect(cloudEventFromMessage(message('{"model":1,"model":2}', BINARY))).toEqual({
      code: 'VALIDATION_FAILED',
      detail: expect.stringContaining('data.model: '),
    });
    expect(cloudEventFromMessage(message('{}', { ...BINARY, ce_constructor: 'x' }))).toMatchObject({
      code: 'NOT_A_CLOUDEVENT',
    });
  });
});

describe('what is no event', () => {
  const nested = (depth: number): string =>
    `{"specversion":"1.0","data":${'['.repeat(depth)}${']'.repeat(depth)},"id":"x"}`;
  it.each<[string, string | Buffer | null, Record<string, string>, string]>([
    ['no value (a tombstone)', null, {}, 'EMPTY_MESSAGE'],
    ['an empty value', '', {}, 'EMPTY_MESSAGE'],
    ['half an object', '{"specversion":"1.0"', {}, 'MALFORMED_JSON'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, 'MALFORMED_JSON'],
    ['malformed data in binary mode', '{', BINARY, 'MALFORMED_JSON'],
    ['an array', '[{"specversion":"1.0"}]', {}, 'NOT_A_CLOUDEVENT'],
    ['a number', '12', {}, 'NOT_A_CLOUDEVENT'],
    ['null', 'null', {}, 'NOT_A_CLOUDEVENT'],
    ['an object without specversion', '{"id":"x"}', {}, 'NOT_A_CLOUDEVENT'],
    ['another specversion', '{"specversion":"0.3"}', {}, 'NOT_A_CLOUDEVENT'],
    ['another specversion in binary mode', '{}', { ...BINARY, ce_specversion: '2.0' }, 'NOT_A_CLOUDEVENT'],
    ['another character set', '{}', { 'content-type': 'application/json; Charset=Latin1' }, 'UNSUPPORTED_CONTENT_TYPE'],
    ['a byte order mark', `\ufeff${JSON.stringify(USAGE)}`, {}, 'MALFORMED_JSON'],
    ['a batch', '[]', { 'content-type': 'application/cloudevents-batch+json' }, 'UNSUPPORTED_CONTENT_TYPE'],
    ['an avro event', 'x', { 'content-type': 'application/cloudevents+avro' }, 'UNSUPPORTED_CONTENT_TYPE'],
    ['a byte too many', Buffer.alloc(EVENT_BYTES_MAX + 1, ' '), {}, 'MESSAGE_TOO_LARGE'],
    ['17 levels', nested(16), {}, 'JSON_TOO_DEEP'],
    ['30,000 levels', nested(30_000), {}, 'JSON_TOO_DEEP'],
  ])('%s is told as such', (_, value, headers, code) => {
    expect(cloudEventFromMessage(message(value, headers))).toEqual({ code, detail: expect.any(String) });
  });

  it('accepts 16 levels and 64 KiB', () => {
    expect(cloudEventFromMessage(message(nested(15)))).toHaveProperty('event');
    const json = JSON.stringify(USAGE);
    expect(cloudEventFromMessage(message(json + ' '.repeat(EVENT_BYTES_MAX - json.length)))).toHaveProperty('event');
  });

  it('never quotes the value, and never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
        (bytes, headers) => {
          const reading = cloudEventFromMessage(message(Buffer.from(bytes), headers));
          expect('event' in reading || reading.detail.length < 200).toBe(true);
        },
      ),
    );
    const secret = cloudEventFromMessage(message('{"password":"hunter2hunter2"'));
    expect(JSON.stringify(secret)).not.toContain('hunter2');
  });
});

/** Such a member is refused here, and by the package not. */
function namesAForeignMember(value: unknown): boolean {
  let isFound = false;
  JSON.stringify(value, (name, part: unknown) => {
    isFound ||= isForeignName(name);
    return part;
  });
  return isFound;
}

describe('against the cloudevents package', () => {
  const attribute = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '');
  const events = fc.record(
    {
      id: attribute,
      source: fc.webPath().map((path) => `/spec${path}`),
      type: attribute,
      subject: attribute,
      time: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
      data: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1, maxKeys: 5 }),
    },
    { requiredKeys: ['id', 'source', 'type', 'data', 'subject'] },
  );

  it.each(['structured', 'binary'] as const)('reads the same event from its %s messages', (mode) => {
    fc.assert(
      fc.property(events, (attributes) => {
        fc.pre(!namesAForeignMember(attributes));
        const event = new CloudEvent(attributes);
        const bound = KafkaBinding[mode](event) as BoundMessage<unknown>;
        const value = typeof bound.value === 'string' ? bound.value : JSON.stringify(bound.value);
        // The package lists attributes that the event does not have as undefined headers.
        const present = Object.entries(bound.headers).filter(([, text]) => text !== undefined);
        const headers = Object.fromEntries(present.map(([name, text]) => [name, String(text)]));
        const reading = cloudEventFromMessage(message(value, headers, null));
        const expected = JSON.parse(JSON.stringify(event)) as Record<string, unknown>;
        delete expected['datacontenttype'];
        expect(reading).toHaveProperty('event');
        const { datacontenttype: _, ...read } = (reading as { event: Record<string, unknown> }).event;
        expect(read).toEqual(expected);
      }),
    );
  });
});
