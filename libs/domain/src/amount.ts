/**
 * Exact money. An {@link Amount} counts atto-tokens (10^-18 token) in a `bigint`; no floating point number ever
 * touches one. Outside the program an amount is a decimal string in whole tokens (`"12.5"`), inside the journal it is
 * the integer count of atto-tokens as a decimal string (`"12500000000000000000"`), which any language can read exactly.
 */
import { commonRefusal, type DomainError } from './errors.js';

declare const amountBrand: unique symbol;

/** A count of atto-tokens. May be negative in balances; postings and commands demand a positive one. */
export type Amount = bigint & { readonly [amountBrand]: true };

/** Fraction digits of a token. */
export const FRACTION_DIGITS = 18;

/** The one asset of this ledger: the AI-compute token. */
export const ASSET = 'AIR';

/** Largest amount that any command may carry: 10^15 tokens, far above any supply and far below uint256. */
export const MAX_AMOUNT = (10n ** 33n) as Amount;

export const ZERO = 0n as Amount;

/**
 * A count of atto-tokens as an event holds it.
 *
 * @pattern ^(0|[1-9][0-9]*)$
 */
export type AttoText = string;

/**
 * A count of at least one atto-token as an event holds it.
 *
 * @pattern ^[1-9][0-9]*$
 */
export type PositiveAttoText = string;

/**
 * A count of atto-tokens that may be negative, as an event holds it.
 *
 * @pattern ^(0|-?[1-9][0-9]*)$
 */
export type SignedAttoText = string;

/**
 * Tokens with at most 18 fraction digits, as a price is written.
 *
 * @pattern ^(0|[1-9][0-9]*)(\.[0-9]{1,18})?$
 */
export type TokensText = string;

/**
 * What a posting moves: the one asset.
 *
 * @pattern ^AIR$
 */
export type AssetText = string;

const TOKENS = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;
/** Digits of {@link MAX_AMOUNT} before the point: a longer number is too large, whatever its digits are. */
const WHOLE_DIGITS_MAX = 16;
const ATTO_PER_TOKEN = 10n ** BigInt(FRACTION_DIGITS);

/** Brands a `bigint` that is known to count atto-tokens. */
export function atto(value: bigint): Amount {
  return value as Amount;
}

/**
 * Reads a positive-or-zero amount of tokens such as `"12.5"`.
 *
 * @param path where the text stood, for the error
 * @throws DomainError `AMOUNT_INVALID` for anything but a plain decimal string, a sign, or more than 18 fraction
 *   digits: excess digits are refused, never rounded
 */
export function parseAmount(text: unknown, path = 'amount'): Amount {
  const match = typeof text === 'string' ? TOKENS.exec(text) : null;
  if (match === null) throw invalidAmount(faultOf(text), path);
  const [, whole = '0', fraction = ''] = match;
  if (fraction.length > FRACTION_DIGITS) {
    throw invalidAmount(
      `The amount has ${fraction.length} fraction digits; at most ${FRACTION_DIGITS} are exact, and none is rounded away.`,
      path,
    );
  }
  const isTooLong = whole.length > WHOLE_DIGITS_MAX;
  const value = isTooLong ? 0n : BigInt(whole) * ATTO_PER_TOKEN + BigInt(fraction.padEnd(FRACTION_DIGITS, '0'));
  if (isTooLong || value > MAX_AMOUNT) throw invalidAmount('The amount is above the limit of 10^15 tokens.', path);
  return value as Amount;
}

function invalidAmount(message: string, path: string): DomainError {
  return commonRefusal('AMOUNT_INVALID', message, path);
}

/** What people and programs write instead of a plain decimal, most telling first: each is told what is wrong with it. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'The amount is empty; write a decimal string in tokens, such as "12.5".'],
  [/\s/u, 'Write the amount without spaces or line ends, such as "1200.5".'],
  [/\p{Nd}(?<![0-9])/u, 'Write the amount with the digits 0 to 9; digits of another script or width are not taken.'],
  [/^[-\u2212\uFE63\uFF0D]/u, 'An amount is never negative: the kind of the movement says which way it goes.'],
  [/^\+/, 'Write the amount without a plus sign.'],
  [/^0[xob]/i, 'Write the amount as a decimal number, such as "12.5".'],
  [/^[0-9.]+e[+-]?[0-9]+$/i, 'Write the amount without an exponent: "1500", not "1.5e3".'],
  [/^[0-9]+,[0-9]+$/, 'Write the amount with a point before the fraction and without commas, such as "1200.5".'],
  [/^[0-9][0-9.,_'\u2019]*[,_'\u2019]/u, 'Write the amount without separators between its digits, such as "1200.5".'],
  [/^0[0-9]/, 'Write the amount without leading zeros.'],
  [/^\.[0-9]+$|^[0-9]+\.$/, 'Write digits on both sides of the point, such as "0.5".'],
  [/^[0-9]+\.[0-9]*\./, 'The amount has more than one point; write it such as "1200.5".'],
];

function faultOf(text: unknown): string {
  if (typeof text !== 'string') return 'An amount is a decimal string in tokens, such as "12.5"; write it in quotes.';
  return (
    FAULTS.find(([pattern]) => pattern.test(text))?.[1] ??
    'Write the amount as digits with an optional fraction after a point, such as "12.5".'
  );
}

/** As {@link parseAmount}, and refuses zero: nothing moves by nothing. */
export function parsePositiveAmount(text: unknown, path = 'amount'): Amount {
  const value = parseAmount(text, path);
  if (value === 0n) {
    throw commonRefusal('AMOUNT_INVALID', 'The amount must be greater than zero.', path);
  }
  return value;
}

/** Writes an amount as the shortest decimal string in tokens: `12500000000000000000n` gives `"12.5"`. */
export function formatAmount(value: bigint): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(FRACTION_DIGITS + 1, '0');
  const whole = digits.slice(0, -FRACTION_DIGITS);
  const fraction = digits.slice(-FRACTION_DIGITS).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * Divides `total` in proportion to `weights` by the largest-remainder method (Hamilton): each share is its quota
 * rounded down, and the atto-tokens left over go one each to the shares with the largest remainders; equal remainders
 * are served in the order given. The shares sum to `total` exactly and each lies within one atto of its quota.
 *
 * @param total at least zero
 * @param weights each at least zero, their sum positive
 */
export function splitAmount(total: bigint, weights: readonly bigint[]): bigint[] {
  let weightSum = 0n;
  let smallest = 0n;
  for (const weight of weights) {
    weightSum += weight;
    if (weight < smallest) smallest = weight;
  }
  if (weightSum <= 0n || smallest < 0n || total < 0n) {
    throw new RangeError(`cannot split ${total} by the weights ${weights.join(', ')}`);
  }
  const shares = new Array<bigint>(weights.length);
  const remainders = new Array<bigint>(weights.length);
  let left = total;
  for (let i = 0; i < weights.length; i++) {
    const product = total * weights[i]!;
    const share = product / weightSum;
    shares[i] = share;
    remainders[i] = product - share * weightSum;
    left -= share;
  }
  while (left > 0n) {
    let largest = 0;
    for (let i = 1; i < remainders.length; i++) {
      if (remainders[i]! > remainders[largest]!) largest = i;
    }
    shares[largest]! += 1n;
    remainders[largest] = -1n;
    left -= 1n;
  }
  return shares;
}
