/** What every event becomes, whatever its concept: an entry, its movements, balances and running totals. */
import { column, table } from '#domain';

/** One journal event; the whole event is read from its page. */
export const ENTRIES = table(
  'entries',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    type: column.text(),
    recordedAt: column.instant(),
    /** When it happened, by the one who reported it; null for a time that is none. */
    time: column.optional(column.instant()),
    /** Whose entry it is: the customer, the owner, the sender; null for what concerns no single holder. */
    holder: column.optional(column.key()),
    counterparty: column.optional(column.key()),
    amount: column.optional(column.amount()),
    actor: column.text(),
    origin: column.text(),
  },
  {
    key: ['shard', 'height', 'index'],
    partitionBy: 'shard',
    indexes: {
      // Usage is found through its totals, its holder or its accounts; leaving it out keeps this index small.
      entries_by_type: { on: ['type', 'recordedAt'], where: `type <> 'UsageCharged'` },
      entries_by_holder: { on: ['holder', 'recordedAt'], where: 'holder IS NOT NULL' },
    },
  },
);

/** What one entry did to one account, and the account's sub-balance in the shard after it. */
export const MOVEMENTS = table(
  'movements',
  {
    account: column.text(),
    asset: column.text(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    /** Credits minus debits of the entry. */
    amount: column.amount(),
    balanceAfter: column.amount(),
  },
  { key: ['account', 'asset', 'shard', 'height', 'index'], partitionBy: 'shard' },
);

/** The present sub-balance of an account in one shard. */
export const BALANCES = table(
  'balances',
  {
    account: column.text(),
    asset: column.text(),
    shard: column.integer(),
    balance: column.amount(),
    /** Of the page that moved it last. */
    height: column.wholeNumber(),
  },
  { key: ['account', 'asset', 'shard'], fillfactor: 60 },
);

/** What came to an account since the first page of a shard, by the page in which it last grew. */
export const TOTALS = table(
  'totals',
  {
    /** An account, all accounts of a kind together (`provider:*:payable`), or what entries add up to (`minted`). */
    name: column.text(),
    shard: column.integer(),
    height: column.wholeNumber(),
    amount: column.amount(),
  },
  { key: ['name', 'shard', 'height'] },
);
