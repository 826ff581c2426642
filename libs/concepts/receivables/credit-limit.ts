/** A customer's credit limit: the most that it may owe. Asked last, once it is known what of a usage nothing pays. */
import { formatAmount, refusalsOf, type Refusals, type ShardState } from '#domain';
import type { HoldsState } from '../holds/held.js';
import type { CreditCheck } from '../usage/charging.js';
import { customerReceivable } from './owed.js';

export const creditRefusals = { CREDIT_LIMIT_EXCEEDED: 'refused' } as const satisfies Refusals;
const creditRefusal = refusalsOf(creditRefusals);

/**
 * Usage that would lift what its customer owes above the limit is refused, also the part of it that a budget leaves to be
 * owed. What goes beyond an open hold is owed all the same: it was used under a reservation, which is settled then.
 */
export const creditLimit: CreditCheck<HoldsState & Pick<ShardState, 'balance'>> = (state, customer, report, more) => {
  const limit = customer.terms.creditLimit;
  if (limit === undefined || more === 0n) return;
  if (report.hold !== undefined && state.holds.open.has(report.hold)) return;
  const owed = -state.balance(customerReceivable(customer.id));
  if (owed + more <= limit) return;
  throw creditRefusal(
    'CREDIT_LIMIT_EXCEEDED',
    `${customer.id} owes ${formatAmount(owed)} tokens and may owe ${formatAmount(limit)}; this leaves ${formatAmount(more)} more to be owed. ` +
      `Give it funds, or raise the limit with POST /v1/parties/${customer.id}/terms.`,
    'subject',
  );
};
