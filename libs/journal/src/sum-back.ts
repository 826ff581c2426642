/** Reads a shard's pages back to a past instant: what its state no longer tells. */
import { parseTime, type CutProgress, type EventCodec, type Typed } from '#domain';
import { readEvents } from './page.js';
import { readPagesBack, type JournalStore } from './store.js';

/**
 * Adds up what the entries of pages weigh that were recorded after an instant, up to an entry, which is not one of them.
 *
 * @throws StoreUnavailable, or whatever makes a page unreadable
 */
export async function sumBack(
  journal: Pick<JournalStore, 'read'>,
  codec: EventCodec,
  shard: number,
  { afterMs, before }: NonNullable<CutProgress['readAgain']>,
  weigh: (event: Typed) => bigint,
): Promise<bigint> {
  let sum = 0n;
  for await (const page of readPagesBack(journal, shard, before.height + 1)) {
    if (parseTime(page.recordedAt, 'recordedAt') <= afterMs) return sum;
    for (const { event, position } of readEvents(page, codec)) {
      if (position.height < before.height || position.index < before.index) sum += weigh(event);
    }
  }
  return sum;
}
