/** A price book as changes of an earlier one, and what differs between two. Lines are the same where they price the same. */
import { lineIdentity, priceBookRefusal, type PriceBook, type PriceLine } from './price-book.js';

/** What names a line of a book. */
export type LineName = Pick<PriceLine, 'type' | 'model' | 'provider' | 'region' | 'hours'>;

/** What differs from one book to another. */
export interface BookDifference {
  readonly added: readonly PriceLine[];
  readonly removed: readonly PriceLine[];
  readonly changed: readonly { readonly from: PriceLine; readonly to: PriceLine }[];
  /** Meters that fall back to another one than before, or to one only before or after. */
  readonly fallbacks: readonly string[];
}

/**
 * The lines of an earlier book with changes: a line of `changes` stands where the one that it replaces stood, or at the end.
 *
 * @param remove lines of the earlier book that the new one has not
 * @throws DomainError `PRICE_BOOK_INVALID` when a line to be removed is not there
 */
export function extendBook(base: PriceBook, changes: PriceBook, remove: readonly LineName[]): PriceBook {
  const gone = new Set(remove.map(lineIdentity));
  const known = new Set(base.prices.map(lineIdentity));
  for (const [index, name] of remove.entries()) {
    if (!known.has(lineIdentity(name))) {
      const why = 'The earlier price book has no such line; name its type, model, provider, region and hours.';
      throw priceBookRefusal('PRICE_BOOK_INVALID', why, `remove[${index}]`);
    }
  }
  const changed = new Map(changes.prices.map((line) => [lineIdentity(line), line]));
  const kept = base.prices.filter((line) => !gone.has(lineIdentity(line)));
  const fallbacks = changes.fallbacks ?? base.fallbacks;
  return {
    effectiveAt: changes.effectiveAt,
    prices: [
      ...kept.map((line) => changed.get(lineIdentity(line)) ?? line),
      ...changes.prices.filter((line) => !known.has(lineIdentity(line)) || gone.has(lineIdentity(line))),
    ],
    ...(fallbacks === undefined ? {} : { fallbacks }),
  };
}

export function differenceOf(from: PriceBook, to: PriceBook): BookDifference {
  const before = new Map(from.prices.map((line) => [lineIdentity(line), line]));
  const after = new Map(to.prices.map((line) => [lineIdentity(line), line]));
  const changed = [];
  for (const [name, line] of after) {
    const earlier = before.get(name);
    if (earlier !== undefined && spelled(earlier) !== spelled(line)) changed.push({ from: earlier, to: line });
  }
  const [was, is] = [from.fallbacks ?? {}, to.fallbacks ?? {}];
  const meters = new Set([...Object.keys(was), ...Object.keys(is)]);
  return {
    added: to.prices.filter((line) => !before.has(lineIdentity(line))),
    removed: from.prices.filter((line) => !after.has(lineIdentity(line))),
    changed,
    fallbacks: [...meters].filter((meter) => was[meter] !== is[meter]).sort(),
  };
}

/** A value as a text, whatever the order of its members. */
function spelled(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
