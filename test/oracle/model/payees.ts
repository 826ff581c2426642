/** What payees have in one shard: what all customers of it paid them, less what went on. Below zero it is carried, and filled first. */
import { sum } from './amounts.js';
import type { Books } from './books.js';

/** What left a payee's account of a shard for good. */
export interface Taking {
  readonly shard: string;
  readonly ms: number;
  readonly amount: bigint;
}

export const shardsOf = (all: readonly Books[]): string[] => [
  ...new Set(all.flatMap(({ shard }) => (shard === undefined ? [] : [shard]))),
];

/** What stakers were paid in a shard by an instant. @param all books as they stood at that instant or later */
export function paidToStakers(all: readonly Books[], shard: string, ms: number): bigint {
  const here = all.filter((books) => books.shard === shard);
  return sum(here.flatMap(({ paid }) => paid.filter((one) => one.ms <= ms).map(({ shares }) => shares[2])));
}

/** A provider's part of what was paid in a shard. */
export function paidToProvider(all: readonly Books[], provider: string, shard: string): bigint {
  const here = all.filter((books) => books.shard === shard);
  return sum(here.flatMap(({ paid }) => paid.map((one) => (one.provider === provider ? one.shares[0] : 0n))));
}

export const taken = (takings: readonly Taking[], shard: string, ms: number): bigint =>
  sum(takings.filter((one) => one.shard === shard && one.ms <= ms).map(({ amount }) => amount));

export const atLeastNothing = (amount: bigint): bigint => (amount > 0n ? amount : 0n);
