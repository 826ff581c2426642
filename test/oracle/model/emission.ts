/** What epochs mint, a second time: version by version and epoch by epoch, without any thought for speed. */

/** One version of the policy; amounts in atto-tokens, instants and lengths in milliseconds. */
export interface EmissionVersion {
  readonly fromMs: number;
  readonly epochMs: number;
  readonly schedule:
    | { readonly kind: 'fixed'; readonly amount: bigint }
    | { readonly kind: 'halving'; readonly initial: bigint; readonly period: number }
    | { readonly kind: 'decay'; readonly remaining: bigint; readonly num: bigint; readonly den: bigint };
  /** Basis points that go on to the stakers; the rest stays. */
  readonly stakersBps: bigint;
}

export interface Emission {
  readonly atMs: number;
  readonly amount: bigint;
  readonly toStakers: bigint;
}

/** All that versions mint up to an instant, in order. An epoch that the next version would cut is none. */
export function emissionsUntil(versions: readonly EmissionVersion[], untilMs: number): Emission[] {
  const emissions: Emission[] = [];
  let left: bigint | undefined;
  for (const [i, { fromMs, epochMs, schedule, stakersBps }] of versions.entries()) {
    const closesMs = Math.min(untilMs, versions[i + 1]?.fromMs ?? untilMs);
    for (let n = 0; fromMs + (n + 1) * epochMs <= closesMs; n++) {
      let amount = 0n;
      if (schedule.kind === 'fixed') amount = schedule.amount;
      else if (schedule.kind === 'halving') {
        amount = schedule.initial;
        for (let halved = 0; halved < Math.floor(n / schedule.period); halved++) amount /= 2n;
      } else {
        left ??= schedule.remaining;
        amount = (left * (schedule.den - schedule.num)) / schedule.den;
        left -= amount;
      }
      if (amount > 0n)
        emissions.push({ atMs: fromMs + (n + 1) * epochMs, amount, toStakers: shareOf(amount, stakersBps) });
    }
  }
  return emissions;
}

/** Of two parts the one with the larger fraction gets the atto that is left over; the first one, where they are equal. */
function shareOf(amount: bigint, bps: bigint): bigint {
  const whole = 10_000n;
  const rest = (amount * bps) % whole;
  return (amount * bps) / whole + (rest * 2n >= whole ? 1n : 0n);
}
