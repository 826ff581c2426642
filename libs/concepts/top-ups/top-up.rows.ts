/** Top-ups that were asked for. */
import { attoOf, column, insert, table, type Rows } from '#domain';
import type { TopUpEvent } from './top-up.js';

/** A moment at which what a customer had fell below its threshold. */
export const TOP_UP_REQUESTS = table(
  'top_up_requests',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    customer: column.key(),
    threshold: column.amount(),
    funds: column.amount(),
    recordedAt: column.instant(),
  },
  {
    key: ['shard', 'height', 'index'],
    indexes: {
      top_up_requests_by_time: { on: ['recordedAt', 'shard', 'height', 'index'] },
      top_up_requests_by_customer: { on: ['customer', 'recordedAt'] },
    },
    control: null,
  },
);

export const topUpTables = [TOP_UP_REQUESTS] as const;

export const topUpRows: Rows<TopUpEvent> = {
  TopUpRequested: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: ({ customer, threshold, funds }, { shard, height, index }, recordedAt) => [
      insert(TOP_UP_REQUESTS, {
        ...{ shard, height, index, customer, recordedAt },
        ...{ threshold: attoOf(threshold), funds: attoOf(funds) },
      }),
    ],
  },
};
