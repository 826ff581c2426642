/** Entries of one shard and their reversals, at instants that a spec chooses. */
import type { LedgerEvent } from '#concepts';
import { entryId } from '#domain';
import type { EntryRestored, EntryReversed } from '../reversals/reversal-events.js';
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
