/**
 * Which shard keeps a holder's accounts: Kafka's own default partitioner (murmur2 over the UTF-8 key, sign bit
 * cleared, modulo the count), so that with as many partitions as shards an event keyed by its customer arrives on the
 * partition of its shard. Source: `org.apache.kafka.common.utils.Utils.murmur2` and `BuiltInPartitioner`.
 */

const SEED = 0x9747b28c | 0;
const MULTIPLIER = 0x5bd1e995;

/** Kafka's murmur2 of a byte string, as a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let hash = SEED ^ length;
  const blocks = length & ~3;
  for (let i = 0; i < blocks; i += 4) {
    let word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    word = Math.imul(word, MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  const tail = length & 3;
  if (tail === 3) hash ^= bytes[blocks + 2]! << 16;
  if (tail >= 2) hash ^= bytes[blocks + 1]! << 8;
  if (tail >= 1) {
    hash ^= bytes[blocks]!;
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  hash ^= hash >>> 15;
  return hash;
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(128);

/** The shard of a holder among `shards` holder shards, numbered from 0. */
export function shardOf(holder: string, shards: number): number {
  return (murmur2(utf8(holder)) & 0x7fffffff) % shards;
}

/** UTF-8, valid until the next call. Ids are short ASCII, for which the encoder takes ten times as long. */
function utf8(text: string): Uint8Array {
  if (text.length > scratch.length) return encoder.encode(text);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return encoder.encode(text);
    scratch[at] = unit;
  }
  return scratch.subarray(0, text.length);
}

/**
 * The registry shard's number: it follows the holder shards and keeps what all of them share — price books, policies,
 * parties, keys and the steps of settlement batches.
 */
export function registryShard(shards: number): number {
  return shards;
}
