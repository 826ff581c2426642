/** A rejected message as it is kept beside its dead letter: looked at, played again or dismissed by a person. */
import type { IHeaders } from 'kafkajs';
import { BareObject } from './bare-object.js';
import { textOf, type UsageMessage } from './usage-message.js';

/** A header as it was read; a name may occur several times. */
export type LetterHeader = readonly [name: string, value: Buffer];

export interface KeptLetter {
  /** The name that the topic is registered under. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The message's time, milliseconds since 1970; a producer may say any, and one beyond exact whole numbers is the last of them. */
  readonly timestampMs: number;
  readonly code: string;
  readonly detail: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly LetterHeader[];
  /** Bytes that were left out; 0: key, value and headers are whole. */
  readonly omittedBytes: number;
}

/** Key, value and headers of one letter together. */
export const LETTER_BYTES_MAX = 16 * 1024;
/** Where they are more: of the key, and of headers, each of them whole or not at all. The value has the rest. */
const KEY_BYTES_MAX = 1024;
const HEADER_BYTES_MAX = 4 * 1024;

type Message = Pick<KeptLetter, 'topic' | 'partition' | 'offset' | 'timestampMs' | 'code' | 'detail' | 'key' | 'value'>;

/** Bounds a message to what is kept of it. A header without a value says nothing and is left out. */
export function keptLetterOf(rejected: Message, headers: Readonly<IHeaders>): KeptLetter {
  const message = { ...rejected, timestampMs: exact(rejected.timestampMs) };
  const all = Object.keys(headers).flatMap((name) => partsOf(name, headers[name]));
  const { key, value } = message;
  const size = (key?.length ?? 0) + (value?.length ?? 0) + sizeOf(all);
  if (size <= LETTER_BYTES_MAX) return { ...message, headers: all, omittedBytes: 0 };
  let left = HEADER_BYTES_MAX;
  const kept = all.filter((header) => {
    const fits = sizeOf([header]) <= left;
    if (fits) left -= sizeOf([header]);
    return fits;
  });
  const keptKey = key?.subarray(0, KEY_BYTES_MAX) ?? null;
  const room = LETTER_BYTES_MAX - sizeOf(kept) - (keptKey?.length ?? 0);
  const keptValue = value?.subarray(0, room) ?? null;
  const keptSize = sizeOf(kept) + (keptKey?.length ?? 0) + (keptValue?.length ?? 0);
  return { ...message, key: keptKey, value: keptValue, headers: kept, omittedBytes: size - keptSize };
}

const exact = (whole: number): number => Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, whole));

function partsOf(name: string, value: IHeaders[string]): LetterHeader[] {
  // Kafka allows a header without a value; kafkajs's types do not.
  const parts = [value].flat().filter((part) => part !== undefined && part !== null);
  return parts.map((part) => [name, typeof part === 'string' ? Buffer.from(part, 'utf8') : part]);
}

function sizeOf(headers: readonly LetterHeader[]): number {
  return headers.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + value.length, 0);
}

/** The message of a letter that is whole, as the consumer reads it. */
export function messageOfLetter({ offset, key, value, headers, timestampMs }: KeptLetter): UsageMessage {
  const read = new BareObject<string | Uint8Array>();
  for (const [name, bytes] of headers) read[name] = textOf(bytes);
  return { offset, key, value, headers: read, timestampMs };
}
