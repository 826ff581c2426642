/**
 * Walks zstd frames without unpacking them: where each one ends, and at most how much comes out of it.
 * Source: RFC 8878 sections 3.1.1 (frame header, blocks) and 3.1.2 (skippable frames).
 */
import { corrupt } from './unreadable.js';

export interface ZstdFrame {
  readonly from: number;
  readonly to: number;
  /** Bytes that the frame says it holds; undefined when it says nothing. */
  readonly contentBytes: number | undefined;
  /** No sound frame of these blocks unpacks to more. */
  readonly boundBytes: number;
}

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const BLOCK_BYTES_MAX = 128 * 1024;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];

/** @throws UnreadableBatch for anything but whole frames, and for one that needs a dictionary */
export function zstdFrames(bytes: Buffer): ZstdFrame[] {
  const frames: ZstdFrame[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw corrupt('a zstd frame is cut off');
    const magic = bytes.readUInt32LE(at);
    if ((magic & 0xfffffff0) === SKIPPABLE_MAGIC) {
      at += 8 + bytes.readUInt32LE(at + 4);
      if (at > bytes.length) throw corrupt('a skippable zstd frame is cut off');
      continue;
    }
    if (magic !== FRAME_MAGIC) throw corrupt('no zstd frame begins where one must');
    const frame = readFrame(bytes, at);
    frames.push(frame);
    at = frame.to;
  }
  return frames;
}

function readFrame(bytes: Buffer, from: number): ZstdFrame {
  const descriptor = bytes[from + 4]!;
  if ((descriptor & 0x08) !== 0) throw corrupt('a zstd frame sets a reserved bit');
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 && isSingleSegment ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
  const idBytes = DICTIONARY_ID_BYTES[descriptor & 3]!;
  const sizeAt = from + 5 + (isSingleSegment ? 0 : 1) + idBytes;
  if (sizeAt + sizeBytes > bytes.length) throw corrupt('a zstd frame header is cut off');
  if (idBytes > 0) throw corrupt('a zstd frame needs a dictionary');
  const contentBytes = sizeBytes === 0 ? undefined : readContentSize(bytes, sizeAt, sizeBytes);
  const blocks = walkBlocks(bytes, sizeAt + sizeBytes);
  const to = blocks.to + (hasChecksum ? 4 : 0);
  if (to > bytes.length) throw corrupt('a zstd checksum is cut off');
  return { from, to, contentBytes, boundBytes: blocks.boundBytes };
}

function readContentSize(bytes: Buffer, at: number, width: number): number {
  if (width === 1) return bytes[at]!;
  if (width === 2) return bytes.readUInt16LE(at) + 256;
  if (width === 4) return bytes.readUInt32LE(at);
  return Number(bytes.readBigUInt64LE(at));
}

function walkBlocks(bytes: Buffer, from: number): { readonly to: number; readonly boundBytes: number } {
  let boundBytes = 0;
  for (let at = from; ;) {
    if (at + 3 > bytes.length) throw corrupt('a zstd block is cut off');
    const header = bytes.readUIntLE(at, 3);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3 || size > BLOCK_BYTES_MAX) throw corrupt('a zstd block cannot be');
    boundBytes += type === 2 ? BLOCK_BYTES_MAX : size;
    at += 3 + (type === 1 ? 1 : size);
    if (at > bytes.length) throw corrupt('a zstd block is cut off');
    if ((header & 1) === 1) return { to: at, boundBytes };
  }
}
