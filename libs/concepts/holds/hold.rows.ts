/** Holds as they were reserved and as they ended, and what that did to grants. */
import {
  attoOf,
  column,
  entryId,
  insert,
  instantText,
  NO_CHANGES,
  table,
  type EntryPosition,
  type NewRow,
  type RowChange,
  type RowOf,
  type Rows,
  type RowsContext,
  type RowsPart,
} from '#domain';
import type { BudgetsRun } from '../budgets/budget.rows.js';
import { GRANT_CHANGES, grantChanges, type ChangeRow } from '../grants/grant.rows.js';
import { readUses, type GrantUses } from '../grants/uses.js';
import type { ReceivablesRun } from '../receivables/receivable.rows.js';
import type { DrawnRows } from '../usage/charging.rows.js';
import type { EarningsRun } from '../usage/earning.rows.js';
import { captureEntry } from './hold.js';
import {
  holdAccounts,
  type Capture,
  type HoldEvent,
  type HoldExtended,
  type HoldReserved,
  type HoldState,
  type Settling,
} from './hold-events.js';
import { usesIn } from './held.js';

/** One hold. */
export const HOLDS = table(
  'holds',
  {
    hold: column.key(),
    customer: column.key(),
    state: column.text<HoldState>(),
    /** All that it reserved. */
    amount: column.amount(),
    /** What it still reserves. */
    amountHeld: column.amount(),
    captured: column.amount(),
    released: column.amount(),
    receivable: column.amount(),
    /** The grants that it reserved of, as its entries say them. */
    receipt: column.text<GrantUses>(),
    budget: column.optional(column.text()),
    reference: column.optional(column.text()),
    reservedAt: column.instant(),
    expiresAt: column.optional(column.instant()),
  },
  {
    key: ['hold'],
    indexes: { holds_by_customer: { on: ['customer', 'reservedAt', 'hold'] } },
    control: { amountHeld: holdAccounts.customerHeld },
  },
);

/** What an entry reserved by a hold, until the page that settled the hold: enough to say what was held at any instant. */
export const HELD_PARTS = table(
  'held_parts',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    hold: column.key(),
    customer: column.key(),
    amount: column.amount(),
    /** Missing while the hold is open. */
    settledHeight: column.optional(column.wholeNumber()),
  },
  {
    key: ['shard', 'height', 'index'],
    indexes: {
      held_parts_by_hold: { on: ['hold'] },
      held_parts_by_customer: { on: ['customer', 'settledHeight'] },
    },
    control: null,
  },
);

export const holdTables = [HOLDS, HELD_PARTS] as const;

/** How a hold ended, and what a capture took. */
interface Settlement {
  readonly state: HoldState;
  readonly captured?: bigint;
  readonly receivable?: bigint;
}

/** A hold whose row is in the table already: what has changed, and the rest is missing. */
type ChangedHold = Partial<
  Pick<
    RowOf<typeof HOLDS>,
    'state' | 'amount' | 'amountHeld' | 'captured' | 'released' | 'receivable' | 'receipt' | 'expiresAt'
  >
>;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What a run of pages does with holds: they may be as many as calls. */
export class HoldChanges implements RowsPart {
  /** Those that the run made, and those that it found. */
  private readonly made = new Map<string, Mutable<NewRow<typeof HOLDS>>>();
  private readonly found = new Map<string, ChangedHold>();
  /** What the run's entries reserved, by hold. */
  private readonly parts = new Map<string, Mutable<NewRow<typeof HELD_PARTS>>[]>();
  /** Of parts that the run found: the page that settled the hold. */
  private readonly settledAt = new Map<string, number>();
  private readonly ofGrants: ChangeRow[] = [];

  constructor(private readonly context: RowsContext) {}

  make(event: HoldReserved, position: EntryPosition, recordedAt: string): void {
    const { customer, grants, budget = null, reference = null } = event;
    const [hold, amount] = [entryId(position), attoOf(event.amount)];
    this.ofGrants.push(...grantChanges(customer, { held: readUses(grants, amount) }, position));
    this.made.set(hold, {
      ...{ hold, customer, state: 'open', amount, amountHeld: amount },
      ...{ captured: 0n, released: 0n, receivable: 0n, receipt: grants, budget, reference },
      ...{ reservedAt: recordedAt, expiresAt: instantText(event.expiresAt) },
    });
    this.addPart(hold, customer, amount, position);
  }

  extend(event: HoldExtended, position: EntryPosition): void {
    const { hold, customer, receipt, grants, postings } = event;
    const amount = attoOf(event.amount);
    this.change(hold, { amount, amountHeld: amount, receipt, expiresAt: instantText(event.expiresAt) });
    if (grants === undefined) return;
    const added = attoOf(postings[0]?.amount ?? '0');
    this.ofGrants.push(...grantChanges(customer, { held: readUses(grants, added) }, position));
    this.addPart(hold, customer, added, position);
  }

  settle(customer: string, hold: string, said: Settling, how: Settlement, position: EntryPosition): void {
    const { state, captured = 0n, receivable = 0n } = how;
    const parts = { captured: usesIn(said.used), returned: usesIn(said.returned), lapsed: usesIn(said.lapsed) };
    const released = attoOf(said.returned?.amount ?? '0') + attoOf(said.lapsed?.amount ?? '0');
    this.ofGrants.push(...grantChanges(customer, parts, position));
    this.change(hold, { state, amountHeld: 0n, captured, released, receivable });
    for (const part of this.parts.get(hold) ?? []) part.settledHeight = position.height;
    if (!this.made.has(hold)) this.settledAt.set(hold, position.height);
  }

  /** All that it reserved went back when it ended, and that stays true. */
  captureLate(hold: string, captured: bigint, receivable: bigint): void {
    this.change(hold, { state: 'captured', captured, receivable });
  }

  private addPart(hold: string, customer: string, amount: bigint, position: EntryPosition): void {
    const part = { ...position, hold, customer, amount, settledHeight: null };
    const others = this.parts.get(hold);
    if (others === undefined) this.parts.set(hold, [part]);
    else others.push(part);
  }

  private change(hold: string, changes: ChangedHold): void {
    const made = this.made.get(hold);
    if (made === undefined) this.found.set(hold, { ...this.found.get(hold), ...changes });
    else Object.assign(made, changes);
  }

  changes(): readonly RowChange[] {
    const { made, ofGrants } = this;
    const parts = [...this.parts.values()].flat();
    return [
      ...(this.found.size === 0 ? [] : [this.updateFound()]),
      ...(this.settledAt.size === 0 ? [] : [this.settleParts()]),
      ...(made.size === 0 ? [] : [insert(HOLDS, ...made.values())]),
      ...(parts.length === 0 ? [] : [insert(HELD_PARTS, ...parts)]),
      ...(ofGrants.length === 0 ? [] : [insert(GRANT_CHANGES, ...ofGrants)]),
    ];
  }

  private updateFound(): RowChange {
    const holds = [...this.found.values()];
    const amounts = (['amount', 'amountHeld', 'captured', 'released', 'receivable'] as const).map((name) =>
      holds.map((hold) => hold[name]?.toString() ?? null),
    );
    return {
      kind: 'sql',
      text: `
        UPDATE holds SET
          state = coalesce(part.state, holds.state), amount = coalesce(part.amount, holds.amount),
          amount_held = coalesce(part.amount_held, holds.amount_held), captured = coalesce(part.captured, holds.captured),
          released = coalesce(part.released, holds.released), receivable = coalesce(part.receivable, holds.receivable),
          receipt = coalesce(part.receipt, holds.receipt),
          expires_at = CASE WHEN part.receipt IS NULL THEN holds.expires_at ELSE part.expires_at END
        FROM unnest($1::text[], $2::text[], $3::numeric[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[],
            $8::text[], $9::timestamptz[])
          AS part (hold, state, amount, amount_held, captured, released, receivable, receipt, expires_at)
        WHERE holds.hold = part.hold`,
      values: [
        [...this.found.keys()].map(this.context.keyText),
        holds.map(({ state }) => state ?? null),
        ...amounts,
        holds.map(({ receipt }) => receipt ?? null),
        holds.map(({ expiresAt }) => expiresAt ?? null),
      ],
      rows: holds.length,
    };
  }

  private settleParts(): RowChange {
    return {
      kind: 'sql',
      text: `
        UPDATE held_parts SET settled_height = part.height
        FROM unnest($1::text[], $2::bigint[]) AS part (hold, height) WHERE held_parts.hold = part.hold`,
      values: [[...this.settledAt.keys()].map(this.context.keyText), [...this.settledAt.values()]],
    };
  }
}

/** What writers of events that hold something need. */
export interface HoldsRun {
  readonly holds: HoldChanges;
}

function capture(
  event: { readonly customer: string; readonly amount: string; readonly receivable?: { readonly amount: string } },
  said: Capture,
  position: EntryPosition,
  { holds }: HoldsRun,
): void {
  const [captured, receivable] = [attoOf(event.amount), attoOf(event.receivable?.amount ?? '0')];
  if (said.state !== 'open') holds.captureLate(said.hold, captured, receivable);
  else holds.settle(event.customer, said.hold, said, { state: 'captured', captured, receivable }, position);
}

/** What usage takes of the hold that it names; of one that has ended it takes nothing. */
export const holdDrawn: Pick<DrawnRows<HoldsRun>, 'capture'> = {
  capture: (event, said, position, _recordedAt, run) => {
    if (said.state === 'open') capture(event, said, position, run);
    return NO_CHANGES;
  },
};

export const holdRows: Rows<HoldEvent, ReceivablesRun & BudgetsRun & HoldsRun & EarningsRun> = {
  HoldReserved: {
    entry: ({ customer, amount }) => ({ holder: customer, amount }),
    movement: null,
    changes: (event, position, recordedAt, { holds }) => {
      holds.make(event, position, recordedAt);
      return NO_CHANGES;
    },
  },
  HoldExtended: {
    entry: ({ customer, postings }) => ({ holder: customer, amount: postings[0]?.amount }),
    movement: null,
    changes: (event, position, _recordedAt, { holds }) => {
      holds.extend(event, position);
      return NO_CHANGES;
    },
  },
  HoldCaptured: {
    entry: ({ customer, provider, amount }) => ({ holder: customer, counterparty: provider, amount }),
    movement: null,
    changes: (event, position, recordedAt, run) => {
      if (event.budgeted !== undefined) run.budgets.count(event, event.budgeted, position, recordedAt);
      if (event.receivable !== undefined)
        run.receivables.open(captureEntry(event), event.receivable, position, recordedAt);
      capture(event, event.capture!, position, run);
      run.earnings.count(event, recordedAt, 1);
      return NO_CHANGES;
    },
  },
  HoldReleased: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: (event, position, _recordedAt, { holds }) => {
      holds.settle(event.customer, event.hold, event, { state: 'released' }, position);
      return NO_CHANGES;
    },
  },
  HoldExpired: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: (event, position, _recordedAt, { holds }) => {
      holds.settle(event.customer, event.hold, event, { state: 'expired' }, position);
      return NO_CHANGES;
    },
  },
};
