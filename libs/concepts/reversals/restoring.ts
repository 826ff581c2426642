/** Undoing a reversal: its entry counts again, of what is there now. */
import { entryId, formatAmount, posting, ZERO, type Posting } from '#domain';
import { measureAnew } from '../budgets/ceiling.js';
import type { BudgetsState } from '../budgets/budget-state.js';
import {
  changeShares,
  grantOf,
  isTransferable,
  remainingOf,
  sharesOf,
  takeUses,
  type GrantsState,
} from '../grants/burn-order.js';
import { redoArrival } from '../grants/give-back.js';
import { customerPending } from '../grants/grant-events.js';
import type { Grant } from '../grants/grant-order.js';
import { USES_MAX, type GrantUse } from '../grants/uses.js';
import type { CountersState } from '../rating/counters.js';
import { addShares, readShares, recordShares, subtractShares, sumShares, takeShares } from '../rating/split-policy.js';
import { customerReceivable, OWED, type ReceivablesState } from '../receivables/owed.js';
import { customerAvailable, fundsRefusal, ISSUANCE } from '../supply/funds.js';
import { PAID, postShares } from '../usage/charging.js';
import { firstOf, partOf, usesIn } from './original.js';
import type { EntryRestored, EntryReversed, Original, OriginalCharge } from './reversal-events.js';
import { reversalRefusal } from './reversal-refusals.js';

type RestoringState = GrantsState & ReceivablesState & BudgetsState & CountersState;

/** What a restoration moves, and of what. */
type Restored = Pick<EntryRestored, 'postings' | 'paid' | 'receivable' | 'budgeted'>;

/**
 * What undoes a reversal.
 *
 * @param nowMs of `recordedAt`, the page's time
 * @throws DomainError `INSUFFICIENT_FUNDS` where a burn or a transfer has too little now; `NOT_REVERSIBLE` where a grant has ended since
 */
export function restore(state: RestoringState, reversal: EntryReversed, recordedAt: string, nowMs: number): Restored {
  const { charge } = reversal.original;
  return charge === undefined ? moveAgain(state, reversal, nowMs) : chargeAgain(state, reversal, charge, recordedAt);
}

/** What a grant, a burn or a transfer moves once more. */
function moveAgain(state: RestoringState, { original, returned, postings }: EntryReversed, nowMs: number): Restored {
  const { holder, to } = original;
  const amount = BigInt(original.amount);
  const account = customerAvailable(holder);
  const { type } = firstOf(original);
  if (type === 'Minted' || type === 'GrantIssued') {
    const isPending = postings[0]!.debit === customerPending(holder);
    if (isPending || grantOf(state, firstOf(original).entry, holder).expiresAtMs <= nowMs) throw endedSince(original);
    return { postings: [posting(ISSUANCE, account, amount)] };
  }
  const paid = partOf(
    usesAgain(state, holder, usesIn(returned), amount, to === undefined ? undefined : isTransferable),
  );
  const there = BigInt(paid?.amount ?? 0);
  if (there < amount) {
    const most = `${holder} has ${formatAmount(there)} of the ${formatAmount(amount)} that would be taken again.`;
    throw fundsRefusal('INSUFFICIENT_FUNDS', most, 'entry');
  }
  return { postings: [posting(account, to === undefined ? ISSUANCE : customerAvailable(to), amount)], paid: paid! };
}

function endedSince(original: Original) {
  const { entry } = firstOf(original);
  const why = `The grant ${entry} would have begun or ended since; grant anew with POST /v1/grants.`;
  return reversalRefusal('NOT_REVERSIBLE', why, 'entry');
}

/** What a charge takes once more: within what budgets have room for now; the rest is owed. */
function chargeAgain(
  state: RestoringState,
  { original, returned }: EntryReversed,
  charge: OriginalCharge,
  recordedAt: string,
): Restored {
  const { holder } = original;
  const due =
    charge.owed === undefined
      ? readShares(charge.shares)
      : addShares(readShares(charge.shares), readShares(charge.owed.shares));
  const amount = sumShares(due);
  const budgeted =
    charge.budgeted === undefined ? undefined : measureAnew(state, charge.budgeted.path!, amount, recordedAt);
  const paid = partOf(usesAgain(state, holder, usesIn(returned), amount - BigInt(budgeted?.beyond ?? 0)));
  const there = BigInt(paid?.amount ?? 0);
  const shares = there === amount ? due : takeShares(due, there);
  const provider = charge.provider ?? holder;
  const postings: Posting[] = [];
  postShares(postings, customerAvailable(holder), PAID, provider, shares);
  const owed = subtractShares(due, shares);
  postShares(postings, customerReceivable(holder), OWED, provider, owed);
  return {
    postings,
    ...(paid === undefined ? {} : { paid }),
    ...(there === amount ? {} : { receivable: { amount: (amount - there).toString(), shares: recordShares(owed) } }),
    ...(budgeted === undefined ? {} : { budgeted }),
  };
}

/**
 * What pays once more: the grants that had it back, as far as they still have it, then the first of all in order.
 *
 * @param wanted at most so much, atto-tokens
 * @param pays which of those in order do; undefined: all
 */
function usesAgain(
  state: GrantsState,
  holder: string,
  had: readonly GrantUse[],
  wanted: bigint,
  pays?: (grant: Grant) => boolean,
): GrantUse[] {
  const uses: GrantUse[] = [];
  const taken = new Map<string, bigint>();
  let left = wanted;
  const take = (grant: string, there: bigint) => {
    const amount = there < left ? there : left;
    if (amount === ZERO) return;
    uses.push({ grant, amount });
    taken.set(grant, amount);
    left -= amount;
  };
  for (const { grant, amount } of had) {
    const there = remainingOf(state, { id: grant, holder });
    take(grant, there < amount ? there : amount);
  }
  let others = 0;
  for (const { grant, remaining } of sharesOf(state, holder)) {
    if (left === ZERO || others === USES_MAX) break;
    const there = remaining - (taken.get(grant.id) ?? ZERO);
    if (there === ZERO || pays?.(grant) === false) continue;
    others++;
    take(grant.id, there);
  }
  return uses;
}

/** The entry counts again. Its postings are in the balances already. */
export function evolveRestored(state: RestoringState, event: EntryRestored): void {
  const { holder, original, paid, receivable, budgeted } = event;
  const { charge, to } = original;
  if (paid !== undefined) {
    changeShares(state, holder, -BigInt(paid.amount), (shares) => {
      takeUses(shares, usesIn(paid));
    });
  }
  const { entry, type } = firstOf(original);
  const arrived = type === 'Minted' || type === 'GrantIssued' ? holder : to;
  if (arrived !== undefined) redoArrival(state, arrived, entry, BigInt(event.amount));
  if (charge === undefined) return;
  const { source, id, provider = holder, counted } = charge;
  if (receivable !== undefined) {
    const owed = { source, id, provider, amount: BigInt(receivable.amount), shares: readShares(receivable.shares) };
    state.receivables.add(holder, owed, budgeted?.beyond !== undefined);
  }
  if (counted !== undefined) state.counters.count(holder, counted);
  if (budgeted === undefined) return;
  const exceeded = BigInt(budgeted.beyond ?? 0);
  state.budgets.count({ path: budgeted.path!, day: budgeted.day, used: BigInt(event.amount) - exceeded, exceeded });
}

/** Which entry names a reversal's undoing, for whoever asks once more. @returns the newest of the chain */
export function newestOf(
  corrections: { get(entry: string): Parameters<typeof entryId>[0] | undefined },
  entry: string,
): string {
  let newest = entry;
  for (let next = corrections.get(newest); next !== undefined; next = corrections.get(newest)) newest = entryId(next);
  return newest;
}
