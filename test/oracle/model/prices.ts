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
