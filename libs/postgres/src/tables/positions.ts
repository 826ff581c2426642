/** How far the read models include the journal. */
import { column, table } from '#domain';

/** How far the read models include a shard: written in the transaction that writes the rows. */
export const CHECKPOINTS = table(
  'checkpoints',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    hash: column.text(),
    recordedAt: column.instant(),
  },
  { key: ['shard'], fillfactor: 50 },
);

/** When each page was recorded: leads from an instant to a height of each shard. */
export const PAGE_TIMES = table(
  'page_times',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    recordedAt: column.instant(),
    hash: column.text(),
    /** Events in the page. */
    count: column.integer(),
  },
  { key: ['shard', 'height'], indexes: { page_times_by_instant: { on: ['shard', 'recordedAt', 'height'] } } },
);

/** The next Kafka offset of a partition as one shard knows it; the partition's is the least of all shards'. */
export const KAFKA_OFFSETS = table(
  'kafka_offsets',
  {
    topic: column.key(),
    partition: column.integer(),
    shard: column.integer(),
    nextOffset: column.wholeNumber(),
  },
  { key: ['topic', 'partition', 'shard'], fillfactor: 50 },
);
