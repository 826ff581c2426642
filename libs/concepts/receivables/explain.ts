/** How what is owed, and its covering, are explained. */
import type { Explain, Explanation } from '#domain';
import { explainUses } from '../grants/explain.js';
import type { OwedPart } from './owed.js';
import type { ReceivableEvent } from './receivable.js';

/** @param usage the name that its covers will call it by */
export function explainOwed(
  { amount }: OwedPart,
  { source, id }: { readonly source: string; readonly id: string },
): NonNullable<Explanation['owed']> {
  return { amount: BigInt(amount), source, id };
}

export const explainReceivables: Explain<ReceivableEvent, unknown> = {
  ReceivablesCovered: ({ customer, amount, covered, grants, postings }) => ({
    summary: `Funds had arrived and paid for what ${customer} owed, oldest first.`,
    ...{ holder: customer, amount: BigInt(amount), paid: explainUses(grants, postings, customer) },
    covers: covered.map(({ source, id, provider, amount: part }) => ({ source, id, provider, amount: BigInt(part) })),
  }),
};
