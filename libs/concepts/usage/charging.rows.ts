/** What the sources that pay usage gave, and what the ceilings over it count, in their own read models. */
import { NO_CHANGES, type EntryPosition, type RowChange } from '#domain';
import type { BoundedBy, CoveredBy, FundedBy } from '../funding.js';
import type { ReceivablesCovered } from '../receivables/receivable.js';
import type { UsageCharged } from './charge.js';

/** What an entry's word of one source or ceiling changes. */
type DrawnRow<Event, Drawn, Run> = (
  event: Event,
  drawn: Drawn,
  position: EntryPosition,
  recordedAt: string,
  run: Run,
) => readonly RowChange[];

/**
 * A row for each source and ceiling that has a word in an entry; null where the entry and its movements say it all. Funds pay
 * charges and coverings, the others concern charges alone.
 */
export type DrawnRows<Run> = {
  readonly [Name in keyof (BoundedBy & FundedBy)]-?: DrawnRow<
    Name extends keyof CoveredBy ? UsageCharged | ReceivablesCovered : UsageCharged,
    NonNullable<(BoundedBy & FundedBy)[Name]>,
    Run
  > | null;
};

/** What an entry's words of its sources and ceilings change. */
export type DrawnChanges<Run> = (
  event: UsageCharged | ReceivablesCovered,
  position: EntryPosition,
  recordedAt: string,
  run: Run,
) => readonly RowChange[];

/** Makes one function of the rows, which costs an entry nothing that says nothing of them. */
export function drawnChanges<Run>(rows: DrawnRows<Run>): DrawnChanges<Run> {
  const table = rows as Readonly<Record<string, DrawnRow<unknown, unknown, Run> | null>>;
  const names = Object.keys(table).filter((name) => table[name] !== null);
  return (event, position, recordedAt, run) => {
    let changes = NO_CHANGES;
    for (const name of names) {
      const drawn = (event as unknown as Readonly<Record<string, unknown>>)[name];
      if (drawn === undefined) continue;
      const more = table[name]!(event, drawn, position, recordedAt, run);
      changes = changes.length === 0 ? more : [...changes, ...more];
    }
    return changes;
  };
}
