/**
 * Rating and splitting once more, written apart from the domain: what the units cost up to here less what they cost up to
 * there, patterns letter by letter. Two ways to one number are the proof that the recorded amount is right.
 */
import type { UsageCharged } from '../usage/charge.js';
import type { PriceBook } from './price-book.js';
import type { SplitPolicy } from './split-policy.js';

const BILLION = 1_000_000_000n;
const DAY_MS = 86_400_000;
/** Powers of ten. */
const POWERS = Array.from({ length: 19 }, (_, exponent) => 10n ** BigInt(exponent));

/** Exact decimal text as a numerator over 10^digits. */
function scaled(text: string, digits: number): bigint {
  const point = text.indexOf('.');
  const figures = point === -1 ? text : text.slice(0, point) + text.slice(point + 1);
  const shift = point === -1 ? digits : digits - (text.length - point - 1);
  if (!/^\d+$/.test(figures) || shift < 0) throw new Error(`${text} is no decimal number`);
  return BigInt(figures) * POWERS[shift]!;
}

type Line = PriceBook['prices'][number];
type Price = Line['meters'][string];

/** A pattern against a name, letter by letter: `*` is any text, `#` one digit. */
function fits(pattern: string, name: string, at = 0, from = 0): boolean {
  const letter = pattern[at];
  if (letter === undefined) return from === name.length;
  if (letter === '*') {
    for (let rest = from; rest <= name.length; rest++) if (fits(pattern, name, at + 1, rest)) return true;
    return false;
  }
  const there = name[from];
  if (there === undefined || (letter === '#' ? there < '0' || there > '9' : there !== letter)) return false;
  return fits(pattern, name, at + 1, from + 1);
}

/** How closely a pattern names a text: -1 not at all, what it gives of it, more than any pattern for the text itself. */
function closeness(pattern: string, text: string): number {
  if (!fits(pattern, text)) return -1;
  return /[*#]/.test(pattern) ? pattern.replaceAll('*', '').length : 1_000;
}

/** What of a charge is rated. */
type RatedCharge = Pick<UsageCharged, 'usageType' | 'model' | 'provider' | 'region' | 'meters'>;

/** How closely a line names a usage, whatever the time of day: model, provider, region. Undefined: not at all. */
function rankOf(line: Line, charge: RatedCharge): readonly number[] | undefined {
  if (line.type !== charge.usageType) return undefined;
  if (line.region !== undefined && line.region !== charge.region) return undefined;
  const lower = (text: string) => (line.ignoreCase === true ? text.toLowerCase() : text);
  const names = [line.model, ...(line.aliases ?? [])].map((name) => closeness(lower(name), lower(charge.model)));
  const model = Math.max(...names);
  const provider = model < 0 ? -1 : closeness(line.provider ?? '*', charge.provider);
  if (model < 0 || provider < 0) return undefined;
  return [-(line.order ?? 0), model, provider, line.region === undefined ? 0 : 1, line.hours === undefined ? 0 : 1];
}

interface Candidate {
  readonly line: Line;
  readonly rank: readonly number[];
  readonly isInDollars: boolean;
  /** The meters whose tiers count over a month, with their prices. */
  readonly monthly: ReadonlyMap<string, Price>;
}

/** Books may have thousands of lines: those that name a usage are looked for once. */
const CANDIDATES = new WeakMap<PriceBook, Map<string, readonly Candidate[]>>();

function candidatesOf(book: PriceBook, charge: RatedCharge): readonly Candidate[] {
  let known = CANDIDATES.get(book);
  if (known === undefined) CANDIDATES.set(book, (known = new Map()));
  const key = JSON.stringify([charge.usageType, charge.model, charge.provider, charge.region]);
  let found = known.get(key);
  if (found === undefined) {
    const all: Candidate[] = [];
    for (const line of book.prices) {
      const rank = rankOf(line, charge);
      if (rank === undefined) continue;
      const isInDollars = Object.values(line.meters).some(({ currency }) => currency === 'usd');
      all.push({ line, rank, isInDollars, monthly: monthlyOf(book, line) });
    }
    known.set(key, (found = all));
  }
  return found;
}

/** Seconds of the day. */
function secondsOf(text: string): number {
  const [hours, minutes, seconds = '0'] = text.split(':');
  return (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
}

function isOpen({ from, to }: NonNullable<Line['hours']>, timeMs: number): boolean {
  const now = Math.floor((timeMs - Math.floor(timeMs / DAY_MS) * DAY_MS) / 1_000);
  const [begin, end] = [secondsOf(from), secondsOf(to)];
  return begin < end ? now >= begin && now < end : now >= begin || now < end;
}

/** Whose line prices a charge: the one that names it closest; of equal ones the first. */
function candidateFor(book: PriceBook, charge: RatedCharge, timeMs: number): Candidate | undefined {
  let best: Candidate | undefined;
  for (const one of candidatesOf(book, charge)) {
    if (one.line.hours !== undefined && !isOpen(one.line.hours, timeMs)) continue;
    const place = best === undefined ? -1 : one.rank.findIndex((figure, i) => figure !== best!.rank[i]);
    if (best === undefined || (place >= 0 && one.rank[place]! > best.rank[place]!)) best = one;
  }
  return best;
}

/** The price of a meter: its own, or that of the meter that the book says in its place. */
function priceFor(book: PriceBook, line: Line, meter: string): Price | undefined {
  const asked = new Set<string>();
  for (let name: string | undefined = meter; name !== undefined && !asked.has(name);) {
    if (Object.hasOwn(line.meters, name)) return line.meters[name];
    asked.add(name);
    const fallbacks: Readonly<Record<string, string>> = book.fallbacks ?? {};
    name = Object.hasOwn(fallbacks, name) ? fallbacks[name] : undefined;
  }
  return undefined;
}

/** A price as numbers, so that a text is read once and not for each charge. */
interface Scale {
  readonly per: bigint;
  /** From how many billionths on which price is asked, ascending. */
  readonly from: readonly bigint[];
  readonly prices: readonly bigint[];
}

const READ = new WeakMap<Price, Scale>();

function scaleOf(price: Price): Scale {
  let known = READ.get(price);
  if (known === undefined) {
    const free = price.included === undefined ? [] : [scaled(price.included, 9)];
    const tiers = price.tiers ?? [];
    const prices = [...free.map(() => 0n), scaled(price.price, 18), ...tiers.map((tier) => scaled(tier.price, 18))];
    const from = [0n, ...free, ...tiers.map(({ above }) => scaled(above, 9))];
    known = { per: BigInt(price.per) * BILLION, from, prices };
    READ.set(price, known);
  }
  return known;
}

/** What the first units cost together, each at its own tier's price. */
function upTo({ from, prices }: Scale, units: bigint): bigint {
  let sum = 0n;
  for (let i = 0; i < from.length; i++) {
    const begin = from[i]!;
    if (units <= begin) break;
    const end = from[i + 1];
    sum += ((end === undefined || end > units ? units : end) - begin) * prices[i]!;
  }
  return sum;
}

/** What all units cost at the price of the tier that the last of `reached` lies in. */
function atOnce({ from, prices }: Scale, units: bigint, reached: bigint): bigint {
  let tier = 0;
  for (const [i, begin] of from.entries()) if (begin < reached) tier = i;
  return units * prices[tier]!;
}

/** What the registry and earlier charges say to a charge. */
export interface RatedWith {
  readonly timeMs: number;
  /** Dollars for a token, in force for the time. */
  readonly usdPerToken: string | undefined;
  /** What the customer's month has of a meter of a line: billionths. */
  counted(line: string, month: string, meter: string): bigint;
}

/** An amount, and what of a charge goes with it. */
export interface Rerated {
  readonly amount: bigint;
  readonly isInDollars: boolean;
  readonly counted: UsageCharged['counted'];
}

/** The amount that a price book gives for the recorded meters. @throws Error when it prices them not at all */
export function rerate(book: PriceBook, charge: RatedCharge, using: RatedWith): Rerated {
  const best = candidateFor(book, charge, using.timeMs);
  if (best === undefined) throw new Error(`no price for ${charge.usageType} ${charge.model} of ${charge.provider}`);
  const quantities = new Map(Object.entries(charge.meters).map(([meter, text]) => [meter, scaled(text, 9)]));
  const { line, isInDollars } = best;
  const months = countMonths(best, quantities, using);
  let amount = 0n;
  for (const [meter, units] of quantities) {
    const price = priceFor(book, line, meter);
    if (price === undefined) throw new Error(`no price for meter ${meter}`);
    amount += costOf(price, units, sumOf(price, meter, quantities), months?.before.get(meter) ?? 0n, using.usdPerToken);
  }
  const minimum = line.minimum === undefined ? 0n : scaled(line.minimum, 18);
  const isUsed = [...quantities.values()].some((units) => units > 0n);
  return { amount: isUsed && amount < minimum ? minimum : amount, isInDollars, counted: months?.counted };
}

function costOf(price: Price, units: bigint, sum: bigint, before: bigint, usdPerToken: string | undefined): bigint {
  const scale = scaleOf(price);
  const isGraduated = price.mode !== 'volume' && price.of === undefined;
  const product = isGraduated ? upTo(scale, before + units) - upTo(scale, before) : atOnce(scale, units, before + sum);
  if (price.currency !== 'usd') return product / scale.per;
  if (usdPerToken === undefined) throw new Error('no rate of the token was in force');
  return (product * POWERS[18]!) / (scale.per * scaled(usdPerToken, 18));
}

/** What chooses the tier. */
function sumOf(price: Price, meter: string, quantities: ReadonlyMap<string, bigint>): bigint {
  let sum = 0n;
  for (const one of price.of ?? [meter]) sum += quantities.get(one) ?? 0n;
  return sum;
}

function monthlyOf(book: PriceBook, line: Line): ReadonlyMap<string, Price> {
  const monthly = new Map<string, Price>();
  for (const meter of [...Object.keys(line.meters), ...Object.keys(book.fallbacks ?? {})]) {
    const price = priceFor(book, line, meter);
    const steps = (price?.tiers ?? []).length + (price?.included === undefined ? 0 : 1);
    if (price?.over === 'month' && steps > 0) monthly.set(meter, price);
  }
  return monthly;
}

/** The months that a charge counts in: of each meter of its line whose tiers count over one, also of one that it did not use. */
function countMonths({ line, monthly }: Candidate, quantities: ReadonlyMap<string, bigint>, using: RatedWith) {
  if (monthly.size === 0) return undefined;
  const when = line.hours === undefined ? '-' : `${line.hours.from}-${line.hours.to}`;
  const name = [line.type, line.model, line.provider ?? '*', line.region ?? '-', when].join(' ');
  const month = monthOf(using.timeMs);
  const before = new Map<string, bigint>();
  const meters: Record<string, { before: string; after: string }> = {};
  for (const [meter, price] of monthly) {
    const sum = sumOf(price, meter, quantities);
    const there = using.counted(name, month, meter);
    before.set(meter, there);
    if (sum > 0n || (quantities.get(meter) ?? 0n) > 0n)
      meters[meter] = { before: units(there), after: units(there + sum) };
  }
  return { before, counted: Object.keys(meters).length === 0 ? undefined : { line: name, month, meters } };
}

const isLeap = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysOf = (year: number) => (isLeap(year) ? 366 : 365);
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The month of an instant, UTC, counted from 1970 on. */
function monthOf(timeMs: number): string {
  let days = Math.floor(timeMs / DAY_MS);
  let year = 1970;
  for (; days < 0; days += daysOf(year)) year--;
  for (; days >= daysOf(year); year++) days -= daysOf(year);
  let month = 0;
  for (const length of MONTHS) {
    const inMonth = month === 1 && isLeap(year) ? 29 : length;
    if (days < inMonth) break;
    days -= inMonth;
    month++;
  }
  return `${`${year}`.padStart(4, '0')}-${`${month + 1}`.padStart(2, '0')}`;
}

/** The shortest decimal text of billionths. */
function units(billionths: bigint): string {
  const digits = billionths.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '');
}

/** Shares by largest remainder: floors first, then one atto each by falling remainder, equal ones in order. */
export function resplit(total: bigint, weights: readonly bigint[]): bigint[] {
  let sum = 0n;
  for (const weight of weights) sum += weight;
  if (sum <= 0n) throw new Error('nothing to split by');
  const shares: bigint[] = [];
  const remainders: bigint[] = [];
  let left = total;
  for (const weight of weights) {
    const part = total * weight;
    const floor = part / sum;
    shares.push(floor);
    remainders.push(part - floor * sum);
    left -= floor;
  }
  for (; left > 0n; left--) {
    let place = 0;
    for (let i = 1; i < remainders.length; i++) if (remainders[i]! > remainders[place]!) place = i;
    shares[place]! += 1n;
    // Each place gets one at most.
    remainders[place] = -1n;
  }
  return shares;
}

/** The weights of a policy, in the order in which ties are served: those of a type of usage, where it has some of its own. */
export function weightsOf(policy: SplitPolicy, usageType?: string): bigint[] {
  const shares = policy.types?.find(({ type }) => type === usageType) ?? policy;
  return [shares.provider, shares.treasury, shares.stakers, shares.burn].map(BigInt);
}
