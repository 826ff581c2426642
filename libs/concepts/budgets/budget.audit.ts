/** Budgets: what is counted in them, on which day, and that none is exceeded. */
import { dayAfter1970 } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import type { UsageCharged } from '../usage/charge.js';
import type { CeilingAudit } from '../usage/charging.audit.js';
import type { BudgetEvent, BudgetSet, BudgetThresholdsReached } from './budget.js';

interface AuditedBudget {
  readonly limit: bigint;
  readonly period: string;
  readonly onExceed: string;
  readonly thresholds: readonly number[];
  /** Of the period in which it counts. */
  readonly key: string;
  readonly used: bigint;
  readonly told: readonly number[];
  /** The entry since which it counts. */
  readonly since: Place;
}

/** Whose budgets are meant, and which one is named. */
type Named = Pick<UsageCharged, 'customer' | 'budget'>;
type Counting = Named & Pick<UsageCharged, 'budgeted' | 'corrects'>;

/** A hold: where it reserves, and how much. */
export interface Reserving extends Named {
  readonly amount: bigint;
}

/** What thresholds the event after an entry must tell. */
interface Untold {
  readonly place: Place;
  readonly customer: string;
  readonly path: string;
  readonly reached: string;
}

const DAY_MS = 86_400_000;

/** `acme`, `acme/a`, `acme/a/b`. */
function levelsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.map((_, i) => segments.slice(0, i + 1).join('/'));
}

/**
 * - `BudgetSet`: no postings. `path` begins with `customer`, which is registered as one. `from` is there exactly when no budget stood at `path` or its
 *   `period` was another one, and then is the page's time: nothing is used, and no threshold told. Otherwise both stay; a threshold that was told and
 *   is no longer come to may be told again.
 * - `BudgetThresholdsReached`: no postings.
 *
 * **Periods.** A budget counts by the UTC day of the page's time: a day, an ISO week from Monday, a month, or all days since `from`. With the first day of a
 * new period nothing is used, and no threshold told.
 *
 * **What is held.** An open hold is held at its `budget`, or without it at the path `<customer>`, and at every path above, by what it reserves, in every period and
 * whether or not these are budgets yet. `remaining` of a budget = limit − used − held, at least 0. The `budget` of a `HoldReserved` is a budget of `customer` then; every
 * budget at the hold's path or above it has at least as much remaining as is reserved, or by a `HoldExtended` added, whatever its `onExceed`. For a hold without
 * `budget` this is asked where `<customer>` is a budget, and the same of one that is extended.
 *
 * **Where a charge counts.** Where it settles an open hold that has a `budget`: at that. Else at its own `budget`, which is then a budget of `customer`, or without it at the
 * budget `<customer>` itself, where that is set; otherwise nowhere. `budgeted` is there exactly when it counts, and `budgeted.day` is the day of the page's time;
 * `budgeted.path` is there exactly when it counts elsewhere than at its own `budget` or, without that, `<customer>`: it is where. It counts at that path and at all
 * paths above it that are budgets: _its budgets_. `room` of a budget = remaining, and at the paths at which the hold that it settles is held what that reserves besides. A
 * budget whose `onExceed` is `reject` and at which no such hold is held has room for the charge's `amount`. `within` = the smaller of `amount` and the least room of its
 * budgets; `budgeted.beyond` = amount − within, missing where that is 0. Each of its budgets has used `within` more. Of `amount` the hold and the customer's funds
 * pay at most `within`: what **Charging** says of `amount` as covered holds for `within`, and the receivable is the rest. A `HoldCaptured` counts as a charge that names
 * no budget and settles its hold; one that has ended reserves nothing more, and no budget at its path or above it refuses.
 *
 * **Thresholds.** After a charge or a capture that counts and after a `BudgetSet` some thresholds may be _due_: those of its budgets with used · 100 ≥ threshold · limit and used > 0 that
 * were not told. If there are any, the next event of the shard besides `ReceivablesCovered` is a `BudgetThresholdsReached` in the same page, with the
 * path that was counted at or set, the page's day, and for each budget that has any, from the customer's down: how many segments it has, what it has used, the
 * thresholds ascending. There is none otherwise.
 */
export class BudgetsAudit implements ConceptAudit<BudgetEvent> {
  readonly laws = {
    BUDGET_WRONG:
      'What is used and held of a budget stays within its limit: a charge counts where it must and by its page’s day, a hold reserves no more than every budget over it has left, and what a budget refuses is not charged.',
    THRESHOLD_WRONG: 'Every threshold of a budget is told once a period, in the page of what came to it.',
  };

  readonly ledger: AuditTable<BudgetEvent> = {
    BudgetSet: (event, place) => {
      this.set(event, place);
      return [];
    },
    BudgetThresholdsReached: (event, place) => {
      this.hear(event, place);
      return [];
    },
  };

  readonly takeBack = {
    BudgetSet: (): string => 'a budget is set anew by PUT /v1/budgets/{path}',
  };

  /** What budgets leave of a charge. */
  readonly budgeted: CeilingAudit = {
    beyond: (event, place, amount) =>
      this.count(event, place, amount, event.hold === undefined ? undefined : this.reservedBy(event.hold)),
  };

  private readonly budgets = new Map<string, AuditedBudget>();
  /** By path, whether or not it is a budget. */
  private readonly held = new Map<string, bigint>();
  private untold: Untold | undefined;
  private today = { number: NaN, text: '' };

  /** @param reservedBy what a hold reserves, while it is open */
  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
    private readonly reservedBy: (hold: string) => Reserving | undefined,
  ) {}

  afterEach({ type }: { readonly type: string }, { shard, height, index }: Place): void {
    if (this.untold === undefined || type === 'BudgetThresholdsReached') return;
    const { place } = this.untold;
    const isInPage = shard === place.shard && height === place.height;
    if (isInPage && (index === place.index || type === 'ReceivablesCovered')) return;
    this.wrongUntold();
  }

  check(): void {
    if (this.untold !== undefined) this.wrongUntold();
  }

  /** Of the page's time. */
  get day(): string {
    const number = Math.floor(this.walk.recordedAtMs / DAY_MS);
    if (number !== this.today.number) this.today = { number, text: dayAfter1970(number) };
    return this.today.text;
  }

  /** Two days in one period have one key. */
  private keyOf(period: string, day: string): string {
    if (period === 'total') return '';
    if (period === 'month') return day.slice(0, 7);
    if (period === 'day') return day;
    // Day 4 after 1970-01-01 was a Monday.
    return `${Math.floor(((this.walk.instantOf(`${day}T00:00:00Z`) ?? 0) / DAY_MS - 4) / 7)}`;
  }

  private current(path: string): AuditedBudget | undefined {
    const budget = this.budgets.get(path);
    if (budget === undefined) return undefined;
    const key = this.keyOf(budget.period, this.day);
    return key === budget.key ? budget : { ...budget, key, used: 0n, told: [] };
  }

  private set(event: BudgetSet, place: Place): void {
    const { customer, path, period, onExceed, thresholds, from } = event;
    const known = this.budgets.get(path);
    this.parties.checkRole(customer, 'customer', place);
    if (path.split('/')[0] !== customer) this.wrong(place, `${path} is no budget of ${customer}`);
    const isNew = known?.period !== period;
    const said = from === undefined ? undefined : this.walk.instantOf(from);
    if (said !== (isNew ? this.walk.recordedAtMs : undefined)) {
      this.wrong(place, `${path} counts ${isNew ? 'from now' : 'on'}, not from ${from}`);
    }
    const terms = { limit: BigInt(event.limit), period, onExceed, thresholds };
    const key = this.keyOf(period, this.day);
    if (isNew) this.budgets.set(path, { ...terms, key, used: 0n, told: [], since: place });
    else
      this.budgets.set(path, {
        ...known,
        ...terms,
        told: known.told.filter((one) => isReached(known.used, one, terms)),
      });
    this.expectTold(customer, path, place);
  }

  /** The path that something counts at; undefined: at none. */
  private pathOf({ customer, budget }: Named, place: Place): string | undefined {
    if (budget === undefined) return this.budgets.has(customer) ? customer : undefined;
    if (this.budgets.has(budget) && budget.split('/')[0] === customer) return budget;
    this.wrong(place, `${budget} is no budget of ${customer}`);
    return undefined;
  }

  /** Where a charge counts that takes the place of another one: what it names may be no budget. */
  private pathFor({ customer, budget }: Named): string | undefined {
    if (budget !== undefined && this.budgets.has(budget) && budget.split('/')[0] === customer) return budget;
    return this.budgets.has(customer) ? customer : undefined;
  }

  private leftAt(level: string, budget: AuditedBudget): bigint {
    const left = budget.limit - budget.used - (this.held.get(level) ?? 0n);
    return left > 0n ? left : 0n;
  }

  /** A hold reserves, or reserves more. */
  reserve(hold: Named, amount: bigint, place: Place): void {
    const path = this.pathOf(hold, place);
    for (const level of path === undefined ? [] : levelsOf(path)) {
      const current = this.current(level);
      if (current === undefined) continue;
      const left = this.leftAt(level, current);
      if (amount > left) this.wrong(place, `the budget ${level} has ${left} left, and a hold reserves ${amount}`);
    }
    this.hold(hold, amount);
  }

  /** What a hold reserves is held at its path, or at its customer's own, and above it. Negative: it is settled. */
  hold({ customer, budget }: Named, amount: bigint): void {
    for (const level of levelsOf(budget ?? customer)) this.held.set(level, (this.held.get(level) ?? 0n) + amount);
  }

  /**
   * Counts a charge, or what is taken by a hold without usage.
   *
   * @param settled the hold that it settles
   * @returns how much of it must be owed
   */
  count(event: Counting, place: Place, amount: bigint, settled: Reserving | undefined): bigint {
    const { customer, budgeted } = event;
    const isCorrection = event.corrects !== undefined;
    const path = settled?.budget ?? (isCorrection ? this.pathFor(event) : this.pathOf(event, place));
    if (path === undefined) {
      if (budgeted !== undefined) this.wrong(place, `${customer} has no budget in which it counts`);
      return 0n;
    }
    const within = this.roomFor(path, amount, settled, isCorrection ? undefined : place);
    const beyond = amount - within;
    const named = event.budget ?? customer;
    const said = [budgeted?.day, budgeted?.beyond ?? '0', budgeted?.path ?? named, budgeted?.path === named].join(' ');
    if (said !== [this.day, beyond, path, false].join(' ')) {
      this.wrong(
        place,
        `it counts at ${path} on ${this.day} with ${beyond} beyond; it says ${JSON.stringify(budgeted)}`,
      );
    }
    this.use(path, within);
    this.expectTold(customer, path, place);
    return beyond;
  }

  /** @param place of what may be refused; undefined: nothing is */
  private roomFor(path: string, amount: bigint, settled: Reserving | undefined, place: Place | undefined): bigint {
    const reserved = new Set(settled === undefined ? [] : levelsOf(settled.budget ?? settled.customer));
    let within = amount;
    for (const level of levelsOf(path)) {
      const current = this.current(level);
      if (current === undefined) continue;
      const left = this.leftAt(level, current) + (reserved.has(level) ? settled!.amount : 0n);
      if (place !== undefined && amount > left && current.onExceed === 'reject' && !reserved.has(level)) {
        this.wrong(place, `the budget ${level} has ${left} left and refuses ${amount}`);
      }
      if (left < within) within = left;
    }
    return within;
  }

  /** What counts once more does so today: what its budgets have no room for is owed. @returns how much that is */
  countAgain(customer: string, path: string, amount: bigint, place: Place): bigint {
    let within = amount;
    for (const level of levelsOf(path)) {
      const current = this.current(level);
      if (current === undefined) continue;
      const left = this.leftAt(level, current);
      if (left < within) within = left;
    }
    this.use(path, within);
    this.expectTold(customer, path, place);
    return amount - within;
  }

  private use(path: string, amount: bigint): void {
    for (const level of levelsOf(path)) {
      const current = this.current(level);
      if (current !== undefined) this.budgets.set(level, { ...current, used: current.used + amount });
    }
  }

  /** What a reversal takes back counts no more in the period in which it was counted. @param counted the entry that did */
  uncount(path: string, day: string, used: bigint, counted: Place): void {
    for (const level of levelsOf(path)) {
      const budget = this.budgets.get(level);
      if (budget === undefined || budget.key !== this.keyOf(budget.period, day) || !isBefore(budget.since, counted))
        continue;
      this.budgets.set(level, { ...budget, used: budget.used - used });
    }
  }

  /** What the next event must tell. */
  private expectTold(customer: string, path: string, place: Place): void {
    const reached = levelsOf(path).flatMap((level, i) => {
      const current = this.current(level);
      const due = current?.thresholds.filter(
        (one) => isReached(current.used, one, current) && !current.told.includes(one),
      );
      return due === undefined || due.length === 0 ? [] : [{ level: i + 1, used: `${current!.used}`, thresholds: due }];
    });
    if (reached.length > 0) this.untold = { place, customer, path, reached: JSON.stringify(reached) };
  }

  private hear({ customer, path, day, reached }: BudgetThresholdsReached, place: Place): void {
    const { untold } = this;
    this.untold = undefined;
    const said = JSON.stringify(reached.map(({ level, used, thresholds }) => ({ level, used, thresholds })));
    const isDue =
      untold?.place.shard === place.shard &&
      untold.place.height === place.height &&
      [untold.customer, untold.path, untold.reached, this.day].join('\n') === [customer, path, said, day].join('\n');
    if (!isDue) this.walk.find('THRESHOLD_WRONG', place, `${untold?.reached ?? 'nothing'} is due, and ${said} is told`);
    const levels = levelsOf(path);
    for (const { level, thresholds } of reached) {
      const name = levels[level - 1] ?? '';
      const current = this.current(name);
      if (current !== undefined) this.budgets.set(name, { ...current, told: [...current.told, ...thresholds] });
    }
  }

  private wrongUntold(): void {
    const { place, reached, path } = this.untold!;
    this.untold = undefined;
    this.walk.find('THRESHOLD_WRONG', place, `${reached} of ${path} is due, and the next event tells nothing`);
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('BUDGET_WRONG', place, detail);
  }
}

function isBefore(one: Place, other: Place): boolean {
  return one.height < other.height || (one.height === other.height && (one.index ?? 0) < (other.index ?? 0));
}

function isReached(used: bigint, threshold: number, { limit }: { readonly limit: bigint }): boolean {
  return used > 0n && used * 100n >= BigInt(threshold) * limit;
}
