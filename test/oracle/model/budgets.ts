/** A customer's budgets, by the letter: a list of what was counted, summed up anew at every question. */
import { instant, least, sum, tokens } from './amounts.js';
import { refuse, type BudgetTerms, type Period } from './commands.js';

interface Budget extends Required<BudgetTerms> {
  /** When it was made, or its period changed. */
  readonly fromMs: number;
  /** Only what was counted after this place counts. */
  readonly since: number;
}

/** What something counted as, and where. */
export interface Counted {
  readonly path: string;
  readonly ms: number;
  readonly place: number;
  readonly used: bigint;
  readonly exceeded: bigint;
}

interface Told {
  readonly path: string;
  readonly threshold: number;
  readonly ms: number;
  readonly place: number;
  /** A changed limit made it possible to be told once more. */
  rearmed: boolean;
}

/** An open hold, as far as budgets know it: one that names no path reserves at its customer's own. */
export interface Reserved {
  readonly path: string;
  readonly amount: bigint;
}

export interface Figures {
  readonly used: bigint;
  readonly held: bigint;
  readonly exceeded: bigint;
  readonly remaining: bigint;
}

const DAY = 86_400_000;

/** UTC; weeks begin on Monday. */
function bounds(period: Period, ms: number): [number, number] {
  const at = new Date(ms);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  switch (period) {
    case 'total':
      return [-Infinity, Infinity];
    case 'day':
      return [Date.UTC(year, month, day), Date.UTC(year, month, day) + DAY];
    case 'week': {
      const monday = Date.UTC(year, month, day) - ((at.getUTCDay() + 6) % 7) * DAY;
      return [monday, monday + 7 * DAY];
    }
    case 'month':
      return [Date.UTC(year, month), Date.UTC(year, month + 1)];
  }
}

const isAtOrBelow = (path: string, top: string): boolean => path === top || path.startsWith(`${top}/`);

export class Budgets {
  private readonly set = new Map<string, Budget>();
  private readonly counted: Counted[] = [];
  private readonly told: Told[] = [];
  private place = 0;

  constructor(
    private readonly customer: string,
    private readonly reserved: () => readonly Reserved[],
  ) {}

  /** Where something counts that names this path, or none. */
  pathOf(named: string | undefined): string | undefined {
    if (named === undefined) return this.set.has(this.customer) ? this.customer : undefined;
    if (!isAtOrBelow(named, this.customer) || !this.set.has(named)) refuse('UNKNOWN_BUDGET');
    return named;
  }

  figures(path: string, ms: number): Figures {
    const budget = this.set.get(path)!;
    const [start, end] = bounds(budget.period, ms);
    const counts = this.counted.filter(
      (one) => isAtOrBelow(one.path, path) && one.place > budget.since && one.ms >= start && one.ms < end,
    );
    const used = sum(counts.map((one) => one.used));
    const held = sum(this.reserved().map((hold) => (isAtOrBelow(hold.path, path) ? hold.amount : 0n)));
    const left = budget.limit - used - held;
    return {
      ...{ used, held, remaining: left > 0n ? left : 0n },
      exceeded: sum(counts.map((one) => one.exceeded)),
    };
  }

  /** The budgets at a path and above it. */
  private over(path: string): Budget[] {
    return [...this.set.values()].filter((budget) => isAtOrBelow(path, budget.path));
  }

  /**
   * What every budget over a path has left for an amount.
   *
   * @param settled a hold that the amount settles: what it reserved is room for it, and the budgets that it reserved in may be
   *   exceeded, since it was used already
   */
  room(
    path: string,
    amount: bigint,
    ms: number,
    mayExceed: (budget: BudgetTerms) => boolean,
    settled?: Reserved,
  ): bigint {
    const left = this.over(path).map((budget) => {
      const isReserved = settled !== undefined && isAtOrBelow(settled.path, budget.path);
      const has = this.figures(budget.path, ms).remaining + (isReserved ? settled.amount : 0n);
      if (amount > has && !isReserved && !mayExceed(budget)) refuse('BUDGET_EXCEEDED');
      return has;
    });
    return least(amount, ...left);
  }

  count(path: string, used: bigint, exceeded: bigint, ms: number): Counted {
    const counted = { path, ms, place: ++this.place, used, exceeded };
    this.counted.push(counted);
    this.tell(path, ms);
    return counted;
  }

  /** It counts no more, where and when it did; what was told of it stays told. */
  uncount({ used, exceeded, ...where }: Counted): void {
    this.counted.push({ ...where, used: -used, exceeded: -exceeded });
  }

  put(terms: BudgetTerms, ms: number): void {
    const known = this.set.get(terms.path);
    const isNew = known?.period !== terms.period;
    const budget: Budget = {
      ...{ ...terms, thresholds: terms.thresholds ?? [50, 80, 100] },
      ...(isNew ? { fromMs: ms, since: ++this.place } : { fromMs: known.fromMs, since: known.since }),
    };
    this.set.set(terms.path, budget);
    const { used } = this.figures(terms.path, ms);
    for (const one of this.toldNow(budget, ms)) {
      if (used * 100n < BigInt(one.threshold) * budget.limit) one.rearmed = true;
    }
    this.tell(terms.path, ms);
  }

  private toldNow({ path, period, since }: Budget, ms: number): Told[] {
    const [start, end] = bounds(period, ms);
    return this.told.filter((one) => one.path === path && one.place > since && one.ms >= start && one.ms < end);
  }

  private tell(path: string, ms: number): void {
    for (const budget of this.over(path)) {
      const { used } = this.figures(budget.path, ms);
      // Where nothing was used nothing has come to anything, whatever the limit is.
      if (used === 0n) continue;
      const before = this.toldNow(budget, ms).filter(({ rearmed }) => !rearmed);
      for (const threshold of budget.thresholds) {
        if (used * 100n < BigInt(threshold) * budget.limit) continue;
        if (before.some((one) => one.threshold === threshold)) continue;
        this.told.push({ path: budget.path, threshold, ms, place: ++this.place, rearmed: false });
      }
    }
  }

  /** As a budget that was set just now is answered. */
  answer(path: string, ms: number) {
    const { limit, period, onExceed, thresholds, fromMs } = this.set.get(path)!;
    const { used, held, exceeded, remaining } = this.figures(path, ms);
    const [start, end] = bounds(period, ms);
    return {
      ...{ path, limit: tokens(limit), period, onExceed, thresholds: [...thresholds] },
      ...{ used: tokens(used), held: tokens(held), exceeded: tokens(exceeded), remaining: tokens(remaining) },
      periodStart: instant(period === 'total' ? fromMs : start),
      periodEnd: period === 'total' ? null : instant(end),
    };
  }

  /** As `GET /v1/holders/{id}/budgets` lists them, but for the forecast. */
  list(ms: number) {
    return [...this.set.keys()].sort(byLetters).map((path) => {
      const reached = new Map<number, number>();
      for (const one of this.toldNow(this.set.get(path)!, ms)) reached.set(one.threshold, one.ms);
      return {
        ...this.answer(path, ms),
        reached: [...reached]
          .sort(([a], [b]) => a - b)
          .map(([threshold, toldMs]) => ({ threshold, at: instant(toldMs) })),
      };
    });
  }
}

const byLetters = (a: string, b: string): number => (a < b ? -1 : 1);
