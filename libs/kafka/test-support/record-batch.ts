/**
 * Makes record batches byte by byte, as any producer may make them: every codec and framing, headers that are null, what
 * no client of ours would write, and bombs. Source: Kafka's "Record Batch", RFC 8878 (zstd), "LZ4 Frame Format Description".
 */
import { gzipSync } from 'node:zlib';
import { compress as compressZstd } from '@bokuweb/zstd-wasm';
import { compressFrameSync } from 'lz4-napi';
import { compressSync as compressSnappy } from 'snappy';
import { crc32c } from '../src/fetch/crc32c.js';
import { Codec, zstdReady } from '../src/fetch/decompression.js';

export interface RecordToMake {
  readonly key?: Buffer | string | null;
  readonly value?: Buffer | string | null;
  /** In order; a name may occur twice, a value be null. */
  readonly headers?: readonly (readonly [name: Buffer | string, value: Buffer | string | null])[];
  /** Milliseconds since 1970, whatever the producer takes for it. */
  readonly timestamp?: bigint;
}

/** How records become bytes: `snappy` is one block without a frame, `snappy-xerial` what Java's producers write. */
export type Packing =
  'none' | 'gzip' | 'snappy' | 'snappy-xerial' | 'lz4' | 'lz4-checksums' | 'zstd' | 'zstd-stream' | 'zstd-frames';

export const PACKINGS: readonly Packing[] = [
  'none',
  'gzip',
  'snappy',
  'snappy-xerial',
  'lz4',
  'lz4-checksums',
  'zstd',
  'zstd-stream',
  'zstd-frames',
];

export interface BatchToMake {
  readonly records: readonly RecordToMake[];
  readonly packing?: Packing;
  /** In place of what `records` would be packed to. */
  readonly packed?: Buffer;
  /** In place of the packing's codec. */
  readonly codec?: number;
  readonly baseOffset?: bigint;
  /** In place of what `records` say. */
  readonly count?: number;
  readonly lastOffsetDelta?: number;
  /** Added to the codec: 0x10 transactional, 0x20 control. */
  readonly flags?: number;
  readonly producerId?: bigint;
  readonly crc?: number;
}

const HEADER_BYTES = 61;
const SNAPPY_BLOCK_BYTES = 32 * 1024;
const XERIAL_HEADER = Buffer.from('82534e41505059000000000100000001', 'hex');

/** zstd's encoder must be loaded before {@link makeBatch} packs with it. */
export const packingIsReady: Promise<void> = zstdReady();

export function makeBatch(batch: BatchToMake): Buffer {
  const { records, packing = 'none' } = batch;
  const baseTimestamp = records[0]?.timestamp ?? BigInt(Date.now());
  const packed = batch.packed ?? pack(packing, makeRecords(records, baseTimestamp));
  const bytes = Buffer.alloc(HEADER_BYTES + packed.length);
  const timestamps = records.map(({ timestamp }) => timestamp ?? baseTimestamp);
  bytes.writeBigInt64BE(batch.baseOffset ?? 0n, 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt32BE(-1, 12); // partition leader epoch
  bytes[16] = 2;
  bytes.writeInt16BE((batch.codec ?? codecOf(packing)) | (batch.flags ?? 0), 21);
  bytes.writeInt32BE(batch.lastOffsetDelta ?? records.length - 1, 23);
  bytes.writeBigInt64BE(baseTimestamp, 27);
  bytes.writeBigInt64BE(
    timestamps.reduce((most, at) => (at > most ? at : most), baseTimestamp),
    35,
  );
  bytes.writeBigInt64BE(batch.producerId ?? -1n, 43);
  bytes.writeInt16BE(-1, 51);
  bytes.writeInt32BE(-1, 53);
  bytes.writeInt32BE(batch.count ?? records.length, 57);
  packed.copy(bytes, HEADER_BYTES);
  bytes.writeUInt32BE(batch.crc ?? crc32c(bytes, 21), 17);
  return bytes;
}

/** The records of a batch, before they are packed. */
export function makeRecords(records: readonly RecordToMake[], baseTimestamp: bigint): Buffer {
  return Buffer.concat(records.map((record, index) => makeRecord(record, index, baseTimestamp)));
}

function makeRecord({ key, value, headers = [], timestamp }: RecordToMake, index: number, base: bigint): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint((timestamp ?? base) - base),
    varint(index),
    sized(key ?? null),
    sized(value ?? null),
    varint(headers.length),
    ...headers.flatMap(([name, content]) => [sized(name), sized(content)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

export function pack(packing: Packing, bytes: Buffer): Buffer {
  switch (packing) {
    case 'none':
      return bytes;
    case 'gzip':
      return gzipSync(bytes);
    case 'snappy':
      return compressSnappy(bytes);
    case 'snappy-xerial':
      return packXerial(bytes);
    case 'lz4':
      return compressFrameSync(bytes);
    case 'lz4-checksums':
      return compressFrameSync(bytes, { contentChecksum: true, blockChecksums: true });
    case 'zstd':
      return Buffer.from(compressZstd(bytes, 3));
    case 'zstd-stream':
      return zstdFrame(plainZstdBlocks(bytes));
    case 'zstd-frames': {
      const middle = bytes.length >> 1;
      return Buffer.concat([pack('zstd', bytes.subarray(0, middle)), pack('zstd-stream', bytes.subarray(middle))]);
    }
  }
}

function packXerial(bytes: Buffer): Buffer {
  const parts: Buffer[] = [XERIAL_HEADER];
  for (let at = 0; at < bytes.length; at += SNAPPY_BLOCK_BYTES) {
    const block = compressSnappy(bytes.subarray(at, at + SNAPPY_BLOCK_BYTES));
    const size = Buffer.alloc(4);
    size.writeInt32BE(block.length);
    parts.push(size, block);
  }
  return Buffer.concat(parts);
}

function codecOf(packing: Packing): number {
  return Codec[packing.split('-')[0] as keyof typeof Codec];
}

export type BombKind = 'gzip' | 'lz4' | 'zstd';

/**
 * One record whose value is `valueBytes` zeros, packed by hand: a batch that any broker takes, about a thousandth of that
 * large with gzip, a 250th with LZ4, a 30,000th with zstd.
 */
export function makeBomb(kind: BombKind, valueBytes: number): Buffer {
  const tail = Buffer.concat([varint(0)]);
  const fixed = Buffer.concat([Buffer.from([0]), varint(0), varint(0), varint(-1), varint(valueBytes)]);
  const head = Buffer.concat([varint(fixed.length + valueBytes + tail.length), fixed]);
  return makeBatch({ records: [{}], codec: Codec[kind], packed: PACK_ZEROS[kind](head, valueBytes, tail) });
}

type ZerosPacker = (head: Buffer, zeros: number, tail: Buffer) => Buffer;

const PACK_ZEROS: Readonly<Record<BombKind, ZerosPacker>> = {
  gzip: (head, zeros, tail) => {
    // A gzip stream may have several members.
    const step = 16 * 1024 * 1024;
    const member = gzipSync(Buffer.alloc(Math.min(step, zeros)));
    const whole = Array.from({ length: Math.floor(zeros / step) }, () => member);
    return Buffer.concat([gzipSync(head), ...whole, gzipSync(Buffer.alloc(zeros % step)), gzipSync(tail)]);
  },
  lz4: (head, zeros, tail) => {
    const step = 4 * 1024 * 1024;
    const blocks = [plainLz4Block(head)];
    for (let left = zeros; left > 0; left -= step) blocks.push(zerosLz4Block(Math.min(step, left)));
    // Version 1, independent blocks of up to 4 MiB, and the checksum of just that.
    return Buffer.concat([Buffer.from('04224d18607073', 'hex'), ...blocks, plainLz4Block(tail), Buffer.alloc(4)]);
  },
  zstd: (head, zeros, tail) => {
    const step = 128 * 1024;
    const blocks = [plainZstdBlock(head)];
    for (let left = zeros; left > 0; left -= step) blocks.push(zstdBlock(1, Math.min(step, left), Buffer.alloc(1)));
    return zstdFrame([...blocks, plainZstdBlock(tail)]);
  },
};

/** A frame without the size of its content, as streaming encoders write it; the last of `blocks` is marked. */
export function zstdFrame(blocks: readonly Buffer[]): Buffer {
  const last = Buffer.concat(blocks.slice(-1));
  last[0]! |= 1;
  return Buffer.concat([Buffer.from('28b52ffd0068', 'hex'), ...blocks.slice(0, -1), last]);
}

function plainZstdBlocks(bytes: Buffer): Buffer[] {
  const step = 100_000;
  const count = Math.max(1, Math.ceil(bytes.length / step));
  return Array.from({ length: count }, (_, index) => plainZstdBlock(bytes.subarray(index * step, (index + 1) * step)));
}

function plainZstdBlock(bytes: Buffer): Buffer {
  return zstdBlock(0, bytes.length, bytes);
}

function zstdBlock(type: 0 | 1, size: number, content: Buffer): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1), 0, 3);
  return Buffer.concat([header, content]);
}

function plainLz4Block(bytes: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(bytes.length + 0x80000000);
  return Buffer.concat([header, bytes]);
}

/** One literal zero, one match of almost all that is left, five literals at the end as the format demands. */
function zerosLz4Block(zeros: number): Buffer {
  if (zeros < 32) return plainLz4Block(Buffer.alloc(zeros));
  const match = zeros - 1 - 5 - 19;
  const lengths = Buffer.alloc(Math.floor(match / 255) + 1, 255);
  lengths[lengths.length - 1] = match % 255;
  const body = Buffer.concat([Buffer.from([0x1f, 0, 1, 0]), lengths, Buffer.from([0x50, 0, 0, 0, 0, 0])]);
  const header = Buffer.alloc(4);
  header.writeUInt32LE(body.length);
  return Buffer.concat([header, body]);
}

/** A signed number as zigzag varint of up to 64 bits. */
export function varint(value: number | bigint): Buffer {
  const signed = BigInt(value);
  let rest = BigInt.asUintN(64, (signed << 1n) ^ (signed >> 63n));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

function sized(content: Buffer | string | null): Buffer {
  if (content === null) return varint(-1);
  const bytes = Buffer.from(content as string);
  return Buffer.concat([varint(bytes.length), bytes]);
}
