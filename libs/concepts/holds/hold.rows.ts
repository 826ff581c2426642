/** Holds as they were reserved and as they ended, and what that did to grants. */
import {
  attoOf,
  column,
  entryId,
  insert,
  instantText,
  NO_CHANGES,
  table,
  updateOne,
  type EntryPosition,
  type RowChange,
  type Rows,
} from '#domain';
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

export const holdTables = [HOLDS] as const;

/** @param how captured, by so much, of which so much is owed; else what ended it */
function settled(
  customer: string,
  hold: string,
  said: Settling,
  how: { readonly state: HoldState; readonly captured?: bigint; readonly receivable?: bigint },
  position: EntryPosition,
): readonly RowChange[] {
  const { state, captured = 0n, receivable = 0n } = how;
  const parts = { captured: usesIn(said.used), returned: usesIn(said.returned), lapsed: usesIn(said.lapsed) };
  const released = attoOf(said.returned?.amount ?? '0') + attoOf(said.lapsed?.amount ?? '0');
  return [
    ...changeGrants(customer, parts, position),
    updateOne(HOLDS, { hold }, { state, amountHeld: 0n, captured, released, receivable }),
  ];
}

function captured(
  event: { readonly customer: string; readonly amount: string; readonly receivable?: { readonly amount: string } },
  capture: Capture,
  position: EntryPosition,
): readonly RowChange[] {
  const receivable = attoOf(event.receivable?.amount ?? '0');
  const how = { state: 'captured', captured: attoOf(event.amount), receivable } as const;
  return settled(event.customer, capture.hold, capture, how, position);
}

/** What usage takes of the hold that it names; of one that has ended it takes nothing. */
export const holdDrawn: Pick<DrawnRows<unknown>, 'capture'> = {
  capture: (event, capture, position) => (capture.state === 'open' ? captured(event, capture, position) : NO_CHANGES),
};

export const holdRows: Rows<HoldEvent, ReceivablesRun> = {
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
    ],
  },
  HoldExtended: {
    entry: ({ customer, postings }) => ({ holder: customer, amount: postings[0]?.amount }),
    movement: null,
    changes: ({ hold, customer, amount, receipt, grants, expiresAt, postings }, position) => {
      const added = grants === undefined ? [] : readUses(grants, attoOf(postings[0]?.amount ?? '0'));
      const set = { amount: attoOf(amount), amountHeld: attoOf(amount), receipt, expiresAt: instantText(expiresAt) };
      return [...changeGrants(customer, { held: added }, position), updateOne(HOLDS, { hold }, set)];
    },
  },
  HoldCaptured: {
    entry: ({ customer, provider, amount }) => ({ holder: customer, counterparty: provider, amount }),
    movement: null,
    changes: (event, position, _recordedAt, { receivables }) => {
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
