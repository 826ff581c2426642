/** One customer's grants, holds and budgets as simply as can be: nothing is summed up, everything is looked for every time. */
import type { SetBudget } from '#concepts';

export const OWNER = 'acme';

export interface ModelledGrant {
  readonly id: string;
  readonly priority: number;
  /** Hours after the first instant. */
  readonly ends: number;
  readonly amount: bigint;
  used: bigint;
  remaining: bigint;
  lapsed: bigint;
  end: 'expired' | 'voided' | undefined;
}

export interface ModelledHold {
  readonly id: string;
  readonly path: string | undefined;
  ends: number;
  parts: { readonly grant: ModelledGrant; readonly amount: bigint }[];
  state: 'open' | 'captured' | 'released' | 'expired';
}

type Terms = Pick<SetBudget, 'period' | 'onExceed'> & { readonly limit: bigint };

interface ModelledBudget extends Terms {
  /** How much had been counted when it began to count. */
  readonly since: number;
}

interface Counted {
  readonly path: string;
  readonly day: Date;
  readonly used: bigint;
  readonly exceeded: bigint;
}

/** Why something is refused: a code. */
export class Refused extends Error {}

const sum = <One>(list: readonly One[], of: (one: One) => bigint): bigint =>
  list.reduce((total, one) => total + of(one), 0n);
const least = (...amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));
const isIn = (path: string, budget: string): boolean => `${path}/`.startsWith(`${budget}/`);

export const amountOf = ({ parts }: ModelledHold): bigint => sum(parts, ({ amount }) => amount);

export class PrepaidModel {
  readonly grants: ModelledGrant[] = [];
  readonly holds: ModelledHold[] = [];
  readonly budgets = new Map<string, ModelledBudget>();
  private readonly counted: Counted[] = [];
  owed = 0n;
  now = 0;

  /** @param startMs the instant from which hours count */
  constructor(private readonly startMs: number) {}

  private get active(): ModelledGrant[] {
    return this.grants
      .filter(({ end, remaining }) => end === undefined && remaining > 0n)
      .sort((a, b) => a.priority - b.priority || (a.ends === b.ends ? 0 : a.ends - b.ends));
  }

  get available(): bigint {
    return sum(this.active, ({ remaining }) => remaining);
  }

  get open(): ModelledHold[] {
    return this.holds.filter(({ state }) => state === 'open');
  }

  heldOf(grant: ModelledGrant): bigint {
    return sum(
      this.open.flatMap(({ parts }) => parts.filter((part) => part.grant === grant)),
      ({ amount }) => amount,
    );
  }

  stateOf(grant: ModelledGrant): string {
    if (grant.end !== undefined) return grant.end;
    return grant.remaining === 0n && this.heldOf(grant) === 0n ? 'spent' : 'active';
  }

  private get today(): Date {
    return new Date(this.startMs + this.now * 3_600_000);
  }

  /** What a budget comes to now: used, held, exceeded, and what is left, which may be less than nothing. */
  figures(path: string) {
    const budget = this.budgets.get(path)!;
    const today = nameOf(budget.period, this.today);
    const mine = this.counted
      .slice(budget.since)
      .filter((one) => isIn(one.path, path) && nameOf(budget.period, one.day) === today);
    const used = sum(mine, (one) => one.used);
    const held = sum(
      this.open.filter((hold) => isIn(hold.path ?? OWNER, path)),
      amountOf,
    );
    return { used, held, exceeded: sum(mine, ({ exceeded }) => exceeded), left: budget.limit - used - held };
  }

  private over(path: string): [string, ModelledBudget][] {
    return [...this.budgets].filter(([name]) => isIn(path, name));
  }

  private pathOf(named: string | undefined): string | undefined {
    if (named === undefined) return this.budgets.has(OWNER) ? OWNER : undefined;
    if (!this.budgets.has(named)) throw new Refused('UNKNOWN_BUDGET');
    return named;
  }

  put(path: string, terms: Terms): void {
    const known = this.budgets.get(path);
    this.budgets.set(path, { ...terms, since: known?.period === terms.period ? known.since : this.counted.length });
  }

  give(grant: Pick<ModelledGrant, 'id' | 'priority' | 'ends' | 'amount'>): void {
    this.grants.push({ ...grant, used: 0n, remaining: grant.amount, lapsed: 0n, end: undefined });
    this.cover();
  }

  void(grant: ModelledGrant): void {
    if (this.stateOf(grant) !== 'active') throw new Refused('GRANT_CLOSED');
    this.end(grant, 'voided');
  }

  private end(grant: ModelledGrant, how: 'expired' | 'voided'): void {
    grant.lapsed += grant.remaining;
    grant.remaining = 0n;
    grant.end = how;
  }

  private take(amount: bigint, use: (grant: ModelledGrant, part: bigint) => void): void {
    let wanted = amount;
    for (const grant of this.active) {
      const part = least(grant.remaining, wanted);
      if (part === 0n) continue;
      grant.remaining -= part;
      use(grant, part);
      wanted -= part;
    }
    if (wanted !== 0n) throw new Error(`${wanted} are not there`);
  }

  private pay(amount: bigint): void {
    this.take(amount, (grant, part) => (grant.used += part));
  }

  private cover(): void {
    const covered = least(this.owed, this.available);
    this.pay(covered);
    this.owed -= covered;
  }

  /** How much may be held of what is asked for. */
  private room(path: string | undefined, amount: bigint, isPartial: boolean): bigint {
    const at = this.pathOf(path);
    const lefts = at === undefined ? [] : this.over(at).map(([name]) => this.figures(name).left);
    const room = least(amount, ...lefts);
    if (room <= 0n || (room < amount && !isPartial)) throw new Refused('BUDGET_EXCEEDED');
    const there = least(room, this.available);
    if (there === 0n || (there < room && !isPartial)) throw new Refused('INSUFFICIENT_FUNDS');
    return there;
  }

  reserve(
    asked: { readonly amount: bigint; readonly path: string | undefined; readonly isPartial: boolean },
    ends: number,
  ) {
    const { path } = asked;
    const hold: ModelledHold = { id: '', path, ends, parts: [], state: 'open' };
    this.take(this.room(path, asked.amount, asked.isPartial), (grant, amount) => hold.parts.push({ grant, amount }));
    return (id: string): void => {
      this.holds.push({ ...hold, id });
    };
  }

  extend(hold: ModelledHold, added: bigint, ends: number): void {
    if (hold.state !== 'open') throw new Refused('HOLD_CLOSED');
    this.take(this.room(hold.path, added, false), (grant, amount) => hold.parts.push({ grant, amount }));
    hold.ends = ends;
  }

  /** Ends a hold of which so much is used; the rest goes back to its grants, or where the rest of those went. */
  private settle(hold: ModelledHold, how: ModelledHold['state'], used: bigint): void {
    let left = used;
    for (const { grant, amount } of hold.parts) {
      const part = least(left, amount);
      left -= part;
      grant.used += part;
      if (grant.end === undefined) grant.remaining += amount - part;
      else grant.lapsed += amount - part;
    }
    hold.state = how;
  }

  release(hold: ModelledHold): void {
    if (hold.state !== 'open') throw new Refused('HOLD_CLOSED');
    this.settle(hold, 'released', 0n);
    this.cover();
  }

  capture(hold: ModelledHold, amount: bigint): void {
    if (hold.state === 'captured' || hold.state === 'released') throw new Refused('HOLD_CLOSED');
    this.charge(amount, undefined, hold);
    hold.state = 'captured';
  }

  use(amount: bigint, path?: string, hold?: ModelledHold): void {
    this.charge(amount, path, hold?.state === 'open' ? hold : undefined);
  }

  private charge(amount: bigint, named: string | undefined, hold: ModelledHold | undefined): void {
    const reserved = hold?.state === 'open' ? amountOf(hold) : 0n;
    const path = hold?.path ?? this.pathOf(named);
    let within = amount;
    for (const [name, { onExceed }] of path === undefined ? [] : this.over(path)) {
      const isHeld = hold !== undefined && isIn(hold.path ?? OWNER, name);
      const left = this.figures(name).left;
      const room = (left > 0n ? left : 0n) + (isHeld ? reserved : 0n);
      if (room < amount && onExceed === 'reject' && !isHeld) throw new Refused('BUDGET_EXCEEDED');
      within = least(within, room);
    }
    if (path !== undefined) this.counted.push({ path, day: this.today, used: within, exceeded: amount - within });
    const byHold = least(reserved, within);
    const byGrants = least(within - byHold, this.available);
    this.pay(byGrants);
    if (hold?.state === 'open') this.settle(hold, 'captured', byHold);
    this.owed += amount - byHold - byGrants;
    if (byHold < reserved) this.cover();
  }

  /** Everything that ends up to an instant, holds before grants. */
  passTo(hours: number): void {
    const ends = [...this.holds.map((hold) => ({ hold })), ...this.grants.map((grant) => ({ grant }))]
      .map((one) => ('hold' in one ? { ...one, when: one.hold.ends } : { ...one, when: one.grant.ends }))
      .filter(({ when }) => when <= hours)
      .sort((a, b) => a.when - b.when || Number('grant' in a) - Number('grant' in b));
    for (const one of ends) {
      if ('hold' in one) {
        if (one.hold.state !== 'open') continue;
        this.settle(one.hold, 'expired', 0n);
        this.cover();
      } else if (this.stateOf(one.grant) === 'active') this.end(one.grant, 'expired');
    }
    this.now = hours;
  }
}

/** Two days of one period have one name. */
function nameOf(period: string, day: Date): string {
  const text = day.toISOString();
  if (period === 'total') return '';
  if (period === 'month') return text.slice(0, 7);
  if (period === 'day') return text.slice(0, 10);
  const monday = new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000);
  return monday.toISOString().slice(0, 10);
}
