/** What a shard keeps of stakes: what is on its way back, and rewards of slashes that are on theirs. */
import { UndoableMap, type EntryPosition, type ShardState, type UndoLog } from '#domain';
import type { GrantsState } from '../grants/burn-order.js';
import type { Slashed } from './stake-events.js';

/** A part of a stake that is on its way back. */
export interface Unbonding {
  readonly id: string;
  readonly holder: string;
  /** What slashes left of it. */
  readonly amount: bigint;
  readonly completesAtMs: number;
}

/** A slash whose finder is not known to have the reward. */
export type RewardedSlash = Slashed & Required<Pick<Slashed, 'reward'>>;

/** Stakes of a shard's holders. */
export class StakesPart {
  readonly unbondings: UndoableMap<string, Unbonding>;
  /** By holder, the soonest completing first; at one instant the older one. */
  readonly byHolder: UndoableMap<string, readonly string[]>;
  readonly rewards: UndoableMap<string, RewardedSlash>;
  /** Slashes whose reward arrived here. */
  readonly received: UndoableMap<string, EntryPosition>;

  constructor(undo: UndoLog) {
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
