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

/** A path at which there is a budget or something is held, or one above it. What every charge asks stands here by itself. */
class Level {
  /** Its own path's and those above it, from the customer's down: looked up once. */
  readonly chain: readonly Level[];
  /** Of open holds that name it or a path below it, whether or not it is a budget. Atto-tokens. */
  held = 0n;
  private known: Omit<Budget, 'used' | 'exceeded'> | undefined;
  limit = 0n;
  end: DayText = '';
  used = 0n;
  exceeded = 0n;
  /** So much used is the next threshold that will be told; undefined: none is left. */
  nextAt: bigint | undefined;

  constructor(
    readonly path: string,
    above: readonly Level[],
  ) {
    this.chain = [...above, this];
  }

  get isBudget(): boolean {
    return this.known !== undefined;
  }

  get budget(): Budget | undefined {
    return this.known === undefined ? undefined : { ...this.known, used: this.used, exceeded: this.exceeded };
  }

  set budget(budget: Budget | undefined) {
    const { used = 0n, exceeded = 0n, ...known } = budget ?? {};
    this.known = budget === undefined ? undefined : (known as Omit<Budget, 'used' | 'exceeded'>);
    this.limit = budget?.limit ?? 0n;
    this.end = budget?.end ?? '';
    this.used = used;
    this.exceeded = exceeded;
    this.nextAt = budget === undefined ? undefined : nextThreshold(budget);
  }
}

/** Budgets by their path, and what is held at each path and below it. */
export class BudgetsPart {
  private readonly levels: UndoableMap<string, Level>;

  constructor(private readonly undo: UndoLog) {
    this.levels = new UndoableMap(undo);
  }

  has(path: string): boolean {
    return this.levels.get(path)?.isBudget === true;
  }

  /** A budget as it was last counted. */
  get(path: string): Budget | undefined {
    return this.levels.get(path)?.budget;
  }

  /** A budget with the period that a day lies in. */
  find(path: string, day: DayText): BudgetFigures | undefined {
    const level = this.levels.get(path);
    return level?.isBudget === true ? figuresOf(level, day) : undefined;
  }

  /** Whether every budget over a path has so much left, whatever settles it. */
  haveRoom(path: string, amount: bigint, day: DayText): boolean {
    for (const level of this.chainOf(path)) {
      if (!level.isBudget) continue;
      const used = day < level.end ? level.used : 0n;
      if (used + level.held + amount > level.limit) return false;
    }
    return true;
  }

  /** Whether what is used of some budget over a path has come to a threshold that was not told. */
  haveReached(path: string, day: DayText): boolean {
    for (const { nextAt, used, end } of this.chainOf(path)) {
      // Of a period that begins on this day nothing is used.
      if (nextAt !== undefined && used >= nextAt && day < end) return true;
    }
    return false;
  }

  /** The budgets over a path, the path's own among them, from the customer's down. */
  *over(path: string, day: DayText): Iterable<BudgetFigures> {
    for (const level of this.chainOf(path)) if (level.isBudget) yield figuresOf(level, day);
  }

  set(budget: Budget): void {
    const level = this.levelAt(budget.path);
    const before = level.budget;
    level.budget = budget;
    this.undo.onRollback(() => {
      level.budget = before;
    });
  }

  /** Counts what was booked. */
  count({ path, day, used, exceeded }: Counting): void {
    const chain = this.chainOf(path);
    for (const level of chain) {
      if (level.isBudget && day >= level.end) this.set(inPeriodOf(level.budget!, day));
    }
    this.add(chain, used, exceeded);
  }

  /**
   * Takes back what an entry counted, in the period in which it counted: the ceiling of another one stays as it is, and so
   * does a budget that began to count later.
   */
  uncount({ path, day, used, exceeded }: Counting, counted: EntryPosition): void {
    const levels = this.chainOf(path).filter(({ budget }) => {
      return budget !== undefined && isBefore(budget.since, counted) && day >= budget.start && day < budget.end;
    });
    this.add(levels, -used, -exceeded);
  }

  /** Notes that thresholds were told. */
  tell(path: string, thresholds: readonly number[], day: DayText): void {
    const current = inPeriodOf(this.get(path)!, day);
    this.set({ ...current, reached: [...current.reached, ...thresholds] });
  }

  /** An open hold counts at its path and above it, in whichever period it is, until it is settled. Negative: it is given back. */
  hold(path: string, amount: bigint): void {
    const { chain } = this.levelAt(path);
    for (const { held, path: level } of chain) {
      if (held + amount < 0n) throw new Error(`more is given back at ${level} than was held`);
    }
    for (const level of chain) level.held += amount;
    this.undo.onRollback(() => {
      for (const level of chain) level.held -= amount;
    });
  }

  private add(levels: readonly Level[], used: bigint, exceeded: bigint): void {
    addTo(levels, used, exceeded);
    // Whatever came later was taken back before: the same levels are budgets.
    this.undo.onRollback(() => {
      addTo(levels, -used, -exceeded);
    });
  }

  private chainOf(path: string): readonly Level[] {
    return this.levels.get(path)?.chain ?? [...levelsOf(path)].flatMap((level) => this.levels.get(level) ?? []);
  }

  private levelAt(path: string): Level {
    const known = this.levels.get(path);
    if (known !== undefined) return known;
    const end = path.lastIndexOf('/');
    const level = new Level(path, end === -1 ? [] : this.levelAt(path.slice(0, end)).chain);
    this.levels.set(path, level);
    return level;
  }
}

function addTo(levels: readonly Level[], used: bigint, exceeded: bigint): void {
  for (const level of levels) {
    if (!level.isBudget) continue;
    level.used += used;
    if (exceeded !== 0n) level.exceeded += exceeded;
  }
}

function figuresOf({ budget, held }: Level, day: DayText): BudgetFigures {
  const current = inPeriodOf(budget!, day);
  const left = current.limit - current.used - held;
  return { ...current, held, remaining: left > 0n ? left : 0n };
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
function nextThreshold({
  limit,
  thresholds,
  reached,
}: Pick<Budget, 'limit' | 'thresholds' | 'reached'>): bigint | undefined {
  const next = thresholds.find((threshold) => !reached.includes(threshold));
  if (next === undefined) return undefined;
  const used = (BigInt(next) * limit + 99n) / 100n;
  return used === 0n ? 1n : used;
}

/** Thresholds that what is used has come to. Nothing used has come to none, whatever the limit is. */
export function thresholdsAt({ limit, used, thresholds }: Pick<Budget, 'limit' | 'used' | 'thresholds'>): number[] {
  return used === 0n ? [] : thresholds.filter((threshold) => used * 100n >= BigInt(threshold) * limit);
}
