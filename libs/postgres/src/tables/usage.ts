import { column, table } from '#domain';

/** Metered quantities by the usage's own UTC day. */
export const USAGE_TOTALS = table(
  'usage_totals',
  {
    day: column.day(),
    customer: column.key(),
    provider: column.key(),
    model: column.key(),
    usageType: column.key(),
    meter: column.key(),
    quantity: column.quantity(),
    events: column.wholeNumber(),
  },
  { key: ['day', 'customer', 'provider', 'model', 'usageType', 'meter'], fillfactor: 60 },
);

/** What usage cost, by the usage's own UTC day. */
export const USAGE_AMOUNTS = table(
  'usage_amounts',
  {
    day: column.day(),
    customer: column.key(),
    provider: column.key(),
    model: column.key(),
    usageType: column.key(),
    events: column.wholeNumber(),
    amount: column.amount(),
    /** The part that no balance covered when the usage was charged. */
    receivable: column.amount(),
  },
  {
    key: ['day', 'customer', 'provider', 'model', 'usageType'],
    fillfactor: 60,
    indexes: { usage_amounts_by_provider: { on: ['provider', 'day'] } },
  },
);

/** A usage id that came again with another body. */
export const CONFLICTS = table(
  'conflicts',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    customer: column.text(),
    source: column.text(),
    id: column.text(),
    digest: column.text(),
    firstDigest: column.text(),
    recordedAt: column.instant(),
    origin: column.text(),
  },
  { key: ['shard', 'height', 'index'] },
);

/** A Kafka message that could not be applied. */
export const REJECTIONS = table(
  'rejections',
  {
    topic: column.key(),
    partition: column.integer(),
    offset: column.wholeNumber(),
    shard: column.integer(),
    height: column.wholeNumber(),
    index: column.integer(),
    code: column.text(),
    detail: column.text(),
    recordedAt: column.instant(),
  },
  { key: ['topic', 'partition', 'offset', 'shard', 'height', 'index'] },
);
