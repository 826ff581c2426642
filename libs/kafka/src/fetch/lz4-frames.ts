/**
 * Walks LZ4 frames without unpacking them: where each one ends, and how much comes out of it.
 * Source: "LZ4 Frame Format Description" 1.6 (header, blocks, end mark, skippable frames) and "LZ4 Block Format
 * Description" (sequences).
 */
import { corrupt } from './unreadable.js';

export interface Lz4Frame {
  readonly from: number;
  readonly to: number;
  /** Exactly what the blocks unpack to, or an upper bound of it when that is not above `enoughBytes`. */
  readonly unpackedBytes: number;
}

const FRAME_MAGIC = 0x184d2204;
const SKIPPABLE_MAGIC = 0x184d2a50;
const PLAIN_BLOCK = 0x80000000;
/** LZ4's largest ratio: a byte of a match's length stands for at most 255 bytes. */
const RATIO_MAX = 255;

/**
 * @param enoughBytes frames that cannot unpack to more are measured by their bound, which is quicker
 * @throws UnreadableBatch for anything but whole frames, and for one that needs a dictionary
 */
export function lz4Frames(bytes: Buffer, enoughBytes: number): Lz4Frame[] {
  const frames: Lz4Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw corrupt('an LZ4 frame is cut off');
    const magic = bytes.readUInt32LE(at);
    if ((magic & 0xfffffff0) === SKIPPABLE_MAGIC) {
      at += 8 + bytes.readUInt32LE(at + 4);
      if (at > bytes.length) throw corrupt('a skippable LZ4 frame is cut off');
      continue;
    }
    if (magic !== FRAME_MAGIC) throw corrupt('no LZ4 frame begins where one must');
    const frame = readFrame(bytes, at, enoughBytes);
    frames.push(frame);
    at = frame.to;
  }
  return frames;
}

function readFrame(bytes: Buffer, from: number, enoughBytes: number): Lz4Frame {
  const flags = bytes[from + 4]!;
  const blockCode = (bytes[from + 5]! >> 4) & 7;
  if (flags >> 6 !== 1 || blockCode < 4) throw corrupt('an LZ4 frame header cannot be');
  if ((flags & 0x01) !== 0) throw corrupt('an LZ4 frame needs a dictionary');
  const blockBytesMax = 1 << (8 + 2 * blockCode);
  const blockChecksumBytes = (flags & 0x10) === 0 ? 0 : 4;
  let at = from + 7 + ((flags & 0x08) === 0 ? 0 : 8);
  let boundBytes = 0;
  const packed: { readonly from: number; readonly to: number }[] = [];
  for (;;) {
    if (at + 4 > bytes.length) throw corrupt('an LZ4 block is cut off');
    const header = bytes.readUInt32LE(at);
    at += 4;
    if (header === 0) break;
    const size = header & ~PLAIN_BLOCK;
    const isPlain = header >= PLAIN_BLOCK;
    if (size > blockBytesMax || at + size > bytes.length) throw corrupt('an LZ4 block cannot be');
    boundBytes += isPlain ? size : Math.min(blockBytesMax, size * RATIO_MAX);
    packed.push({ from: isPlain ? -size : at, to: at + size });
    at += size + blockChecksumBytes;
  }
  const to = at + ((flags & 0x04) === 0 ? 0 : 4);
  if (to > bytes.length) throw corrupt('an LZ4 checksum is cut off');
  if (boundBytes <= enoughBytes) return { from, to, unpackedBytes: boundBytes };
  let unpackedBytes = 0;
  for (const block of packed) {
    unpackedBytes += block.from < 0 ? -block.from : unpackedBytesOf(bytes, block.from, block.to);
  }
  return { from, to, unpackedBytes };
}

/** Adds up literals and matches of a block's sequences. */
function unpackedBytesOf(bytes: Buffer, from: number, to: number): number {
  let unpacked = 0;
  for (let at = from; at < to;) {
    const token = bytes[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (at >= to) throw corrupt('an LZ4 block ends inside a length');
        literals += more = bytes[at++]!;
      } while (more === 255);
    }
    at += literals;
    if (at > to) throw corrupt('an LZ4 block ends inside its literals');
    unpacked += literals;
    if (at === to) break;
    at += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      let more: number;
      do {
        if (at >= to) throw corrupt('an LZ4 block ends inside a length');
        match += more = bytes[at++]!;
      } while (more === 255);
    }
    if (at >= to) throw corrupt('an LZ4 block ends with a match');
    unpacked += match;
  }
  return unpacked;
}
