import { column, table } from '#domain';

/** A settlement batch and how far it is. */
export const SETTLEMENTS = table(
  'settlements',
  {
    batch: column.key(),
    chainId: column.wholeNumber(),
    /** `opened`, `planned`, `signed`, `empty`, `confirmed` or `reverted`. */
    phase: column.text(),
    openedAt: column.instant(),
    /** When it became final: confirmed, reverted or empty. */
    closedAt: column.optional(column.instant()),
    total: column.amount(),
    mint: column.amount(),
    burn: column.amount(),
    payoutCount: column.integer(),
    /** Providers that the compliance gate kept out. */
    heldCount: column.integer(),
    /** Signed transactions so far; all have one nonce, so at most one is mined. */
    attempts: column.integer(),
    /** Of the newest attempt, then of the one that became final. */
    txHash: column.optional(column.text()),
    blockNumber: column.optional(column.chainNumber()),
    blockHash: column.optional(column.text()),
    gasUsed: column.optional(column.chainNumber()),
    /** Wei per unit of gas. */
    gasPrice: column.optional(column.chainNumber()),
    headsDigest: column.optional(column.text()),
    /** Why it was reverted. */
    reason: column.optional(column.text()),
  },
  { key: ['batch'] },
);

/** One transfer of a batch to one provider. */
export const PAYOUTS = table(
  'payouts',
  {
    batch: column.key(),
    provider: column.key(),
    /** Its place in the batch's plan, from 0. */
    ordinal: column.integer(),
    chainId: column.wholeNumber(),
    wallet: column.text(),
    amount: column.amount(),
    /** `cut`, `signed`, `confirmed` or `reverted`. */
    state: column.text(),
    plannedAt: column.instant(),
    closedAt: column.optional(column.instant()),
    txHash: column.optional(column.text()),
    logIndex: column.optional(column.wholeNumber()),
    blockNumber: column.optional(column.chainNumber()),
    blockHash: column.optional(column.text()),
  },
  { key: ['batch', 'provider'], indexes: { payouts_by_provider: { on: ['provider', 'plannedAt'] } } },
);

/** What a cut kept out of a batch in one shard, and why; a provider's held payout is the sum over shards. */
export const HELD_PAYOUTS = table(
  'held_payouts',
  {
    batch: column.key(),
    provider: column.key(),
    shard: column.integer(),
    amount: column.amount(),
    reason: column.text(),
    recordedAt: column.instant(),
  },
  {
    key: ['batch', 'provider', 'shard'],
    indexes: { held_payouts_by_provider: { on: ['provider', 'recordedAt'] } },
  },
);
