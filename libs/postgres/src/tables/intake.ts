/** Usage that could not be applied, as definitions: kept for people, no part of the books. */
import { column, table } from '#domain';

/** What became of a letter. `replaying`: it is in a replay that is not done. */
export const LETTER_STATES = ['open', 'replaying', 'failing', 'replayed', 'dismissed'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** A message that was rejected, one row for each, however often it came. */
export const DEAD_LETTERS = table(
  'dead_letters',
  {
    /** The name that the topic is registered under. */
    topic: column.text(),
    partition: column.integer(),
    offset: column.wholeNumber(),
    rejectedAt: column.instant(),
    /** The message's own time, milliseconds since 1970. */
    timestampMs: column.wholeNumber(),
    code: column.text(),
    detail: column.text(),
    key: column.optional(column.bytes()),
    value: column.optional(column.bytes()),
    /** JSON: pairs of a name and its value, in base64. */
    headers: column.bytes(),
    /** Bytes of key, value and headers that were not kept. */
    omittedBytes: column.wholeNumber(),
    /** What the message says, where a usage event could be read. */
    customer: column.optional(column.text()),
    usageSource: column.optional(column.text()),
    usageId: column.optional(column.text()),
    /** What it would have cost by the prices in force when it was rejected; null: nobody can say. */
    atStake: column.optional(column.amount()),
    state: column.text<LetterState>(),
    /** The replay or dismissal that it was in last. */
    orderId: column.optional(column.text()),
    settledAt: column.optional(column.instant()),
    /** Of a replay: `charged`, `duplicate`, or why it still fails. */
    outcome: column.optional(column.text()),
    outcomeDetail: column.optional(column.text()),
    /** The entry that its replay became. */
    entry: column.optional(column.text()),
  },
  {
    schema: 'intake',
    key: ['topic', 'partition', 'offset'],
    fillfactor: 80,
    indexes: {
      dead_letters_by_time: { on: ['rejectedAt', 'topic', 'partition', 'offset'] },
      dead_letters_by_state: { on: ['state', 'code', 'rejectedAt', 'topic', 'partition', 'offset'] },
      dead_letters_by_order: { on: ['orderId', 'state'], where: '(order_id IS NOT NULL)' },
      dead_letters_settled: { on: ['settledAt'], where: '(settled_at IS NOT NULL)' },
    },
  },
);

export const LETTER_ORDER_KINDS = ['replay', 'dismissal'] as const;
export type LetterOrderKind = (typeof LETTER_ORDER_KINDS)[number];

/** What somebody did about letters: who, when, about which, why, and how far it is. */
export const LETTER_ORDERS = table(
  'letter_orders',
  {
    id: column.text(),
    kind: column.text<LetterOrderKind>(),
    filter: column.json<Readonly<Record<string, unknown>>>(),
    reason: column.text(),
    actor: column.text(),
    orderedAt: column.instant(),
    /** The request that ordered it, and its digest: repeated it is the same order. */
    requestKey: column.text(),
    requestDigest: column.text(),
    /** Letters that it is about. */
    matching: column.wholeNumber(),
    charged: column.wholeNumber(),
    duplicates: column.wholeNumber(),
    failing: column.wholeNumber(),
    /** Sum of its charges. */
    amount: column.amount(),
    endedAt: column.optional(column.instant()),
  },
  {
    schema: 'intake',
    key: ['id'],
    fillfactor: 50,
    indexes: {
      letter_orders_by_request: { on: ['requestKey'] },
      letter_orders_open: { on: ['orderedAt'], where: '(ended_at IS NULL)' },
    },
  },
);
