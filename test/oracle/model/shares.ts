/** How an amount is shared out, and what each payee has of what one customer paid. */
import { sum } from './amounts.js';

/** Of the provider, the treasury, the stakers, and what is burned. */
export type Shares = readonly [bigint, bigint, bigint, bigint];

export const NO_SHARES: Shares = [0n, 0n, 0n, 0n];

/** Basis points. */
const POLICY: Shares = [8_000n, 1_000n, 700n, 300n];

/** Each share is rounded down, and what is left goes to the largest fractions, one each; of equal ones the first is served first. */
function split(amount: bigint, weights: Shares): Shares {
  const all = sum(weights);
  const shares = weights.map((weight) => (amount * weight) / all);
  const fractions = weights.map((weight, n) => ({ n, rest: (amount * weight) % all }));
  const left = Number(amount - sum(shares));
  fractions.sort((a, b) => (a.rest === b.rest ? a.n - b.n : a.rest > b.rest ? -1 : 1));
  for (const { n } of fractions.slice(0, left)) shares[n]! += 1n;
  return shares as unknown as Shares;
}

/** Of a charge; without a provider the treasury has that share too. */
export function sharesOf(amount: bigint, provider: string | undefined): Shares {
  const [share, treasury, stakers, burn] = split(amount, POLICY);
  return provider === undefined ? [0n, treasury + share, stakers, burn] : [share, treasury, stakers, burn];
}

/** What of shares is paid with a part of their sum. */
export function partOf(shares: Shares, amount: bigint): Shares {
  if (amount === 0n) return NO_SHARES;
  return amount === sum(shares) ? shares : split(amount, shares);
}

const combine = (one: Shares, other: Shares, how: (a: bigint, b: bigint) => bigint): Shares =>
  one.map((share, n) => how(share, other[n]!)) as unknown as Shares;

export const add = (one: Shares, other: Shares): Shares => combine(one, other, (a, b) => a + b);
export const less = (one: Shares, other: Shares): Shares => combine(one, other, (a, b) => a - b);

/** What came to payees, or went back from them, at an instant. */
export interface Payment {
  readonly ms: number;
  readonly provider: string | undefined;
  readonly shares: Shares;
}

/** What one customer paid to all payees. */
export class Payments {
  readonly list: Payment[] = [];

  constructor(private readonly now: () => number) {}

  pay(provider: string | undefined, shares: Shares): void {
    this.list.push({ ms: this.now(), provider, shares });
  }

  takeBack(provider: string | undefined, shares: Shares): void {
    this.pay(provider, less(NO_SHARES, shares));
  }
}
