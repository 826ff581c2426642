/**
 * What a quantity of one meter costs: an exact fraction of atto-tokens, floored once.
 *
 * Quantities are billionths of a unit and prices 10^-18 of a token or a dollar, so every product is exact. The only
 * division stands in {@link priceOf}; what it drops, under one atto, stays with the payer.
 */
import { parseAmount, type RefusalCode, type TokensText } from '#domain';

/** A quantity of a meter: at most 18 digits, and 9 of a fraction. Groups: the digits, those of the fraction. */
export const QUANTITY = /^(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,9}))?$/;
const UNITS = /^[1-9][0-9]{0,17}$/;
export const METER_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const TIERS_MAX = 32;

/**
 * What a meter costs: `price` for `per` units, both decimal strings.
 */
export interface MeterPrice {
  /** Tokens or dollars, at most 18 fraction digits. */
  readonly price: TokensText;
  readonly per: UnitsText;
  /** Of `price` and the prices of `tiers`; tokens when absent. Dollars become tokens by the rate in force for the usage's time. */
  readonly currency?: 'token' | 'usd';
  /** Other prices above a quantity, ascending. */
  readonly tiers?: readonly PriceTier[];
  /**
   * How tiers price: `graduated`, each its own part of the quantity, or `volume`, the tier of all of it prices all of it.
   * Graduated when absent, and volume with `of`.
   */
  readonly mode?: 'graduated' | 'volume';
  /** What tiers count: this call alone, or the customer's month, UTC, of the usage's own time. The call when absent. */
  readonly over?: 'call' | 'month';
  /** The meters whose sum chooses the tier; this meter itself when absent. */
  readonly of?: readonly MeterName[];
  /** Units without a price: the first tier. */
  readonly included?: Quantity;
}

/** A price for what lies above a quantity, up to the next tier. */
export interface PriceTier {
  readonly above: Quantity;
  readonly price: TokensText;
}

/**
 * What is measured.
 *
 * @pattern METER_NAME
 */
export type MeterName = string;

/**
 * How much was measured.
 *
 * @pattern QUANTITY
 */
export type Quantity = string;

/**
 * A number of units of a meter.
 *
 * @pattern UNITS
 */
export type UnitsText = string;

const BILLION = 1_000_000_000n;
const ATTO = 10n ** 18n;

/** A price from a quantity on, which is itself priced as before: a tier is entered above it. */
export interface Step {
  /** Billionths of a unit. */
  readonly above: bigint;
  /** 10^-18 tokens or dollars for {@link CompiledMeter.per} units. */
  readonly price: bigint;
}

/** The price of a meter, ready for rating. */
export interface CompiledMeter {
  readonly source: MeterPrice;
  /** Units that a price is for. */
  readonly per: bigint;
  readonly isUsd: boolean;
  /** Ascending; the first is above nothing. */
  readonly steps: readonly [Step, ...Step[]];
  readonly isGraduated: boolean;
  readonly isMonthly: boolean;
  /** Meters whose sum chooses the tier; the meter itself when absent. */
  readonly of: readonly MeterName[] | undefined;
  /** Atto-tokens for one unit, where nothing but these makes the price. */
  readonly attoPerUnit: bigint | undefined;
}

/** Says why a price is none. Never returns. */
export type RefusePrice = (code: RefusalCode & 'PRICE_BOOK_INVALID', message: string, path: string) => never;

/** @returns billionths, or undefined for a text that is no quantity */
export function readQuantity(text: string): bigint | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const whole = BigInt(match[1]!) * BILLION;
  return match[2] === undefined ? whole : whole + BigInt(match[2].padEnd(9, '0'));
}

/** The shortest decimal text of so many billionths. */
export function writeQuantity(billionths: bigint): string {
  const whole = (billionths / BILLION).toString();
  const rest = billionths % BILLION;
  return rest === 0n ? whole : `${whole}.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`;
}

/** @throws DomainError `PRICE_BOOK_INVALID` or `AMOUNT_INVALID` naming the offending member */
export function compileMeter(price: MeterPrice, path: string, refuse: RefusePrice): CompiledMeter {
  if (!UNITS.test(price.per)) {
    refuse('PRICE_BOOK_INVALID', 'Write "per" as a whole number of units, such as "1000000".', `${path}.per`);
  }
  const per = BigInt(price.per);
  const isUsd = oneOf(price.currency, ['token', 'usd'], `${path}.currency`, refuse) === 'usd';
  const isMonthly = oneOf(price.over, ['call', 'month'], `${path}.over`, refuse) === 'month';
  const mode = oneOf(price.mode, ['graduated', 'volume'], `${path}.mode`, refuse);
  const of = compileOf(price, path, refuse);
  if (of !== undefined && price.mode === 'graduated') {
    const why = 'Graduated tiers divide the quantity of their own meter: leave "of" out, or write "mode": "volume".';
    refuse('PRICE_BOOK_INVALID', why, `${path}.of`);
  }
  const steps = compileSteps(price, path, refuse);
  const [{ price: first }] = steps;
  const isPlain = !isUsd && steps.length === 1 && first % per === 0n;
  return {
    source: price,
    per,
    isUsd,
    steps,
    isGraduated: mode === 'graduated' && of === undefined,
    isMonthly: isMonthly && steps.length > 1,
    of,
    attoPerUnit: isPlain ? first / per : undefined,
  };
}

function oneOf<const Word extends string>(
  value: Word | undefined,
  words: readonly [Word, ...Word[]],
  path: string,
  refuse: RefusePrice,
): Word {
  if (value === undefined) return words[0];
  if (!words.includes(value))
    refuse('PRICE_BOOK_INVALID', `Write ${words.map((one) => `"${one}"`).join(' or ')}.`, path);
  return value;
}

function compileOf({ of }: MeterPrice, path: string, refuse: RefusePrice): readonly string[] | undefined {
  if (of === undefined) return undefined;
  if (of.length === 0 || new Set(of).size !== of.length || !of.every((meter) => METER_NAME.test(meter))) {
    refuse('PRICE_BOOK_INVALID', '"of" names meters, each once: those whose sum chooses the tier.', `${path}.of`);
  }
  return of;
}

/** What is included is the first tier, at no price. */
function compileSteps(price: MeterPrice, path: string, refuse: RefusePrice): [Step, ...Step[]] {
  const base: Step = { above: 0n, price: parseAmount(price.price, `${path}.price`) };
  const steps: [Step, ...Step[]] = [base];
  if (price.included !== undefined) {
    const above = readQuantity(price.included) ?? 0n;
    if (above === 0n) refuse('PRICE_BOOK_INVALID', INCLUDED, `${path}.included`);
    steps.unshift({ above: 0n, price: 0n });
    steps[1] = { above, price: base.price };
  }
  const tiers = price.tiers ?? [];
  if (tiers.length > TIERS_MAX)
    refuse('PRICE_BOOK_INVALID', `A meter has at most ${TIERS_MAX} tiers.`, `${path}.tiers`);
  for (const [index, tier] of tiers.entries()) {
    const above = readQuantity(tier.above);
    if (above === undefined || above <= steps.at(-1)!.above) {
      refuse('PRICE_BOOK_INVALID', TIER, `${path}.tiers[${index}].above`);
    }
    steps.push({ above: above!, price: parseAmount(tier.price, `${path}.tiers[${index}].price`) });
  }
  return steps;
}

const INCLUDED = 'Write "included" as a quantity above zero, such as "1000"; leave it out when nothing is free.';
const TIER =
  'A tier begins above a quantity that is more than that of the tier before it, than what is included, and than nothing.';

/** The step that a quantity lies in: above the step's own, at most the next one's. */
export function stepOf({ steps }: CompiledMeter, quantity: bigint): Step {
  let found: Step = steps[0];
  for (let i = 1; i < steps.length && steps[i]!.above < quantity; i++) found = steps[i]!;
  return found;
}

/** How much of a quantity each step prices, where more than none. */
export function partsOf(
  meter: CompiledMeter,
  quantity: bigint,
  before: bigint,
  total: bigint,
): readonly { readonly step: Step; readonly quantity: bigint }[] {
  if (!meter.isGraduated) return [{ step: stepOf(meter, total), quantity }];
  const parts = [];
  const end = before + quantity;
  for (const [i, step] of meter.steps.entries()) {
    const from = step.above > before ? step.above : before;
    const next = meter.steps[i + 1]?.above;
    const to = next === undefined || next > end ? end : next;
    if (to > from) parts.push({ step, quantity: to - from });
  }
  return parts.length === 0 ? [{ step: stepOf(meter, end), quantity }] : parts;
}

/**
 * Atto-tokens for a quantity, floored once.
 *
 * @param quantity billionths of a unit
 * @param before what was counted before it: graduated tiers go on from there
 * @param total what the tier is chosen by, this quantity included
 * @param usdPerToken 10^-18 dollars; of a price in tokens it is not asked for
 */
export function priceOf(
  meter: CompiledMeter,
  quantity: bigint,
  before: bigint,
  total: bigint,
  usdPerToken: bigint,
): bigint {
  let product = 0n;
  for (const part of partsOf(meter, quantity, before, total)) product += part.quantity * part.step.price;
  const divisor = meter.per * BILLION;
  return meter.isUsd ? (product * ATTO) / (divisor * usdPerToken) : product / divisor;
}
