/** How specs ask for corrections of usage: with what the journal has of its newest charge. */
import { standingOf, type CorrectUsage, type LedgerState, type ReceivablesCovered, type UsageReport } from '#concepts';
import { entryId, type Ordered } from '#domain';
import { coveringsFor } from '../reversals/read-entries.js';
import type { UsageCharged } from '../usage/charge.js';
import type { RecordedEntry } from './step.js';

/** Whatever is replaced in a history was used before. */
const LATER_MS = Date.parse('2030-01-01T00:00:00Z');

type Read = (id: string) => RecordedEntry;

/** A charge, what stands of it, and the coverings that may have paid for it. */
export function readCharge(state: LedgerState, read: Read, id: string) {
  const charge = read(id) as RecordedEntry & { readonly event: UsageCharged };
  const standing = read(standingOf(state.corrections, id).newest);
  const coverings = [...coveringsFor(state, standing)].map(
    (position) => read(entryId(position)) as RecordedEntry & { readonly event: ReceivablesCovered },
  );
  return { charge, standing, coverings };
}

/** The command that voids the usage of a charge, or puts a report in its place. @param id of its newest charge */
export function correctionOf(state: LedgerState, read: Read, id: string, report?: UsageReport) {
  const asked = { ...readCharge(state, read, id), reason: 'a mistake', receivedAtMs: LATER_MS };
  return {
    type: 'CorrectUsage',
    ...asked,
    ...(report === undefined ? {} : { report }),
  } satisfies Ordered<CorrectUsage>;
}
