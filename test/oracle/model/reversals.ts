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
      /** Another charge of the usage took its place. */
      readonly isReplaced: boolean;
    }
  | { readonly what: 'other' };

const total = (parts: readonly Part[]): bigint => sum(parts.map(({ amount }) => amount));
const said = (name: string, amount: bigint): object => (amount === 0n ? {} : { [name]: tokens(amount) });

export class Reversals {
  private readonly deeds = new Map<string, Deed>();
  /** By what each entry was taken back. */
  private readonly reversed = new Map<string, string>();

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
    this.reversed.set(entry, booking.id);
    if (answer.arrives) this.debts.cover();
    return { reversed: entry, ...answer.body };
  }

  /** What followed an entry last: what took it back, what restored it, and so on. */
  newestOf(entry: string): { readonly entry: string; readonly stands: boolean } {
    const by = this.reversed.get(entry);
    if (by === undefined) return { entry, stands: true };
    const { entry: newest, stands } = this.newestOf(by);
    return { entry: newest, stands: !stands };
  }

  /** What a charge came to. */
  amountOf(entry: string): bigint {
    const deed = this.deeds.get(entry);
    if (deed?.what !== 'charge') throw new Error(`${entry} is no charge`);
    return deed.charge.amount;
  }

  /** Takes a charge back that stands. @returns what it had charged */
  takeChargeBack(entry: string, booking: Booking, isReplaced: boolean): bigint {
    const deed = this.deeds.get(entry);
    if (deed?.what !== 'charge') throw new Error(`${entry} is no charge`);
    const { arrives } = this.takeBack(deed, booking, isReplaced);
    this.reversed.set(entry, booking.id);
    if (arrives) this.debts.cover();
    return deed.charge.amount;
  }

  private takeBack(of: Reversible, { id, ms }: Booking, isReplaced = false) {
    const noted = (returned: readonly Part[], wasPending = false): void =>
      this.note(id, { what: 'reversal', of, returned, wasPending, isReplaced });
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

  private restore(deed: Extract<Deed, { what: 'reversal' }>, booking: Booking) {
    const { of, returned, wasPending, isReplaced } = deed;
    if (isReplaced) refuse('NOT_REVERSIBLE');
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
