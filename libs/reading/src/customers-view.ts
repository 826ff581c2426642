/** What a customer's own key sees of an entry: its own side, and nothing of anybody else's. */
import type { JournalEvent } from '#concepts';
import { ASSET, formatAmount, postingsOf } from '#domain';
import type { KeyGrant } from '#platform';
import { presentPostings, type PostingAnswer } from './journal-entries.js';

/** Stands in a posting for every account that is not the customer's own. */
export const ELSEWHERE = 'elsewhere';

const isOwn = (account: string, customer: string) => account.startsWith(`customer:${customer}:`);

/** Whether an entry moves something of a customer, or is about it as a customer. */
export function concernsCustomer(event: JournalEvent, customer: string): boolean {
  if ('customer' in event && event.customer === customer && event.type !== 'KeyIssued') return true;
  return postingsOf(event).some(({ debit, credit }) => isOwn(debit, customer) || isOwn(credit, customer));
}

/** Whether an entry must look to a caller as if it were not there. */
export function isEntryHiddenFrom({ role, customer }: KeyGrant, event: JournalEvent): boolean {
  return role === 'customer' && (customer === undefined || !concernsCustomer(event, customer));
}

/**
 * An entry's postings as a caller may see them. To a customer's key the accounts of all others are one, so that it does not see
 * how its charge was split; the sums at its own accounts are as recorded.
 */
export function postingsFor({ role, customer = '' }: KeyGrant, event: JournalEvent): PostingAnswer[] {
  if (role !== 'customer') return presentPostings(event);
  const sums = new Map<string, { readonly debit: string; readonly credit: string; amount: bigint }>();
  for (const { debit, credit, amount } of postingsOf(event)) {
    const seen = [debit, credit].map((account) => (isOwn(account, customer) ? account : ELSEWHERE));
    const key = seen.join(' ');
    if (key === `${ELSEWHERE} ${ELSEWHERE}`) continue;
    const sum = sums.get(key) ?? { debit: seen[0]!, credit: seen[1]!, amount: 0n };
    sum.amount += BigInt(amount);
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ amount, ...accounts }) => ({
    ...accounts,
    amount: formatAmount(amount),
    asset: ASSET,
  }));
}
