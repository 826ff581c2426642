/** What a shard keeps of budgets, and how what is used, held and given back changes it. */
import { UndoableMap, type DayText, type EntryPosition, type InstantText, type UndoLog } from '#domain';
import { periodAt, type BudgetPeriod } from './period.js';

/** What becomes of usage beyond the ceiling: it is refused, or its part beyond is owed. */
export const ON_EXCEED = ['reject', 'receivable'] as const;
export type OnExceed = (typeof ON_EXCEED)[number];

/** How a budget is set. Amounts are atto-tokens. */
export interface BudgetTerms {
  readonly limit: bigint;
  readonly period: BudgetPeriod;
  readonly onExceed: OnExceed;
  /** Per cent of the limit at which it is told, ascending. */
  readonly thresholds: readonly number[];
}

/** A ceiling over everything that counts at its path or below it. */
export interface Budget extends BudgetTerms {
  readonly path: string;
  /** When it began to count, and the entry since which it does. */
  readonly from: InstantText;
  readonly since: EntryPosition;
  /** The days of the period in which `used`, `exceeded` and `reached` count; a later day begins a new one. */
  readonly start: DayText;
  readonly end: DayText;
  readonly used: bigint;
  /** What was owed instead of used. */
  readonly exceeded: bigint;
  /** Thresholds that were told. */
  readonly reached: readonly number[];
}

/** A budget with what every charge asks of it. */
interface Kept {
  readonly budget: Budget;
  /** Its path and those above it, from the customer's down. */
  readonly levels: readonly string[];
  /** So much used is the next threshold that will be told; undefined: none is left. */
  readonly nextAt: bigint | undefined;
}

/** What a budget comes to on a day. Atto-tokens; `end` is `NO_END` for one that counts in total. */
export interface BudgetFigures extends Budget {
  readonly held: bigint;
  /** Zero where a lowered limit lies below what is used and held. */
  readonly remaining: bigint;
}

/** What counts in a budget, and on which day it was booked. */
export interface Counting {
  readonly path: string;
  readonly day: DayText;
  /** Atto-tokens within the ceiling, and beyond it. */
  readonly used: bigint;
  readonly exceeded: bigint;
}

/** Budgets by their path, and what is held at each path and below it. */
export class BudgetsPart {
  private readonly byPath: UndoableMap<string, Kept>;
  /** Of open holds, for every path that one of them names and each above it, whether or not it is a budget. */
  private readonly heldAt: UndoableMap<string, bigint>;

  constructor(undo: UndoLog) {
    this.byPath = new UndoableMap(undo);
    this.heldAt = new UndoableMap(undo);
  }

  has(path: string): boolean {
    return this.byPath.has(path);
  }

  /** A budget as it was last counted. */
  get(path: string): Budget | undefined {
    return this.byPath.get(path)?.budget;
  }

  /** A budget with the period that a day lies in. */
  find(path: string, day: DayText): BudgetFigures | undefined {
    const budget = this.get(path);
    return budget === undefined ? undefined : this.figuresOf(budget, day);
  }

  /** Whether every budget over a path has so much left, whatever settles it. */
  haveRoom(path: string, amount: bigint, day: DayText): boolean {
    for (const level of this.levelsOf(path)) {
      const budget = this.byPath.get(level)?.budget;
      if (budget === undefined) continue;
      const used = day < budget.end ? budget.used : 0n;
      if (used + (this.heldAt.get(level) ?? 0n) + amount > budget.limit) return false;
    }
    return true;
  }

  /** Whether what is used of some budget over a path has come to a threshold that was not told. */
  haveReached(path: string, day: DayText): boolean {
    for (const level of this.levelsOf(path)) {
      const kept = this.byPath.get(level);
      // Of a period that begins on this day nothing is used.
      if (kept?.nextAt !== undefined && kept.budget.used >= kept.nextAt && day < kept.budget.end) return true;
    }
    return false;
  }

  /** The budgets over a path, the path's own among them, from the customer's down. */
  *over(path: string, day: DayText): Iterable<BudgetFigures> {
    for (const level of this.levelsOf(path)) {
      const budget = this.get(level);
      if (budget !== undefined) yield this.figuresOf(budget, day);
    }
  }

  private figuresOf(budget: Budget, day: DayText): BudgetFigures {
    const current = inPeriodOf(budget, day);
    const held = this.heldAt.get(budget.path) ?? 0n;
    const left = current.limit - current.used - held;
    return { ...current, held, remaining: left > 0n ? left : 0n };
  }

  set(budget: Budget): void {
    this.byPath.set(budget.path, { budget, levels: [...levelsOf(budget.path)], nextAt: nextThreshold(budget) });
  }

  /** Counts what was booked. */
  count({ path, day, used, exceeded }: Counting): void {
    for (const level of this.levelsOf(path)) {
      const kept = this.byPath.get(level);
      if (kept === undefined) continue;
      const current = inPeriodOf(kept.budget, day);
      const budget = { ...current, used: current.used + used, exceeded: current.exceeded + exceeded };
      if (current === kept.budget) this.byPath.set(level, { budget, levels: kept.levels, nextAt: kept.nextAt });
      else this.set(budget);
    }
  }

  /**
   * Takes back what an entry counted, in the period in which it counted: the ceiling of another one stays as it is, and so
   * does a budget that began to count later.
   */
  uncount({ path, day, used, exceeded }: Counting, counted: EntryPosition): void {
    for (const level of this.levelsOf(path)) {
      const budget = this.get(level);
      if (budget === undefined || !isBefore(budget.since, counted) || day < budget.start || day >= budget.end) continue;
      this.set({ ...budget, used: budget.used - used, exceeded: budget.exceeded - exceeded });
    }
  }

  /** Notes that thresholds were told. */
  tell(path: string, thresholds: readonly number[], day: DayText): void {
    const current = inPeriodOf(this.get(path)!, day);
    this.set({ ...current, reached: [...current.reached, ...thresholds] });
  }

  /** An open hold counts at its path and above it, in whichever period it is, until it is settled. Negative: it is given back. */
  hold(path: string, amount: bigint): void {
    for (const level of this.levelsOf(path)) {
      const held = (this.heldAt.get(level) ?? 0n) + amount;
      if (held < 0n) throw new Error(`more is given back at ${level} than was held`);
      if (held === 0n) this.heldAt.delete(level);
      else this.heldAt.set(level, held);
    }
  }

  private levelsOf(path: string): readonly string[] {
    return this.byPath.get(path)?.levels ?? [...levelsOf(path)];
  }
}

export interface BudgetsState {
  readonly budgets: BudgetsPart;
}

/** `acme`, `acme/research`, `acme/research/key-7` of the last one. */
export function* levelsOf(path: string): Iterable<string> {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) yield path.slice(0, end);
  yield path;
}

/** Whether a path is another one, or lies below it. */
export function isAtOrBelow(path: string, other: string): boolean {
  return path.startsWith(other) && (path.length === other.length || path[other.length] === '/');
}

/** A budget as it counts on a day: a new period begins with nothing used. */
function inPeriodOf(budget: Budget, day: DayText): Budget {
  return day < budget.end
    ? budget
    : { ...budget, ...periodAt(budget.period, day), used: 0n, exceeded: 0n, reached: [] };
}

function isBefore(one: EntryPosition, other: EntryPosition): boolean {
  return one.height < other.height || (one.height === other.height && one.index < other.index);
}

/** How much used is the lowest threshold that was not told: as {@link thresholdsAt} has it, never nothing. */
function nextThreshold({ limit, thresholds, reached }: Budget): bigint | undefined {
  const next = thresholds.find((threshold) => !reached.includes(threshold));
  if (next === undefined) return undefined;
  const used = (BigInt(next) * limit + 99n) / 100n;
  return used === 0n ? 1n : used;
}

/** Thresholds that what is used has come to. Nothing used has come to none, whatever the limit is. */
export function thresholdsAt({ limit, used, thresholds }: Pick<Budget, 'limit' | 'used' | 'thresholds'>): number[] {
  return used === 0n ? [] : thresholds.filter((threshold) => used * 100n >= BigInt(threshold) * limit);
}
