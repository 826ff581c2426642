/**
 * Holds the rating engine to an independent oracle: recorded answers of providers with the prices that somebody else expects of
 * them, and the public price list. Both files are given by path; neither comes with the project.
 *
 * `npm run prices:check -- USAGES PRICES [INSTANT]`: USAGES is `tests/dataset/usages.json`, PRICES `prices/data.json` of
 * pydantic/genai-prices; prices are those of INSTANT. Exits 1 when a price differs that the list has.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chooseLine, compilePriceBook, rateInDetail, type CompiledPriceBook, type RatingMoment } from '#concepts';
import { DomainError, parseAmount, parseTime } from '#domain';
import {
  booksOf,
  parseByLetters,
  plainDecimal,
  readList,
  type ListedProvider,
} from '../src/prices-import/genai-prices.js';
import { disjointMeters, extractTotals, modelOf } from '../src/prices-import/genai-usage.js';
import { COMPUTE_USAGE } from '../src/usage-import/row.js';

interface Expected {
  readonly provider_id: string;
  readonly api_flavor: string;
  readonly input_price?: string;
  readonly output_price?: string;
}

interface RecordedUsage {
  readonly body: unknown;
  readonly model?: string;
  readonly extracted: readonly { readonly extractors: readonly Expected[] }[];
}

/** A price that is not the expected one. */
export interface Difference {
  readonly usage: number;
  readonly provider: string;
  readonly flavour: string;
  readonly model: string | undefined;
  readonly side: 'input' | 'output';
  readonly expected: string;
  readonly found: string;
}

export interface Comparison {
  readonly usages: number;
  /** Expected prices of input and output. */
  readonly total: number;
  readonly matched: number;
  readonly differences: readonly Difference[];
}

/** A token is worth a dollar here, so that amounts are dollars. */
const MOMENT: RatingMoment = { usdPerToken: 10n ** 18n, countedBefore: () => 0n };
/** Of the day on which the recorded set was made; it says no times itself. */
export const RECORDED_AT = '2026-08-20T12:00:00Z';

export function compare(usagesText: string, pricesText: string, at: string): Comparison {
  const list = readList(pricesText);
  const [book] = booksOf(list, at).books;
  const compiled = compilePriceBook(1, book!);
  const usages = parseByLetters(usagesText) as readonly RecordedUsage[];
  const differences: Difference[] = [];
  let total = 0;
  for (const [index, usage] of usages.entries()) {
    for (const expected of usage.extracted.flatMap(({ extractors }) => extractors)) {
      if (expected.input_price === undefined) continue;
      total += 2;
      differences.push(...differencesOf(list, compiled, usage, index, expected, at));
    }
  }
  return { usages: usages.length, total, matched: total - differences.length, differences };
}

function differencesOf(
  list: readonly ListedProvider[],
  book: CompiledPriceBook,
  usage: RecordedUsage,
  index: number,
  expected: Expected,
  at: string,
): Difference[] {
  const { provider_id: provider, api_flavor: flavour } = expected;
  const { model, ...found } = priceOf(list, book, usage, expected, at);
  const wanted = { input: expected.input_price!, output: expected.output_price! };
  return (['input', 'output'] as const)
    .filter((side) => found[side] !== attoOf(wanted[side]))
    .map((side) => {
      const price = found[side];
      return {
        ...{ usage: index, provider, flavour, model, side, expected: wanted[side] },
        found: typeof price === 'bigint' ? `${price} atto` : price,
      };
    });
}

/** Atto of what went in and of what came out, or why there is no price. */
function priceOf(
  list: readonly ListedProvider[],
  book: CompiledPriceBook,
  { body, model: given }: RecordedUsage,
  { provider_id: provider, api_flavor: flavour }: Expected,
  at: string,
): { readonly model: string | undefined; readonly input: bigint | string; readonly output: bigint | string } {
  const extractor = list.find(({ id }) => id === provider)?.extractors?.find(({ api_flavor: one }) => one === flavour);
  const none = (why: string, model = given) => ({ model, input: why, output: why });
  if (extractor === undefined) return none('the list has no such provider or flavour');
  const totals = extractTotals(extractor, body);
  const model = given ?? modelOf(extractor, body);
  if (totals === undefined || model === undefined) return none('the body is not of that form');
  const used = { type: COMPUTE_USAGE, provider, model, meters: disjointMeters(totals) };
  try {
    const line = chooseLine(book, used, parseTime(at, 'at'));
    const sums = { input: 0n, output: 0n };
    for (const { meter, amount } of rateInDetail(book, line, used, MOMENT).lines) {
      sums[meter.startsWith('output') || meter.startsWith('reasoning') ? 'output' : 'input'] += amount;
    }
    return { model, ...sums };
  } catch (error) {
    if (error instanceof DomainError) return none(error.code, model);
    throw error;
  }
}

/** `8E-8` and `0.00` are numbers too. */
function attoOf(text: string): bigint {
  return parseAmount(plainDecimal(text));
}

function main([usages, prices, at = RECORDED_AT]: readonly string[]): number {
  if (usages === undefined || prices === undefined) {
    console.error('usage: npm run prices:check -- USAGES PRICES [INSTANT]');
    return 2;
  }
  const found = compare(readFileSync(usages, 'utf8'), readFileSync(prices, 'utf8'), at);
  for (const one of found.differences) console.log(JSON.stringify(one));
  console.log(`${found.matched} of ${found.total} prices of ${found.usages} usages match at ${at}`);
  return found.differences.length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main(process.argv.slice(2));
