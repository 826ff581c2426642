/** The tables that the projection's engine keeps itself, and the lists of all: concepts bring their own. */
import type { AnyTable, RowTables } from '#domain';
import { TABLE_COMPARISONS } from './comparisons.js';
import { CONSOLE_LINKS, CONSOLE_SESSIONS } from './console.js';
import { JOB_SUMS, JOBS } from './jobs.js';
import { BALANCES, ENTRIES, MOVEMENTS, TOTALS } from './entries.js';
import { DEAD_LETTERS, LETTER_ORDERS } from './intake.js';
import { CLOSING_WISHES, PAGES } from './journal.js';
import { CHECKPOINTS, KAFKA_OFFSETS, PAGE_TIMES } from './positions.js';

/** What every event becomes, whatever its concept, and how far the journal is included. */
const ENGINE_TABLES: readonly AnyTable[] = [
  BALANCES,
  CHECKPOINTS,
  ENTRIES,
  KAFKA_OFFSETS,
  MOVEMENTS,
  PAGE_TIMES,
  TOTALS,
];

/** Everything that a fold of the journal gives, ascending by name. */
export function readModels({ tables }: Pick<RowTables, 'tables'>): readonly AnyTable[] {
  return [...ENGINE_TABLES, ...tables].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every table of the database: the journal, dead letters, what operators asked, jobs, who is signed in, the read models. */
export function allTables(rows: Pick<RowTables, 'tables'>): readonly AnyTable[] {
  return [
    CLOSING_WISHES,
    PAGES,
    DEAD_LETTERS,
    LETTER_ORDERS,
    CONSOLE_LINKS,
    CONSOLE_SESSIONS,
    JOB_SUMS,
    JOBS,
    TABLE_COMPARISONS,
    ...readModels(rows),
  ];
}
