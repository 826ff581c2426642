/** A hold pays the usage that names it: all that it reserved, and what is left of it goes back. */
import type { Posted, Posting, Recorded } from '#domain';
import { giveBack, planGiveBack } from '../grants/give-back.js';
import { customerAvailable } from '../supply/funds.js';
import { PAID, postShare, type Payment, type RecordedSource, type UsageLimit } from '../usage/charging.js';
import { planSettling, settle, usesIn, type HoldsState } from './held.js';
import { customerHeld, holdAccounts, type Capture, type SaysCapture } from './hold-events.js';
import { holdRefusal } from './hold-refusals.js';

export const heldFunds: RecordedSource<SaysCapture, HoldsState, Payment & Recorded & Posted> = {
  name: 'capture',
  account: holdAccounts.customerHeld,
  debit: customerHeld,
  payees: PAID,
  offer: ({ holds }, { hold }, wanted) => {
    const amount = hold === undefined ? undefined : holds.open.get(hold)?.amount;
    if (amount === undefined) return 0n;
    return amount < wanted ? amount : wanted;
  },
  draw: (state, { hold: id }, given, postings): Capture | undefined => {
    if (id === undefined) return undefined;
    const hold = state.holds.open.get(id);
    if (hold === undefined) return { hold: id, state: state.holds.findClosed(id)!.state };
    const plan = planSettling(state, hold, given);
    postings.push(...plan.postings);
    return { hold: id, state: 'open', ...plan.said };
  },
  evolve: (state, _entry, capture) => {
    if (capture.state === 'open') settle(state, capture.hold, 'captured', capture);
  },
  // The grants get back what they gave; what came back then stays where it is, and the hold stays captured.
  correct: (state, { customer }, capture) => {
    const plan = planGiveBack(state, customer, usesIn(capture.used));
    const { gone } = planGiveBack(state, customer, usesIn(capture.lapsed));
    const from = customerHeld(customer);
    const postings: Posting[] = [];
    const back = plan.amount + BigInt(capture.returned?.amount ?? 0);
    postShare(postings, from, customerAvailable(customer), back);
    for (const { account, amount } of [...plan.gone, ...gone]) postShare(postings, from, account, amount);
    const evolve = () => {
      giveBack(state, customer, plan);
    };
    return { evolve, postings };
  },
};

/** Usage that names a hold which is unknown or another customer's is refused; the code is one, and tells nothing of others. */
export const knownHold: UsageLimit<HoldsState> = ({ holds }, { hold, customer }) => {
  if (hold === undefined || holds.find(hold)?.customer === customer) return;
  throw holdRefusal('UNKNOWN_HOLD', `${customer} has no hold ${hold}.`, 'data.hold');
};
