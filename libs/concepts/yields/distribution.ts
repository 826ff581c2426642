/** Distributions as the registry keeps them: an epoch is opened, planned from the cuts of all shards, and closed when all is paid. */
import {
  commonRefusal,
  entryId,
  irreversible,
  movements,
  optional,
  parseTime,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  UndoableQueue,
  writeInstant,
  type AttoText,
  type Correct,
  type DecideEvent,
  type EntryPosition,
  type Evolve,
  type Flows,
  type InstantText,
  type Layouts,
  type Posting,
  type Recorded,
  type Refusals,
  type Requested,
  type ShardHead,
  type ShardState,
  type UndoLog,
} from '#domain';
import { transferAccounts, arrive, leave } from '../transfers/transfer.js';
import { yieldAccounts, type RewardsCut, type StakeTime } from './yield-events.js';

export const distributionRefusals = {
  EPOCH_INVALID: 'invalid',
  EPOCH_DISTRIBUTED: 'conflict',
} as const satisfies Refusals;
const distributionRefusal = refusalsOf(distributionRefusals);

/** The rewards of an epoch `[from, to)` are to be distributed. The distribution's id is that of this entry. */
export interface YieldOpened extends Recorded {
  readonly type: 'YieldOpened';
  readonly from: InstantText;
  readonly to: InstantText;
}

/**
 * All shards are cut: what there is for all stakers, and what they have of it. `funded` = `paid` + `carried`.
 */
export interface YieldPlanned extends Recorded {
  readonly type: 'YieldPlanned';
  readonly distribution: string;
  /** Of each shard at its cut, then of the registry at the opening. */
  readonly heads: readonly ShardHead[];
  /** The rewards of all shards, and what was carried. */
  readonly funded: AttoText;
  /** Of all stakers: atto-tokens times milliseconds. */
  readonly stakeTime: AttoText;
  /** The sum of the shares, each floored. */
  readonly paid: AttoText;
  /** What is left, for the next distribution. */
  readonly carried: AttoText;
  readonly postings: readonly Posting[];
}

/** Every shard has paid its stakers. */
export interface YieldClosed extends Recorded {
  readonly type: 'YieldClosed';
  readonly distribution: string;
}

export type DistributionEvent = YieldOpened | YieldPlanned | YieldClosed;

const { transit } = transferAccounts;
const { stakingCarried } = yieldAccounts;
const CARRIED = stakingCarried.pattern;

export const distributionLayouts = {
  YieldOpened: { from: plain, to: plain, request: optional(requestLayout) },
  YieldPlanned: {
    distribution: plain,
    heads: [{ shard: plain, height: plain, hash: plain }],
    funded: plain,
    stakeTime: plain,
    paid: plain,
    carried: plain,
    postings: movements(transit, stakingCarried),
    request: optional(requestLayout),
  },
  YieldClosed: { distribution: plain, request: optional(requestLayout) },
} as const satisfies Layouts<DistributionEvent>;

export const distributionFlows: Flows<DistributionEvent> = {
  YieldPlanned: [
    [stakingCarried, transit],
    [transit, stakingCarried],
  ],
};

/** What a shard's cut came to: its rewards, and its stakers in their order. */
export interface YieldCut {
  readonly rewards: RewardsCut;
  readonly stakers: Iterable<StakeTime>;
}

export type DistributionCommand =
  | (Requested & { readonly type: 'OpenYield'; readonly from: string; readonly to: string })
  | (Requested & {
      readonly type: 'PlanYield';
      readonly distribution: string;
      readonly cuts: readonly YieldCut[];
      readonly heads: readonly ShardHead[];
    })
  | (Requested & { readonly type: 'CloseYield'; readonly distribution: string });

/** A distribution, from its opening on. */
export interface Distribution {
  readonly id: string;
  readonly opened: YieldOpened;
  readonly openedAt: EntryPosition;
  readonly planned?: YieldPlanned;
}

/** Every distribution, the oldest first. One after the other is carried on: what one leaves over is there for the next. */
export class DistributionsPart {
  readonly byId: UndoableMap<string, Distribution>;
  /** Those that are not closed, the oldest first. */
  private readonly open: UndoableQueue<string>;

  constructor(undo: UndoLog) {
    this.byId = new UndoableMap(undo);
    this.open = new UndoableQueue(undo);
  }

  /** The oldest one that is not closed. */
  get active(): Distribution | undefined {
    const oldest = this.open.at(0);
    return oldest === undefined ? undefined : this.byId.get(oldest);
  }

  add(distribution: Distribution): void {
    this.byId.set(distribution.id, distribution);
    this.open.push(distribution.id);
  }

  closeOldest(): void {
    this.open.takeOldest();
  }
}

/** What the registry keeps of this concept. */
export interface DistributionsState extends Pick<ShardState, 'balance'> {
  readonly distributions: DistributionsPart;
}

export const evolveDistributions: Evolve<DistributionEvent, DistributionsState> = {
  YieldOpened: ({ distributions }, opened, openedAt) => {
    distributions.add({ id: entryId(openedAt), opened, openedAt });
  },
  YieldPlanned: ({ distributions }, planned) => {
    const known = distributions.byId.get(planned.distribution)!;
    distributions.byId.set(known.id, { ...known, planned });
  },
  YieldClosed: ({ distributions }) => {
    distributions.closeOldest();
  },
};

/** It is undone with its whole round only, which is to say never: what was paid is somebody's. */
export type DistributionIrreversible = 'distributed-as-a-round';

export const correctDistributions: Correct<DistributionEvent, unknown, DistributionIrreversible> = {
  YieldPlanned: () => irreversible('distributed-as-a-round'),
};

const BACK_MS = 31 * 86_400_000;

export const decideDistributions: DecideEvent<DistributionCommand, DistributionsState, DistributionEvent> = {
  OpenYield: (state, command) => decideOpening(state, command),
  PlanYield: (state, { distribution, cuts, heads, time, provenance }) => {
    requireStage(state, distribution, false);
    const before = state.balance(CARRIED);
    const funded = cuts.reduce((sum, { rewards }) => sum + BigInt(rewards.amount), before);
    const stakeTime = cuts.reduce((sum, cut) => sum + stakeTimeOf(cut), 0n);
    const paid = cuts.reduce((sum, { stakers }) => sum + sharesOf(stakers, funded, stakeTime), 0n);
    const carried = funded - paid;
    return {
      ...{ type: 'YieldPlanned', time, ...provenance, distribution, heads },
      ...{ funded: `${funded}`, stakeTime: `${stakeTime}`, paid: `${paid}`, carried: `${carried}` },
      postings: [leave(CARRIED, before), arrive(CARRIED, carried)].filter(({ amount }) => amount !== '0'),
    };
  },
  CloseYield: (state, { distribution, time, provenance }) => {
    requireStage(state, distribution, true);
    return { type: 'YieldClosed', time, ...provenance, distribution };
  },
};

/** @throws DomainError `TIME_INVALID`, `EPOCH_INVALID`, `TIME_IN_FUTURE` or `EPOCH_DISTRIBUTED` */
function decideOpening(
  { distributions }: DistributionsState,
  { from, to, time, provenance }: DistributionCommand & { readonly type: 'OpenYield' },
): YieldOpened {
  const [fromMs, toMs, nowMs] = [parseTime(from, 'from'), parseTime(to, 'to'), parseTime(time, 'time')];
  if (fromMs >= toMs) throw distributionRefusal('EPOCH_INVALID', 'An epoch ends after it begins.', 'from');
  if (toMs > nowMs)
    throw commonRefusal('TIME_IN_FUTURE', `The epoch has not ended: it is ${writeInstant(nowMs)}.`, 'to');
  if (toMs < nowMs - BACK_MS) {
    throw distributionRefusal('EPOCH_INVALID', 'An epoch is distributed at most 31 days after its end.', 'to');
  }
  for (const { id, opened } of distributions.byId.values()) {
    if (parseTime(opened.from, 'from') >= toMs || parseTime(opened.to, 'to') <= fromMs) continue;
    const until = `${id} distributes from ${opened.from} to ${opened.to}; epochs may not overlap.`;
    throw distributionRefusal('EPOCH_DISTRIBUTED', until, 'from');
  }
  return { type: 'YieldOpened', time, ...provenance, from: writeInstant(fromMs), to: writeInstant(toMs) };
}

const stakeTimeOf = ({ stakers }: YieldCut): bigint => {
  let sum = 0n;
  for (const one of stakers) sum += BigInt(one.stakeTime);
  return sum;
};

/** A staker's share of what there is for all: what is left of an atto stays. @param all the stake-time of all, above zero */
export const shareOf = (funded: bigint, stakeTime: bigint, all: bigint): bigint => (funded * stakeTime) / all;

function sharesOf(stakers: Iterable<StakeTime>, funded: bigint, all: bigint): bigint {
  let paid = 0n;
  for (const { stakeTime } of stakers) paid += shareOf(funded, BigInt(stakeTime), all);
  return paid;
}

/** A step of a round that is past this stage, or of none, is refused. */
function requireStage({ distributions }: DistributionsState, id: string, isPlanned: boolean): void {
  const { active } = distributions;
  if (active?.id === id && (active.planned !== undefined) === isPlanned) return;
  throw commonRefusal('NOT_FOUND', `There is no distribution ${id} that could take this step.`);
}
