/** Holds and budgets of one customer, at instants that a spec chooses. */
import type { LedgerEvent, SetBudget } from '#concepts';
import { formatAmount, parseAmount } from '#domain';
import { GrantDesk } from './grant-desk.js';
import { setBudget } from './world.js';

export class HoldDesk extends GrantDesk {
  hold(amount: string, more: object = {}): string {
    this.order({ type: 'ReserveHold', customer: 'acme', amount: parseAmount(amount), ...more });
    return `0-${this.recorded.findLast(({ event }) => event.type === 'HoldReserved')!.position.height}-0`;
  }

  capture(hold: string, amount: string, more: object = {}): LedgerEvent {
    return this.order({ type: 'CaptureHold', hold, amount: parseAmount(amount), ...more })[0]!;
  }

  /** Sets a ceiling; for the day, and refusing what is beyond, where nothing else is said. */
  budget(path: string, limit: string, terms: Partial<Pick<SetBudget, 'period' | 'onExceed'>> = {}): this {
    this.order(setBudget(path, limit, terms));
    return this;
  }

  /** Used, held, remaining and exceeded, in tokens. */
  ceiling(path: string): string {
    const day = new Date(this.nowMs).toISOString().slice(0, 10);
    const { used, held, remaining, exceeded } = this.state.budgets.find(path, day)!;
    return [used, held, remaining, exceeded].map((one) => formatAmount(one)).join(' ');
  }

  release(hold: string): LedgerEvent {
    return this.order({ type: 'ReleaseHold', hold })[0]!;
  }

  extend(hold: string, more: object): LedgerEvent {
    return this.order({ type: 'ExtendHold', hold, ...more })[0]!;
  }

  /** Available, held, receivable. */
  get funds(): string {
    return [this.available, this.has('customer:acme:held'), this.has('customer:acme:receivable')].join(' ');
  }
}
