/**
 * Unpacks the records of a batch, by the codec in its attributes and never to more than so many bytes: what comes in is
 * as foreign as its producer. Sizes are known or bounded before memory is taken, gzip is stopped while it grows.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { decompress as decompressZstd, init as loadZstd } from '@bokuweb/zstd-wasm';
import { decompressFrame } from 'lz4-napi';
import { uncompress as uncompressSnappy } from 'snappy';
import { lz4Frames } from './lz4-frames.js';
import { corrupt, tooLarge, UnreadableBatch } from './unreadable.js';
import { zstdFrames } from './zstd-frames.js';

/** A batch may unpack to this much. */
export const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;

/** Kafka's numbers of its codecs, as they stand in a batch's attributes; 0 is none. */
export const Codec = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/**
 * @param codec what stands in the attributes of the batch, 1..7
 * @throws UnreadableBatch when the codec is unknown, the bytes are none of it, or more than `bytesMax` would come out
 */
export async function unpack(codec: number, packed: Buffer, bytesMax = UNPACKED_BYTES_MAX): Promise<Buffer> {
  const decoder = DECODERS[codec];
  if (decoder === undefined) throw new UnreadableBatch('CODEC_UNKNOWN', `no compression codec has number ${codec}`);
  return decoder(packed, bytesMax);
}

const DECODERS: Readonly<Record<number, (packed: Buffer, bytesMax: number) => Promise<Buffer>>> = {
  [Codec.gzip]: unpackGzip,
  [Codec.snappy]: unpackSnappy,
  [Codec.lz4]: unpackLz4,
  [Codec.zstd]: unpackZstd,
};

const gunzipBytes = promisify(gunzip);
/** zlib's steps: small batches should not take much memory, large ones not many steps. */
const GZIP_STEP_BYTES_MIN = 16 * 1024;
const GZIP_STEP_BYTES_MAX = 1024 * 1024;

async function unpackGzip(packed: Buffer, bytesMax: number): Promise<Buffer> {
  const chunkSize = Math.min(Math.max(packed.length * 8, GZIP_STEP_BYTES_MIN), GZIP_STEP_BYTES_MAX);
  try {
    return await gunzipBytes(packed, { maxOutputLength: bytesMax, chunkSize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw corrupt('it is no gzip stream');
  }
}

/** How Java's producers begin snappy: xerial's framing of blocks. Others send one block without a frame. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER_BYTES = 16;

async function unpackSnappy(packed: Buffer, bytesMax: number): Promise<Buffer> {
  const blocks = snappyBlocks(packed);
  const total = blocks.reduce((sum, block) => sum + snappyLength(block), 0);
  if (total > bytesMax) throw tooLarge(bytesMax);
  const parts: Buffer[] = [];
  for (const block of blocks) {
    const part = await refuseAsCorrupt('snappy', () => uncompressSnappy(block, { asBuffer: true }));
    parts.push(part as Buffer);
  }
  return joined(parts);
}

function snappyBlocks(packed: Buffer): Buffer[] {
  if (!packed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return [packed];
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < packed.length;) {
    const size = at + 4 <= packed.length ? packed.readInt32BE(at) : -1;
    if (size < 0 || at + 4 + size > packed.length) throw corrupt('a snappy block is cut off');
    blocks.push(packed.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return blocks;
}

/** A block begins with the length of what it holds, as a varint of 32 bits; the decoder holds it to that. */
function snappyLength(block: Buffer): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  throw corrupt('a snappy block has no length');
}

async function unpackLz4(packed: Buffer, bytesMax: number): Promise<Buffer> {
  const frames = lz4Frames(packed, bytesMax);
  if (frames.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0) > bytesMax) {
    // Bounds of several frames may add up to more than what they hold.
    const exact = lz4Frames(packed, 0).reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
    if (exact > bytesMax) throw tooLarge(bytesMax);
  }
  const parts: Buffer[] = [];
  for (const { from, to } of frames) {
    parts.push(await refuseAsCorrupt('LZ4', () => decompressFrame(packed.subarray(from, to))));
  }
  return joined(parts);
}

let zstd: Promise<void> | undefined;

/** Loads zstd once, when the first such batch comes: a second loading would take the memory from under the first. */
export function zstdReady(): Promise<void> {
  return (zstd ??= loadZstd());
}

/** How the binding tells zstd's error `dstSize_tooSmall`. */
const ZSTD_NO_ROOM = / -70$/;

async function unpackZstd(packed: Buffer, bytesMax: number): Promise<Buffer> {
  const frames = zstdFrames(packed);
  await zstdReady();
  const parts: Buffer[] = [];
  let left = bytesMax;
  for (const { from, to, contentBytes, boundBytes } of frames) {
    if (contentBytes !== undefined && contentBytes > left) throw tooLarge(bytesMax);
    // zstd itself never writes beyond the room that it is given.
    const room = Math.min(left, contentBytes ?? boundBytes);
    const part = unpackZstdFrame(packed.subarray(from, to), room, bytesMax);
    left -= part.length;
    parts.push(part);
  }
  return joined(parts);
}

function unpackZstdFrame(frame: Buffer, room: number, bytesMax: number): Buffer {
  try {
    const unpacked = decompressZstd(frame, { defaultHeapSize: room });
    return Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.length);
  } catch (error) {
    if (ZSTD_NO_ROOM.test((error as Error).message)) throw tooLarge(bytesMax);
    throw corrupt('it is no zstd data');
  }
}

/** A decoder's own message says no more, and may quote the data. */
async function refuseAsCorrupt<Result>(name: string, decode: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await decode();
  } catch {
    throw corrupt(`it is no ${name} data`);
  }
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
