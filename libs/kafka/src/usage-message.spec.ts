import { keptLetterOf, LETTER_BYTES_MAX, messageOfLetter } from './kept-letter.js';
import type { KafkaMessage } from 'kafkajs';
import { cloudEventFromMessage } from './cloud-event.js';
import { readUsageMessage } from './usage-message.js';

function kafkaMessage(headers: object, value: object | string): KafkaMessage {
  return {
    key: Buffer.from('acme'),
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    timestamp: '1764000000000',
    attributes: 0,
    offset: '7',
    headers: headers as KafkaMessage['headers'] & object,
  };
}

const USAGE = { specversion: '1.0', id: 'req-1', source: 's', type: 't', subject: 'acme', data: {} };

describe('a header', () => {
  it.each([
    ['null', null],
    ['undefined', undefined],
    ['null beside another value', [Buffer.from('a'), null]],
    ['nothing at all', []],
    ['bytes that are no text', Buffer.from([0xff])],
  ])('whose value is %s spoils no valid event', (_, value) => {
    for (const name of ['traceparent', 'ce_traceparent', 'constructor', '__proto__', 'toString']) {
      if (name === 'ce_traceparent' && Buffer.isBuffer(value)) continue;
      const headers = Object.fromEntries([[name, value]]);
      expect(cloudEventFromMessage(readUsageMessage(kafkaMessage(headers, USAGE)))).toEqual({ event: USAGE });
      const attributes = { ce_specversion: '1.0', ce_id: 'req-1', ...headers };
      const binary = readUsageMessage(kafkaMessage(attributes, '{}'));
      expect(cloudEventFromMessage(binary)).toHaveProperty('event.id', 'req-1');
    }
  });

  it('without a value is an attribute that is not there: the key then names the subject', () => {
    const headers = { ce_specversion: Buffer.from('1.0'), ce_id: null, ce_subject: null };
    const reading = cloudEventFromMessage(readUsageMessage(kafkaMessage(headers, '{}')));
    expect(reading).toEqual({ event: { specversion: '1.0', subject: 'acme', data: {} } });
  });

  it('is text, or bytes where it is none; of several the last', () => {
    const bytes = Buffer.from([0x61, 0xff]);
    const headers = { a: 'text', b: Buffer.from('é'), c: [Buffer.from('1'), Buffer.from('2')], d: bytes };
    expect({ ...readUsageMessage(kafkaMessage(headers, '{}')).headers }).toEqual({
      a: 'text',
      b: 'é',
      c: '2',
      d: bytes,
    });
  });
});

describe('what is kept of a rejected message', () => {
  const message = (key: Buffer | null, value: Buffer | null) => {
    const place = { topic: 'usage', partition: 0, offset: 7, timestampMs: 5 };
    return { ...place, code: 'MALFORMED_JSON', detail: 'd', key, value };
  };

  it('is the whole of it, with every header in its bytes, and is read again as it came', () => {
    const headers = { a: Buffer.from('1'), twice: [Buffer.from('2'), Buffer.from([0xff])], none: undefined };
    const kept = keptLetterOf(message(Buffer.from('k'), null), headers);
    expect(kept).toMatchObject({ key: Buffer.from('k'), value: null, omittedBytes: 0 });
    expect(kept.headers.map(([name]) => name)).toEqual(['a', 'twice', 'twice']);
    const read = messageOfLetter(kept);
    expect(read).toMatchObject({ offset: 7, key: Buffer.from('k'), value: null, timestampMs: 5 });
    expect({ ...read.headers }).toEqual({ a: '1', twice: Buffer.from([0xff]) });
  });

  it('has 16 KiB at most, whichever part is long, and says how many bytes are left out', () => {
    const long = Buffer.alloc(100_000, 'x');
    for (const [key, value, header] of [
      [null, long, Buffer.alloc(0)],
      [long, null, long],
      [long, long, long],
      [Buffer.alloc(5_000), Buffer.alloc(12_000), Buffer.alloc(4_000)],
    ] as const) {
      const kept = keptLetterOf(message(key, value), { h: header });
      const size = [kept.key, kept.value].reduce((sum, part) => sum + (part?.length ?? 0), 0);
      const all = size + kept.headers.reduce((sum, [name, bytes]) => sum + name.length + bytes.length, 0);
      expect(all).toBeLessThanOrEqual(LETTER_BYTES_MAX);
      expect(all + kept.omittedBytes).toBe((key?.length ?? 0) + (value?.length ?? 0) + 1 + header.length);
    }
  });
});
