/** Grants pay usage: what is available is used in their order, and the entry says which of them paid. */
import { ZERO, type Posted, type Recorded } from '#domain';
import { customerAvailable, fundsAccounts } from '../supply/funds.js';
import { PAID, type Late, type Payment, type RecordedSource } from '../usage/charging.js';
import { reachOf, useInOrder, usesInOrder, type GrantsState } from './burn-order.js';
import { undoUses } from './give-back.js';
import { readUses, type SaysGrants } from './uses.js';

/** What the customer can spend. */
export const grantFunds: RecordedSource<SaysGrants, GrantsState, Payment & Recorded & Posted> = {
  name: 'grants',
  account: fundsAccounts.customerAvailable,
  debit: customerAvailable,
  payees: PAID,
  offer: (state, { customer }, wanted) => {
    const available = reachOf(state, customer, state.balance(customerAvailable(customer)), wanted);
    return available < wanted ? available : wanted;
  },
  draw: (state, { customer }, given) => (given === ZERO ? undefined : usesInOrder(state, customer, given)),
  evolve: (state, { customer }, uses) => {
    useInOrder(state, customer, uses);
  },
  correct: (state, { customer, postings }, uses) => {
    const account = customerAvailable(customer);
    let total = 0n;
    for (const { debit, amount } of postings) if (debit === account) total += BigInt(amount);
    return undoUses(state, customer, readUses(uses, total));
  },
};

const LATE: Late = { policy: 'booking' };

/**
 * Usage that is booked after a grant ended which it would have found by its own time.
 *
 * @param timeMs the usage's own time, milliseconds since 1970
 */
export function lateness({ grants }: GrantsState, customer: string, timeMs: number): Late | undefined {
  const { lastEnd } = grants;
  if (lastEnd.size === 0) return undefined;
  return timeMs < (lastEnd.get(customer) ?? 0) ? LATE : undefined;
}
