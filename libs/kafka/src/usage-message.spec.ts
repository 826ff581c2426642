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
