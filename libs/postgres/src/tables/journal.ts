/** The journal's own tables, as definitions: what the catalogue must show of them. */
import { column, table } from '#domain';

export const PAGES = table(
  'pages',
  {
    shard: column.integer(),
    height: column.wholeNumber(),
    recordedAt: column.text(),
    previousHash: column.text(),
    offsets: column.jsonText(),
    count: column.integer(),
    bodyDigest: column.text(),
    hash: column.text(),
    body: column.bytes(),
    journal: column.text(),
    writer: column.text(),
    registryHeight: column.wholeNumber(),
    registryHash: column.text(),
    signature: column.text(),
  },
  {
    schema: 'journal',
    key: ['shard', 'height'],
    checks: { pages_height_check: 'height > 0' },
    triggers: {
      pages_never_change: { when: 'BEFORE UPDATE OR DELETE', level: 'ROW', call: 'journal.refuse_change()' },
      pages_never_vanish: { when: 'BEFORE TRUNCATE', level: 'STATEMENT', call: 'journal.refuse_change()' },
    },
  },
);

export const CLOSING_WISHES = table(
  'closing_wishes',
  { shard: column.integer(), instant: column.instant() },
  {
    schema: 'journal',
    key: ['shard'],
    fillfactor: 50,
    checks: { closing_wishes_instant_check: 'isfinite(instant)' },
  },
);
