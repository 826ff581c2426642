/** Distributions and their stakers, and who wants its yield staked. */
import { attoOf, column, entryId, insert, instantText, NO_CHANGES, table, updateOne, type Rows } from '#domain';
import { grantArrived } from '../grants/grant.rows.js';
import type { DistributionEvent } from './distribution.js';
import type { YieldEvent } from './yield-events.js';

export const DISTRIBUTION_STATES = ['open', 'paid'] as const;

/** A distribution and how far it is; what it comes to is there once it is planned. */
export const YIELD_DISTRIBUTIONS = table(
  'yield_distributions',
  {
    distribution: column.key(),
    beginsAt: column.instant(),
    endsAt: column.instant(),
    state: column.text<(typeof DISTRIBUTION_STATES)[number]>(),
    openedAt: column.instant(),
    closedAt: column.optional(column.instant()),
    funded: column.optional(column.amount()),
    /** Atto-tokens times milliseconds. */
    stakeTime: column.optional(column.amount()),
    paid: column.optional(column.amount()),
    carried: column.optional(column.amount()),
  },
  { key: ['distribution'], control: null },
);

/** Who had something staked in a distribution's epoch, for how long. */
export const YIELD_STAKERS = table(
  'yield_stakers',
  {
    distribution: column.key(),
    holder: column.key(),
    /** Atto-tokens times milliseconds. */
    stakeTime: column.amount(),
  },
  { key: ['distribution', 'holder'], control: null },
);

/** Each time that a holder said whether its yield is to be staked. */
export const COMPOUNDING_CHANGES = table(
  'compounding_changes',
  {
    holder: column.key(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    /** 1: it is; 0: it is not. */
    compounding: column.integer(),
  },
  { key: ['holder', 'shard', 'height', 'index'] },
);

export const yieldTables = [YIELD_DISTRIBUTIONS, YIELD_STAKERS, COMPOUNDING_CHANGES] as const;

export const yieldRows: Rows<YieldEvent> = {
  StakeTimeCut: {
    entry: () => ({}),
    movement: null,
    changes: ({ distribution, stakers }) => {
      if (stakers.length === 0) return NO_CHANGES;
      const rows = stakers.map(({ holder, stakeTime }) => ({ distribution, holder, stakeTime: attoOf(stakeTime) }));
      return [insert(YIELD_STAKERS, ...rows)];
    },
  },
  RewardsCut: { entry: ({ amount }) => ({ amount }), movement: null, changes: null },
  YieldPaid: {
    entry: ({ holder, amount }) => ({ holder, amount }),
    movement: { holder: 'yield' },
    changes: ({ holder, amount }, position, recordedAt) => grantArrived(holder, amount, position, recordedAt, 'earned'),
  },
  YieldPartPaid: { entry: () => ({}), movement: null, changes: null },
  CompoundingSet: {
    entry: ({ holder }) => ({ holder }),
    movement: null,
    changes: ({ holder, compounding }, position) => [
      insert(COMPOUNDING_CHANGES, { holder, ...position, compounding: compounding ? 1 : 0 }),
    ],
  },
};

export const distributionRows: Rows<DistributionEvent> = {
  YieldOpened: {
    entry: () => ({}),
    movement: null,
    changes: ({ from, to, time }, position, recordedAt) => [
      insert(YIELD_DISTRIBUTIONS, {
        ...{ distribution: entryId(position), state: 'open' },
        ...{ beginsAt: instantText(from) ?? recordedAt, endsAt: instantText(to) ?? recordedAt },
        openedAt: instantText(time) ?? recordedAt,
      }),
    ],
  },
  YieldPlanned: {
    entry: ({ paid }) => ({ amount: paid }),
    movement: null,
    changes: ({ distribution, funded, stakeTime, paid, carried }) => [
      updateOne(
        YIELD_DISTRIBUTIONS,
        { distribution },
        { funded: attoOf(funded), stakeTime: attoOf(stakeTime), paid: attoOf(paid), carried: attoOf(carried) },
      ),
    ],
  },
  YieldClosed: {
    entry: () => ({}),
    movement: null,
    changes: ({ distribution, time }, _, recordedAt) => [
      updateOne(YIELD_DISTRIBUTIONS, { distribution }, { state: 'paid', closedAt: instantText(time) ?? recordedAt }),
    ],
  },
};
