/** Prices of the histories, in two versions of which a usage's own time selects one: exact fractions, each line floored. */
import { atto } from './amounts.js';

export interface Price {
  readonly price: string;
  readonly per: string;
}

export interface PriceVersion {
  readonly fromMs: number;
  readonly meters: Readonly<Record<string, Price>>;
}

/** What a usage event costs. @param versions ascending; the last one that began by then holds */
export function rate(
  versions: readonly PriceVersion[],
  timeMs: number,
  meters: Readonly<Record<string, bigint>>,
): bigint {
  const version = versions.filter(({ fromMs }) => fromMs <= timeMs).at(-1)!;
  let amount = 0n;
  for (const [meter, quantity] of Object.entries(meters)) {
    const { price, per } = version.meters[meter]!;
    amount += (quantity * atto(price)) / BigInt(per);
  }
  return amount;
}

/** Basis points of provider, treasury, stakers and what is burned. */
const SHARES = [8_000n, 1_000n, 700n, 300n];

/** What of a charge is its provider's: each share is rounded down, and what is left goes to the largest fractions, one each. */
export function providersShare(amount: bigint): bigint {
  const fractions = SHARES.map((points) => (amount * points) % 10_000n);
  const left = amount - SHARES.reduce((all, points) => all + (amount * points) / 10_000n, 0n);
  // Of equal fractions the provider's is served first.
  const rank = fractions.filter((one) => one > fractions[0]!).length;
  return (amount * SHARES[0]!) / 10_000n + (BigInt(rank) < left ? 1n : 0n);
}
