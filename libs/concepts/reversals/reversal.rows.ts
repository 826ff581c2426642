/** Reversals in the read models: which entry was taken back by which, and what that changes in the tables of others. */
import { attoOf, column, insert, NO_CHANGES, table, type EntryPosition, type RowChange, type Rows } from '#domain';
import type { BudgetsRun } from '../budgets/budget.rows.js';
import { GRANT_CHANGES, grantChanges } from '../grants/grant.rows.js';
import type { ReceivablesRun } from '../receivables/receivable.rows.js';
import { ISSUANCE } from '../supply/funds.js';
import type { EarningsRun } from '../usage/earning.rows.js';
import type { UsageRun } from '../usage/usage.rows.js';
import { firstOf, usesIn } from './original.js';
import type { EntryRestored, EntryReversed, OriginalCharge, ReversalEvent } from './reversal-events.js';

/** An entry that was reversed, by the entry that did so; a reversal that was undone is one, too. */
export const REVERSALS = table(
  'reversals',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    /** The entry that was reversed. */
    reversed: column.key(),
    holder: column.text(),
    amount: column.amount(),
    reason: column.text(),
    /** In all: what was issued again of what had been burned, or what went back to issuance. */
    reissued: column.amount(),
    retired: column.amount(),
    recordedAt: column.instant(),
  },
  { key: ['shard', 'height', 'index'], control: null, indexes: { reversals_by_entry: { on: ['reversed'] } } },
);

export const reversalTables = [REVERSALS] as const;

/** Whose share of a charge an entry takes back, or brings again. */
const earningOf = ({ holder: customer, postings }: EntryReversed | EntryRestored, charge: OriginalCharge) => ({
  ...{ customer, postings, provider: charge.provider, model: charge.metered?.model },
});

type Run = BudgetsRun & ReceivablesRun & UsageRun & EarningsRun;

/** What an entry issued, in all: below zero where more came back. */
function issuedBy(event: EntryReversed | EntryRestored): bigint {
  let sum = 0n;
  for (const { debit, credit, amount } of event.postings) {
    if (debit === ISSUANCE) sum += attoOf(amount);
    else if (credit === ISSUANCE) sum -= attoOf(amount);
  }
  return sum;
}

function reversalRow(
  event: EntryReversed | EntryRestored,
  { shard, height, index }: EntryPosition,
  recordedAt: string,
): RowChange {
  const { entry: reversed, holder, reason } = event;
  const issued = issuedBy(event);
  const supply = issued > 0n ? { reissued: issued, retired: 0n } : { reissued: 0n, retired: -issued };
  const amount = attoOf(event.amount);
  return insert(REVERSALS, { shard, height, index, reversed, holder, amount, reason, ...supply, recordedAt });
}

/** What grants have again, and which one is no more. */
function grantsBack(event: EntryReversed, position: EntryPosition): readonly RowChange[] {
  const { holder, returned, lapsed } = event;
  const back = grantChanges(holder, { restored: usesIn(returned), forfeited: usesIn(lapsed) }, position);
  const arrived = arrivedBy(event);
  return rowsOf(back, arrived === undefined ? [] : grantChanges(arrived.holder, { voided: arrived.grants }, position));
}

type GrantRows = ReturnType<typeof grantChanges>;

function rowsOf(...parts: readonly GrantRows[]): readonly RowChange[] {
  const rows = parts.flat();
  return rows.length === 0 ? NO_CHANGES : [insert(GRANT_CHANGES, ...rows)];
}

/** Which grant an entry brought that is taken back or restored, and to whom. */
function arrivedBy({ holder, original, amount }: EntryReversed | EntryRestored) {
  const { entry: grant, type } = firstOf(original);
  const receiver = type === 'Minted' || type === 'GrantIssued' ? holder : original.to;
  return receiver === undefined ? undefined : { holder: receiver, grants: [{ grant, amount: attoOf(amount) }] };
}

/** What grants pay once more, and which one is there again. */
function grantsAgain(event: EntryRestored, position: EntryPosition): readonly RowChange[] {
  const used = grantChanges(event.holder, { used: usesIn(event.paid) }, position);
  const arrived = arrivedBy(event);
  return rowsOf(used, arrived === undefined ? [] : grantChanges(arrived.holder, { began: arrived.grants }, position));
}

function takeOut(event: EntryReversed, charge: OriginalCharge, position: EntryPosition, at: string, run: Run): void {
  const { holder: customer, original, cancelled, amount } = event;
  const { source, id, provider = customer, metered, owed, budgeted } = charge;
  if (cancelled !== undefined) run.receivables.settle(customer, [{ source, id, amount: cancelled.amount }], position);
  if (metered !== undefined) {
    const receivable = owed === undefined ? {} : { receivable: owed };
    run.usage.takeOut({ ...metered, customer, provider, time: original.time, amount, ...receivable }, at);
  }
  if (budgeted !== undefined) run.budgets.uncount({ customer, amount }, budgeted, position, at);
}

/** What a charge that counts again adds to the tables of others. */
function putBack(event: EntryRestored, charge: OriginalCharge, position: EntryPosition, at: string, run: Run): void {
  const { holder: customer, original, receivable, budgeted, amount } = event;
  const { source, id, provider = customer, metered } = charge;
  const { time } = original;
  if (receivable !== undefined) {
    run.receivables.open({ customer, usage: { source, id }, provider, time }, receivable, position, at);
  }
  if (metered !== undefined) {
    const owed = receivable === undefined ? {} : { receivable };
    run.usage.add({ ...metered, customer, provider, time, amount, ...owed }, at);
  }
  if (budgeted !== undefined) run.budgets.count({ customer, amount }, budgeted, position, at);
}

export const reversalRows: Rows<ReversalEvent, Run> = {
  EntryReversed: {
    entry: ({ holder, amount, original: { to, charge } }) => ({ holder, counterparty: to ?? charge?.provider, amount }),
    movement: { holder: 'reversal' },
    changes: (event, position, recordedAt, run) => {
      const { charge } = event.original;
      if (charge !== undefined) {
        takeOut(event, charge, position, recordedAt, run);
        run.earnings.count(earningOf(event, charge), recordedAt, -1);
      }
      return [reversalRow(event, position, recordedAt), ...grantsBack(event, position)];
    },
  },
  EntryRestored: {
    entry: ({ holder, amount, original: { to, charge } }) => ({ holder, counterparty: to ?? charge?.provider, amount }),
    movement: { holder: 'reversal' },
    changes: (event, position, recordedAt, run) => {
      const { charge } = event.original;
      if (charge !== undefined) {
        putBack(event, charge, position, recordedAt, run);
        run.earnings.count(earningOf(event, charge), recordedAt, 1);
      }
      return [reversalRow(event, position, recordedAt), ...grantsAgain(event, position)];
    },
  },
  ClawbackFilled: { entry: ({ amount }) => ({ amount }), movement: null, changes: null },
};
