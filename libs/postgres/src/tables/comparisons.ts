/** When the read models were held against a replay, and what came out. No read model itself: no journal gives it. */
import { column, table } from '#domain';

export const TABLE_COMPARISONS = table(
  'table_comparisons',
  {
    /** The instant whose rows were compared. */
    comparedAt: column.instant(),
    durationMs: column.wholeNumber(),
    /** How far the books included each shard at that instant. */
    heights: column.json<readonly { readonly shard: number; readonly height: number }[]>(),
    /** Read models whose rows a replay did not give; empty when all agree. */
    differing: column.texts(),
  },
  { schema: 'checks', key: ['comparedAt'] },
);
