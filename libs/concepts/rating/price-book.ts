/**
 * Rating: a versioned price book turns what a usage event measured into an amount.
 *
 * A price is tokens per so many units of a meter, for a usage type, a model and optionally one provider. Prices of a
 * single unit must be a whole number of atto-tokens, so multiplying by whole quantities is exact. A fractional
 * quantity (`"1.5"` GPU seconds) leaves at most one division per event: it is rounded down, and the remainder, less
 * than one atto, stays with the payer.
 */
import {
  atto,
  MAX_AMOUNT,
  parseAmount,
  parseTime,
  refusalsOf,
  type Amount,
  type InstantText,
  type Refusals,
  type TokensText,
} from '#domain';

export const priceBookRefusals = {
  PRICE_BOOK_INVALID: 'invalid',
  QUANTITY_INVALID: 'invalid',
  UNKNOWN_USAGE_TYPE: 'refused',
  UNKNOWN_MODEL: 'refused',
  UNKNOWN_METER: 'refused',
} as const satisfies Refusals;
export const priceBookRefusal = refusalsOf(priceBookRefusals);

/** What a meter costs: `price` tokens per `per` units, both decimal strings. */
export interface MeterPrice {
  readonly price: TokensText;
  readonly per: UnitsText;
}

/** Prices of one model. `model` and `provider` may end in `*` (any text) ; an absent provider means any. */
export interface PriceLine {
  readonly type: ProductName;
  readonly model: NamePattern;
  readonly provider?: NamePattern;
  readonly meters: Readonly<Record<MeterName, MeterPrice>>;
}

/** A price book as published: prices for usage whose own time is at or after `effectiveAt`. */
export interface PriceBook {
  readonly effectiveAt: InstantText;
  readonly prices: readonly PriceLine[];
}

/** Quantities by meter, as decimal strings. */
export type Meters = Readonly<Record<MeterName, Quantity>>;

export const PRICE_LINES_MAX = 10_000;
export const METERS_MAX = 32;
/** A quantity of a meter: at most 18 digits, and 9 of a fraction. Groups: the digits, those of the fraction. */
export const QUANTITY = /^(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,9}))?$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}$/;
const METER_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const UNITS = /^[1-9][0-9]{0,17}$/;

/**
 * A type of usage.
 *
 * @pattern NAME
 */
export type ProductName = string;

/**
 * A name, or the beginning of names followed by `*`.
 *
 * @pattern ^(\*|[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}\*?)$
 */
export type NamePattern = string;

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

interface CompiledLine {
  readonly type: string;
  readonly model: Pattern;
  readonly provider: Pattern;
  readonly attoPerUnit: ReadonlyMap<string, bigint>;
}

interface Pattern {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** A price book made ready for rating. */
export interface CompiledPriceBook {
  readonly version: number;
  readonly effectiveAt: string;
  readonly effectiveAtMs: number;
  readonly lines: readonly CompiledLine[];
  /** Chosen line by `type`, `model` and `provider`: traffic repeats few combinations. Bounded by {@link CHOICES_MAX}. */
  readonly choices: Map<string, CompiledLine>;
}

const CHOICES_MAX = 10_000;

/**
 * Checks a price book and prepares it for rating.
 *
 * @throws DomainError `PRICE_BOOK_INVALID` or `AMOUNT_INVALID` naming the offending line
 */
export function compilePriceBook(version: number, book: PriceBook): CompiledPriceBook {
  if (book.prices.length === 0 || book.prices.length > PRICE_LINES_MAX) {
    throw priceBookRefusal('PRICE_BOOK_INVALID', `A price book has 1 to ${PRICE_LINES_MAX} lines.`, 'prices');
  }
  const effectiveAtMs = parseTime(book.effectiveAt, 'effectiveAt');
  const seen = new Set<string>();
  const lines = book.prices.map((line, index) => {
    const path = `prices[${index}]`;
    const identity = `${line.type}\n${line.model}\n${line.provider ?? '*'}`;
    if (seen.has(identity)) {
      throw priceBookRefusal(
        'PRICE_BOOK_INVALID',
        'Another line prices the same type, model and provider; keep one.',
        path,
      );
    }
    seen.add(identity);
    return compileLine(line, path);
  });
  return { version, effectiveAt: book.effectiveAt, effectiveAtMs, lines, choices: new Map() };
}

function compileLine(line: PriceLine, path: string): CompiledLine {
  if (!NAME.test(line.type)) {
    throw priceBookRefusal('PRICE_BOOK_INVALID', 'Name a usage type such as "ai.compute.usage".', `${path}.type`);
  }
  const meters = Object.entries(line.meters);
  if (meters.length === 0 || meters.length > METERS_MAX) {
    throw priceBookRefusal('PRICE_BOOK_INVALID', `A line prices 1 to ${METERS_MAX} meters.`, `${path}.meters`);
  }
  return {
    type: line.type,
    model: parsePattern(line.model, `${path}.model`),
    provider: parsePattern(line.provider ?? '*', `${path}.provider`),
    attoPerUnit: new Map(meters.map(([meter, price]) => [meter, attoPerUnit(meter, price, `${path}.meters.${meter}`)])),
  };
}

function attoPerUnit(meter: string, price: MeterPrice, path: string): bigint {
  if (!METER_NAME.test(meter)) {
    throw priceBookRefusal(
      'PRICE_BOOK_INVALID',
      'A meter is named in lower case with underscores, such as input_tokens.',
      path,
    );
  }
  const amount = parseAmount(price.price, `${path}.price`);
  if (!UNITS.test(price.per)) {
    throw priceBookRefusal(
      'PRICE_BOOK_INVALID',
      'Write "per" as a whole number of units, such as "1000000".',
      `${path}.per`,
    );
  }
  const per = BigInt(price.per);
  if (amount % per !== 0n) {
    throw priceBookRefusal(
      'PRICE_BOOK_INVALID',
      'One unit would cost a fraction of an atto-token; choose a price that divides exactly.',
      path,
    );
  }
  return amount / per;
}

function parsePattern(text: string, path: string): Pattern {
  const isPrefix = text.endsWith('*');
  const stem = isPrefix ? text.slice(0, -1) : text;
  if (!(isPrefix && stem === '') && !NAME.test(stem)) {
    throw priceBookRefusal('PRICE_BOOK_INVALID', 'Use a plain name, or a beginning followed by *.', path);
  }
  return { text: stem, isPrefix };
}

function matches(pattern: Pattern, text: string): boolean {
  return pattern.isPrefix ? text.startsWith(pattern.text) : text === pattern.text;
}

/** An exact name beats every prefix, and a longer prefix beats a shorter one. */
function specificity(pattern: Pattern): number {
  return pattern.isPrefix ? pattern.text.length : 1_000;
}

function chooseLine(book: CompiledPriceBook, type: string, model: string, provider: string): CompiledLine {
  // The lengths keep two usages apart whose texts would read the same in a row.
  const key = `${type.length} ${model.length} ${type}${model}${provider}`;
  const known = book.choices.get(key);
  if (known !== undefined) return known;
  let best: CompiledLine | undefined;
  let bestRank = -1;
  for (const line of book.lines) {
    if (line.type !== type || !matches(line.model, model) || !matches(line.provider, provider)) continue;
    const rank = specificity(line.model) * 10_000 + specificity(line.provider);
    if (rank > bestRank) {
      best = line;
      bestRank = rank;
    }
  }
  if (best === undefined) {
    if (!book.lines.some((line) => line.type === type)) {
      throw priceBookRefusal(
        'UNKNOWN_USAGE_TYPE',
        `Price book ${book.version} prices no usage of type ${type}; publish a version that does.`,
        'type',
      );
    }
    throw priceBookRefusal(
      'UNKNOWN_MODEL',
      `Price book ${book.version} has no price for model ${model} of provider ${provider}; publish a version that does.`,
      'data.model',
    );
  }
  if (book.choices.size >= CHOICES_MAX) book.choices.clear();
  book.choices.set(key, best);
  return best;
}

/** The part of a usage event that is rated. */
export interface RatedUsage {
  readonly type: string;
  readonly model: string;
  readonly provider: string;
  readonly meters: Meters;
}

/**
 * The price of a usage event. Pure: the same book and usage give the same atto-tokens for ever.
 *
 * @throws DomainError `UNKNOWN_USAGE_TYPE`, `UNKNOWN_MODEL`, `UNKNOWN_METER` or `QUANTITY_INVALID`
 */
export function rate(book: CompiledPriceBook, usage: RatedUsage): Amount {
  const line = chooseLine(book, usage.type, usage.model, usage.provider);
  let amount = 0n;
  for (const meter in usage.meters) {
    const price = line.attoPerUnit.get(meter);
    if (price === undefined) {
      throw priceBookRefusal(
        'UNKNOWN_METER',
        `Price book ${book.version} has no price for meter ${meter} of model ${usage.model}.`,
        `data.meters.${meter}`,
      );
    }
    const quantity = usage.meters[meter]!;
    const match = QUANTITY.exec(quantity);
    if (match === null) {
      throw priceBookRefusal(
        'QUANTITY_INVALID',
        'A quantity is a decimal string of at most 18 digits and 9 fraction digits, without sign.',
        `data.meters.${meter}`,
      );
    }
    amount += BigInt(match[1]!) * price;
    // The only division of rating. Each meter is rounded down, so that the lines of a quote add up to its amount; the
    // remainder of each, under one atto, stays with the payer.
    if (match[2] !== undefined) amount += (BigInt(match[2].padEnd(9, '0')) * price) / 1_000_000_000n;
  }
  if (amount > MAX_AMOUNT) {
    throw priceBookRefusal(
      'QUANTITY_INVALID',
      'The usage would cost more than 10^15 tokens; check the unit of its meters.',
      'data.meters',
    );
  }
  return atto(amount);
}
