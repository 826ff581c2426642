/**
 * Where a holder lives, worked out apart from the code that decides: MurmurHash2 with Kafka's seed over the UTF-8 of the
 * id, without its sign bit, modulo the number of shards. In 64-bit arithmetic, as the algorithm's author wrote it down.
 * Sources: Austin Appleby's MurmurHash2, `org.apache.kafka.common.utils.Utils.murmur2`.
 */
const SEED = 0x9747b28cn;
const M = 0x5bd1e995n;

const times = (a: bigint): bigint => BigInt.asUintN(32, a * M);
const mixed = (a: bigint, shift: bigint): bigint => a ^ (a >> shift);

/** The shard of a holder among `shards` holder shards. */
export function homeShard(holder: string, shards: number): number {
  const bytes = Buffer.from(holder, 'utf8');
  const whole = bytes.length - (bytes.length % 4);
  let hash = SEED ^ BigInt(bytes.length);
  for (let at = 0; at < whole; at += 4) {
    const word = times(mixed(times(BigInt(bytes.readUInt32LE(at))), 24n));
    hash = times(hash) ^ word;
  }
  if (bytes.length > whole) hash = times(hash ^ BigInt(bytes.readUIntLE(whole, bytes.length - whole)));
  hash = mixed(times(mixed(hash, 13n)), 15n);
  return Number(hash & 0x7fffffffn) % shards;
}
