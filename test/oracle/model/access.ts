/** Who is let in: by what is available, what is staked and what was spent. */
import { tokens } from './amounts.js';

/** Atto-tokens; all that is named must be reached. */
export interface Tier {
  readonly available?: bigint;
  readonly staked?: bigint;
  readonly spent?: { readonly amount: bigint; readonly days: number };
}

export interface Measured {
  readonly available: bigint;
  readonly staked: bigint;
  /** What was charged in so many days. */
  readonly spentIn: (days: number) => bigint;
}

/** As `GET /v1/access/check` answers, but for its words. */
export function checkAccess({ available, staked, spent }: Tier, has: Measured) {
  const asked = [
    ...(available === undefined ? [] : [{ name: 'available', needs: available, has: has.available }]),
    ...(staked === undefined ? [] : [{ name: 'staked', needs: staked, has: has.staked }]),
    ...(spent === undefined ? [] : [{ name: 'spent', needs: spent.amount, has: has.spentIn(spent.days) }]),
  ];
  const told = (which: 'needs' | 'has') =>
    Object.fromEntries(
      asked.map((one) => {
        const amount = tokens(one[which]);
        return [one.name, one.name === 'spent' ? { amount, days: spent!.days } : amount];
      }),
    );
  return { allowed: asked.every((one) => one.has >= one.needs), measured: told('has'), needed: told('needs') };
}
