/** Usage of one customer that was reported wrongly: it is void, or another one takes its place. */
import { sum, tokens } from './amounts.js';
import type { Charges } from './charges.js';
import { refuse, type Booking, type Use } from './commands.js';
import type { Reversals } from './reversals.js';

export class Corrections {
  constructor(
    private readonly charges: Charges,
    private readonly reversals: Reversals,
  ) {}

  /** What stands of a usage. */
  private standing(usage: string): string {
    const { newest } = this.charges.uses.get(usage) ?? refuse('UNKNOWN_USAGE');
    const { entry, stands } = this.reversals.newestOf(newest.id);
    if (!stands) refuse('ALREADY_VOIDED');
    return entry;
  }

  cancel(usage: string, reversal: Booking): object {
    const corrected = this.standing(usage);
    const voided = this.reversals.takeChargeBack(corrected, reversal, false);
    return { corrected, reversal: reversal.id, voided: tokens(voided) };
  }

  /** @param booking of the new charge; what takes the old one back stands before it in its page */
  replace(by: Use, reversal: Booking, booking: Booking): object {
    const corrected = this.standing(by.id);
    let voided = 0n;
    const takeBack = (): void => {
      voided = this.reversals.takeChargeBack(corrected, reversal, true);
    };
    const { amount, receivable } = this.charges.replace(by, takeBack, booking);
    return {
      ...{ corrected, reversal: reversal.id, voided: tokens(voided), amount: tokens(amount) },
      ...(receivable === 0n ? {} : { receivable: tokens(receivable) }),
    };
  }

  /** What usage cost that was booked later than an instant, as far as it stands. */
  spentAfter(ms: number): bigint {
    const standing = [...this.charges.uses.values()].filter(
      ({ newest }) => newest.ms > ms && this.reversals.newestOf(newest.id).stands,
    );
    return sum(standing.map(({ newest }) => this.reversals.amountOf(newest.id)));
  }
}
