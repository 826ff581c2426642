/** Entries of one customer that are taken back, and taken back again. */
import { sum, tokens } from './amounts.js';
import type { Charge, Charges } from './charges.js';
import { refuse, type Booking } from './commands.js';
import type { Debts } from './debts.js';
import type { Grants } from './grants.js';
import { isMovable, type Grant, type Part } from './items.js';

/** What an entry did that can be taken back. */
type Reversible =
  | { readonly what: 'arrival'; readonly grant: string }
  | { readonly what: 'burn' | 'sending'; readonly amount: bigint; readonly paid: readonly Part[] }
  | { readonly what: 'charge'; readonly charge: Charge };

/** What an entry did. */
type Deed =
  | Reversible
  | {
      readonly what: 'reversal';
      readonly of: Reversible;
      readonly returned: readonly Part[];
      readonly wasPending: boolean;
    }
  | { readonly what: 'other' };

const total = (parts: readonly Part[]): bigint => sum(parts.map(({ amount }) => amount));
const said = (name: string, amount: bigint): object => (amount === 0n ? {} : { [name]: tokens(amount) });

export class Reversals {
  private readonly deeds = new Map<string, Deed>();
  private readonly reversed = new Set<string>();

  constructor(
    private readonly grants: Grants,
    private readonly debts: Debts,
    private readonly charges: () => Charges,
  ) {}

  /** Every entry is one that somebody may want to take back. */
  note(entry: string, deed: Deed): void {
    this.deeds.set(entry, deed);
  }

  reverse(entry: string, booking: Booking): object {
    const deed = this.deeds.get(entry) ?? refuse('NOT_FOUND');
    if (this.reversed.has(entry)) refuse('ALREADY_REVERSED');
    if (deed.what === 'other') refuse('NOT_REVERSIBLE');
    const answer = deed.what === 'reversal' ? this.restore(deed, booking) : this.takeBack(deed, booking);
    this.reversed.add(entry);
    if (answer.arrives) this.debts.cover();
    return { reversed: entry, ...answer.body };
  }

  private takeBack(of: Reversible, { id, ms }: Booking) {
    const noted = (returned: readonly Part[], wasPending = false): void =>
      this.note(id, { what: 'reversal', of, returned, wasPending });
    if (of.what === 'arrival') {
      const grant = this.grants.find(of.grant);
      const wasPending = grant.isPending;
      this.unarrive(grant);
      noted([], wasPending);
      return { arrives: false, body: { amount: tokens(grant.amount) } };
    }
    const { amount } = of.what === 'charge' ? of.charge : of;
    const { returned, lapsed, cancelled } =
      of.what === 'charge'
        ? this.charges().takeBack(of.charge, ms)
        : { cancelled: 0n, ...this.grants.giveBack(of.paid, ms) };
    noted(returned);
    const body = { ...said('returned', total(returned)), ...said('lapsed', lapsed), ...said('cancelled', cancelled) };
    return { arrives: returned.length > 0, body: { amount: tokens(amount), ...body } };
  }

  private restore({ of, returned, wasPending }: Extract<Deed, { what: 'reversal' }>, booking: Booking) {
    if (of.what === 'arrival') {
      const grant = this.grants.find(of.grant);
      if (wasPending || grant.expiresAt <= booking.ms) refuse('NOT_REVERSIBLE');
      this.rearrive(grant);
      this.note(booking.id, of);
      return { arrives: true, body: { amount: tokens(grant.amount) } };
    }
    if (of.what === 'charge') {
      const charge = this.charges().chargeAgain(of.charge, returned, booking);
      this.note(booking.id, { what: 'charge', charge });
      const body = { ...said('paid', total(charge.paid)), ...said('receivable', charge.debt?.amount ?? 0n) };
      return { arrives: false, body: { amount: tokens(charge.amount), ...body } };
    }
    const { what, amount } = of;
    const paid = this.grants.takeAgain(returned, amount, what === 'sending' ? isMovable : undefined);
    if (total(paid) < amount) refuse('INSUFFICIENT_FUNDS');
    this.note(booking.id, { what, amount, paid: this.grants.use(paid) });
    return { arrives: false, body: { amount: tokens(amount), paid: tokens(amount) } };
  }

  /** What somebody sent, or what was minted or granted, is no more: only while it is whole. */
  unarrive(grant: Grant): void {
    const isWhole = grant.end === undefined && (grant.isPending || grant.remaining === grant.amount);
    if (!isWhole) refuse('INSUFFICIENT_FUNDS');
    this.grants.finish(grant, 'voided');
  }

  rearrive(grant: Grant): void {
    delete grant.end;
    this.grants.begin(grant);
  }
}
