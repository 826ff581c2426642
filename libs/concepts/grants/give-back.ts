/**
 * One rule for whatever gives back what grants paid, by a hold or by a correction: to the same grants, and what has ended
 * by then goes at once where it went at its end. Pure: it plans, and `evolve` does it.
 */
import { irreversible, posting, reverse, ZERO, type Irreversible, type Posted, type Reversal } from '#domain';
import { customerAvailable, ISSUANCE } from '../supply/funds.js';
import type { Undoing } from '../usage/charging.js';
import {
  addTo,
  changeShares,
  endPending,
  grantOf,
  keep,
  openGrant,
  remainingOf,
  takeUses,
  type GrantsState,
} from './burn-order.js';
import { breakageOf } from './grant-events.js';
import type { GrantEnd } from './grant-index.js';
import { readUses, type GrantUse, type GrantUses } from './uses.js';

/** What goes back to grants, and what of it goes on since they have ended. */
export interface GiveBack {
  /** Uses of grants that pay again, with their amounts. */
  readonly back: readonly GrantUse[];
  readonly amount: bigint;
  /** The rest: to which account, and how much. */
  readonly gone: readonly { readonly account: string; readonly amount: bigint }[];
  /** The same by grant. */
  readonly lapsed: readonly GrantUse[];
}

/** Why a grant takes nothing back; a spent one comes to its end unseen. @param nowMs milliseconds since 1970 */
export function endOf(state: GrantsState, id: string, holder: string, nowMs: number): GrantEnd | undefined {
  return state.grants.index.endOf(id) ?? (grantOf(state, id, holder).expiresAtMs <= nowMs ? 'expired' : undefined);
}

/** @param nowMs milliseconds since 1970; without it only what has ended by an entry has */
export function planGiveBack(
  state: GrantsState,
  holder: string,
  uses: readonly GrantUse[],
  nowMs = -Infinity,
): GiveBack {
  const back: GrantUse[] = [];
  const lapsed: GrantUse[] = [];
  const gone = new Map<string, bigint>();
  let amount = 0n;
  for (const use of uses) {
    const part = use.amount;
    const end = endOf(state, use.grant, holder, nowMs);
    if (end === undefined) {
      back.push(use);
      amount += part;
    } else {
      const { kind } = grantOf(state, use.grant, holder);
      const account = end === 'voided' ? ISSUANCE : breakageOf(kind);
      lapsed.push(use);
      gone.set(account, (gone.get(account) ?? ZERO) + part);
    }
  }
  return { back, amount, gone: [...gone].map(([account, part]) => ({ account, amount: part })), lapsed };
}

/** What grants gave is theirs again. The postings are in the balance already. */
export function giveBack(
  state: GrantsState,
  holder: string,
  { back, amount }: Pick<GiveBack, 'back' | 'amount'>,
): void {
  if (amount === ZERO) return;
  changeShares(state, holder, amount, (shares) => {
    for (const use of back) {
      const grant = grantOf(state, use.grant, holder);
      keep(state, grant);
      addTo(shares, grant, use.amount);
    }
  });
}

/** Undoes what an entry took from grants. */
export function undoUses(state: GrantsState, holder: string, uses: readonly GrantUse[]): Required<Undoing> {
  const plan = planGiveBack(state, holder, uses);
  return {
    evolve: () => {
      giveBack(state, holder, plan);
    },
    postings: plan.gone.map(({ account, amount }) => posting(customerAvailable(holder), account, amount)),
  };
}

/** The reversal of an entry that took from grants. */
export function correctTaking(
  state: GrantsState,
  event: Posted,
  holder: string,
  uses: GrantUses | undefined,
): Reversal {
  const account = customerAvailable(holder);
  let total = 0n;
  for (const { debit, amount } of event.postings) if (debit === account) total += BigInt(amount);
  const { evolve, postings } = undoUses(state, holder, uses === undefined ? [] : readUses(uses, total));
  return reverse(event, { evolve, after: postings });
}

/** The reversal of an entry by which a grant arrived: only a whole one can be taken back. */
export function correctArrival(
  state: GrantsState,
  event: Posted & { readonly amount: string },
  holder: string,
  id: string,
): Reversal | Irreversible<'funds-gone'> {
  const { grants } = state;
  const amount = BigInt(event.amount);
  const grant = grants.byId.get(id);
  const pending = grants.pending.get(id);
  if (grant === undefined || (pending ?? remainingOf(state, grant)) !== amount) return irreversible('funds-gone');
  return reverse(event, {
    evolve: () => {
      undoArrival(state, holder, id, amount);
    },
  });
}

/** A grant that was taken back whole is there again. The postings are in the balance already. */
export function redoArrival(state: GrantsState, holder: string, id: string, amount: bigint): void {
  state.grants.index.reopen(id);
  openGrant(state, grantOf(state, id, holder), amount);
}

/** A whole grant is taken back: it is voided. The postings are in the balance already. */
export function undoArrival(state: GrantsState, holder: string, id: string, amount: bigint): void {
  const { grants, due } = state;
  if (grants.pending.has(id)) {
    endPending(state, id);
    return;
  }
  grants.index.end(id, 'voided');
  due.remove('grant-expiry', id);
  changeShares(state, holder, -amount, (shares) => {
    takeUses(shares, [{ grant: id, amount }]);
  });
}
