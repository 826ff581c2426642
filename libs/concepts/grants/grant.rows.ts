/**
 * What changed grants otherwise than by their order. What charges use is not written: it follows from the balances between
 * these rows (`grant-history.ts`), so that a charge costs nothing here and every past instant is exact.
 */
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
  type Rows,
} from '#domain';
import { BURNED, MINTED } from '../supply/supply-totals.js';
import type { DrawnRows } from '../usage/charging.rows.js';
import { PRIORITY, type GrantKind } from './burn-order.js';
import type { GrantStep } from './grant-history.js';
import { readUses, type GrantUse, type GrantUses } from './uses.js';
import { customerPending, type GrantEvent, type GrantIssued } from './grant-events.js';

/** What happened to a grant: `pending` and `began` name its terms when they make it. */
export type GrantChange = GrantStep['change'];

/** A change of one grant by one entry. */
export const GRANT_CHANGES = table(
  'grant_changes',
  {
    holder: column.key(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    ordinal: column.integer(),
    grant: column.text(),
    change: column.text<GrantChange>(),
    amount: column.amount(),
    kind: column.optional(column.text<GrantKind>()),
    priority: column.optional(column.integer()),
    effectiveAt: column.optional(column.instant()),
    expiresAt: column.optional(column.instant()),
  },
  { key: ['holder', 'shard', 'height', 'index', 'ordinal'], control: null },
);

export const grantTables = [GRANT_CHANGES] as const;

export type ChangeRow = NewRow<typeof GRANT_CHANGES>;

function rowOf(
  position: EntryPosition,
  row: Pick<ChangeRow, 'holder' | 'grant' | 'change' | 'amount'> & Partial<ChangeRow>,
): ChangeRow {
  const { shard, height, index } = position;
  return { shard, height, index, ordinal: 0, ...row };
}

/** What arrives is a grant of the entry's id, plain but for its kind. @param recordedAt from when on it pays */
export function grantArrived(
  holder: string,
  amount: string,
  position: EntryPosition,
  recordedAt: string,
  kind: GrantKind = 'purchased',
): readonly RowChange[] {
  const terms = { kind, priority: PRIORITY, effectiveAt: recordedAt } as const;
  const row = { holder, grant: entryId(position), change: 'began', amount: attoOf(amount), ...terms } as const;
  return [insert(GRANT_CHANGES, rowOf(position, row))];
}

/** What was not taken in the order of all grants. @param total what all uses paid */
export function grantsUsed(
  holder: string,
  uses: GrantUses | undefined,
  total: string,
  position: EntryPosition,
): readonly RowChange[] {
  if (uses === undefined) return NO_CHANGES;
  const rows = readUses(uses, attoOf(total)).map(({ grant, amount }, ordinal) =>
    rowOf(position, { holder, ordinal, grant, change: 'used', amount }),
  );
  return [insert(GRANT_CHANGES, ...rows)];
}

/** What holds and reversals did to grants, in any of these ways, as rows of {@link GRANT_CHANGES}. */
export function grantChanges(
  holder: string,
  parts: Readonly<
    Partial<
      Record<
        'used' | 'held' | 'captured' | 'returned' | 'lapsed' | 'restored' | 'forfeited' | 'voided' | 'began',
        readonly GrantUse[]
      >
    >
  >,
  position: EntryPosition,
): readonly ChangeRow[] {
  return (Object.keys(parts) as (keyof typeof parts)[])
    .flatMap((change) => parts[change]!.map(({ grant, amount }) => ({ grant, change, amount })))
    .map((row, ordinal) => rowOf(position, { holder, ordinal, ...row }));
}

function issued(event: GrantIssued, position: EntryPosition, recordedAt: string): readonly RowChange[] {
  const { holder, amount, kind, priority, effectiveAt = recordedAt, expiresAt, postings } = event;
  const isPending = postings[0]?.credit === customerPending(holder);
  const terms = {
    ...{ kind, priority, effectiveAt: instantText(effectiveAt) },
    expiresAt: expiresAt === undefined ? null : instantText(expiresAt),
  };
  const change = isPending ? 'pending' : 'began';
  const row = { holder, grant: entryId(position), change, amount: attoOf(amount), ...terms } as const;
  return [insert(GRANT_CHANGES, rowOf(position, row))];
}

/** A change of a grant that another entry made. */
const changed =
  (change: GrantChange) =>
  (event: { readonly grant: string; readonly holder: string; readonly amount: string }, position: EntryPosition) => {
    const { grant, holder, amount } = event;
    return [insert(GRANT_CHANGES, rowOf(position, { holder, grant, change, amount: attoOf(amount) }))];
  };

export const grantRows: Rows<GrantEvent> = {
  GrantIssued: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'grant' },
    total: MINTED,
    changes: issued,
  },
  GrantActivated: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: null,
    changes: changed('began'),
  },
  GrantExpired: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: null,
    changes: changed('expired'),
  },
  GrantVoided: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'grant_void' },
    total: BURNED,
    changes: changed('voided'),
  },
};

/** Charges and coverings use grants in their order. */
export const grantDrawn: Pick<DrawnRows<unknown>, 'grants'> = { grants: null };
