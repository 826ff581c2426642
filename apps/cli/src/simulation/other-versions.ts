/** The versions that usage is rated by instead of its own: published ones by their number, and ones that are not, from a file. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  bookOf,
  compilePriceBook,
  compileSplitPolicy,
  compileUsdRate,
  type Catalogue,
  type LineName,
  type OtherVersions,
  type PriceBook,
  type SplitPolicy,
  type UsdRate,
} from '#concepts';
import { DomainError } from '#domain';
import { UsageMistake } from '../failures.js';

/** As they are typed: a number, or the name of a file with what `PUT` would be sent. */
export interface NamedVersions {
  readonly priceBook?: string;
  readonly split?: string;
  readonly rate?: string;
}

/** What a version is called that has no number yet. */
const UNPUBLISHED = 999_999_999;

/** @throws UsageMistake for a version that is not published, and a file that is none */
export function readOtherVersions(
  { priceBook, split, rate }: NamedVersions,
  catalogue: Catalogue,
  workingDirectory: string,
): OtherVersions {
  const { rating } = catalogue;
  const find = <T>(what: string, name: string, published: ReadonlyMap<number, T>, compile: (body: never) => T): T => {
    if (/^[1-9]\d{0,8}$/.test(name)) {
      const version = published.get(Number(name));
      if (version !== undefined) return version;
      throw new UsageMistake(`no ${what} ${name} is published; name one that is, or a file with one that is not`);
    }
    return compileFile(what, resolve(workingDirectory, name), compile);
  };
  return {
    ...(priceBook === undefined
      ? {}
      : { book: find('price book', priceBook, rating.priceBooks, (body) => compileBook(body, catalogue)) }),
    ...(split === undefined
      ? {}
      : {
          policy: find('split policy', split, rating.splitPolicies, (body: SplitPolicy) =>
            compileSplitPolicy(UNPUBLISHED, body),
          ),
        }),
    ...(rate === undefined
      ? {}
      : { rate: find('rate', rate, rating.usdRates, (body: UsdRate) => compileUsdRate(UNPUBLISHED, body)) }),
  };
}

function compileFile<T>(what: string, file: string, compile: (body: never) => T): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const cause = (error as NodeJS.ErrnoException).code ?? 'unknown cause';
    throw new UsageMistake(`${file} is no number of a ${what}, and cannot be read as a file (${cause})`);
  }
  try {
    return compile(JSON.parse(text) as never);
  } catch (error) {
    const why = error instanceof DomainError || error instanceof SyntaxError ? error.message : 'it has another form';
    throw new UsageMistake(`${file} holds no ${what} as PUT takes it: ${why}`);
  }
}

interface BookFile extends PriceBook {
  readonly extends?: number;
  readonly remove?: readonly LineName[];
}

/** A book may extend a published one, as a request may. */
function compileBook({ extends: version, remove = [], effectiveAt, prices }: BookFile, catalogue: Catalogue) {
  const book = bookOf(catalogue, {
    ...{ type: 'PublishPriceBook', version: UNPUBLISHED, book: { effectiveAt, prices } },
    ...(version === undefined ? {} : { base: { version, remove } }),
  });
  return compilePriceBook(UNPUBLISHED, book);
}
