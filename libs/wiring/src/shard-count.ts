/** A journal keeps the number of shards it began with: holders are placed by it. */
import { CODEC } from '#concepts';
import { registryShard } from '#domain';
import { readEvents, type JournalStore } from '#journal';
import { ConfigurationError } from '#platform';

const SHARDS_MAX = 64;

/** All that a holder shard can record while nothing is registered yet; only such a shard can be the highest one. */
const RECORDED_WITHOUT_REGISTRY: readonly string[] = ['UsageRejected', 'UsageBatchAnswered'];

/**
 * Compares the configured number of shards with the journal. The registry shard is the highest-numbered one, so the
 * highest shard with a page tells the number, unless it holds nothing but refused usage: then the registry is still
 * empty and the number is free, as long as no holder shard stands where the registry is to be.
 *
 * @throws ConfigurationError naming the number to set
 */
export async function refuseOtherShardCount(store: JournalStore, shards: number): Promise<void> {
  const registry = registryShard(shards);
  const highest = await highestShard(store);
  if (highest === undefined) return;
  const isRegistry = await holdsRegistry(store, highest);
  if (isRegistry ? highest === registry : highest < registry) return;
  throw new ConfigurationError(
    'AIRTIME_SHARDS',
    isRegistry
      ? `this journal was begun with ${highest} shards and keeps them; set AIRTIME_SHARDS=${highest}`
      : `this journal has a holder shard ${highest}; set AIRTIME_SHARDS to more than ${highest}`,
  );
}

async function highestShard(store: JournalStore): Promise<number | undefined> {
  for (let shard = registryShard(SHARDS_MAX); shard >= 0; shard--) {
    if ((await store.head(shard)) !== undefined) return shard;
  }
  return undefined;
}

async function holdsRegistry(store: JournalStore, shard: number): Promise<boolean> {
  const [first] = await store.read(shard, 1, 1);
  if (first === undefined) throw new Error(`shard ${shard} has a head and no first page; run "airtime verify"`);
  // A page without events applied offsets only, which no registry page does.
  for (const { event } of readEvents(first, CODEC)) return !RECORDED_WITHOUT_REGISTRY.includes(event.type);
  return false;
}
