/** Holds as they were reserved and as they ended, and what that did to grants. */
import {
  attoOf,
  column,
  entryId,
  insert,
  instantText,
  NO_CHANGES,
  table,
  updateAll,
  updateOne,
  type EntryPosition,
  type RowChange,
  type Rows,
} from '#domain';
import type { BudgetsRun } from '../budgets/budget.rows.js';
import { changeGrants } from '../grants/grant.rows.js';
import { readUses, type GrantUses } from '../grants/uses.js';
import type { ReceivablesRun } from '../receivables/receivable.rows.js';
import type { DrawnRows } from '../usage/charging.rows.js';
import { captureEntry } from './hold.js';
import { holdAccounts, type Capture, type HoldEvent, type HoldState, type Settling } from './hold-events.js';
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

interface Settlement {
  readonly state: HoldState;
  readonly captured?: bigint;
  readonly receivable?: bigint;
  /** It had ended before, and held nothing any more. */
  readonly isLate?: boolean;
}

/** @param how captured, by so much, of which so much is owed; else what ended it */
function settled(
  customer: string,
  hold: string,
  said: Settling,
  how: Settlement,
  position: EntryPosition,
): readonly RowChange[] {
  const { state, captured = 0n, receivable = 0n } = how;
  // All that it reserved went back when it ended, and that stays true.
  if (how.isLate === true) return [updateOne(HOLDS, { hold }, { state, captured, receivable })];
  const parts = { captured: usesIn(said.used), returned: usesIn(said.returned), lapsed: usesIn(said.lapsed) };
  const released = attoOf(said.returned?.amount ?? '0') + attoOf(said.lapsed?.amount ?? '0');
  return [
    ...changeGrants(customer, parts, position),
    updateOne(HOLDS, { hold }, { state, amountHeld: 0n, captured, released, receivable }),
    updateAll(HELD_PARTS, { hold }, { settledHeight: position.height }),
  ];
}

function captured(
  event: { readonly customer: string; readonly amount: string; readonly receivable?: { readonly amount: string } },
  capture: Capture,
  position: EntryPosition,
): readonly RowChange[] {
  const receivable = attoOf(event.receivable?.amount ?? '0');
  const isLate = capture.state !== 'open';
  const how = { state: 'captured', captured: attoOf(event.amount), receivable, isLate } as const;
  return settled(event.customer, capture.hold, capture, how, position);
}

/** What usage takes of the hold that it names; of one that has ended it takes nothing. */
export const holdDrawn: Pick<DrawnRows<unknown>, 'capture'> = {
  capture: (event, capture, position) => (capture.state === 'open' ? captured(event, capture, position) : NO_CHANGES),
};

export const holdRows: Rows<HoldEvent, ReceivablesRun & BudgetsRun> = {
  HoldReserved: {
    entry: ({ customer, amount }) => ({ holder: customer, amount }),
    movement: null,
    changes: ({ customer, amount, grants, expiresAt, budget, reference }, position, recordedAt) => [
      ...changeGrants(customer, { held: readUses(grants, attoOf(amount)) }, position),
      insert(HOLDS, {
        ...{ hold: entryId(position), customer, state: 'open', amount: attoOf(amount), amountHeld: attoOf(amount) },
        ...{ captured: 0n, released: 0n, receivable: 0n, receipt: grants },
        ...{ budget: budget ?? null, reference: reference ?? null },
        ...{ reservedAt: recordedAt, expiresAt: instantText(expiresAt) },
      }),
      insert(HELD_PARTS, { ...position, hold: entryId(position), customer, amount: attoOf(amount) }),
    ],
  },
  HoldExtended: {
    entry: ({ customer, postings }) => ({ holder: customer, amount: postings[0]?.amount }),
    movement: null,
    changes: ({ hold, customer, amount, receipt, grants, expiresAt, postings }, position) => {
      const set = { amount: attoOf(amount), amountHeld: attoOf(amount), receipt, expiresAt: instantText(expiresAt) };
      const changed = updateOne(HOLDS, { hold }, set);
      if (grants === undefined) return [changed];
      const added = attoOf(postings[0]?.amount ?? '0');
      const part = insert(HELD_PARTS, { ...position, hold, customer, amount: added });
      return [...changeGrants(customer, { held: readUses(grants, added) }, position), changed, part];
    },
  },
  HoldCaptured: {
    entry: ({ customer, provider, amount }) => ({ holder: customer, counterparty: provider, amount }),
    movement: null,
    changes: (event, position, recordedAt, { receivables, budgets }) => {
      if (event.budgeted !== undefined) budgets.count(event, event.budgeted, position, recordedAt);
      if (event.receivable !== undefined) receivables.open(captureEntry(event), event.receivable, position);
      return captured(event, event.capture!, position);
    },
  },
  HoldReleased: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: (event, position) => settled(event.customer, event.hold, event, { state: 'released' }, position),
  },
  HoldExpired: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: (event, position) => settled(event.customer, event.hold, event, { state: 'expired' }, position),
  },
};
