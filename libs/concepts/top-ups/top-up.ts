/** Top-ups: a customer whose funds fall below its threshold is told once, so that a payment system can act. */
import {
  optional,
  plain,
  requestLayout,
  systemAuthor,
  type AttoText,
  type Evolve,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Recorded,
  type RecordEvent,
  type ShardState,
} from '#domain';
import { customerHeld } from '../holds/hold-events.js';
import type { PartiesState } from '../parties/party.js';
import { customerAvailable } from '../supply/funds.js';

/**
 * What a customer has fell below its threshold.
 *
 * @home customer
 */
export interface TopUpRequested extends Recorded {
  readonly type: 'TopUpRequested';
  readonly customer: HolderId;
  readonly threshold: PositiveAttoText;
  /** What is available and held now, atto-tokens. */
  readonly funds: AttoText;
}

export type TopUpEvent = TopUpRequested;

export const topUpLayouts = {
  TopUpRequested: { customer: plain, threshold: plain, funds: plain, request: optional(requestLayout) },
} as const satisfies Layouts<TopUpEvent>;

export const evolveTopUps: Evolve<TopUpEvent, unknown> = {
  // What was asked for changes nothing; whether it fell shows before and after each entry.
  TopUpRequested: () => undefined,
};

type Balances = Pick<ShardState, 'balance'>;

/** A customer that had its threshold before an entry. */
interface Watched {
  readonly customer: string;
  readonly threshold: bigint;
}

/** What is available and held: a hold alone changes nothing of it. */
function fundsOf(state: Balances, customer: string): bigint {
  return state.balance(customerAvailable(customer)) + state.balance(customerHeld(customer));
}

/** What an entry that takes from a customer names it by. */
interface TakingFunds {
  readonly type: string;
  readonly customer?: string;
  readonly holder?: string;
  readonly from?: unknown;
  readonly original?: { readonly to?: string };
}

/** A transfer that is reversed is given back by whoever received it. */
function givesBack({ type, original }: TakingFunds): string | undefined {
  return type === 'EntryReversed' ? original?.to : undefined;
}

/**
 * Whom an entry may bring below its threshold.
 *
 * @param event that is recorded next; one that takes from a customer names it as `customer`, `holder`, `from` or, of a reversal, the `to` of what it reverses
 */
export function watchFunds(state: Balances, event: TakingFunds, { parties }: PartiesState): Watched | undefined {
  const customer = event.customer ?? givesBack(event) ?? event.holder ?? event.from;
  if (typeof customer !== 'string') return undefined;
  const threshold = parties.get(customer)?.terms.topUpThreshold;
  if (threshold === undefined || fundsOf(state, customer) < threshold) return undefined;
  return { customer, threshold };
}

/** Whether it did. */
export function isBelow(state: Balances, { customer, threshold }: Watched): boolean {
  return fundsOf(state, customer) < threshold;
}

const ASKING = systemAuthor('top-ups');

/** Asks for funds. @param recordedAt the page's time */
export function requestTopUp(
  state: Balances,
  { customer, threshold }: Watched,
  recordedAt: string,
  record: RecordEvent<TopUpRequested>,
): void {
  const funds = fundsOf(state, customer).toString();
  record({
    ...{ type: 'TopUpRequested', time: recordedAt, ...ASKING },
    ...{ customer, threshold: threshold.toString(), funds },
  });
}
