/** What holds reserve, and how one is settled: a plan is made of it, and `evolve` does what the entry says. */
import { posting, UndoableMap, ZERO, type Posting, type ShardState, type UndoLog } from '#domain';
import type { BudgetsState } from '../budgets/budget-state.js';
import { namedPath } from '../budgets/ceiling.js';
import { addTo, changeShares, forgetIfSpent, grantOf, keep, takeUses, type GrantsState } from '../grants/burn-order.js';
import { planGiveBack } from '../grants/give-back.js';
import { readUses, writeUses, type GrantUse } from '../grants/uses.js';
import { customerAvailable } from '../supply/funds.js';
import { customerHeld, type HeldPart, type HoldState, type Settling } from './hold-events.js';
import { HoldIndex } from './hold-index.js';

/** A hold that is open. */
export interface Hold {
  readonly id: string;
  readonly customer: string;
  readonly state: 'open';
  readonly amount: bigint;
  /** Of which grants, in the order in which they will be used. */
  readonly receipt: readonly GrantUse[];
  readonly expiresAtMs: number;
  readonly budget?: string;
}

/** How a hold ended, whose it was, and of one that expired which budget it named: a late capture counts there. */
export interface ClosedHold {
  readonly customer: string;
  readonly state: Exclude<HoldState, 'open'>;
  readonly budget?: string;
}

/** Holds of a shard's customers. */
export class HoldsPart {
  readonly open: UndoableMap<string, Hold>;
  /** All that there ever were. */
  readonly index: HoldIndex;
  /** The budgets of those that expired and were not captured since. */
  readonly lapsed: UndoableMap<string, string>;

  constructor(undo: UndoLog) {
    this.open = new UndoableMap(undo);
    this.index = new HoldIndex(undo);
    this.lapsed = new UndoableMap(undo);
  }

  /** A hold as it stands; undefined: there never was such a hold. */
  find(id: string): Hold | ClosedHold | undefined {
    return this.open.get(id) ?? this.findClosed(id);
  }

  findClosed(id: string): ClosedHold | undefined {
    const known = this.index.find(id);
    if (known === undefined) return undefined;
    const { customer, state } = known;
    if (state === 'open') return undefined;
    const budget = this.lapsed.get(id);
    return { customer, state, ...(budget === undefined ? {} : { budget }) };
  }

  /** Notes how a hold ended, or that one that had expired was captured. */
  end(id: string, state: ClosedHold['state'], budget?: string): void {
    this.index.end(id, state);
    if (state === 'expired' && budget !== undefined) this.lapsed.set(id, budget);
    else this.lapsed.delete(id);
  }
}

/** What a shard keeps of this concept, and what this reads and sets of the rest. */
export interface HoldsState extends GrantsState, BudgetsState {
  readonly holds: HoldsPart;
  readonly due: GrantsState['due'] & Pick<ShardState<'hold-expiry'>['due'], 'set' | 'remove'>;
}

/** What reserved more has; its postings are in the balances already. @param added what came to it */
export function reserve(state: HoldsState, hold: Hold, added: readonly GrantUse[], amount: bigint): void {
  const { held } = state.grants;
  for (const use of added) held.set(use.grant, (held.get(use.grant) ?? ZERO) + use.amount);
  if (amount !== ZERO) {
    changeShares(state, hold.customer, -amount, (shares) => {
      takeUses(shares, added);
    });
  }
  state.budgets.hold(namedPath(hold), amount);
  state.holds.open.set(hold.id, hold);
  state.due.set('hold-expiry', hold.id, hold.expiresAtMs);
}

/** What becomes of a hold of which so much is used: receipt order is used, the tail goes back to its own grants. */
export function planSettling(state: HoldsState, hold: Hold, used: bigint): { said: Settling; postings: Posting[] } {
  const kept: GrantUse[] = [];
  const tail: GrantUse[] = [];
  let left = used;
  for (const { grant, amount } of hold.receipt) {
    const part = amount < left ? amount : left;
    if (part !== ZERO) kept.push({ grant, amount: part });
    if (part !== amount) tail.push({ grant, amount: amount - part });
    left -= part;
  }
  const { back, amount, gone, lapsed } = planGiveBack(state, hold.customer, tail);
  const from = customerHeld(hold.customer);
  const postings = amount === ZERO ? [] : [posting(from, customerAvailable(hold.customer), amount)];
  for (const one of gone) postings.push(posting(from, one.account, one.amount));
  const said = { ...partOf('used', kept), ...partOf('returned', back), ...partOf('lapsed', lapsed) };
  return { said, postings };
}

function partOf(name: keyof Settling, uses: readonly GrantUse[]): Settling {
  if (uses.length === 0) return {};
  return { [name]: { amount: sumOf(uses).toString(), grants: writeUses(uses) } };
}

const sumOf = (uses: readonly GrantUse[]): bigint => uses.reduce((sum, { amount }) => sum + amount, 0n);

export const usesIn = (part: HeldPart | undefined): readonly GrantUse[] =>
  part === undefined ? [] : readUses(part.grants, BigInt(part.amount));

/** A hold is settled as its entry says; the postings are in the balances already. */
export function settle(state: HoldsState, id: string, how: ClosedHold['state'], said: Settling): void {
  const { holds, grants } = state;
  const hold = holds.open.get(id)!;
  const { customer, budget } = hold;
  state.budgets.hold(namedPath(hold), -hold.amount);
  holds.open.delete(id);
  holds.end(id, how, budget);
  state.due.remove('hold-expiry', id);
  const returned = usesIn(said.returned);
  const all = [...usesIn(said.used), ...returned, ...usesIn(said.lapsed)];
  for (const { grant, amount } of all) {
    const left = (grants.held.get(grant) ?? ZERO) - amount;
    if (left === ZERO) grants.held.delete(grant);
    else grants.held.set(grant, left);
  }
  if (returned.length > 0) {
    changeShares(state, customer, sumOf(returned), (shares) => {
      for (const { grant, amount } of returned) {
        const known = grantOf(state, grant, customer);
        keep(state, known);
        addTo(shares, known, amount);
      }
    });
  }
  for (const { grant } of all) forgetIfSpent(state, grantOf(state, grant, customer));
}
