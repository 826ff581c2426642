/**
 * Yield: what stakers are due of rewards, shared out by stake and time over all shards, as a round.
 */
import {
  commonRefusal,
  decideOnce,
  entryId,
  irreversible,
  parseTime,
  posting,
  recordIfAny,
  systemAuthor,
  UndoableMap,
  writeInstant,
  type Correct,
  type Decide,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type RecordEvent,
  type Requested,
  type ShardState,
  type UndoLog,
} from '#domain';
import { isTransferable, makeGrant, openGrant, PRIORITY, remainingOf, sharesOf, usesOf } from '../grants/burn-order.js';
import { USES_MAX } from '../grants/uses.js';
import { suspendedSinceMs, type PartiesState } from '../parties/party.js';
import { STAKING_REWARDS } from '../rating/split-policy.js';
import type { ReceivablesState } from '../receivables/owed.js';
import { customerStaked, type Staked } from '../stakes/stake-events.js';
import { stakeTimeOf, type StakesState } from '../stakes/staked.js';
import { customerAvailable } from '../supply/funds.js';
import { arrive, leave } from '../transfers/transfer.js';
import { shareOf } from './distribution.js';
import type { CompoundingSet, RewardsCut, StakeTime, StakeTimeCut, YieldEvent, YieldPaid } from './yield-events.js';

/** One part of a cut looks at so many holders: the page that names them all is far from full. */
const CUT_HOLDERS = 1_000;
/** One page pays so many at most, each of whom may compound; and so many of those who owe, since what it brings may cover much. */
const PAID_HOLDERS = 100;
const PAID_DEBTORS = 2;

/** A shard's part in one distribution. */
export interface ShardYield {
  /** The parts of its cut so far; none any more once all are paid. */
  readonly parts: readonly StakeTimeCut[];
  /** How many stakers the parts name. */
  readonly stakers: number;
  /** When all parts stand: where the last one does, and the shard's rewards there. */
  readonly timed?: { readonly position: EntryPosition; readonly rewards: bigint };
  readonly cut?: { readonly event: RewardsCut; readonly position: EntryPosition };
  /** How many of the stakers have their shares. */
  readonly paid: number;
}

const NOT_CUT: ShardYield = { parts: [], stakers: 0, paid: 0 };

/** What a shard keeps of distributions. */
export class YieldsPart {
  readonly byDistribution: UndoableMap<string, ShardYield>;
  /** Holders whose yield is staked at once. */
  readonly compounding: UndoableMap<string, true>;

  constructor(undo: UndoLog) {
    this.byDistribution = new UndoableMap(undo);
    this.compounding = new UndoableMap(undo);
  }

  of(distribution: string): ShardYield {
    return this.byDistribution.get(distribution) ?? NOT_CUT;
  }
}

export interface YieldsState extends StakesState {
  readonly yields: YieldsPart;
}

/** The stakers of a cut from the n-th on, in their order. */
export function* stakersOf({ parts }: ShardYield, from = 0): Iterable<StakeTime> {
  let before = 0;
  for (const { stakers } of parts) {
    for (let at = Math.max(from - before, 0); at < stakers.length; at++) yield stakers[at]!;
    before += stakers.length;
  }
}

interface Step extends Requested {
  readonly distribution: string;
}

export type YieldCommand =
  | (Step & { readonly type: 'CutStakeTime'; readonly part: number; readonly from: string; readonly to: string })
  /** `later`: what the pages after the epoch's end, up to the last part of the cut, had added to the rewards. */
  | (Step & { readonly type: 'CutRewards'; readonly later: bigint })
  /** `from`: how many of the shard's stakers have their shares. */
  | (Step & {
      readonly type: 'PayYield';
      readonly from: number;
      readonly funded: bigint;
      readonly stakeTime: bigint;
    })
  | (Requested & { readonly type: 'SetCompounding'; readonly holder: string; readonly compounding: boolean });

type Take<Type extends YieldCommand['type']> = Extract<YieldCommand, { readonly type: Type }>;

export interface YieldContext {
  readonly catalogue: PartiesState;
  /** The page's time, RFC 3339 UTC with milliseconds. */
  readonly recordedAt: string;
}

type PayingState = YieldsState & ReceivablesState & Pick<ShardState, 'answers'>;

export const decideYields: Decide<YieldCommand, PayingState, YieldContext, YieldEvent | Staked, EntryOutcome> = {
  CutStakeTime: (state, command, context, record) => recordIfAny(decideStakeTime(state, command, context), record),
  CutRewards: (state, command, _context, record) => recordIfAny(decideRewards(state, command), record),
  PayYield: (state, command, context, record) => decidePart(state, command, context, record),
  SetCompounding: (state, command, { catalogue }, record) =>
    decideOnce(state, command.request, () => {
      const { holder, compounding, time, provenance, request } = command;
      catalogue.parties.require(holder, 'holder');
      const asked = request === undefined ? {} : { request };
      const set: CompoundingSet = { type: 'CompoundingSet', time, ...provenance, holder, compounding, ...asked };
      return record(set);
    }),
};

/** @throws DomainError `TIME_IN_FUTURE` while the shard's clock is before the epoch's end: what it records next might still count */
function decideStakeTime(
  { stakes, yields }: YieldsState,
  { distribution, part, from, to, time, provenance }: Take<'CutStakeTime'>,
  { recordedAt }: YieldContext,
): StakeTimeCut | undefined {
  const { parts, timed } = yields.of(distribution);
  if (timed !== undefined || part !== parts.length) return undefined;
  const [fromMs, toMs] = [parseTime(from, 'from'), parseTime(to, 'to')];
  if (parseTime(recordedAt, 'recordedAt') < toMs) {
    throw commonRefusal('TIME_IN_FUTURE', `The epoch has not ended: it is ${recordedAt}.`, 'to');
  }
  const stakers: StakeTime[] = [];
  const end = (part + 1) * CUT_HOLDERS;
  for (let place = part * CUT_HOLDERS; place < Math.min(end, stakes.stakers.size); place++) {
    const holder = stakes.stakers.get(place)!;
    const stakeTime = stakeTimeOf(stakes.changes.get(holder), fromMs, toMs);
    if (stakeTime > 0n) stakers.push({ holder, stakeTime: `${stakeTime}` });
  }
  return {
    ...{ type: 'StakeTimeCut', time, ...provenance, distribution, part },
    ...{ from: writeInstant(fromMs), to: writeInstant(toMs), stakers },
    isLast: end >= stakes.stakers.size,
  };
}

/** What was there at the epoch's end, as far as it still is: a reversal may have taken some back since. */
function decideRewards(
  state: YieldsState,
  { distribution, later, time, provenance }: Take<'CutRewards'>,
): RewardsCut | undefined {
  const { timed, cut } = state.yields.of(distribution);
  if (timed === undefined || cut !== undefined) return undefined;
  const [then, now] = [timed.rewards - later, state.balance(STAKING_REWARDS)];
  const there = then < now ? then : now;
  const amount = there > 0n ? there : 0n;
  return {
    ...{ type: 'RewardsCut', time, ...provenance, distribution, amount: `${amount}` },
    ...{ height: timed.position.height, later: `${later}` },
    postings: amount === 0n ? [] : [leave(STAKING_REWARDS, amount)],
  };
}

/** Pays the next stakers. Each has an entry of its own, after which it covers what it owes and stakes what is left, where it asked for that. */
function decidePart(
  state: PayingState,
  { distribution, from, funded, stakeTime: all, time, provenance }: Take<'PayYield'>,
  context: YieldContext,
  record: RecordEvent<YieldEvent | Staked>,
): EntryOutcome {
  const known = state.yields.of(distribution);
  if (known.cut === undefined || from !== known.paid || from >= known.stakers) return { type: 'unchanged' };
  let upTo = from;
  let debtors = 0;
  for (const { holder, stakeTime } of stakersOf(known, from)) {
    if (upTo - from === PAID_HOLDERS || debtors === PAID_DEBTORS) break;
    upTo++;
    const amount = shareOf(funded, BigInt(stakeTime), all);
    if (amount === 0n) continue;
    if (state.receivables.has(holder)) debtors++;
    const paid: YieldPaid = {
      ...{ type: 'YieldPaid', time, ...provenance, distribution, holder, amount: `${amount}` },
      ...{ stakeTime, ofStakeTime: `${all}`, funded: `${funded}` },
      postings: [arrive(customerAvailable(holder), amount)],
    };
    compound(state, holder, entryId(record(paid)), time, context, record);
  }
  return {
    type: 'entry',
    entry: record({ type: 'YieldPartPaid', time, ...provenance, distribution, upTo }),
    replayed: false,
  };
}

const COMPOUNDING = systemAuthor('compounding');

/** Stakes what is left of a holder's yield; whoever is suspended may not stake. */
function compound(
  state: PayingState,
  holder: string,
  grant: string,
  time: string,
  { catalogue, recordedAt }: YieldContext,
  record: RecordEvent<Staked>,
): void {
  const party = state.yields.compounding.has(holder) ? catalogue.parties.get(holder) : undefined;
  if (party === undefined || suspendedSinceMs(party) !== undefined) return;
  const left = remainingOf(state, { id: grant, holder });
  // As an entry names them all, it takes of the first ones only.
  const shares = [...sharesOf(state, holder)].filter((one) => isTransferable(one.grant)).slice(0, USES_MAX);
  const there = shares.reduce((sum, { remaining }) => sum + remaining, 0n);
  const amount = left < there ? left : there;
  if (amount === 0n) return;
  record({
    ...{ type: 'Staked', time, ...COMPOUNDING, holder, amount: `${amount}`, at: recordedAt },
    postings: [posting(customerAvailable(holder), customerStaked(holder), amount)],
    grants: usesOf(shares, amount),
  });
}

export const evolveYields: Evolve<Exclude<YieldEvent, YieldPaid>, YieldsState> = {
  StakeTimeCut: (state, event, position) => {
    const { byDistribution } = state.yields;
    const before = state.yields.of(event.distribution);
    byDistribution.set(event.distribution, {
      ...before,
      parts: [...before.parts, event],
      stakers: before.stakers + event.stakers.length,
      ...(event.isLast ? { timed: { position, rewards: state.balance(STAKING_REWARDS) } } : {}),
    });
  },
  RewardsCut: ({ yields }, event, position) => {
    yields.byDistribution.set(event.distribution, { ...yields.of(event.distribution), cut: { event, position } });
  },
  YieldPartPaid: ({ yields }, { distribution, upTo }) => {
    const before = yields.of(distribution);
    const parts = upTo === before.stakers ? [] : before.parts;
    yields.byDistribution.set(distribution, { ...before, paid: upTo, parts });
  },
  CompoundingSet: ({ yields }, { holder, compounding }) => {
    if (compounding) yields.compounding.set(holder, true);
    else yields.compounding.delete(holder);
  },
};

/** What arrives as an earned grant. */
export const evolvePaidYield: Evolve<YieldPaid, YieldsState> = {
  YieldPaid: (state, { holder, amount }, position) => {
    const terms = { holder, kind: 'earned', priority: PRIORITY, expiresAtMs: Infinity } as const;
    const grant = makeGrant(entryId(position), position, terms);
    state.grants.index.add(position, grant);
    openGrant(state, grant, BigInt(amount));
  },
};

/** A shard's part of a round is undone with all of it only, which is to say never. */
export type YieldIrreversible = 'distributed-as-a-round';

export const correctYields: Correct<YieldEvent, unknown, YieldIrreversible> = {
  RewardsCut: () => irreversible('distributed-as-a-round'),
  YieldPaid: () => irreversible('distributed-as-a-round'),
};
