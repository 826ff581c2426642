/** Stakes as they change: what was added to a stake and to what is on its way back, entry by entry. */
import {
  attoOf,
  column,
  entryId,
  insert,
  instantText,
  table,
  type EntryPosition,
  type NewRow,
  type RowChange,
  type Rows,
} from '#domain';
import { grantArrived, grantsUsed } from '../grants/grant.rows.js';
import { SLASHED } from '../supply/supply-totals.js';
import { stakeAccounts, type Slashed, type StakeEvent } from './stake-events.js';
import type { StakingPolicyEvent } from './staking-policy.js';

/** What an entry added to a holder's stake and to one of its unbondings; below zero: what it took. */
export const STAKE_CHANGES = table(
  'stake_changes',
  {
    holder: column.key(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    ordinal: column.integer(),
    staked: column.amount(),
    unbonding: column.amount(),
    /** The unbonding that it changes. */
    unbondingId: column.optional(column.text()),
    /** Of the unbonding that it makes. */
    completesAt: column.optional(column.instant()),
  },
  {
    key: ['holder', 'shard', 'height', 'index', 'ordinal'],
    control: { staked: stakeAccounts.customerStaked, unbonding: stakeAccounts.customerUnbonding },
  },
);

export const stakeTables = [STAKE_CHANGES] as const;

type Change = Partial<Pick<NewRow<typeof STAKE_CHANGES>, 'staked' | 'unbonding' | 'unbondingId' | 'completesAt'>>;

function changed(holder: string, position: EntryPosition, ...changes: readonly Change[]): readonly RowChange[] {
  const rows = changes.map((change, ordinal) => ({
    ...{ holder, ...position, ordinal, staked: 0n, unbonding: 0n },
    ...change,
  }));
  return [insert(STAKE_CHANGES, ...rows)];
}

function slashed({ holder, stake, unbondings }: Slashed, position: EntryPosition): readonly RowChange[] {
  const changes: Change[] = unbondings.map(({ unbonding, amount }) => ({
    ...{ unbondingId: unbonding, unbonding: -attoOf(amount) },
  }));
  if (stake !== '0') changes.push({ staked: -attoOf(stake) });
  return changed(holder, position, ...changes);
}

/** Without the reward of a finder, which goes on. */
const burnedBy = ({ amount, reward }: Slashed): string => (attoOf(amount) - attoOf(reward?.amount ?? '0')).toString();

export const stakeRows: Rows<StakeEvent> = {
  Staked: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: null,
    changes: ({ holder, amount, grants }, position) => [
      ...grantsUsed(holder, grants, amount, position),
      ...changed(holder, position, { staked: attoOf(amount) }),
    ],
  },
  Unstaked: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: null,
    changes: ({ holder, amount, completesAt }, position) =>
      changed(holder, position, {
        ...{ staked: -attoOf(amount), unbonding: attoOf(amount), unbondingId: entryId(position) },
        completesAt: instantText(completesAt),
      }),
  },
  Unbonded: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: null,
    changes: ({ holder, amount, unbonding }, position, recordedAt) => [
      ...grantArrived(holder, amount, position, recordedAt),
      ...changed(holder, position, { unbondingId: unbonding, unbonding: -attoOf(amount) }),
    ],
  },
  Slashed: {
    // Who found the fault is not for whoever was slashed to see.
    entry: (event) => ({ holder: event.holder, amount: burnedBy(event) }),
    movement: { holder: 'slash' },
    total: SLASHED,
    changes: slashed,
  },
  RewardReceived: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'slash_reward' },
    changes: ({ holder, amount }, position, recordedAt) => grantArrived(holder, amount, position, recordedAt, 'earned'),
  },
  RewardCompleted: { entry: () => ({}), movement: null, changes: null },
};

export const stakingPolicyRows: Rows<StakingPolicyEvent> = {
  StakingPolicyPublished: { entry: () => ({}), movement: null, changes: null },
};
