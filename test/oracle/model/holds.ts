/** What one customer reserves. */
import { least, tokens } from './amounts.js';
import type { Budgets } from './budgets.js';
import { refuse, type Booking, type Command } from './commands.js';
import type { Debts } from './debts.js';
import type { Grants } from './grants.js';
import { inTokens, presentOpen, type Hold, type Part } from './items.js';

const HOUR = 3_600_000;

export class Holds {
  private readonly byId = new Map<string, Hold>();

  constructor(
    private readonly grants: Grants,
    private readonly debts: Debts,
    private readonly budgets: () => Budgets,
  ) {}

  get all(): Hold[] {
    return [...this.byId.values()];
  }

  find(id: string): Hold {
    return this.byId.get(id) ?? refuse('UNKNOWN_HOLD');
  }

  reserve(command: Extract<Command, { do: 'reserve' }>, { id, ms }: Booking): object {
    const { budget, expiresAt: asked = ms + HOUR, partial = false } = command;
    const expiresAt = endOf(asked, ms);
    const path = this.budgets().pathOf(budget);
    let amount = path === undefined ? command.amount : this.budgets().room(path, command.amount, ms, () => partial);
    if (amount === 0n) refuse('BUDGET_EXCEEDED');
    if (partial) amount = least(amount, this.grants.available);
    if (amount === 0n) refuse('INSUFFICIENT_FUNDS');
    const receipt = this.grants.take(amount);
    this.grants.hold(receipt);
    const hold: Hold = {
      ...{ id, budget, amount, receipt, expiresAt, state: 'open' },
      ...{ captured: 0n, released: 0n, receivable: 0n },
    };
    this.byId.set(id, hold);
    return presentOpen(hold);
  }

  extend({ hold: id, amount = 0n, expiresAt }: Extract<Command, { do: 'extend' }>, nowMs: number): object {
    const hold = this.find(id);
    if (hold.state !== 'open') refuse('HOLD_CLOSED');
    const end = expiresAt === undefined ? hold.expiresAt : endOf(expiresAt, nowMs);
    if (amount > 0n) {
      const path = this.budgets().pathOf(hold.budget);
      if (path !== undefined) this.budgets().room(path, amount, nowMs, () => false);
      const more = this.grants.take(amount);
      this.grants.hold(more);
      hold.receipt.push(...more);
      hold.amount += amount;
    }
    hold.expiresAt = end;
    return presentOpen(hold);
  }

  release(id: string): object {
    const hold = this.find(id);
    if (hold.state !== 'open') refuse('HOLD_CLOSED');
    const back = this.close(hold, 'released');
    if (back.length > 0) this.debts.cover();
    const amount = tokens(hold.amount);
    return { hold: id, state: 'released', amount, released: tokens(hold.released), receipt: inTokens(back) };
  }

  /** Gives back all that a hold did not use. @returns what went back to grants that still pay */
  close(hold: Hold, state: 'captured' | 'released' | 'expired', used: readonly Part[] = []): Part[] {
    hold.state = state;
    const back: Part[] = [];
    hold.receipt.forEach((part, i) => {
      const grant = this.grants.find(part.grant);
      const rest = part.amount - (used[i]?.amount ?? 0n);
      grant.held -= part.amount;
      hold.released += rest;
      if (rest === 0n) return;
      if (grant.end === undefined) {
        grant.remaining += rest;
        back.push({ grant: grant.id, amount: rest });
      } else grant.lapsed += rest;
    });
    return back;
  }
}

/** A hold ends with a full second, after now and within 24 hours. */
function endOf(ms: number, nowMs: number): number {
  if (ms <= nowMs || ms > nowMs + 24 * HOUR) refuse('HOLD_INVALID');
  return Math.ceil(ms / 1_000) * 1_000;
}
