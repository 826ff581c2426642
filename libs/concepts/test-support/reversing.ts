/** How specs ask for reversals: with what the journal has of an entry. */
import type { LedgerState, ReceivablesCovered, ReverseEntry } from '#concepts';
import { entryId, type Ordered } from '#domain';
import { coveringsFor } from '../reversals/read-entries.js';
import type { RecordedEntry } from './step.js';

/** The command that reverses an entry, with what the journal has of it. @param read finds an entry that is there */
export function reversalOf(state: LedgerState, read: (id: string) => RecordedEntry, id: string, reason = 'a mistake') {
  const reversed = read(id);
  const coverings = [...coveringsFor(state, reversed)].map(
    (position) => read(entryId(position)) as RecordedEntry & { readonly event: ReceivablesCovered },
  );
  return { type: 'ReverseEntry', reversed, coverings, reason } satisfies Ordered<ReverseEntry>;
}
