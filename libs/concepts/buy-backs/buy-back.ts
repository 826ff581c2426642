/**
 * Buy-backs: tokens that were bought from their holder, for money outside of the ledger, and burned at once. Only what may change
 * hands is bought: what was given away is not paid for.
 */
import {
  accountOf,
  decideOnce,
  movements,
  optional,
  parsePositiveAmount,
  plain,
  posting,
  requestLayout,
  type Amount,
  type Correct,
  type Decide,
  type EntryOutcome,
  type Evolve,
  type Flows,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Recorded,
  type Requested,
  type ShardState,
} from '#domain';
import type { GrantsState } from '../grants/burn-order.js';
import { correctTaking } from '../grants/give-back.js';
import { usesOfTransferable } from '../grants/transferable.js';
import type { SaysGrants } from '../grants/uses.js';
import { refuseSendingWhileSuspended, type PartiesState } from '../parties/party.js';
import type { DollarsText } from '../rating/usd-rate.js';
import { customerAvailable, fundsAccounts, ISSUANCE } from '../supply/funds.js';

/** @home holder */
export interface TokensBoughtBack extends Recorded, SaysGrants {
  readonly type: 'TokensBoughtBack';
  readonly holder: HolderId;
  readonly amount: PositiveAttoText;
  /** Dollars for all of them together, which moved outside of the ledger. */
  readonly paid: DollarsText;
  readonly reason: string;
  readonly postings: readonly Posting[];
}

export type BuyBackEvent = TokensBoughtBack;

export const buyBackLayouts = {
  TokensBoughtBack: {
    ...{ holder: plain, amount: plain, paid: plain, reason: plain },
    postings: movements(fundsAccounts.issuance, accountOf(fundsAccounts.customerAvailable, 'holder')),
    grants: optional(plain),
    request: optional(requestLayout),
  },
} as const satisfies Layouts<BuyBackEvent>;

export interface BuyBackTokens extends Requested {
  readonly type: 'BuyBackTokens';
  readonly holder: string;
  readonly amount: Amount;
  readonly paid: DollarsText;
  readonly reason: string;
}

export type BuyBackCommand = BuyBackTokens;

export const decideBuyBacks: Decide<
  BuyBackCommand,
  GrantsState & Pick<ShardState, 'answers'>,
  { readonly catalogue: PartiesState },
  BuyBackEvent,
  EntryOutcome
> = {
  BuyBackTokens: (state, command, { catalogue }, record) =>
    decideOnce(state, command.request, () => record(decideBuyBack(state, catalogue, command))),
};

/** @throws DomainError `UNKNOWN_HOLDER`, `CUSTOMER_SUSPENDED`, `AMOUNT_INVALID` or `INSUFFICIENT_FUNDS` */
function decideBuyBack(state: GrantsState, catalogue: PartiesState, command: BuyBackTokens): TokensBoughtBack {
  const { holder, amount, paid, reason, time, provenance, request } = command;
  refuseSendingWhileSuspended(catalogue.parties.require(holder, 'holder'), 'holder');
  parsePositiveAmount(paid, 'paid');
  return {
    ...{ type: 'TokensBoughtBack', time, ...provenance },
    ...(request === undefined ? {} : { request }),
    ...{ holder, amount: amount.toString(), paid, reason },
    postings: [posting(customerAvailable(holder), ISSUANCE, amount)],
    grants: usesOfTransferable(state, holder, amount),
  };
}

/** Its postings and its grants say all that it changes. */
export const evolveBuyBacks: Evolve<BuyBackEvent, unknown> = {
  TokensBoughtBack: () => undefined,
};

/** The tokens go back to the grants that they came from; the money is not the ledger's. */
export const correctBuyBacks: Correct<BuyBackEvent, GrantsState, 'funds-gone'> = {
  TokensBoughtBack: (state, event) => correctTaking(state, event, event.holder, event.grants),
};

export const buyBackFlows: Flows<BuyBackEvent> = {
  TokensBoughtBack: [[fundsAccounts.customerAvailable, fundsAccounts.issuance]],
};
