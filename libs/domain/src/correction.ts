/**
 * How an entry is corrected: another entry with the same legs backwards. The first one stays in the journal for ever;
 * together they move nothing. Which entries can be corrected, and what of its state a concept undoes with the value, its
 * `correct` table says (`dispatch.ts`).
 */
import type { Posting } from './account.js';

/** An event that moves value. */
export interface Posted {
  readonly type: string;
  readonly postings: readonly Posting[];
}

/** What corrects an entry, as the state stands. */
export interface Reversal {
  readonly type: 'reversal';
  readonly postings: readonly Posting[];
  /** The entry that is corrected with this one or not at all: the other side of one movement, in another shard. */
  readonly together?: Counterpart;
  /** Undoes the concept's part of the state; called once, after the postings were applied. */
  readonly evolve: () => void;
}

/** An entry of the shard that a holder lives in, by its event's type and the id that the two sides share. */
export interface Counterpart {
  readonly type: string;
  readonly holder: string;
  readonly id: string;
}

/** An entry that no reversal corrects, as the state stands, and why. */
export interface Irreversible<Reason extends string> {
  readonly type: 'irreversible';
  readonly reason: Reason;
}

/**
 * Why an entry of any concept may be irreversible: it was corrected before; a leg backwards would overdraw an account that
 * may not fall below zero; its type has no row, since it moves no value or a later release wrote it.
 */
export type CommonReason = 'corrected-already' | 'funds-gone' | 'no-correction';

/** The legs backwards: what took from one account gives back to it, the last leg first. */
export function reversePostings(postings: readonly Posting[]): readonly Posting[] {
  return postings
    .map(({ debit, credit, amount, asset }) => ({ debit: credit, credit: debit, amount, asset }))
    .reverse();
}

/** Reverses an entry. @param after where what comes back goes on to, as one movement with the rest */
export function reverse(
  event: Posted,
  {
    evolve = () => undefined,
    after = [],
    ...more
  }: Partial<Pick<Reversal, 'together' | 'evolve'>> & { readonly after?: readonly Posting[] } = {},
): Reversal {
  return { type: 'reversal', postings: [...reversePostings(event.postings), ...after], evolve, ...more };
}

export function irreversible<Reason extends string>(reason: Reason): Irreversible<Reason> {
  return { type: 'irreversible', reason };
}
