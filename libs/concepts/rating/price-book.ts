/**
 * A price book: versioned prices for what usage events measure. Here is what it says and how it is made ready; `rate.ts`
 * turns usage to an amount with it.
 *
 * A line prices the meters of a usage type, of one model or several, of any or some provider, in any or one region, at any
 * time of day or between two. Prices are tokens or dollars for so many units, exact whatever they divide into, with tiers
 * over one call or a month.
 */
import { parseAmount, parseTime, refusalsOf, type InstantText, type Refusals, type TokensText } from '#domain';
import {
  compileMeter,
  METER_NAME,
  type CompiledMeter,
  type MeterName,
  type MeterPrice,
  type Quantity,
  type RefusePrice,
} from './meter-price.js';
import { NAME, parsePattern, type NamePattern, type Pattern, type ProductName } from './name-pattern.js';

export const priceBookRefusals = {
  PRICE_BOOK_INVALID: 'invalid',
  QUANTITY_INVALID: 'invalid',
  UNKNOWN_USAGE_TYPE: 'refused',
  UNKNOWN_MODEL: 'refused',
  UNKNOWN_METER: 'refused',
} as const satisfies Refusals;
export const priceBookRefusal = refusalsOf(priceBookRefusals);

/** From one time of the day to another, UTC; `from` may be later than `to`, which lies in the next day then. */
export interface PriceHours {
  /** Included. */
  readonly from: TimeOfDay;
  /** Excluded. */
  readonly to: TimeOfDay;
}

/** Prices of a model. An absent provider means any; a line with a region prices usage of that region alone. */
export interface PriceLine {
  readonly type: ProductName;
  readonly model: NamePattern;
  readonly provider?: NamePattern;
  readonly meters: Readonly<Record<MeterName, MeterPrice>>;
  /** Other names of the model. */
  readonly aliases?: readonly NamePattern[];
  readonly region?: RegionName;
  readonly hours?: PriceHours;
  /** Least tokens for an event that measured anything. */
  readonly minimum?: TokensText;
  /** Names of models are compared without regard to case. */
  readonly ignoreCase?: boolean;
  /** Lines with one are asked after those without, in this order, whichever of them is closer. */
  readonly order?: LineOrder;
}

/** A price book as published: prices for usage whose own time is at or after `effectiveAt`. */
export interface PriceBook {
  readonly effectiveAt: InstantText;
  readonly prices: readonly PriceLine[];
  /** A meter that a line does not price costs what this other meter costs there. */
  readonly fallbacks?: Readonly<Record<MeterName, MeterName>>;
}

/** Quantities by meter, as decimal strings. */
export type Meters = Readonly<Record<MeterName, Quantity>>;

export const PRICE_LINES_MAX = 10_000;
export const METERS_MAX = 32;
const ALIASES_MAX = 64;
const COUNTED_METERS_MAX = 8;
const REGION = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TIME_OF_DAY = /^([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?$/;

/**
 * Where usage was served, as its producer calls it.
 *
 * @pattern ^[a-z0-9][a-z0-9-]{0,63}$
 */
export type RegionName = string;

/**
 * A time of the day, UTC.
 *
 * @pattern ^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$
 */
export type TimeOfDay = string;

/**
 * A place in an order, from 1.
 *
 * @minimum 1
 * @maximum 1000000
 */
export type LineOrder = number;

/** A line made ready for rating. */
export interface CompiledLine {
  readonly source: PriceLine;
  readonly type: string;
  readonly models: readonly Pattern[];
  readonly provider: Pattern;
  /** Milliseconds of the day, included and excluded. */
  readonly hours: { readonly from: number; readonly to: number } | undefined;
  readonly minimum: bigint;
  readonly meters: ReadonlyMap<string, CompiledMeter>;
  /** Atto-tokens for one unit of each meter, where nothing but these makes an amount. */
  readonly attoPerUnit: ReadonlyMap<string, bigint> | undefined;
  readonly needsRate: boolean;
  /** Meters whose tiers count over a month. */
  readonly monthly: readonly string[];
  /** What the line prices, in whatever version: a month is counted under this name. */
  readonly identity: string;
}

/** A price book made ready for rating. */
export interface CompiledPriceBook {
  readonly version: number;
  readonly effectiveAt: string;
  readonly effectiveAtMs: number;
  readonly book: PriceBook;
  readonly lines: readonly CompiledLine[];
  /** Lines by `type`, `model`, `provider` and region, the chosen one first: traffic repeats few combinations. */
  readonly choices: Map<string, readonly CompiledLine[]>;
}

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
  const fallbacks = Object.entries(book.fallbacks ?? {});
  if (fallbacks.some((names) => !names.every((name) => METER_NAME.test(name)))) {
    throw priceBookRefusal('PRICE_BOOK_INVALID', 'Fallbacks name a meter for a meter.', 'fallbacks');
  }
  const seen = new Set<string>();
  const lines = book.prices.map((line, index) => {
    const path = `prices[${index}]`;
    const identity = lineIdentity(line);
    if (seen.has(identity)) {
      throw priceBookRefusal(
        'PRICE_BOOK_INVALID',
        'Another line prices the same type, model, provider, region and hours; keep one.',
        path,
      );
    }
    seen.add(identity);
    return compileLine(line, identity, fallbacks, path);
  });
  return { version, effectiveAt: book.effectiveAt, effectiveAtMs, book, lines, choices: new Map() };
}

/** Names what a line prices. Names of models and the like have no blanks. */
export function lineIdentity({
  type,
  model,
  provider,
  region,
  hours,
}: Pick<PriceLine, 'type' | 'model' | 'provider' | 'region' | 'hours'>): string {
  const when = hours === undefined ? '-' : `${hours.from}-${hours.to}`;
  return `${type} ${model} ${provider ?? '*'} ${region ?? '-'} ${when}`;
}

const refuse: RefusePrice = (code, message, path) => {
  throw priceBookRefusal(code, message, path);
};

function compileLine(
  line: PriceLine,
  identity: string,
  fallbacks: readonly (readonly [string, string])[],
  path: string,
): CompiledLine {
  if (!NAME.test(line.type)) {
    refuse('PRICE_BOOK_INVALID', 'Name a usage type such as "ai.compute.usage".', `${path}.type`);
  }
  const meters = compileMeters(line, fallbacks, path);
  const aliases = line.aliases ?? [];
  if (aliases.length > ALIASES_MAX) {
    refuse('PRICE_BOOK_INVALID', `A line has at most ${ALIASES_MAX} aliases.`, `${path}.aliases`);
  }
  if (line.region !== undefined && !REGION.test(line.region)) {
    refuse('PRICE_BOOK_INVALID', 'A region is named in lower case with hyphens, such as eu-west-1.', `${path}.region`);
  }
  if (line.order !== undefined && !(Number.isInteger(line.order) && line.order >= 1 && line.order <= 1_000_000)) {
    refuse('PRICE_BOOK_INVALID', '"order" is a whole number from 1 to 1000000.', `${path}.order`);
  }
  const minimum = line.minimum === undefined ? 0n : parseAmount(line.minimum, `${path}.minimum`);
  const isPlain = minimum === 0n && [...meters.values()].every(({ attoPerUnit }) => attoPerUnit !== undefined);
  return {
    source: line,
    type: line.type,
    models: [line.model, ...aliases].map((model, i) =>
      compilePattern(model, i === 0 ? `${path}.model` : `${path}.aliases[${i - 1}]`, line.ignoreCase === true),
    ),
    provider: compilePattern(line.provider ?? '*', `${path}.provider`),
    hours: line.hours === undefined ? undefined : compileHours(line.hours, `${path}.hours`),
    minimum,
    meters,
    attoPerUnit: isPlain ? new Map([...meters].map(([name, meter]) => [name, meter.attoPerUnit!])) : undefined,
    needsRate: [...meters.values()].some(({ isUsd }) => isUsd),
    monthly: [...meters].filter(([, { isMonthly }]) => isMonthly).map(([name]) => name),
    identity,
  };
}

function compileMeters(
  line: PriceLine,
  fallbacks: readonly (readonly [string, string])[],
  path: string,
): Map<string, CompiledMeter> {
  const entries = Object.entries(line.meters);
  if (entries.length === 0 || entries.length > METERS_MAX) {
    refuse('PRICE_BOOK_INVALID', `A line prices 1 to ${METERS_MAX} meters.`, `${path}.meters`);
  }
  const meters = new Map<string, CompiledMeter>();
  for (const [meter, price] of entries) {
    const at = `${path}.meters.${meter}`;
    if (!METER_NAME.test(meter)) {
      refuse('PRICE_BOOK_INVALID', 'A meter is named in lower case with underscores, such as input_tokens.', at);
    }
    meters.set(meter, compileMeter(price, at, refuse));
  }
  fillIn(meters, fallbacks);
  if ([...meters.values()].filter(({ isMonthly }) => isMonthly).length > COUNTED_METERS_MAX) {
    const why = `At most ${COUNTED_METERS_MAX} meters of a line count over a month.`;
    refuse('PRICE_BOOK_INVALID', why, `${path}.meters`);
  }
  return meters;
}

/** One step after the other, so that a fallback may have a fallback; a circle of them fills nothing in. */
function fillIn(meters: Map<string, CompiledMeter>, fallbacks: readonly (readonly [string, string])[]): void {
  for (let found = true; found;) {
    found = false;
    for (const [meter, like] of fallbacks) {
      const price = meters.has(meter) ? undefined : meters.get(like);
      if (price === undefined) continue;
      meters.set(meter, price);
      found = true;
    }
  }
}

function compileHours({ from, to }: PriceHours, path: string): { readonly from: number; readonly to: number } {
  const hours = { from: readTimeOfDay(from, `${path}.from`), to: readTimeOfDay(to, `${path}.to`) };
  if (hours.from === hours.to)
    refuse('PRICE_BOOK_INVALID', 'Hours from a time to itself are none; name two times.', path);
  return hours;
}

function readTimeOfDay(text: string, path: string): number {
  const match = TIME_OF_DAY.exec(text);
  if (match === null) refuse('PRICE_BOOK_INVALID', 'Write a time of the day, UTC, such as 16:30.', path);
  return ((Number(match![1]) * 60 + Number(match![2])) * 60 + Number(match![3] ?? 0)) * 1_000;
}

function compilePattern(text: string, path: string, ignoreCase = false): Pattern {
  const pattern = parsePattern(text, ignoreCase);
  if (pattern === undefined) {
    refuse('PRICE_BOOK_INVALID', 'Use a plain name, or a pattern in which * is any text and # a digit.', path);
  }
  return pattern!;
}
