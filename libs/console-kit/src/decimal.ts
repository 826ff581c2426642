/** Amounts as text: what the API says is shown as it is, grouped, or cut and marked so. No amount is ever a JavaScript number. */

const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,18}))?$/;
const ATTO_DIGITS = 18;
/** So many decimals are always shown, so that amounts look like amounts. */
const DECIMALS_LEAST = 2;

/** Atto-tokens of a decimal text of at most 18 decimals. @throws RangeError for any other text */
export function attoOf(text: string): bigint {
  const [, sign, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) throw new RangeError(`${text.slice(0, 40)} is no amount`);
  const atto = BigInt(whole + fraction.padEnd(ATTO_DIGITS, '0'));
  return sign === '-' ? -atto : atto;
}

/** The decimal text of atto-tokens, without zeros at its end: what a copy gives and a field takes. */
export function plainOf(atto: bigint): string {
  const digits = (atto < 0n ? -atto : atto).toString().padStart(ATTO_DIGITS + 1, '0');
  const fraction = digits.slice(-ATTO_DIGITS).replace(/0+$/, '');
  return `${atto < 0n ? '-' : ''}${digits.slice(0, -ATTO_DIGITS)}${fraction === '' ? '' : `.${fraction}`}`;
}

export interface ShownAmount {
  /** With a real minus and thousands apart. */
  readonly text: string;
  /** Whether decimals are missing from the text. */
  readonly isCut: boolean;
}

/**
 * An amount to be read. Decimals beyond the wished ones are cut, never rounded, so that nothing shows more than there is; an amount
 * below zero is shown whole, for cutting it would. Zero is `0`.
 *
 * @param decimals 2 to 18
 */
export function showAmount(atto: bigint, decimals: number = ATTO_DIGITS): ShownAmount {
  if (atto === 0n) return { text: '0', isCut: false };
  const plain = plainOf(atto < 0n ? -atto : atto);
  const [whole = '0', fraction = ''] = plain.split('.');
  const isCut = atto > 0n && fraction.length > decimals;
  const shown = (isCut ? fraction.slice(0, decimals) : fraction).padEnd(DECIMALS_LEAST, '0');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return { text: `${atto < 0n ? '\u2212' : ''}${grouped}.${shown}`, isCut };
}

/** The amount of a shown text that was not cut: what {@link showAmount} made. @throws RangeError */
export function readShown(text: string): bigint {
  return attoOf(text.replaceAll('\u202f', '').replace('\u2212', '-'));
}

/** One decimal text less another. @throws RangeError for a text that is no amount */
export const differenceOf = (left: string, right: string): string => plainOf(attoOf(left) - attoOf(right));

/** Whether a decimal text is below zero. @throws RangeError */
export const isBelow = (text: string): boolean => attoOf(text) < 0n;

/** How much of a whole a part is, of decimal texts, in thousandths. @throws RangeError */
export const thousandths = (part: string, whole: string): number => thousandthsOf(attoOf(part), attoOf(whole));

/** How much of a whole a part is, in thousandths, 0 to 1000, for the width of a bar; a part above zero is at least one. */
export function thousandthsOf(part: bigint, whole: bigint): number {
  const magnitude = part < 0n ? -part : part;
  if (whole <= 0n || magnitude === 0n) return 0;
  const share = (magnitude * 1000n) / whole;
  return Number(share > 1000n ? 1000n : share < 1n ? 1n : share);
}
