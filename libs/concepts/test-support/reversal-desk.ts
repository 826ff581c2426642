/** Entries of one shard and their reversals, at instants that a spec chooses. */
import type { LedgerEvent } from '#concepts';
import { entryId } from '#domain';
import type { EntryRestored, EntryReversed } from '../reversals/reversal-events.js';
import { sharesOf } from '../grants/burn-order.js';
import { HoldDesk } from './hold-desk.js';
import { reversalOf } from './reversing.js';

export class ReversalDesk extends HoldDesk {
  /** The id of the last entry of a type. */
  last(type: LedgerEvent['type']): string {
    return entryId(this.recorded.findLast(({ event }) => event.type === type)!.position);
  }

  reverse(id: string): EntryReversed {
    return this.undo(id) as EntryReversed;
  }

  /** Reverses the last reversal. */
  restore(): EntryRestored {
    return this.undo(this.last('EntryReversed')) as EntryRestored;
  }

  private undo(id: string): LedgerEvent {
    const read = (wanted: string) => this.recorded.find(({ position }) => entryId(position) === wanted)!;
    return this.order(reversalOf(this.state, read, id))[0]!;
  }
}

/** All that a customer has and owes, whatever the entries are called that made it. */
export function standing({ state }: ReversalDesk) {
  const balances = [...state.balances].filter(([, balance]) => balance !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    balances,
    grants: ['acme', 'bolt'].map((holder) =>
      [...sharesOf(state, holder)].map(({ grant: { kind, priority }, remaining }) => ({ kind, priority, remaining })),
    ),
    owed: [...state.receivables.open('acme')].map(({ amount, shares }) => ({ amount, shares })),
    budget: state.budgets.find('acme', '2026-11-22')?.used,
  };
}
