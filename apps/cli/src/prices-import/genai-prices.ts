/**
 * The public price list of pydantic/genai-prices (`prices/data.json`, MIT): prices in dollars of providers' models, which users
 * download for themselves. Here it becomes price books.
 *
 * What the list means: within a provider, then within those whose models it takes over, the first model whose matching rule
 * fits prices the usage, whatever the case of its name; of a model's conditional prices the last one whose condition holds, else the
 * first. Tiers are chosen by a call's whole input, cached included, strictly above their start, and price all of it and its
 * output. A missing price of input or output is 0, any other one that of the plain kind.
 */
import { parsePattern, type MeterPrice, type PriceBook, type PriceLine } from '#concepts';
import { UsageMistake } from '../failures.js';
import { COMPUTE_USAGE } from '../usage-import/row.js';

/** Every number as it is written. */
type Decimal = string;
type Rule = Readonly<Record<string, unknown>>;
type Prices = Readonly<Record<string, Decimal | TieredPrice>>;

interface TieredPrice {
  readonly base: Decimal;
  readonly tiers: readonly { readonly start: Decimal; readonly price: Decimal }[];
}

interface ConditionalPrices {
  readonly constraint?: { readonly start_date?: string; readonly start_time?: string; readonly end_time?: string };
  readonly prices: Prices;
}

interface ListedModel {
  readonly id: string;
  readonly match: Rule;
  readonly prices: Prices | readonly ConditionalPrices[];
}

/** How a provider's answers say what was used: a path of names to a number, and what it is part of. */
export interface Extractor {
  readonly api_flavor: string;
  readonly root: Path;
  readonly model_path: Path;
  readonly mappings: readonly { readonly path: Path; readonly dest: string; readonly required: boolean }[];
}

export type Path = string | readonly PathStep[];
export type PathStep = string | { readonly type: 'array-match'; readonly field: string; readonly match: Rule };

export interface ListedProvider {
  readonly id: string;
  readonly models: readonly ListedModel[];
  readonly extractors?: readonly Extractor[];
  readonly fallback_model_providers?: readonly string[];
}

/** Books of the list, oldest first, and what of it no book can say. */
export interface ListedBooks {
  readonly books: readonly PriceBook[];
  readonly leftOut: readonly string[];
  /** Models whose input or output has no price: it is 0, as the list means it. */
  readonly withoutPrice: number;
}

const INPUT_METERS: Readonly<Record<string, string>> = {
  input_mtok: 'input_tokens',
  cache_read_mtok: 'cached_input_tokens',
  cache_write_mtok: 'cache_write_tokens',
  input_audio_mtok: 'input_audio_tokens',
  cache_audio_read_mtok: 'cached_input_audio_tokens',
};
const OUTPUT_METERS: Readonly<Record<string, string>> = {
  output_mtok: 'output_tokens',
  output_audio_mtok: 'output_audio_tokens',
};
/** What chooses a tier: all that went in. */
const ALL_INPUT = [...Object.values(INPUT_METERS), 'input_image_tokens', 'input_video_tokens'];
const FALLBACKS = {
  cached_input_audio_tokens: 'cached_input_tokens',
  cached_input_tokens: 'input_tokens',
  cache_write_tokens: 'input_tokens',
  input_audio_tokens: 'input_tokens',
  input_image_tokens: 'input_tokens',
  input_video_tokens: 'input_tokens',
  output_audio_tokens: 'output_tokens',
  output_image_tokens: 'output_tokens',
  reasoning_tokens: 'output_tokens',
};

const NUMBER_OR_TEXT = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON in which each number is a text, by its letters. @throws SyntaxError for a text that is no JSON */
export function parseByLetters(text: string): unknown {
  return JSON.parse(text.replace(NUMBER_OR_TEXT, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}

/** Reads the list. @throws UsageMistake for a text that is none */
export function readList(text: string): readonly ListedProvider[] {
  let list: unknown;
  try {
    list = parseByLetters(text);
  } catch {
    throw new UsageMistake('The file is no JSON; give prices/data.json of pydantic/genai-prices.');
  }
  if (!Array.isArray(list) || !list.every((one: unknown) => isProvider(one))) {
    throw new UsageMistake('The file is no list of providers; give prices/data.json of pydantic/genai-prices.');
  }
  return list as ListedProvider[];
}

function isProvider(value: unknown): boolean {
  const { id, models } = (typeof value === 'object' && value !== null ? value : {}) as Partial<ListedProvider>;
  return typeof id === 'string' && Array.isArray(models);
}

/**
 * The books of a list: one from an instant on, and one from each later day on which a price of it changes.
 *
 * @param effectiveAt RFC 3339, UTC; the first book has the prices of its day
 */
export function booksOf(list: readonly ListedProvider[], effectiveAt: string): ListedBooks {
  const first = effectiveAt.slice(0, 10);
  const days = new Set(list.flatMap(({ models }) => models.flatMap(({ prices }) => changesOf(prices))));
  const later = [...days].filter((day) => day > first).sort();
  const makers = [first, ...later].map((day) => new BookMaker(list, day));
  const books = makers.map((maker, i) => ({
    effectiveAt: i === 0 ? effectiveAt : `${later[i - 1]!}T00:00:00Z`,
    prices: maker.lines,
    fallbacks: FALLBACKS,
  }));
  return {
    books,
    leftOut: [...new Set(makers.flatMap(({ leftOut }) => leftOut))],
    withoutPrice: makers.at(-1)!.withoutPrice,
  };
}

function changesOf(prices: ListedModel['prices']): string[] {
  if (!isConditional(prices)) return [];
  return prices.flatMap(({ constraint }) => (constraint?.start_date === undefined ? [] : [constraint.start_date]));
}

function isConditional(prices: ListedModel['prices']): prices is readonly ConditionalPrices[] {
  return Array.isArray(prices);
}

/** The lines of one day. */
class BookMaker {
  readonly lines: PriceLine[] = [];
  readonly leftOut: string[] = [];
  withoutPrice = 0;

  constructor(
    private readonly list: readonly ListedProvider[],
    private readonly day: string,
  ) {
    for (const provider of list) this.addProvider(provider);
  }

  private addProvider(provider: ListedProvider): void {
    const seen = new Set<string>();
    let order = 0;
    for (const model of this.modelsOf(provider, new Set())) {
      const path = `${provider.id} ${model.id}`;
      // What an earlier model matches in the same words, a later one never does.
      const patterns = this.patternsOf(model.match, path).filter((pattern) => !seen.has(pattern.toLowerCase()));
      const [first, ...aliases] = patterns;
      if (first === undefined) continue;
      for (const pattern of patterns) seen.add(pattern.toLowerCase());
      order++;
      for (const { prices, hours } of this.pricesOf(model, path)) {
        this.lines.push({
          ...{ type: COMPUTE_USAGE, model: first, provider: provider.id, ignoreCase: true, order },
          ...(aliases.length === 0 ? {} : { aliases }),
          ...(hours === undefined ? {} : { hours }),
          meters: this.metersOf(prices, path),
        });
      }
    }
  }

  /** Its own, then those of the providers whose models it serves too. */
  private modelsOf(provider: ListedProvider, asked: Set<string>): ListedModel[] {
    if (asked.has(provider.id)) return [];
    asked.add(provider.id);
    const others = (provider.fallback_model_providers ?? []).flatMap((id) => this.list.filter((one) => one.id === id));
    return [...provider.models, ...others.flatMap((one) => this.modelsOf(one, asked))];
  }

  private patternsOf(rule: Rule, path: string): string[] {
    const patterns = patternsOf(rule);
    const fit = patterns.filter((pattern) => pattern !== undefined && parsePattern(pattern) !== undefined);
    if (fit.length < patterns.length) this.leftOut.push(`${path}: no pattern says all of ${JSON.stringify(rule)}`);
    return fit as string[];
  }

  /** The prices of the day: those of hours in front, the last of them first, then those of all other times. */
  private pricesOf(
    { prices }: ListedModel,
    path: string,
  ): { prices: Prices; hours?: NonNullable<PriceLine['hours']> }[] {
    if (!isConditional(prices)) return [{ prices }];
    const found = [];
    for (const one of prices.toReversed()) {
      const { start_date: from, start_time: begin, end_time: end } = one.constraint ?? {};
      if (begin !== undefined && end !== undefined) {
        const hours = { from: timeOf(begin), to: timeOf(end) };
        if (hours.from === undefined || hours.to === undefined) this.leftOut.push(`${path}: hours that are not UTC`);
        else if (hours.from < hours.to) found.push({ prices: one.prices, hours: { from: hours.from, to: hours.to } });
      } else if (from === undefined || from <= this.day) return [...found, { prices: one.prices }];
    }
    return prices[0] === undefined ? found : [...found, { prices: prices[0].prices }];
  }

  private metersOf(prices: Prices, path: string): Record<string, MeterPrice> {
    const meters: Record<string, MeterPrice> = {};
    for (const [name, price] of Object.entries(prices)) {
      const unit = unitOf(name);
      if (unit === undefined)
        this.leftOut.push(`${path}: ${name} is no price for a million tokens or a thousand calls`);
      else meters[unit.meter] = meterPrice(price, unit.per);
    }
    if (meters['input_tokens'] === undefined || meters['output_tokens'] === undefined) this.withoutPrice++;
    return { input_tokens: FREE, output_tokens: FREE, ...meters };
  }
}

const FREE: MeterPrice = { price: '0', per: '1' };
const TIME = /^(\d\d:\d\d)(?::(\d\d))?(?:Z|[+-]00:00)?$/;

/** Undefined for a time of another zone. */
function timeOf(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  return match[2] === undefined || match[2] === '00' ? match[1]! : `${match[1]!}:${match[2]}`;
}

function unitOf(name: string): { readonly meter: string; readonly per: string } | undefined {
  const known = INPUT_METERS[name] ?? OUTPUT_METERS[name];
  if (known !== undefined) return { meter: known, per: '1000000' };
  const match = /^([a-z][a-z0-9_]{0,50})_(mtok|kcount)$/.exec(name);
  if (match === null) return undefined;
  return match[2] === 'mtok' ? { meter: `${match[1]!}_tokens`, per: '1000000' } : { meter: match[1]!, per: '1000' };
}

function meterPrice(price: Decimal | TieredPrice, per: string): MeterPrice {
  if (typeof price === 'string') return { price: plainDecimal(price), per, currency: 'usd' };
  const tiers = price.tiers
    .map(({ start, price: above }) => ({ above: plainDecimal(start), price: plainDecimal(above) }))
    .sort((a, b) => Number(a.above) - Number(b.above));
  return { price: plainDecimal(price.base), per, currency: 'usd', tiers, mode: 'volume', of: ALL_INPUT };
}

/** A number of JSON without an exponent and without zeros at its end: `5e-7` is `0.0000005`. */
export function plainDecimal(text: Decimal): string {
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const shift = Number(exponent);
  const all = `${'0'.repeat(Math.max(0, -shift))}${whole}${fraction}${'0'.repeat(Math.max(0, shift))}`;
  const point = Math.max(0, -shift) + whole.length + shift;
  const before = all.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const after = all.slice(point).replace(/0+$/, '');
  return after === '' ? before : `${before}.${after}`;
}

/** A matching rule as patterns, any of which fits; undefined stands for what no pattern says. */
function patternsOf(rule: Rule): (string | undefined)[] {
  const [[kind, value] = ['', '']] = Object.entries(rule);
  if (kind === 'or' && Array.isArray(value)) return (value as Rule[]).flatMap(patternsOf);
  if (typeof value !== 'string' || /[*#]/.test(value)) return [undefined];
  if (kind === 'equals') return [value];
  if (kind === 'starts_with') return [`${value}*`];
  if (kind === 'ends_with') return [`*${value}`];
  if (kind === 'contains') return [`*${value}*`];
  return [kind === 'regex' ? patternOfExpression(value) : undefined];
}

/** A regular expression of plain letters and digits (`^name-\d{8}$`); undefined for any other. */
function patternOfExpression(source: string): string | undefined {
  const from = source.startsWith('^') ? '' : '*';
  const to = source.endsWith('$') && !source.endsWith('\\$') ? '' : '*';
  const inner = source
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/\\d(?:\{(\d{1,2})\})?/g, (_, count?: string) => '#'.repeat(Number(count ?? 1)))
    .replace(/\\([./-])/g, '\u0000$1');
  const isPlain = /^(?:[A-Za-z0-9_:/@#-]|\u0000.)*$/.test(inner);
  return isPlain ? `${from}${inner.replaceAll('\u0000', '')}${to}` : undefined;
}
