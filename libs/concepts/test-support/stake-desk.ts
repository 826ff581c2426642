/** Stakes of holders of one shard, at instants that a spec chooses. */
import type { LedgerCommand, LedgerEvent, LedgerState } from '#concepts';
import { formatAmount, parseAmount } from '#domain';
import { DUE_LEDGER, WORK_LEDGER } from '../ledger.js';
import { actingShard, finishLeft } from './acting.js';
import { GrantDesk } from './grant-desk.js';

/** Of `acme`, unless a holder is named; `bolt` finds its faults. */
export class StakeDesk extends GrantDesk {
  stake(amount: string, holder = 'acme'): LedgerEvent {
    return this.order({ type: 'StakeTokens', holder, amount: parseAmount(amount) })[0]!;
  }

  /** @returns the unbonding */
  unstake(amount: string, holder = 'acme'): string {
    this.order({ type: 'UnstakeTokens', holder, amount: parseAmount(amount) });
    return `0-${this.recorded.length}-0`;
  }

  slash(amount: string, more: object = {}): LedgerEvent {
    const command = { type: 'SlashStake', holder: 'acme', amount: parseAmount(amount), reason: 'a fault', ...more };
    return this.order(command)[0]!;
  }

  /** Does what commands left to be done. */
  sweep(): this {
    const acting = [actingShard<LedgerState, LedgerCommand>(this.state, DUE_LEDGER, WORK_LEDGER)];
    const stamp = () => new Date(this.nowMs).toISOString();
    for (const { command } of finishLeft(acting, 0, stamp)) this.decide(command as LedgerCommand);
    return this;
  }

  /** Available, staked, unbonding. */
  stakes(holder = 'acme'): string {
    return ['available', 'staked', 'unbonding'].map((name) => this.has(`customer:${holder}:${name}`)).join(' ');
  }

  get supply(): string {
    return formatAmount(-this.state.balance('issuance'));
  }
}
