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
  { key: ['customer', 'usageKey', 'shard'], control: { amountOpen: receivableAccounts.customerReceivable } },
);

export const receivableTables = [RECEIVABLES] as const;

/** What of an entry that leaves something owed its row says. */
type Owing = Pick<UsageCharged, 'customer' | 'usage' | 'provider' | 'time'>;

interface OpenedHere {
  readonly event: Owing;
  readonly position: EntryPosition;
  readonly amount: bigint;
  open: bigint;
}

const nameOf = (source: string, id: string): string => JSON.stringify([source, id]);

/** What a run of pages opened and covered. */
export class ReceivableChanges implements RowsPart {
  private readonly opened = new Map<string, OpenedHere>();
  /** What pages of this run covered of receivables that are in the table already. */
  private readonly covered = new Map<string, { readonly customer: string; readonly key: string; amount: bigint }>();

  constructor(private readonly context: RowsContext) {}

  open(event: Owing, owed: OwedPart, position: EntryPosition): void {
    const amount = attoOf(owed.amount);
    const name = nameOf(event.usage.source, event.usage.id);
    this.opened.set(`${event.customer}\n${name}`, { event, position, amount, open: amount });
  }

  cover(event: ReceivablesCovered): void {
    for (const { source, id, amount } of event.covered) {
      const name = nameOf(source, id);
      const place = `${event.customer}\n${name}`;
      const here = this.opened.get(place);
      if (here !== undefined) {
        here.open -= attoOf(amount);
        continue;
      }
      const before = this.covered.get(place);
      if (before === undefined) {
        const key = this.context.digest(name);
        this.covered.set(place, { customer: event.customer, key, amount: attoOf(amount) });
      } else before.amount += attoOf(amount);
    }
  }

  changes(): readonly RowChange[] {
    const opened = [...this.opened.values()].filter(({ open }) => open > 0n);
    if (opened.length === 0 && this.covered.size === 0) return NO_CHANGES;
    const { shard } = this.context;
    const rows = opened.map(({ event: { customer, usage, provider, time }, position, amount, open }) => ({
      customer,
      usageKey: nameOf(usage.source, usage.id),
      shard,
      height: position.height,
      index: position.index,
      source: usage.source,
      id: usage.id,
      provider,
      amount,
      amountOpen: open,
      time: instantText(time),
    }));
    return [...this.takeCovered(), ...(rows.length === 0 ? [] : [insert(RECEIVABLES, ...rows)])];
  }

  private takeCovered(): readonly RowChange[] {
    const covered = [...this.covered.values()];
    if (covered.length === 0) return NO_CHANGES;
    const keys = [this.context.shard, covered.map(({ customer }) => customer), covered.map(({ key }) => key)];
    return [
      {
        kind: 'sql',
        text: `
          UPDATE receivables SET amount_open = amount_open - part.amount
          FROM unnest($2::text[], $3::text[], $4::numeric[]) AS part (customer, usage_key, amount)
          WHERE shard = $1 AND receivables.customer = part.customer AND receivables.usage_key = part.usage_key
            AND amount_open >= part.amount`,
        values: [...keys, covered.map(({ amount }) => amount.toString())],
        rows: covered.length,
      },
      {
        kind: 'sql',
        text: `
          DELETE FROM receivables USING unnest($2::text[], $3::text[]) AS part (customer, usage_key)
          WHERE shard = $1 AND receivables.customer = part.customer AND receivables.usage_key = part.usage_key
            AND amount_open = 0`,
        values: keys,
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
