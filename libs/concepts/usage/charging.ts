/**
 * What a charge asks of other concepts: limits that may refuse it, and funding sources that pay it, in an order that the
 * holder shard's door fixes. A concept that pays usage or limits it is one more line there.
 */
import { posting, type Posting, type ShardState } from '#domain';
import { customerAvailable, ISSUANCE } from '../supply/funds.js';
import { refuseUsageInSuspension, type Party } from '../parties/party.js';
import {
  providerPayable,
  STAKING_REWARDS,
  TREASURY_FEES,
  type RecordedShares,
  type Shares,
} from '../rating/split-policy.js';
import type { UsageReport } from './usage.js';

/** What a charge's event says of the sources that paid it, beside its postings. */
export interface FundedBy {
  /** The part that the customer's balance could not cover, with the shares that wait for it. */
  readonly receivable?: { readonly amount: string; readonly shares: RecordedShares };
}

/** Something that pays usage. */
export interface FundingSource<State> {
  /** What it gives of `wanted` atto-tokens, from zero to all of it. */
  offer(state: State, report: UsageReport, wanted: bigint): bigint;
  /** Adds the postings of what it gives, more than zero, and tells what the event says of it, if anything. */
  draw(postings: Posting[], report: UsageReport, given: bigint, shares: Shares): FundedBy | undefined;
}

/**
 * Something that refuses usage, asked before its price is looked up.
 *
 * @throws DomainError when the usage is not to be charged
 */
export type UsageLimit<State> = (state: State, report: UsageReport, customer: Party, timeMs: number) => void;

/** The limits, all of them asked, and the sources, asked until the whole amount is paid. */
export interface Charging<State> {
  readonly limits: readonly UsageLimit<State>[];
  readonly funding: readonly FundingSource<State>[];
}

/** Usage from within a suspension of its customer is refused. */
export const suspension: UsageLimit<unknown> = (_state, _report, customer, timeMs) => {
  refuseUsageInSuspension(customer, timeMs);
};

/** What the customer can spend. */
export const availableFunds: FundingSource<Pick<ShardState, 'balance'>> = {
  offer: (state, { customer }, wanted) => {
    const available = state.balance(customerAvailable(customer));
    return available < wanted ? available : wanted;
  },
  draw: (postings, { customer, provider }, _given, shares) => {
    const debit = customerAvailable(customer);
    postShare(postings, debit, providerPayable(provider), shares.provider);
    postShare(postings, debit, TREASURY_FEES, shares.treasury);
    postShare(postings, debit, STAKING_REWARDS, shares.stakers);
    postShare(postings, debit, ISSUANCE, shares.burn);
    return undefined;
  },
};

/** Adds a posting, unless there is nothing to move. */
export function postShare(postings: Posting[], debit: string, credit: string, amount: bigint): void {
  if (amount > 0n) postings.push(posting(debit, credit, amount));
}
