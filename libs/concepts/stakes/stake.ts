/**
 * Stakes: tokens that a holder binds to earn, which come back after a time, and may be taken for a fault until then.
 */
import {
  decideOnce,
  entryId,
  formatAmount,
  irreversible,
  parseTime,
  posting,
  recordIfAny,
  refusalsOf,
  shardOf,
  writeInstant,
  ZERO,
  type Amount,
  type Correct,
  type Decide,
  type Due,
  type EntryOutcome,
  type Evolve,
  type Posting,
  type Provenance,
  type Refusals,
  type Requested,
  type ShardState,
  type Work,
} from '#domain';
import { makeGrant, openGrant, PRIORITY } from '../grants/burn-order.js';
import { usesOfTransferable } from '../grants/transferable.js';
import { refuseSendingWhileSuspended, type PartiesState } from '../parties/party.js';
import { customerAvailable, ISSUANCE } from '../supply/funds.js';
import { arrive, leave, transferRefusal } from '../transfers/transfer.js';
import {
  customerStaked,
  customerUnbonding,
  type RewardCompleted,
  type RewardReceived,
  type Slashed,
  type Staked,
  type StakeEvent,
  type Unbonded,
  type Unstaked,
} from './stake-events.js';
import { noteStake, takeFrom, unbond, type RewardedSlash, type StakesState } from './staked.js';
import type { StakingPoliciesState, StakingTerms } from './staking-policy.js';

export const stakeRefusals = {
  INSUFFICIENT_STAKE: 'refused',
  TOO_MANY_UNBONDINGS: 'refused',
} as const satisfies Refusals;
const stakeRefusal = refusalsOf(stakeRefusals);

interface StakeRequest extends Requested {
  readonly holder: string;
  readonly amount: Amount;
}

/** Takes tokens of a holder for a fault. */
export interface SlashStake extends StakeRequest {
  readonly type: 'SlashStake';
  readonly reason: string;
  readonly finder?: string;
}

/** What nobody asks for: the program brings it on. */
interface Onward {
  readonly time: string;
  readonly provenance: Provenance;
}

interface CompleteUnbonding extends Onward {
  readonly type: 'CompleteUnbonding';
  readonly unbonding: string;
}

/** Brings a slash's reward to its finder, in the finder's shard. */
interface ReceiveReward extends Onward {
  readonly type: 'ReceiveReward';
  readonly slash: string;
  readonly finder: string;
  readonly amount: Amount;
}

interface CompleteReward extends Onward {
  readonly type: 'CompleteReward';
  readonly slash: string;
}

export type StakeCommand =
  | ({ readonly type: 'StakeTokens' } & StakeRequest)
  | ({ readonly type: 'UnstakeTokens' } & StakeRequest)
  | SlashStake
  | CompleteUnbonding
  | ReceiveReward
  | CompleteReward;

export interface StakeContext {
  readonly catalogue: PartiesState & StakingPoliciesState;
  /** The page's time, RFC 3339 UTC with milliseconds. */
  readonly recordedAt: string;
  readonly shards: number;
}

type StakingState = StakesState & Pick<ShardState, 'answers'>;

export const decideStakes: Decide<StakeCommand, StakingState, StakeContext, StakeEvent, EntryOutcome> = {
  StakeTokens: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideStake(state, command, context))),
  UnstakeTokens: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideUnstake(state, command, context))),
  SlashStake: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideSlash(state, command, context))),
  CompleteUnbonding: (state, command, _context, record) => recordIfAny(decideCompletion(state, command), record),
  ReceiveReward: (state, command, _context, record) => recordIfAny(decideReward(state, command), record),
  CompleteReward: (state, command, _context, record) => recordIfAny(decideRewarded(state, command), record),
};

/** It completes at its instant: nothing that is decided there finds it any more. */
export const dueStakes: Due<'unbonding', StakesState, StakeCommand> = {
  unbonding: (_state, { id }) => ({ type: 'CompleteUnbonding', unbonding: id }),
};

/** The finder's entry, then word of it to the slash's shard, as a transfer goes. */
export const workStakes: Work<'reward', StakesState, StakeCommand, StakeEvent> = {
  reward: {
    leftBy: { Slashed: ({ reward }, position) => (reward === undefined ? undefined : entryId(position)) },
    left: ({ stakes }) => stakes.rewards.keys(),
    isLeft: ({ stakes }, slash) => stakes.rewards.has(slash),
    steps: ({ stakes }, slash) => {
      const { finder, toShard, amount } = stakes.rewards.get(slash)!.reward;
      return [
        { shard: toShard, command: { type: 'ReceiveReward', slash, finder, amount: BigInt(amount) as Amount } },
        { command: { type: 'CompleteReward', slash } },
      ];
    },
    isAwaited: true,
  },
};

/** @throws DomainError `UNKNOWN_HOLDER`, `CUSTOMER_SUSPENDED` or `INSUFFICIENT_FUNDS` */
function decideStake(state: StakesState, command: StakeRequest, { catalogue, recordedAt }: StakeContext): Staked {
  const { holder, amount } = command;
  refuseSendingWhileSuspended(catalogue.parties.require(holder, 'holder'), 'holder');
  return {
    type: 'Staked',
    ...fieldsOf(command),
    ...{ holder, amount: amount.toString(), at: recordedAt },
    postings: [posting(customerAvailable(holder), customerStaked(holder), amount)],
    grants: usesOfTransferable(state, holder, amount, 'stake'),
  };
}

/** One slash may have to name all of them. */
const UNBONDINGS_MAX = 1_000;

/** @throws DomainError `UNKNOWN_HOLDER`, `INSUFFICIENT_STAKE` or `TOO_MANY_UNBONDINGS` */
function decideUnstake(state: StakesState, command: StakeRequest, { catalogue, recordedAt }: StakeContext): Unstaked {
  const { holder, amount } = command;
  catalogue.parties.require(holder, 'holder');
  requireStake(holder, state.balance(customerStaked(holder)), amount);
  if ((state.stakes.byHolder.get(holder)?.length ?? 0) >= UNBONDINGS_MAX) {
    const many = `${holder} has ${UNBONDINGS_MAX} unbondings; unstake when the first of them has completed.`;
    throw stakeRefusal('TOO_MANY_UNBONDINGS', many, 'holder');
  }
  const nowMs = parseTime(recordedAt, 'recordedAt');
  const { version, unbondingSeconds } = catalogue.stakingPolicies.termsAt(nowMs);
  return {
    type: 'Unstaked',
    ...fieldsOf(command),
    ...{ holder, amount: amount.toString(), at: recordedAt },
    completesAt: writeInstant(nowMs + unbondingSeconds * 1_000),
    postings: [posting(customerStaked(holder), customerUnbonding(holder), amount)],
    ...saysVersion(version),
  };
}

const saysVersion = (version: number | undefined) => (version === undefined ? {} : { stakingPolicy: version });

function requireStake(holder: string, has: bigint, amount: bigint): void {
  if (has >= amount) return;
  throw stakeRefusal(
    'INSUFFICIENT_STAKE',
    `${holder} has ${formatAmount(has)} of which this can be taken, less than ${formatAmount(amount)}.`,
    'amount',
  );
}

const TEN_THOUSAND = 10_000n;

/** @throws DomainError `UNKNOWN_HOLDER`, `SAME_HOLDER` or `INSUFFICIENT_STAKE` */
function decideSlash(state: StakesState, command: SlashStake, context: StakeContext): Slashed {
  const { holder, amount, reason, finder } = command;
  const { catalogue, recordedAt } = context;
  catalogue.parties.require(holder, 'holder');
  if (finder !== undefined) catalogue.parties.require(finder, 'finder');
  if (finder === holder) throw transferRefusal('SAME_HOLDER', 'Nobody is rewarded for a fault of its own.', 'finder');
  const unbonds = state.balance(customerUnbonding(holder));
  requireStake(holder, unbonds + state.balance(customerStaked(holder)), amount);
  const unbondings: Slashed['unbondings'][number][] = [];
  let left: bigint = amount;
  for (const { id, amount: there } of state.stakes.unbondingsOf(holder)) {
    if (left === ZERO) break;
    const taken = there < left ? there : left;
    unbondings.push({ unbonding: id, amount: taken.toString() });
    left -= taken;
  }
  const terms = catalogue.stakingPolicies.termsAt(parseTime(recordedAt, 'recordedAt'));
  const reward = rewardOf(finder, amount, terms, context);
  return {
    type: 'Slashed',
    ...fieldsOf(command),
    ...{ holder, amount: amount.toString(), reason, at: recordedAt, unbondings, stake: left.toString() },
    postings: postSlash(holder, amount - left, left, BigInt(reward?.amount ?? 0)),
    ...(reward === undefined ? {} : { reward }),
    ...saysVersion(terms.version),
  };
}

/** A reward of nothing is none. */
function rewardOf(
  finder: string | undefined,
  amount: bigint,
  { finderBps }: StakingTerms,
  { shards }: StakeContext,
): Slashed['reward'] {
  const reward = (amount * BigInt(finderBps)) / TEN_THOUSAND;
  if (finder === undefined || reward === ZERO) return undefined;
  return { finder, toShard: shardOf(finder, shards), amount: reward.toString() };
}

/** The reward is the first part of what is taken first; the rest leaves the supply. */
function postSlash(holder: string, unbonding: bigint, stake: bigint, reward: bigint): Posting[] {
  const first = reward < unbonding ? reward : unbonding;
  const [from, then] = [customerUnbonding(holder), customerStaked(holder)];
  const postings = [
    leave(from, first),
    leave(then, reward - first),
    posting(from, ISSUANCE, unbonding - first),
    posting(then, ISSUANCE, stake - (reward - first)),
  ];
  return postings.filter(({ amount }) => amount !== '0');
}

function decideCompletion(state: StakesState, command: CompleteUnbonding): Unbonded | undefined {
  const unbonding = state.stakes.unbondings.get(command.unbonding);
  if (unbonding === undefined) return undefined;
  const { id, holder, amount } = unbonding;
  return {
    type: 'Unbonded',
    ...fieldsOf(command),
    ...{ unbonding: id, holder, amount: amount.toString() },
    postings: [posting(customerUnbonding(holder), customerAvailable(holder), amount)],
  };
}

function decideReward(state: StakesState, command: ReceiveReward): RewardReceived | undefined {
  const { slash, finder, amount } = command;
  if (state.stakes.received.has(slash)) return undefined;
  return {
    type: 'RewardReceived',
    ...fieldsOf(command),
    ...{ slash, holder: finder, amount: amount.toString() },
    postings: [arrive(customerAvailable(finder), amount)],
  };
}

function decideRewarded(state: StakesState, command: CompleteReward): RewardCompleted | undefined {
  if (!state.stakes.rewards.has(command.slash)) return undefined;
  return { type: 'RewardCompleted', ...fieldsOf(command), slash: command.slash };
}

function fieldsOf({ time, provenance, request }: Requested) {
  return { time, ...provenance, ...(request === undefined ? {} : { request }) };
}

/** What a stake takes of grants, and what comes back as one, follows from the postings (`followFunds`). */
export const evolveStakes: Evolve<Exclude<StakeEvent, RewardReceived>, StakesState> = {
  Staked: (state, { holder, at }) => {
    noteStake(state, holder, at);
  },
  Unstaked: (state, { holder, amount, at, completesAt }, position) => {
    noteStake(state, holder, at);
    const completesAtMs = parseTime(completesAt, 'completesAt');
    unbond(state, { id: entryId(position), holder, amount: BigInt(amount), completesAtMs });
  },
  Unbonded: (state, { unbonding, amount }) => {
    takeFrom(state, unbonding, BigInt(amount));
  },
  Slashed: (state, event, position) => {
    if (event.stake !== '0') noteStake(state, event.holder, event.at);
    for (const { unbonding, amount } of event.unbondings) takeFrom(state, unbonding, BigInt(amount));
    if (event.reward !== undefined) state.stakes.rewards.set(entryId(position), event as RewardedSlash);
  },
  RewardCompleted: ({ stakes }, { slash }) => {
    stakes.rewards.delete(slash);
  },
};

/** What arrives as an earned grant. */
export const evolveRewards: Evolve<RewardReceived, StakesState> = {
  RewardReceived: (state, { slash, holder, amount }, position) => {
    state.stakes.received.set(slash, position);
    const terms = { holder, kind: 'earned', priority: PRIORITY, expiresAtMs: Infinity } as const;
    const grant = makeGrant(entryId(position), position, terms);
    state.grants.index.add(position, grant);
    openGrant(state, grant, BigInt(amount));
  },
};

/** Each is undone by a call of its own, or for good. */
export type StakeIrreversible = 'unstaked-instead' | 'unbonding-goes-on' | 'acts-at-its-instant' | 'slashed-for-good';

export const correctStakes: Correct<StakeEvent, StakesState, StakeIrreversible> = {
  Staked: () => irreversible('unstaked-instead'),
  Unstaked: () => irreversible('unbonding-goes-on'),
  Unbonded: () => irreversible('acts-at-its-instant'),
  Slashed: () => irreversible('slashed-for-good'),
  RewardReceived: () => irreversible('slashed-for-good'),
};
