/** Amounts and instants as the interface writes them. Amounts are atto-tokens inside, instants milliseconds since 1970. */

const DIGITS = 18;
const ONE = 10n ** BigInt(DIGITS);

/** @param text a decimal number of tokens, at most 18 fraction digits */
export function atto(text: string): bigint {
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  return BigInt(whole) * ONE + BigInt(fraction.padEnd(DIGITS, '0'));
}

/** Tokens, without needless zeros. */
export function tokens(amount: bigint): string {
  const fraction = (amount % ONE).toString().padStart(DIGITS, '0').replace(/0+$/, '');
  return `${amount / ONE}${fraction === '' ? '' : `.${fraction}`}`;
}

export const instant = (ms: number): string => new Date(ms).toISOString();

export const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));

export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
