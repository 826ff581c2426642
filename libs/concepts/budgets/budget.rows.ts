/** Budgets as they were set, what counted in them, and which thresholds were told: enough to say what each came to at any instant. */
import {
  attoOf,
  column,
  insert,
  instantText,
  NO_CHANGES,
  table,
  type EntryPosition,
  type RowChange,
  type Rows,
  type RowsContext,
  type RowsPart,
} from '#domain';
import type { DrawnRows } from '../usage/charging.rows.js';
import { levelsOf, type OnExceed } from './budget-state.js';
import type { BudgetEvent } from './budget.js';
import type { Budgeted } from './budgeted.js';
import { countedAt, type Named } from './ceiling.js';
import type { BudgetPeriod } from './period.js';

const place = { shard: column.integer(), height: column.wholeNumber(), index: column.integer() };

/** Every setting of a budget; the newest one of a path is in force. */
export const BUDGET_SETTINGS = table(
  'budget_settings',
  {
    customer: column.key(),
    path: column.key(),
    ...place,
    recordedAt: column.instant(),
    limit: column.amount(),
    period: column.text<BudgetPeriod>(),
    onExceed: column.text<OnExceed>(),
    thresholds: column.json<readonly number[]>(),
    /** When the budget began to count anew with this setting; missing where it went on. */
    countsFrom: column.optional(column.instant()),
  },
  { key: ['customer', 'path', 'shard', 'height', 'index'], control: null },
);

/** What one page counted at one path, on the day of its record; the place is that of the first entry which did. */
export const BUDGET_COUNTS = table(
  'budget_counts',
  {
    ...place,
    customer: column.key(),
    path: column.key(),
    recordedAt: column.instant(),
    day: column.day(),
    used: column.amount(),
    exceeded: column.amount(),
  },
  {
    key: ['shard', 'height', 'index'],
    indexes: { budget_counts_by_path: { on: ['customer', 'path', 'day'] } },
    control: null,
  },
);

/** A threshold of a budget that was told. */
export const BUDGET_ALERTS = table(
  'budget_alerts',
  {
    customer: column.key(),
    path: column.key(),
    threshold: column.integer(),
    ...place,
    recordedAt: column.instant(),
    day: column.day(),
    used: column.amount(),
  },
  { key: ['customer', 'path', 'threshold', 'shard', 'height', 'index'], control: null },
);

export const budgetTables = [BUDGET_SETTINGS, BUDGET_COUNTS, BUDGET_ALERTS] as const;

interface PageCount {
  readonly at: EntryPosition;
  readonly customer: string;
  readonly path: string;
  readonly recordedAt: string;
  readonly day: string;
  used: bigint;
  exceeded: bigint;
}

/** What of an entry is counted. */
type Counted = Named & { readonly amount: string };

/** What pages of a run count. */
export class BudgetCounts implements RowsPart {
  private readonly counts: PageCount[] = [];
  /** Of the page that is being read, by path. */
  private readonly open = new Map<string, PageCount>();
  private height = 0;

  constructor(private readonly context: RowsContext) {}

  /** What counts from here on has a row of its own: a budget may begin to count here. */
  cut(): void {
    this.open.clear();
  }

  count(event: Counted, budgeted: Budgeted, at: EntryPosition, recordedAt: string): void {
    const path = countedAt(event, budgeted);
    const day = recordedAt.slice(0, 10);
    const exceeded = attoOf(budgeted.beyond ?? '0');
    const used = attoOf(event.amount) - exceeded;
    if (at.height !== this.height) this.cut();
    this.height = at.height;
    const known = this.open.get(path);
    if (known !== undefined) {
      known.used += used;
      known.exceeded += exceeded;
      return;
    }
    const count = { at, customer: event.customer, path, recordedAt, day, used, exceeded };
    this.open.set(path, count);
    this.counts.push(count);
  }

  /** What a reversal takes back counts no more on the day on which it was counted. */
  uncount(
    event: Counted,
    { path = event.customer, day, beyond }: Budgeted,
    at: EntryPosition,
    recordedAt: string,
  ): void {
    const exceeded = attoOf(beyond ?? '0');
    const taken = { used: exceeded - attoOf(event.amount), exceeded: -exceeded };
    this.counts.push({ at, customer: event.customer, path, recordedAt, day, ...taken });
  }

  changes(): readonly RowChange[] {
    if (this.counts.length === 0) return NO_CHANGES;
    const { shard } = this.context;
    const rows = this.counts.map(({ at: { height, index }, ...count }) => ({ shard, height, index, ...count }));
    return [insert(BUDGET_COUNTS, ...rows)];
  }
}

/** What writers of events that count in budgets need. */
export interface BudgetsRun {
  readonly budgets: BudgetCounts;
}

/** What a charge counts. */
export const budgetDrawn: Pick<DrawnRows<BudgetsRun>, 'budgeted'> = {
  budgeted: (event, budgeted, position, recordedAt, { budgets }) => {
    budgets.count(event, budgeted, position, recordedAt);
    return NO_CHANGES;
  },
};

export const budgetRows: Rows<BudgetEvent, BudgetsRun> = {
  BudgetSet: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: (event, { shard, height, index }, recordedAt, { budgets }) => {
      const { customer, path, limit, period, onExceed, thresholds, from } = event;
      budgets.cut();
      const setting = { customer, path, period, onExceed, thresholds, limit: attoOf(limit) };
      const countsFrom = from === undefined ? null : instantText(from);
      return [insert(BUDGET_SETTINGS, { ...setting, shard, height, index, recordedAt, countsFrom })];
    },
  },
  BudgetThresholdsReached: {
    entry: ({ customer }) => ({ holder: customer }),
    movement: null,
    changes: ({ customer, path, reached }, { shard, height, index }, recordedAt) => {
      const levels = [...levelsOf(path)];
      const rows = reached.flatMap(({ level, used, thresholds }) =>
        thresholds.map((threshold) => ({ path: levels[level - 1] ?? path, threshold, used: attoOf(used) })),
      );
      const day = recordedAt.slice(0, 10);
      const alerts = rows.map((row) => ({ ...row, customer, day, shard, height, index, recordedAt }));
      return alerts.length === 0 ? NO_CHANGES : [insert(BUDGET_ALERTS, ...alerts)];
    },
  },
};
