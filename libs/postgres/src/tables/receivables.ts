import { column, table } from '#domain';

/** Usage that no balance covered yet. */
export const RECEIVABLES = table(
  'receivables',
  {
    customer: column.key(),
    /** Of the JSON array of source and id: what producers call their events is not bounded. */
    usageKey: column.digest(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    source: column.text(),
    id: column.text(),
    provider: column.text(),
    /** What was uncovered when the usage was charged. */
    amount: column.amount(),
    amountOpen: column.amount(),
    time: column.optional(column.instant()),
  },
  { key: ['customer', 'usageKey', 'shard'] },
);
