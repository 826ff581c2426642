/**
 * Rating: a price book turns what a usage event measured into an amount.
 *
 * Each meter is a line of the amount and is rounded down to the atto for itself, so that the lines of a quote add up; what
 * is dropped, under one atto a line, stays with the payer. Pure: the same book, usage, counters and rate give the same
 * amount for ever.
 */
import { atto, MAX_AMOUNT, type Amount } from '#domain';
import type { Counted } from './counters.js';
import {
  partsOf,
  priceOf,
  QUANTITY,
  readQuantity,
  stepOf,
  writeQuantity,
  type CompiledMeter,
  type Quantity,
} from './meter-price.js';
import { matches } from './name-pattern.js';
import { priceBookRefusal, type CompiledLine, type CompiledPriceBook, type Meters } from './price-book.js';

/** The part of a usage event that is rated. */
export interface RatedUsage {
  readonly type: string;
  readonly model: string;
  readonly provider: string;
  readonly region?: string;
  readonly meters: Meters;
}

/** What a line takes from outside of its book. */
export interface RatingMoment {
  /** 10^-18 dollars for one token; asked for where the line has prices in dollars. */
  readonly usdPerToken: bigint;
  /** Billionths that the customer's month has of a meter of the line so far. */
  countedBefore(meter: string): bigint;
}

/** One line of an amount. */
export interface AmountLine {
  /** A meter, or {@link MINIMUM}. */
  readonly meter: string;
  readonly quantity: Quantity;
  /** 10^-18 tokens or dollars for `per` units: of the tier in which the quantity ends. */
  readonly price: bigint;
  readonly per: bigint;
  readonly isUsd: boolean;
  /** Where graduated tiers shared the quantity: each with its price. */
  readonly parts: readonly { readonly quantity: Quantity; readonly price: bigint }[];
  readonly amount: bigint;
}

/** An amount with all that makes it. */
export interface Priced {
  readonly amount: Amount;
  readonly lines: readonly AmountLine[];
  /** Months that the event counts in; absent where none does. */
  readonly counters?: Readonly<Record<string, Counted>>;
}

/** The line that lifts an event to the least that its price line asks for. */
const MINIMUM = 'minimum';
const CHOICES_MAX = 10_000;
const DAY_MS = 86_400_000;

/**
 * The line of a book that prices a usage: the closest model, then the closest provider, then the region named over none,
 * hours over none; lines with an `order` come after all others. Of equal ones the first.
 *
 * @param timeMs of the usage, milliseconds since 1970
 * @throws DomainError `UNKNOWN_USAGE_TYPE` or `UNKNOWN_MODEL`
 */
export function chooseLine(book: CompiledPriceBook, usage: RatedUsage, timeMs: number): CompiledLine {
  return findLine(book, usage, timeMs) ?? refuseModel(book, usage);
}

/** What lines are chosen by. */
export type NamedUsage = Pick<RatedUsage, 'type' | 'model' | 'provider' | 'region'>;

/** As {@link chooseLine}; undefined where the book has no price. */
export function findLine(book: CompiledPriceBook, usage: NamedUsage, timeMs: number): CompiledLine | undefined {
  const known = candidatesOf(book, usage);
  const first = known[0];
  if (first?.hours === undefined) return first;
  const ofDay = ((timeMs % DAY_MS) + DAY_MS) % DAY_MS;
  return known.find(({ hours }) => hours === undefined || isWithin(hours, ofDay));
}

/** The lines that may price a usage at some time of the day, the one to ask first in front. */
export function candidatesOf(book: CompiledPriceBook, usage: NamedUsage): readonly CompiledLine[] {
  const { type, model, provider, region } = usage;
  // The lengths keep two usages apart whose texts would read the same in a row.
  let key = `${type.length} ${model.length} ${type}${model}${provider}`;
  if (region !== undefined) key += ` ${region}`;
  let known = book.choices.get(key);
  if (known === undefined) {
    known = rankLines(book, usage);
    if (book.choices.size >= CHOICES_MAX) book.choices.clear();
    book.choices.set(key, known);
  }
  return known;
}

function isWithin({ from, to }: { readonly from: number; readonly to: number }, ofDay: number): boolean {
  return from < to ? from <= ofDay && ofDay < to : from <= ofDay || ofDay < to;
}

function rankLines(book: CompiledPriceBook, usage: NamedUsage): readonly CompiledLine[] {
  const ranked: { readonly line: CompiledLine; readonly order: number; readonly rank: number }[] = [];
  for (const line of book.lines) {
    if (line.type !== usage.type || !matches(line.provider, usage.provider)) continue;
    const { order, region, hours } = line.source;
    if (region !== undefined && region !== usage.region) continue;
    let model = -1;
    for (const pattern of line.models) {
      if (pattern.closeness > model && matches(pattern, usage.model)) model = pattern.closeness;
    }
    if (model < 0) continue;
    const place = model * 10_000 + line.provider.closeness;
    const rank = place * 4 + (region === undefined ? 0 : 2) + (hours === undefined ? 0 : 1);
    ranked.push({ line, order: order ?? 0, rank });
  }
  ranked.sort((a, b) => a.order - b.order || b.rank - a.rank);
  return ranked.map(({ line }) => line);
}

function refuseModel(book: CompiledPriceBook, { type, model, provider, region }: RatedUsage): never {
  if (!book.lines.some((line) => line.type === type)) {
    throw priceBookRefusal(
      'UNKNOWN_USAGE_TYPE',
      `Price book ${book.version} prices no usage of type ${type}; publish a version that does.`,
      'type',
    );
  }
  const where = region === undefined ? '' : ` in ${region}`;
  throw priceBookRefusal(
    'UNKNOWN_MODEL',
    `Price book ${book.version} has no price for model ${model} of provider ${provider}${where}; publish a version that does.`,
    'data.model',
  );
}

/**
 * The amount of a usage, by the way that its line allows.
 *
 * @param timeMs of the usage, milliseconds since 1970
 * @throws DomainError when it cannot be rated
 */
export function rate(book: CompiledPriceBook, usage: RatedUsage, timeMs: number, moment: RatingMoment): Amount {
  const line = chooseLine(book, usage, timeMs);
  const plain = line.attoPerUnit;
  return plain === undefined ? rateInDetail(book, line, usage, moment).amount : ratePlainly(book, plain, usage);
}

/**
 * The amount by a line that has nothing but whole atto-tokens for its units: the way that most traffic goes.
 *
 * @param attoPerUnit of the line
 * @throws DomainError `UNKNOWN_METER` or `QUANTITY_INVALID`
 */
export function ratePlainly(
  book: CompiledPriceBook,
  attoPerUnit: NonNullable<CompiledLine['attoPerUnit']>,
  usage: RatedUsage,
): Amount {
  let amount = 0n;
  for (const meter in usage.meters) {
    const price = attoPerUnit.get(meter);
    if (price === undefined) refuseMeter(book, usage, meter);
    const match = QUANTITY.exec(usage.meters[meter]!);
    if (match === null) refuseQuantity(meter);
    amount += BigInt(match[1]!) * price;
    if (match[2] !== undefined) amount += (BigInt(match[2].padEnd(9, '0')) * price) / 1_000_000_000n;
  }
  return checkAmount(amount);
}

/**
 * The amount by any line, with its parts.
 *
 * @throws DomainError `UNKNOWN_METER` or `QUANTITY_INVALID`
 */
export function rateInDetail(
  book: CompiledPriceBook,
  line: CompiledLine,
  usage: RatedUsage,
  moment: RatingMoment,
): Priced {
  const quantities = readQuantities(book, line, usage);
  const counters: Record<string, Counted> = {};
  const totals = new Map<string, bigint>();
  for (const [name, meter] of line.meters) {
    const counts = sumOf(meter, name, quantities);
    const before = meter.isMonthly ? moment.countedBefore(name) : 0n;
    totals.set(name, before + counts);
    if (meter.isMonthly && (counts > 0n || (quantities.get(name) ?? 0n) > 0n)) {
      counters[name] = { before: writeQuantity(before), after: writeQuantity(before + counts) };
    }
  }
  const lines: AmountLine[] = [];
  let amount = 0n;
  for (const [name, quantity] of quantities) {
    const one = lineOf(line.meters.get(name)!, name, quantity, totals.get(name)!, moment.usdPerToken);
    lines.push(one);
    amount += one.amount;
  }
  if (amount < line.minimum && [...quantities.values()].some((quantity) => quantity > 0n)) {
    const rest = line.minimum - amount;
    lines.push({ meter: MINIMUM, quantity: '1', price: rest, per: 1n, isUsd: false, parts: [], amount: rest });
    amount = line.minimum;
  }
  checkAmount(amount);
  return { amount: atto(amount), lines, ...(Object.keys(counters).length === 0 ? {} : { counters }) };
}

/** In the order of the event; every one of them has a price. */
function readQuantities(book: CompiledPriceBook, line: CompiledLine, usage: RatedUsage): Map<string, bigint> {
  const quantities = new Map<string, bigint>();
  for (const meter in usage.meters) {
    if (!line.meters.has(meter)) refuseMeter(book, usage, meter);
    const quantity = readQuantity(usage.meters[meter]!);
    if (quantity === undefined) refuseQuantity(meter);
    quantities.set(meter, quantity);
  }
  return quantities;
}

function sumOf({ of }: CompiledMeter, name: string, quantities: ReadonlyMap<string, bigint>): bigint {
  if (of === undefined) return quantities.get(name) ?? 0n;
  let sum = 0n;
  for (const one of of) sum += quantities.get(one) ?? 0n;
  return sum;
}

/** @param total what chooses the tier, with what was counted before */
function lineOf(meter: CompiledMeter, name: string, quantity: bigint, total: bigint, usdPerToken: bigint): AmountLine {
  const before = meter.isGraduated ? total - quantity : 0n;
  const parts = meter.isGraduated && meter.steps.length > 1 ? partsOf(meter, quantity, before, total) : [];
  return {
    meter: name,
    quantity: writeQuantity(quantity),
    price: stepOf(meter, total).price,
    per: meter.per,
    isUsd: meter.isUsd,
    parts:
      parts.length < 2 ? [] : parts.map((part) => ({ quantity: writeQuantity(part.quantity), price: part.step.price })),
    amount: priceOf(meter, quantity, before, total, usdPerToken),
  };
}

function checkAmount(amount: bigint): Amount {
  if (amount > MAX_AMOUNT) {
    throw priceBookRefusal(
      'QUANTITY_INVALID',
      'The usage would cost more than 10^15 tokens; check the unit of its meters.',
      'data.meters',
    );
  }
  return atto(amount);
}

function refuseMeter(book: CompiledPriceBook, usage: RatedUsage, meter: string): never {
  throw priceBookRefusal(
    'UNKNOWN_METER',
    `Price book ${book.version} has no price for meter ${meter} of model ${usage.model}.`,
    `data.meters.${meter}`,
  );
}

function refuseQuantity(meter: string): never {
  throw priceBookRefusal(
    'QUANTITY_INVALID',
    'A quantity is a decimal string of at most 18 digits and 9 fraction digits, without sign.',
    `data.meters.${meter}`,
  );
}
