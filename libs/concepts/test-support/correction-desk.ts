/** Usage of one shard and its corrections, at instants that a spec chooses. */
import type { LedgerEvent, RerateOutcome } from '#concepts';
import { entryId } from '#domain';
import type { EntryReversed } from '../reversals/reversal-events.js';
import type { UsageCharged } from '../usage/charge.js';
import { correctionOf, readCharge } from './correcting.js';
import { ReversalDesk } from './reversal-desk.js';
import { report } from './world.js';

export class CorrectionDesk extends ReversalDesk {
  /** The newest charge of an id. */
  charge(id: string): UsageCharged {
    return this.recorded.find(({ position }) => entryId(position) === this.chargeOf(id))!.event as UsageCharged;
  }

  void(id: string): EntryReversed {
    return this.order(correctionOf(this.state, this.read, this.chargeOf(id)))[0] as EntryReversed;
  }

  /** Replaces a usage by one of so many tokens. @returns what was recorded */
  replace(id: string, tokens: number, more: object = {}): LedgerEvent[] {
    const body = report({ id, meters: { input_tokens: `${tokens * 500}` }, ...more });
    return this.order(correctionOf(this.state, this.read, this.chargeOf(id), body));
  }

  rerate(id: string, priceBook: number): RerateOutcome['result'] {
    const asked = { type: 'RerateUsage', ...readCharge(this.state, this.read, this.chargeOf(id)), priceBook };
    return (this.run({ ...asked, reason: 'a wrong price' }) as RerateOutcome).result;
  }

  private readonly read = (wanted: string) => this.recorded.find(({ position }) => entryId(position) === wanted)!;

  private chargeOf(id: string): string {
    const isIts = (event: LedgerEvent) => event.type === 'UsageCharged' && event.usage.id === id;
    return entryId(this.recorded.findLast(({ event }) => isIts(event))!.position);
  }
}
