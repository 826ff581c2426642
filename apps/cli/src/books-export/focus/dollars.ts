/**
 * Exact decimals of a FOCUS file. Tokens have 18 fraction digits and so has the rate, so what tokens come to in dollars has
 * 36 at most and is written whole: no cost is ever rounded, and nothing is left over. Only a price of one unit may have no
 * end as a decimal; it is cut off behind 36 digits.
 */

const ATTO = 10n ** 18n;
const BILLION = 10n ** 9n;
const TOKEN_DIGITS = 18;
/** Of dollars, and of prices. */
const DIGITS = 36;

/** What one token is worth: a version of the published rates. */
export interface Rate {
  readonly version: number;
  /** 10^-18 dollars. */
  readonly usdPerToken: bigint;
}

/** The price of one unit, cut off behind 36 digits. */
export interface UnitPrice {
  /** 10^-36 tokens. */
  readonly tokens: bigint;
  /** 10^-36 dollars. */
  readonly dollars: bigint;
}

/** @param amount atto-tokens */
export function writeDollars(amount: bigint, { usdPerToken }: Rate): string {
  return writeDecimal(amount * usdPerToken, DIGITS);
}

/** @param amount atto-tokens */
export function writeTokens(amount: bigint): string {
  return writeDecimal(amount, TOKEN_DIGITS);
}

/** @param price 10^-36 tokens or dollars */
export function writePrice(price: bigint): string {
  return writeDecimal(price, DIGITS);
}

/** A quantity as the ledger writes it, such as `333`. */
export function writeQuantityAsDecimal(quantity: string): string {
  return quantity.includes('.') ? quantity : `${quantity}.0`;
}

/** A price of a book. @param price 10^-18 tokens or dollars for `per` units */
export function publishedPrice(price: bigint, per: bigint, isUsd: boolean, { usdPerToken }: Rate): UnitPrice {
  const exact = (price * ATTO) / per;
  return isUsd
    ? { dollars: exact, tokens: (price * ATTO * ATTO) / (per * usdPerToken) }
    : { dollars: (price * usdPerToken) / per, tokens: exact };
}

/** What a unit cost where several prices shared a quantity. @param quantity billionths of a unit, more than none */
export function averagePrice(amount: bigint, quantity: bigint, { usdPerToken }: Rate): UnitPrice {
  return {
    dollars: (amount * usdPerToken * BILLION) / quantity,
    tokens: (amount * ATTO * BILLION) / quantity,
  };
}

/** A token's own price. */
export function tokenPrice({ usdPerToken }: Rate): UnitPrice {
  return { dollars: usdPerToken * ATTO, tokens: ATTO * ATTO };
}

/** Always with a fraction: readers that guess a column's type from its values take it for decimal. */
function writeDecimal(value: bigint, places: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -places)}.${fraction === '' ? '0' : fraction}`;
}
