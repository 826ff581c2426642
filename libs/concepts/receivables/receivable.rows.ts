/** Open receivables: usage that no balance covered yet. A covered one leaves the table; its entries tell the story. */
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
import { receivableAccounts, type OwedPart } from './owed.js';
import type { ReceivableEvent, ReceivablesCovered } from './receivable.js';

/** Usage that no balance covered yet. */
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
  },
  {
    // Older journals may hold a usage that is named as a capture is: where it was booked tells them apart.
    key: ['customer', 'usageKey', 'shard', 'height', 'index'],
    control: { amountOpen: receivableAccounts.customerReceivable },
  },
);

export const receivableTables = [RECEIVABLES] as const;

/** What of an entry that leaves something owed its row says. */
type Owing = Pick<UsageCharged, 'customer' | 'usage' | 'provider' | 'time'>;

interface OpenedHere {
  readonly event: Owing;
  readonly position: EntryPosition;
  readonly amount: bigint;
}

interface CoveredHere {
  readonly customer: string;
  readonly name: string;
  amount: bigint;
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
  private readonly covered = new Map<string, CoveredHere>();

  constructor(private readonly context: RowsContext) {}

  open(event: Owing, owed: OwedPart, position: EntryPosition): void {
    this.opened.push({ event, position, amount: attoOf(owed.amount) });
  }

  cover({ customer, covered }: ReceivablesCovered): void {
    for (const part of covered) {
      const name = nameOf(part.source, part.id);
      const amount = attoOf(part.amount);
      const place = `${customer}\n${name}`;
      const before = this.covered.get(place);
      if (before === undefined) this.covered.set(place, { customer, name, amount });
      else before.amount += amount;
    }
  }

  /** What was opened goes first: the same run may cover it. */
  changes(): readonly RowChange[] {
    return [...this.insertOpened(), ...this.takeCovered()];
  }

  private insertOpened(): readonly RowChange[] {
    if (this.opened.length === 0) return NO_CHANGES;
    const { shard } = this.context;
    const rows = this.opened.map(({ event: { customer, usage, provider, time }, position, amount }) => ({
      customer,
      usageKey: nameOf(usage.source, usage.id),
      shard,
      height: position.height,
      index: position.index,
      source: usage.source,
      id: usage.id,
      provider,
      amount,
      amountOpen: amount,
      time: instantText(time),
    }));
    return [insert(RECEIVABLES, ...rows)];
  }

  private takeCovered(): readonly RowChange[] {
    const covered = [...this.covered.values()];
    if (covered.length === 0) return NO_CHANGES;
    const customers = covered.map(({ customer }) => customer);
    const names = covered.map(({ name }) => this.context.digest(name));
    const amounts = covered.map(({ amount }) => amount.toString());
    const { shard } = this.context;
    return [
      { kind: 'sql', text: COVER, values: [shard, customers, names, amounts], rows: covered.length },
      {
        kind: 'sql',
        text: `
          DELETE FROM receivables USING unnest($2::text[], $3::text[]) AS part (customer, usage_key)
          WHERE shard = $1 AND receivables.customer = part.customer AND receivables.usage_key = part.usage_key
            AND amount_open = 0`,
        values: [shard, customers, names],
      },
    ];
  }
}

/** What writers of events that open or cover receivables need. */
export interface ReceivablesRun {
  readonly receivables: ReceivableChanges;
}

/** What a charge leaves to be covered. */
export const receivableDrawn: Pick<DrawnRows<ReceivablesRun>, 'receivable'> = {
  receivable: (event, owed, position, _recordedAt, { receivables }) => {
    receivables.open(event, owed, position);
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
      run.receivables.cover(event);
      return drawn(event, position, recordedAt, run);
    },
  },
});
