/** What a shard keeps of stakes: what is on its way back, and rewards of slashes that are on theirs. */
import { parseTime, UndoableMap, type EntryPosition, type ShardState, type UndoLog } from '#domain';
import type { GrantsState } from '../grants/burn-order.js';
import { customerStaked, type Slashed } from './stake-events.js';

/** A part of a stake that is on its way back. */
export interface Unbonding {
  readonly id: string;
  readonly holder: string;
  /** What slashes left of it. */
  readonly amount: bigint;
  readonly completesAtMs: number;
}

/** What a holder has staked from an instant on, and what it had before. */
export interface StakeSince {
  readonly sinceMs: number;
  readonly stake: bigint;
  readonly before: StakeSince | undefined;
}

/** A slash whose finder is not known to have the reward. */
export type RewardedSlash = Slashed & Required<Pick<Slashed, 'reward'>>;

/** Stakes of a shard's holders. */
export class StakesPart {
  /** By holder, in the order in which they first staked: every change of a stake, the newest first. */
  readonly changes: UndoableMap<string, StakeSince>;
  /** Those holders by their place in this order, from 0. */
  readonly stakers: UndoableMap<number, string>;
  readonly unbondings: UndoableMap<string, Unbonding>;
  /** By holder, the soonest completing first; at one instant the older one. */
  readonly byHolder: UndoableMap<string, readonly string[]>;
  readonly rewards: UndoableMap<string, RewardedSlash>;
  /** Slashes whose reward arrived here. */
  readonly received: UndoableMap<string, EntryPosition>;

  constructor(undo: UndoLog) {
    this.changes = new UndoableMap(undo);
    this.stakers = new UndoableMap(undo);
    this.unbondings = new UndoableMap(undo);
    this.byHolder = new UndoableMap(undo);
    this.rewards = new UndoableMap(undo);
    this.received = new UndoableMap(undo);
  }

  /** A holder's unbondings in the order in which they complete. */
  unbondingsOf(holder: string): readonly Unbonding[] {
    return (this.byHolder.get(holder) ?? []).map((id) => this.unbondings.get(id)!);
  }
}

/** What a shard keeps of this concept, and what this reads and sets of the rest. */
export interface StakesState extends GrantsState {
  readonly stakes: StakesPart;
  readonly due: GrantsState['due'] & Pick<ShardState<'unbonding'>['due'], 'set' | 'remove'>;
}

/** Notes that a holder's stake, whose balance has changed already, is another one from an instant on. */
export function noteStake(state: StakesState, holder: string, at: string): void {
  const { changes, stakers } = state.stakes;
  const before = changes.get(holder);
  if (before === undefined) stakers.set(stakers.size, holder);
  changes.set(holder, { sinceMs: parseTime(at, 'at'), stake: state.balance(customerStaked(holder)), before });
}

/** How much a holder had staked for how long in `[fromMs, toMs)`: atto-tokens times milliseconds. */
export function stakeTimeOf(newest: StakeSince | undefined, fromMs: number, toMs: number): bigint {
  let sum = 0n;
  let endMs = toMs;
  for (let one = newest; one !== undefined && endMs > fromMs; one = one.before) {
    const beginMs = Math.max(one.sinceMs, fromMs);
    if (beginMs >= endMs) continue;
    sum += one.stake * BigInt(endMs - beginMs);
    endMs = beginMs;
  }
  return sum;
}

/** A part of a stake begins its way back. */
export function unbond(state: StakesState, unbonding: Unbonding): void {
  const { stakes, due } = state;
  const { id, holder, completesAtMs } = unbonding;
  const before = stakes.byHolder.get(holder) ?? [];
  const later = before.findIndex((one) => stakes.unbondings.get(one)!.completesAtMs > completesAtMs);
  stakes.byHolder.set(holder, before.toSpliced(later === -1 ? before.length : later, 0, id));
  stakes.unbondings.set(id, unbonding);
  due.set('unbonding', id, completesAtMs);
}

/** So much of an unbonding is gone, whether it completed or was slashed. */
export function takeFrom(state: StakesState, id: string, amount: bigint): void {
  const { stakes, due } = state;
  const unbonding = stakes.unbondings.get(id)!;
  const left = unbonding.amount - amount;
  if (left > 0n) {
    stakes.unbondings.set(id, { ...unbonding, amount: left });
    return;
  }
  stakes.unbondings.delete(id);
  due.remove('unbonding', id);
  const others = stakes.byHolder.get(unbonding.holder)!.filter((one) => one !== id);
  if (others.length === 0) stakes.byHolder.delete(unbonding.holder);
  else stakes.byHolder.set(unbonding.holder, others);
}
