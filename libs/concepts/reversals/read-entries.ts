/** What a reversal reads of the journal before it is decided. */
import { entryId, ZERO, type EntryPosition, type ShardState } from '#domain';
import type { ReceivablesState } from '../receivables/owed.js';
import type { ReceivablesCovered } from '../receivables/receivable.js';
import { coversOf, originalOf } from './original.js';
import type { ReadEntry } from './reversal.js';

type AnyEntry = ReadEntry<{ readonly type: string; readonly time: string }>;

/** Where the coverings stand that may have paid for an entry, oldest first: those of its customer, from the entry on. */
export function* coveringsFor(
  { receivables }: ReceivablesState,
  { event, position }: AnyEntry,
): Iterable<EntryPosition> {
  const original = originalOf(event, position);
  if (original?.charge?.owed === undefined) return;
  for (const place of receivables.coveringsAfter(original.holder, position)) yield { shard: position.shard, ...place };
}

/** How much of what an entry left to be owed was covered since, atto-tokens. @param state of the entry's shard */
export function coveredSince(
  { receivables, corrections }: ReceivablesState & Pick<ShardState, 'corrections'>,
  { event, position }: AnyEntry,
): bigint {
  const original = originalOf(event, position);
  const charge = original?.charge;
  if (charge?.owed === undefined || corrections.has(entryId(position))) return ZERO;
  return BigInt(charge.owed.amount) - (receivables.find(original!.holder, charge)?.amount ?? ZERO);
}

/** How much of that one covering paid. */
export function coveredBy({ event, position }: AnyEntry, covering: ReadEntry<ReceivablesCovered>): bigint {
  const charge = originalOf(event, position)?.charge;
  const covers = charge === undefined ? [] : coversOf(covering.event, covering.position, charge);
  return covers.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}
