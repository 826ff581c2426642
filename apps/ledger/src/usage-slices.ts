/**
 * Cuts a usage batch into commands of one shard each, and says which of the batch's offsets each command answers for.
 * Pure: what it does not know of shards is told by its caller.
 */
import { USAGE_ITEMS_MAX, type UsageItem } from '#concepts';
import { UNREAD, type AppliedOffsets, type OffsetRange } from '#domain';
import { fingerprintOf, type UsageMessage } from '#kafka';

/** Items of one shard, in the order of the batch. So few that their events fit one page, see {@link USAGE_ITEMS_MAX}. */
export interface UsageSlice {
  readonly shard: number;
  readonly items: readonly UsageItem[];
}

/** Keeps the order within each shard. Slices of one shard stand in order, each full but the last. */
export function sliceByShard(items: readonly UsageItem[], shardOf: (item: UsageItem) => number): UsageSlice[] {
  const slices: { shard: number; items: UsageItem[] }[] = [];
  const open = new Map<number, { items: UsageItem[] }>();
  for (const item of items) {
    const shard = shardOf(item);
    let slice = open.get(shard);
    if (slice === undefined || slice.items.length === USAGE_ITEMS_MAX) {
      const next = { shard, items: [] };
      slices.push(next);
      open.set(shard, next);
      slice = next;
    }
    slice.items.push(item);
  }
  return slices;
}

/**
 * The offsets that each slice answers for in its shard: the slices of one shard cover the whole batch without a gap and
 * without an overlap, so that what belongs to other shards is known to be no business of this one.
 *
 * @param batch the offsets `[from, to)` of all messages that the slices were cut from
 */
export function offsetRanges(slices: readonly UsageSlice[], batch: OffsetRange): OffsetRange[] {
  const isFirst = new Set<UsageSlice>();
  const seen = new Set<number>();
  for (const slice of slices) {
    if (!seen.has(slice.shard)) isFirst.add(slice);
    seen.add(slice.shard);
  }
  const ranges: OffsetRange[] = [];
  const next = new Map<number, number>();
  for (const slice of slices.toReversed()) {
    const from = isFirst.has(slice) ? batch.from : firstOffset(slice);
    ranges.push({ ...batch, from, to: next.get(slice.shard) ?? batch.to });
    next.set(slice.shard, from);
  }
  return ranges.reverse();
}

/** A range as a page keeps it: with the fingerprint of its last message. */
export function fingerprinted(range: OffsetRange, messages: readonly UsageMessage[]): AppliedOffsets {
  const last = messages.findLast(({ offset }) => offset < range.to);
  return { ...range, fingerprint: last === undefined ? UNREAD : fingerprintOf(last) };
}

function firstOffset({ items }: UsageSlice): number {
  const offset = items[0]?.offset;
  if (offset === undefined) throw new Error('a slice of a partition has an item without an offset');
  return offset;
}
