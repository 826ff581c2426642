/** What a token is worth in dollars: versions, for prices that are written in dollars. */
import { parseAmount, parseTime, refusalsOf, type InstantText, type Refusals } from '#domain';

export const usdRateRefusals = {
  USD_RATE_INVALID: 'invalid',
  NO_USD_RATE: 'refused',
} as const satisfies Refusals;
export const usdRateRefusal = refusalsOf(usdRateRefusals);

/** Dollars for one token, for usage whose own time is at or after `effectiveAt`. */
export interface UsdRate {
  readonly effectiveAt: InstantText;
  readonly usdPerToken: DollarsText;
}

/**
 * Dollars with at most 18 fraction digits.
 *
 * @pattern ^(0|[1-9][0-9]*)(\.[0-9]{1,18})?$
 */
export type DollarsText = string;

export interface CompiledUsdRate {
  readonly version: number;
  readonly effectiveAt: string;
  readonly effectiveAtMs: number;
  readonly rate: UsdRate;
  /** 10^-18 dollars; more than none. */
  readonly usdPerToken: bigint;
}

/** @throws DomainError `USD_RATE_INVALID` or `AMOUNT_INVALID` */
export function compileUsdRate(version: number, rate: UsdRate): CompiledUsdRate {
  const usdPerToken = parseAmount(rate.usdPerToken, 'usdPerToken');
  if (usdPerToken === 0n) {
    throw usdRateRefusal(
      'USD_RATE_INVALID',
      'A token is worth more than nothing; write it such as "0.02".',
      'usdPerToken',
    );
  }
  const effectiveAtMs = parseTime(rate.effectiveAt, 'effectiveAt');
  return { version, effectiveAt: rate.effectiveAt, effectiveAtMs, rate, usdPerToken };
}
