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
function coveredSince(
  { receivables, corrections }: ReceivablesState & Pick<ShardState, 'corrections'>,
  { event, position }: AnyEntry,
): bigint {
  const original = originalOf(event, position);
  const charge = original?.charge;
  if (charge?.owed === undefined || corrections.has(entryId(position))) return ZERO;
  return BigInt(charge.owed.amount) - (receivables.find(original!.holder, charge)?.amount ?? ZERO);
}

/** How much of that one covering paid. */
function coveredBy({ event, position }: AnyEntry, covering: ReadEntry<ReceivablesCovered>): bigint {
  const charge = originalOf(event, position)?.charge;
  const covers = charge === undefined ? [] : coversOf(covering.event, covering.position, charge);
  return covers.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}

/**
 * The coverings that paid for an entry since, oldest first, until they come to what is no longer open.
 *
 * @param state of the entry's shard
 * @param read gives an entry of the journal
 */
export async function readCoverings(
  state: ReceivablesState & Pick<ShardState, 'corrections'>,
  reversed: AnyEntry,
  read: (position: EntryPosition) => Promise<AnyEntry | undefined>,
): Promise<ReadEntry<ReceivablesCovered>[]> {
  const coverings: ReadEntry<ReceivablesCovered>[] = [];
  let missing = coveredSince(state, reversed);
  for (const position of coveringsFor(state, reversed)) {
    if (missing === 0n) break;
    const entry = await read(position);
    if (entry?.event.type !== 'ReceivablesCovered') continue;
    const covering = { event: entry.event as ReceivablesCovered, position };
    missing -= coveredBy(reversed, covering);
    coverings.push(covering);
  }
  return coverings;
}
