/** Receivables and what covered them: enough to say what was owed, and since when, at any instant. */
import {
  attoOf,
  column,
  insert,
  instantText,
  NO_CHANGES,
  table,
  type EntryPosition,
  type RowChange,
  type Rows,
  type RowsContext,
  type RowsPart,
} from '#domain';
import type { UsageCharged } from '../usage/charge.js';
import type { DrawnChanges, DrawnRows } from '../usage/charging.rows.js';
import { receivableAccounts, type CoveredPart, type OwedPart } from './owed.js';
import type { ReceivableEvent } from './receivable.js';

/** Usage that no balance covered when it was charged, also after it was covered. */
export const RECEIVABLES = table(
  'receivables',
  {
    customer: column.key(),
    /** Of the JSON array of source and id: what producers call their events is not bounded. */
    usageKey: column.digest(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    source: column.text(),
    id: column.text(),
    provider: column.text(),
    /** What was uncovered when the usage was charged. */
    amount: column.amount(),
    amountOpen: column.amount(),
    time: column.optional(column.instant()),
    /** When the usage was booked: its age counts from here. */
    recordedAt: column.instant(),
  },
  {
    // Older journals may hold a usage that is named as a capture is: where it was booked tells them apart.
    key: ['customer', 'usageKey', 'shard', 'height', 'index'],
    indexes: { receivables_open: { on: ['customer', 'recordedAt'], where: 'amount_open > 0' } },
    control: { amountOpen: receivableAccounts.customerReceivable },
  },
);

/** What an entry covered of one receivable, or cancelled. What was open before it is what is open now and these. */
export const COVERED_PARTS = table(
  'covered_parts',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    /** Of the part in its entry, from 0. */
    ordinal: column.integer(),
    customer: column.key(),
    /** As in {@link RECEIVABLES}. */
    usageKey: column.digest(),
    amount: column.amount(),
  },
  {
    key: ['shard', 'height', 'index', 'ordinal'],
    indexes: { covered_parts_by_customer: { on: ['customer', 'shard', 'height'] } },
    control: null,
  },
);

export const receivableTables = [RECEIVABLES, COVERED_PARTS] as const;

/** What of an entry that leaves something owed its row says. */
type Owing = Pick<UsageCharged, 'customer' | 'provider' | 'time'> & {
  readonly usage: Pick<UsageCharged['usage'], 'source' | 'id'>;
};

interface OpenedHere {
  readonly event: Owing;
  readonly position: EntryPosition;
  readonly recordedAt: string;
  readonly amount: bigint;
}

interface PartHere {
  readonly position: EntryPosition;
  readonly ordinal: number;
  readonly customer: string;
  readonly name: string;
  readonly amount: bigint;
}

const nameOf = (source: string, id: string): string => JSON.stringify([source, id]);

/** Takes what was covered from the oldest of each name; its rows are the names of which all of it was there. */
const COVER = `
  WITH part AS (SELECT * FROM unnest($2::text[], $3::text[], $4::numeric[]) AS part (customer, usage_key, amount)),
  owed AS (
    SELECT one.customer, one.usage_key, one.height, one.index, one.amount_open,
      part.amount - (sum(one.amount_open) OVER (
        PARTITION BY one.customer, one.usage_key ORDER BY one.height, one.index
      ) - one.amount_open) AS left_of_part
    FROM receivables AS one JOIN part USING (customer, usage_key)
    WHERE one.shard = $1 AND one.amount_open > 0
  ),
  taken AS (
    UPDATE receivables AS one SET amount_open = one.amount_open - least(owed.amount_open, owed.left_of_part)
    FROM owed
    WHERE one.shard = $1 AND owed.left_of_part > 0
      AND (one.customer, one.usage_key, one.height, one.index)
        = (owed.customer, owed.usage_key, owed.height, owed.index)
    RETURNING one.customer, one.usage_key, owed.amount_open - one.amount_open AS amount
  ),
  done AS (SELECT customer, usage_key, sum(amount) AS amount FROM taken GROUP BY customer, usage_key)
  SELECT 1 FROM done JOIN part USING (customer, usage_key, amount)`;

/** What a run of pages opened and covered. */
export class ReceivableChanges implements RowsPart {
  private readonly opened: OpenedHere[] = [];
  private readonly parts: PartHere[] = [];

  constructor(private readonly context: RowsContext) {}

  open(event: Owing, owed: OwedPart, position: EntryPosition, recordedAt: string): void {
    this.opened.push({ event, position, recordedAt, amount: attoOf(owed.amount) });
  }

  /** What is owed no more, since it was covered or its usage was taken back. */
  settle(
    customer: string,
    covered: readonly Pick<CoveredPart, 'source' | 'id' | 'amount'>[],
    position: EntryPosition,
  ): void {
    for (const [ordinal, { source, id, amount }] of covered.entries()) {
      this.parts.push({ position, ordinal, customer, name: nameOf(source, id), amount: attoOf(amount) });
    }
  }

  /** What was opened goes first: the same run may cover it. */
  changes(): readonly RowChange[] {
    return [...this.insertOpened(), ...this.takeCovered(), ...this.insertParts()];
  }

  private insertOpened(): readonly RowChange[] {
    if (this.opened.length === 0) return NO_CHANGES;
    const { shard } = this.context;
    const rows = this.opened.map(({ event: { customer, usage, provider, time }, position, recordedAt, amount }) => ({
      ...{ customer, usageKey: nameOf(usage.source, usage.id), shard, height: position.height, index: position.index },
      ...{ source: usage.source, id: usage.id, provider },
      ...{ amount, amountOpen: amount, time: instantText(time), recordedAt },
    }));
    return [insert(RECEIVABLES, ...rows)];
  }

  private takeCovered(): readonly RowChange[] {
    if (this.parts.length === 0) return NO_CHANGES;
    const sums = new Map<string, { readonly customer: string; readonly name: string; amount: bigint }>();
    for (const { customer, name, amount } of this.parts) {
      const place = `${customer}\n${name}`;
      const before = sums.get(place);
      if (before === undefined) sums.set(place, { customer, name, amount });
      else before.amount += amount;
    }
    const covered = [...sums.values()];
    const values = [
      this.context.shard,
      covered.map(({ customer }) => customer),
      covered.map(({ name }) => this.context.digest(name)),
      covered.map(({ amount }) => amount.toString()),
    ];
    return [{ kind: 'sql', text: COVER, values, rows: covered.length }];
  }

  private insertParts(): readonly RowChange[] {
    if (this.parts.length === 0) return NO_CHANGES;
    const { shard } = this.context;
    const rows = this.parts.map(({ position: { height, index }, ordinal, customer, name, amount }) => ({
      ...{ shard, height, index, ordinal, customer, usageKey: name, amount },
    }));
    return [insert(COVERED_PARTS, ...rows)];
  }
}

/** What writers of events that open or cover receivables need. */
export interface ReceivablesRun {
  readonly receivables: ReceivableChanges;
}

/** What a charge leaves to be covered. */
export const receivableDrawn: Pick<DrawnRows<ReceivablesRun>, 'receivable'> = {
  receivable: (event, owed, position, recordedAt, { receivables }) => {
    receivables.open(event, owed, position, recordedAt);
    return NO_CHANGES;
  },
};

/** @param drawn what the funds that paid a covering say of it */
export const createReceivableRows = <Run extends ReceivablesRun>(
  drawn: DrawnChanges<Run>,
): Rows<ReceivableEvent, Run> => ({
  ReceivablesCovered: {
    entry: ({ customer, amount }) => ({ holder: customer, amount }),
    movement: null,
    changes: (event, position, recordedAt, run) => {
      run.receivables.settle(event.customer, event.covered, position);
      return drawn(event, position, recordedAt, run);
    },
  },
});
