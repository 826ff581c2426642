/** Files that ship beside the program and are no code: found from the sources and from the build alike. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compilePriceBook, type PriceBook, type PriceLine } from '#concepts';

const PRICE_BOOKS = 'apps/cli/price-books';

/** The prices that come with an importer. @throws DomainError `PRICE_BOOK_INVALID` when the file was spoilt */
export function readPriceLines(name: string): readonly PriceLine[] {
  const book = JSON.parse(readFileSync(join(packageRoot(), PRICE_BOOKS, `${name}.json`), 'utf8')) as PriceBook;
  compilePriceBook(1, book);
  return book.prices;
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, PRICE_BOOKS))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${PRICE_BOOKS} is missing; reinstall Airtime`);
    folder = parent;
  }
  return folder;
}
