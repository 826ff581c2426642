/** Price books and split policies. */
import { column, insert, instantText, table, type Rows } from '#domain';
import type { PriceBook } from './price-book.js';
import type { RatingEvent } from './rating.js';

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

export const ratingTables = [PRICE_BOOKS, SPLIT_POLICIES] as const;

export const ratingRows: Rows<RatingEvent> = {
  PriceBookPublished: {
    entry: () => ({}),
    movement: null,
    changes: ({ version, book, time }, _, recordedAt) => {
      const publishedAt = instantText(time) ?? recordedAt;
      const effectiveAt = instantText(book.effectiveAt) ?? publishedAt;
      return [insert(PRICE_BOOKS, { version, effectiveAt, publishedAt, book })];
    },
  },
  SplitPolicyPublished: {
    entry: () => ({}),
    movement: null,
    changes: ({ version, policy, time }, _, recordedAt) => {
      const publishedAt = instantText(time) ?? recordedAt;
      const effectiveAt = instantText(policy.effectiveAt) ?? publishedAt;
      const { provider, treasury, stakers, burn } = policy;
      return [insert(SPLIT_POLICIES, { version, effectiveAt, publishedAt, provider, treasury, stakers, burn })];
    },
  },
  UsdRatePublished: { entry: () => ({}), movement: null, changes: null },
};
