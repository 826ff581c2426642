import type { PriceBook } from '#concepts';
import { column, table } from '#domain';

/** A published price book. */
export const PRICE_BOOKS = table(
  'price_books',
  {
    version: column.integer(),
    effectiveAt: column.instant(),
    publishedAt: column.instant(),
    book: column.json<PriceBook>(),
  },
  { key: ['version'] },
);

/** A published split policy; shares are basis points. */
export const SPLIT_POLICIES = table(
  'split_policies',
  {
    version: column.integer(),
    effectiveAt: column.instant(),
    publishedAt: column.instant(),
    provider: column.integer(),
    treasury: column.integer(),
    stakers: column.integer(),
    burn: column.integer(),
  },
  { key: ['version'] },
);
