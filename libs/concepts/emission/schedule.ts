/**
 * Emission schedules: how much the epoch `n` of a policy mints, in atto-tokens. What a division leaves is carried to the next
 * epoch or stays in what remains, so that the epochs add up to their schedule exactly.
 */

/** What an epoch of a schedule comes to, and what the next one begins with. */
export interface Emitted<Carried> {
  readonly amount: bigint;
  readonly carried: Carried;
}

/**
 * Halves every `period` epochs: `initial` from epoch 0 on, half of it from epoch `period` on. The half is cut to whole atto.
 *
 * @param epoch from 0
 * @param period epochs, at least 1
 */
export function halvingAmount(initial: bigint, period: number, epoch: number): bigint {
  return initial >> BigInt(Math.floor(epoch / period));
}

/**
 * Of what remains the part `num / den` is left for later epochs, and the rest is emitted, cut to whole atto: what is cut remains.
 *
 * @param remaining what all later epochs together may emit
 * @param num more than 0 and less than `den`
 */
export function decayAmount(remaining: bigint, num: bigint, den: bigint): Emitted<bigint> {
  const amount = (remaining * (den - num)) / den;
  return { amount, carried: remaining - amount };
}

const BASIS_POINTS = 10_000n;

/**
 * A year's inflation of `bps` in `epochs` equal parts, each of the supply as its epoch began.
 *
 * @param carried what earlier epochs left, in parts of an atto: there are 10,000 times `epochs` of them
 */
export function inflationAmount(supply: bigint, bps: bigint, epochs: bigint, carried: bigint): Emitted<bigint> {
  const parts = supply * bps + carried;
  const partsOfOne = BASIS_POINTS * epochs;
  return { amount: parts / partsOfOne, carried: parts % partsOfOne };
}

/** What is carried, where another number of epochs makes the year. */
export interface ScaledCarry {
  readonly carried: bigint;
  /** What the new parts cannot say: of an atto, in parts of 10,000 times both numbers of epochs. Less than one new part. */
  readonly lost: bigint;
}

/** Says what {@link inflationAmount} carries in the parts of another number of epochs; never more than before. */
export function scaleCarry(carried: bigint, epochs: bigint, newEpochs: bigint): ScaledCarry {
  const scaled = carried * newEpochs;
  return { carried: scaled / epochs, lost: scaled % epochs };
}

/**
 * Cuts an emission to what a cap leaves.
 *
 * @param outstanding minted less burned
 * @returns `cut`: how much less than the schedule says
 */
export function cutToCap(
  amount: bigint,
  cap: bigint,
  outstanding: bigint,
): { readonly amount: bigint; readonly cut: bigint } {
  const room = cap > outstanding ? cap - outstanding : 0n;
  return amount <= room ? { amount, cut: 0n } : { amount: room, cut: amount - room };
}
