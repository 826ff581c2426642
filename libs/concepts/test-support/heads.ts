/** What the settlement process has the chain's library do: specs of a journal know no chain. */
import type { ShardHead } from '#domain';
import { keccak256 } from '#signing';

/** The `headsDigest` of a plan that names these heads, as docs/journal.md has it. */
export function digestHeads(heads: readonly ShardHead[]): string {
  const ascending = [...heads].sort((left, right) => left.shard - right.shard);
  return `0x${keccak256(ascending.map(({ shard, height, hash }) => `${shard}:${height}:${hash}\n`).join(''))}`;
}
