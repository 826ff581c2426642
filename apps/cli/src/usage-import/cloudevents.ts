/**
 * CloudEvents 1.0 as Airtime takes them: JSON lines, one JSON array, or a single event. They are sent as they stand; only
 * what is no JSON object is kept back, since the service judges everything else and says why it refuses.
 */
import type * as Platform from '#platform';
import { UsageMistake } from '../failures.js';
import { readJsonTexts, VALUE_BYTES_MAX, type JsonText } from './json-values.js';
import type { Row, SkippedRow, UsageFormat } from './row.js';

const FAULTS = {
  too_large: `longer than ${VALUE_BYTES_MAX / 1024} KiB`,
  not_utf8: 'not UTF-8 text',
  unfinished: 'the file ends inside it',
} as const;

const KEPT_TEXT_MAX = 4_096;

type Reader = Pick<typeof Platform, 'JSON_DEPTH_MAX' | 'readJsonText'>;

/** Nothing is read out of an event that the service will refuse as it stands: nobody is registered for its sake. */
const UNREADABLE = { customer: '', provider: '', model: '', type: '', time: '', meters: {} } as const;

export const cloudevents: UsageFormat = {
  name: 'cloudevents',
  checkOptions: ({ customers, provider, model, source }) => {
    if (customers.length > 0 || provider !== undefined || model !== undefined || source !== undefined) {
      throw new UsageMistake(
        'CloudEvents name their own customer, provider, model and source; leave these options out',
      );
    }
  },
  async *read(bytes) {
    // With all of #platform, which no other command needs so early.
    const platform = await import('#platform');
    for await (const value of readJsonTexts(bytes)) yield toRow(value, platform);
  },
};

function toRow(value: JsonText, { JSON_DEPTH_MAX, readJsonText }: Reader): Row {
  const { line, text, fault } = value;
  if (fault !== undefined) {
    return skipped(line, fault === 'too_large' ? 'too_large' : 'malformed', FAULTS[fault], text);
  }
  const read = readJsonText(text, JSON_DEPTH_MAX);
  if ('refused' in read) {
    // How deep it nests is seen before it is read: half of an event must not be sent among others.
    if (read.refused === 'MALFORMED_JSON' || !isJson(text)) return skipped(line, 'malformed', 'not JSON', text);
    return { kind: 'usage', line, event: text, ...UNREADABLE };
  }
  const event = read.value;
  if (!isRecord(event)) return skipped(line, 'malformed', 'not a JSON object', text);
  if (read.faults.length > 0) return { kind: 'usage', line, event: text, ...UNREADABLE };
  const data = isRecord(event['data']) ? event['data'] : {};
  return {
    kind: 'usage',
    line,
    event: text,
    customer: textOf(event['subject']),
    provider: textOf(data['provider']),
    model: textOf(data['model']),
    type: textOf(event['type']),
    time: textOf(event['time']),
    meters: readMeters(data['meters']),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function skipped(line: number, skipClass: SkippedRow['class'], reason: string, text: string): SkippedRow {
  return { kind: 'skipped', line, class: skipClass, reason, row: text.slice(0, KEPT_TEXT_MAX) };
}

/** Quantities that can be added up; the service refuses an event with others. */
function readMeters(meters: unknown): Record<string, string> {
  if (!isRecord(meters)) return {};
  const quantities = Object.entries(meters).filter(
    ([, quantity]) => typeof quantity === 'string' || Number.isSafeInteger(quantity),
  );
  return Object.fromEntries(quantities.map(([meter, quantity]) => [meter, String(quantity)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
