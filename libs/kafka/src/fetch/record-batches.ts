/**
 * Reads the records that a broker sends for one partition: batches of format 2, checked and unpacked within bounds. kafkajs
 * does the same without bounds and without checks, and stumbles over headers that bear the name of a member of
 * Object.prototype.
 * Source: Kafka's "Record Batch", "Record" and "Control Batches"; KIP-98 for aborted transactions.
 */
import type { IHeaders } from 'kafkajs';
import { BareObject } from '../bare-object.js';
import { crc32c } from './crc32c.js';
import { Codec, unpack } from './decompression.js';
import { corrupt, UnreadableBatch } from './unreadable.js';

/** One record, shaped as kafkajs's consumer passes it on. */
export interface FetchedRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly attributes: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  /** Set on what only stands for offsets: kafkajs steps over it and hands nothing over. */
  readonly isControlRecord: boolean;
  readonly mark?: PartitionMark;
}

/** What a partition's consumer must know and no record can tell it; the last of the records that were read. */
export type PartitionMark =
  | {
      readonly kind: 'unreadable';
      /** Offsets of the batch that were not read, both inclusive. */
      readonly from: number;
      readonly to: number;
      readonly code: UnreadableBatch['code'];
      readonly detail: string;
    }
  | { readonly kind: 'out-of-range' }
  | { readonly kind: 'broker-error'; readonly errorCode: number };

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** How much one answer of a broker may still unpack to, over all its partitions. What does not fit is fetched again. */
export interface FetchRoom {
  bytes: number;
  records: number;
}

/** A bomb's neighbours must not add up to one; a batch of empty records weighs by its number, not by its bytes. */
export const FETCH_UNPACKED_BYTES_MAX = 64 * 1024 * 1024;
export const FETCH_RECORDS_MAX = 100_000;

const HEADER_BYTES = 61;
/** The offset and the length stand before what the length counts. */
const LENGTH_PREFIX_BYTES = 12;
const MAGIC_AT = 16;
const MAGIC = 2;
const CRC_AT = 17;
const CHECKED_FROM = 21;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const LOG_APPEND_TIME = 0x08;
const CODEC_MASK = 0x07;
/** An end-transaction marker's key: version, then type 0 for abort. */
const CONTROL_ABORT = 0;
const NO_HEADERS: IHeaders = Object.freeze(Object.create(null) as IHeaders);

interface BatchHeader {
  readonly from: number;
  readonly to: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  readonly producerId: bigint;
  readonly count: number;
}

/** What a broker answered for one partition. */
export interface PartitionAnswer {
  /** Batches one after the other; the last one may be cut off. */
  readonly records: Buffer;
  /** The offset that was asked for: what lies before it in its batch is passed over. */
  readonly fetchOffset: number;
  /** The offset that the next message will get. */
  readonly high: number;
  readonly aborted: readonly AbortedTransaction[];
}

/**
 * @param room what is left of the answer's bounds; is used up
 * @returns the records in order. Offsets without a record (markers, aborted or compacted away) end in a control record, so
 *   that consumption passes them; a batch that cannot be read ends the list with a mark
 */
export async function readRecordBatches(answer: PartitionAnswer, room: FetchRoom): Promise<FetchedRecord[]> {
  const { records, fetchOffset, aborted } = answer;
  const read: FetchedRecord[] = [];
  const transactions = new AbortedTransactions(aborted);
  for (let at = 0; at + HEADER_BYTES <= records.length && room.bytes > 0 && room.records > 0;) {
    const header = readHeader(records, at);
    // A broker sends the first batch whole, however large it is (KIP-74); any other may be cut off.
    if (header.to > records.length && at > 0) break;
    if (header.lastOffset < fetchOffset) {
      transactions.hides(header, records);
      at = header.to;
      continue;
    }
    try {
      check(header, records);
      const isHidden = transactions.hides(header, records) || (header.attributes & CONTROL) !== 0;
      if (!isHidden && !(await readBatch(records, header, fetchOffset, room, read))) break;
      endAt(header.lastOffset, read);
    } catch (error) {
      if (!(error instanceof UnreadableBatch)) throw error;
      read.push(unreadable(header, answer, error));
      break;
    }
    at = header.to;
  }
  return read;
}

/** Damage may have hit the header too: a batch ends before the next one, and before the end of the partition. */
function unreadable(header: BatchHeader, answer: PartitionAnswer, { code, message }: UnreadableBatch): FetchedRecord {
  const { records, fetchOffset, high } = answer;
  const next = header.to + HEADER_BYTES <= records.length ? int64(records, header.to) : high;
  const from = Math.max(header.baseOffset, fetchOffset);
  const to = Math.max(from, Math.min(header.lastOffset, next - 1));
  return markRecord(to, { kind: 'unreadable', from, to, code, detail: message });
}

/** A record that stands for nothing but an offset, or for a mark at it. */
export function markRecord(offset: number | string, mark?: PartitionMark): FetchedRecord {
  return {
    offset: String(offset),
    timestamp: '-1',
    attributes: 0,
    key: null,
    value: null,
    headers: NO_HEADERS,
    isControlRecord: mark === undefined,
    ...(mark === undefined ? {} : { mark }),
  };
}

function endAt(lastOffset: number, read: FetchedRecord[]): void {
  const last = read.at(-1);
  if (last === undefined || Number(last.offset) < lastOffset) read.push(markRecord(lastOffset));
}

function readHeader(records: Buffer, from: number): BatchHeader {
  const to = from + LENGTH_PREFIX_BYTES + records.readInt32BE(from + 8);
  const baseOffset = int64(records, from);
  const isCurrent = records[from + MAGIC_AT] === MAGIC;
  return {
    from,
    // A length that is none must not lead backwards.
    to: Math.max(to, from + HEADER_BYTES),
    baseOffset,
    // The formats before have one offset where this one has its first.
    lastOffset: isCurrent ? baseOffset + Math.max(0, records.readInt32BE(from + 23)) : baseOffset,
    attributes: isCurrent ? records.readInt16BE(from + 21) : 0,
    baseTimestamp: int64(records, from + 27),
    maxTimestamp: int64(records, from + 35),
    producerId: records.readBigInt64BE(from + 43),
    count: records.readInt32BE(from + 57),
  };
}

function check({ from, to, count }: BatchHeader, records: Buffer): void {
  if (records[from + MAGIC_AT] !== MAGIC) {
    throw new UnreadableBatch('FORMAT_TOO_OLD', 'its format is not that of Kafka since 0.11');
  }
  if (to > records.length) throw corrupt('it is longer than what the broker sent');
  if (crc32c(records, from + CHECKED_FROM, to) !== records.readUInt32BE(from + CRC_AT)) {
    throw corrupt('its checksum is not that of its bytes');
  }
  if (count < 0) throw corrupt('its number of records is negative');
}

/** @returns false when there was room for a part of the batch only */
async function readBatch(
  records: Buffer,
  header: BatchHeader,
  fetchOffset: number,
  room: FetchRoom,
  read: FetchedRecord[],
): Promise<boolean> {
  const { from, to, attributes } = header;
  const codec = attributes & CODEC_MASK;
  const packed = records.subarray(from + HEADER_BYTES, to);
  const bytes = codec === Codec.none ? packed : await unpack(codec, packed);
  if (codec !== Codec.none) room.bytes -= bytes.length;
  const reader = new RecordReader(bytes, header, fetchOffset);
  const before = read.length;
  try {
    const isWhole = reader.readInto(read, room.records);
    room.records -= read.length - before;
    return isWhole;
  } catch (error) {
    read.length = before;
    throw error;
  }
}

/** Which batches belong to transactions that were aborted: the broker sends them all the same, with a list. */
class AbortedTransactions {
  private readonly waiting: AbortedTransaction[];
  private readonly open = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  hides({ attributes, producerId, lastOffset, from }: BatchHeader, records: Buffer): boolean {
    while (this.waiting.length > 0 && this.waiting[0]!.firstOffset <= lastOffset) {
      this.open.add(this.waiting.shift()!.producerId);
    }
    if ((attributes & CONTROL) !== 0) {
      if (isAbortMarker(records, from)) this.open.delete(producerId);
      return false;
    }
    return (attributes & TRANSACTIONAL) !== 0 && this.open.has(producerId);
  }
}

/** A control batch holds one record: length, attributes, two deltas and the key's length (a byte each), then the key. */
function isAbortMarker(records: Buffer, from: number): boolean {
  const keyAt = from + HEADER_BYTES + 5;
  return keyAt + 4 <= records.length && records.readInt16BE(keyAt + 2) === CONTROL_ABORT;
}

class RecordReader {
  private at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly header: BatchHeader,
    private readonly fetchOffset: number,
  ) {}

  /** @returns false when `recordsMax` were read and more are left */
  readInto(read: FetchedRecord[], recordsMax: number): boolean {
    const { count } = this.header;
    const limit = read.length + recordsMax;
    let last = this.header.baseOffset - 1;
    for (let index = 0; index < count; index++) {
      if (read.length >= limit) return false;
      last = this.readRecord(read, last);
    }
    if (this.at !== this.bytes.length) throw corrupt('it holds more than its records');
    return true;
  }

  /** @returns the record's offset */
  private readRecord(read: FetchedRecord[], last: number): number {
    const { baseOffset, lastOffset, baseTimestamp, maxTimestamp, attributes } = this.header;
    const size = this.varint();
    const end = this.at + size;
    if (size < 0 || end > this.bytes.length) throw corrupt('a record is cut off');
    const recordAttributes = this.bytes[this.at++]!;
    const timestamp = baseTimestamp + this.varlong();
    const offset = baseOffset + this.varint();
    if (offset <= last || offset > lastOffset) throw corrupt('a record has an offset that cannot be');
    if (offset < this.fetchOffset) {
      this.at = end;
      return offset;
    }
    const key = this.sized(end);
    const value = this.sized(end);
    const headers = this.headers(end);
    if (this.at !== end) throw corrupt('a record has another length than it says');
    read.push({
      offset: String(offset),
      timestamp: String((attributes & LOG_APPEND_TIME) === 0 ? timestamp : maxTimestamp),
      attributes: recordAttributes,
      key,
      value,
      headers,
      isControlRecord: false,
    });
    return offset;
  }

  private headers(end: number): IHeaders {
    const count = this.varint();
    if (count === 0) return NO_HEADERS;
    if (count < 0 || count > end - this.at) throw corrupt('a record has a number of headers that cannot be');
    const headers = new BareObject<unknown>();
    for (let index = 0; index < count; index++) {
      const name = this.name(end);
      const value = this.sized(end);
      const before = headers[name];
      if (before === undefined) headers[name] = value;
      else if (Array.isArray(before)) before.push(value);
      else headers[name] = [before, value];
    }
    return headers as IHeaders;
  }

  private name(end: number): string {
    const size = this.varint();
    if (size === -1) throw corrupt('a header has no name');
    const from = this.pass(size, end);
    return this.bytes.toString('utf8', from, this.at);
  }

  private sized(end: number): Buffer | null {
    const size = this.varint();
    if (size === -1) return null;
    const from = this.pass(size, end);
    return this.bytes.subarray(from, this.at);
  }

  /** Steps over so many bytes; returns where they begin. */
  private pass(size: number, end: number): number {
    const from = this.at;
    if (size < 0 || from + size > end) throw corrupt('a record holds more than its length');
    this.at = from + size;
    return from;
  }

  /** A signed number of 32 bits, zigzag. */
  private varint(): number {
    const { bytes } = this;
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[this.at++];
      if (byte === undefined) break;
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (result >>> 1) ^ -(result & 1);
    }
    throw corrupt('a number in a record is cut off');
  }

  /** A signed number of 64 bits, zigzag; beyond 2^53 only nearly. */
  private varlong(): number {
    const { bytes } = this;
    // The lowest bit is the sign. It is kept apart: beyond 2^53 it would be rounded away.
    const isNegative = ((bytes[this.at] ?? 0) & 1) === 1;
    let magnitude = 0;
    for (let place = 0.5; place < 2 ** 69; place *= 128) {
      const byte = bytes[this.at++];
      if (byte === undefined) break;
      magnitude += (byte & 0x7f) * place;
      if (byte < 0x80) return isNegative ? -Math.floor(magnitude) - 1 : magnitude;
    }
    throw corrupt('a number in a record is cut off');
  }
}

/** A signed number of 64 bits; beyond 2^53 only nearly. */
function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}
