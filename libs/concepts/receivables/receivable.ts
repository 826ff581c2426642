/** Covering: funds that arrive pay for usage that was owed, oldest first; only then does it become payable to the provider. */
import {
  accountOf,
  idIn,
  movements,
  optional,
  plain,
  postingsOf,
  recordIfAny,
  requestLayout,
  type Correct,
  type Decide,
  type EntryOutcome,
  type Evolve,
  type Flow,
  type Flows,
  type HolderId,
  type Layouts,
  type PositiveAttoText,
  type Posting,
  type Provenance,
  type Recorded,
  type RecordEvent,
  type ShardState,
  type Work,
} from '#domain';
import { FUNDS, type CoveredBy, type FundsIrreversible, type FundsState } from '../funding.js';
import { recordShares, sharesLayout, splitAccounts, takeShares } from '../rating/split-policy.js';
import { fundsAccounts } from '../supply/funds.js';
import {
  correctDrawn,
  evolveDrawn,
  PAID,
  postShare,
  recordedOf,
  type FundingSource,
  type Payment,
} from '../usage/charging.js';
import { customerReceivable, OWED, receivableAccounts, type CoveredPart, type ReceivablesState } from './owed.js';

/**
 * Funds arrived and paid for usage that had been booked as receivable, oldest first.
 *
 * @home customer
 */
export interface ReceivablesCovered extends Recorded, CoveredBy {
  readonly type: 'ReceivablesCovered';
  readonly customer: HolderId;
  readonly amount: PositiveAttoText;
  /** Which usage was covered, by how much: `usage` is `source id` of the charge; shares are what left the uncovered accounts. */
  readonly covered: readonly CoveredPart[];
  readonly postings: readonly Posting[];
}

export type ReceivableEvent = ReceivablesCovered;

export const receivableLayouts = {
  ReceivablesCovered: {
    customer: plain,
    amount: plain,
    covered: [{ source: plain, id: plain, provider: plain, amount: plain, shares: sharesLayout }],
    postings: movements(
      accountOf(fundsAccounts.customerAvailable, 'customer'),
      accountOf(receivableAccounts.customerReceivable, 'customer'),
      receivableAccounts.treasuryUncovered,
      splitAccounts.treasuryFees,
      receivableAccounts.stakingUncovered,
      splitAccounts.stakingRewards,
      receivableAccounts.burnUncovered,
      fundsAccounts.issuance,
    ),
    grants: optional(plain),
    request: optional(requestLayout),
  },
} as const satisfies Layouts<ReceivableEvent>;

/** Uses what funds there are for the oldest receivables. */
export interface CoverReceivables {
  readonly type: 'CoverReceivables';
  readonly customer: string;
  readonly time: string;
  readonly provenance: Provenance;
}

export type ReceivableCommand = CoverReceivables;

/** What covering reads of the shard. */
export type CoveringState = ReceivablesState & FundsState;

const RECORDED_FUNDS = recordedOf<FundsState>(FUNDS);

export const evolveReceivables: Evolve<ReceivableEvent, CoveringState> = {
  ReceivablesCovered: (state, event, position) => {
    state.receivables.covered(event.customer, position);
    for (const part of event.covered) state.receivables.coverOldest(event.customer, part);
    state.receivables.arrived(event.customer);
    evolveDrawn(RECORDED_FUNDS, state, event);
  },
};

/** What was covered is due again. */
export const correctReceivables: Correct<ReceivableEvent, CoveringState, FundsIrreversible> = {
  ReceivablesCovered: (state, event) =>
    correctDrawn(RECORDED_FUNDS, state, event, () => {
      state.receivables.reopen(event.customer, event.covered);
    }),
};

export const receivableFlows: Flows<ReceivableEvent> = {
  ReceivablesCovered: [
    ...FUNDS.map(({ account }): Flow => [account, receivableAccounts.customerReceivable]),
    ...OWED.kinds.map((kind, i): Flow => [kind, PAID.kinds[i]!]),
  ],
};

export const decideReceivables: Decide<ReceivableCommand, CoveringState, unknown, ReceivableEvent, EntryOutcome> = {
  CoverReceivables: (state, { customer, time, provenance }, _context, record) =>
    recordIfAny(decideCover(FUNDS, state, customer, time, provenance), record),
};

/**
 * A queue that is too long for the page of the funds is covered page by page. A customer is the id. What is owed since no
 * ceiling had room for it is no work that is left: it waits for funds that arrive, also when a process starts.
 */
export const workReceivables: Work<'covering', CoveringState, ReceivableCommand, ReceivableEvent> = {
  covering: {
    leftBy: { ReceivablesCovered: ({ customer }) => customer },
    *left(state) {
      for (const customer of state.receivables.customers()) if (goesOn(state, customer)) yield customer;
    },
    isLeft: (state, customer) => state.receivables.has(customer) && goesOn(state, customer),
    steps: (_state, customer) => [{ command: { type: 'CoverReceivables', customer } }],
    isAwaited: false,
  },
};

function goesOn(state: CoveringState, customer: string): boolean {
  return !state.receivables.waitsForArrival(customer) && hasFunds(state, customer);
}

function hasFunds(state: CoveringState, customer: string): boolean {
  return FUNDS.some(({ debit }) => state.balance(debit(customer)) > 0n);
}

const COVERING: Provenance = { actor: 'system:covering', origin: 'system:covering' };
const HOLDERS = FUNDS.map(({ account }) => idIn(account));

/**
 * Funds that an entry brought pay old usage in the same page; a longer queue is finished by `CoverReceivables`.
 *
 * @param event an entry that was just recorded
 */
export function coverFrom(
  state: CoveringState,
  event: { readonly time: string; readonly postings?: readonly Posting[] },
  record: RecordEvent<ReceivableEvent>,
): void {
  for (const { credit } of postingsOf(event)) {
    for (const holderOf of HOLDERS) {
      const holder = holderOf(credit);
      const covered = holder === undefined ? undefined : decideCover(FUNDS, state, holder, event.time, COVERING);
      if (covered !== undefined) record(covered);
    }
  }
}

/**
 * One covering event names at most this many charges, with at most so many characters of names, so that it always fits
 * one page beside the event that brought the funds.
 */
export const COVER_MAX = 500;
const COVER_TEXT_MAX = 60_000;

/**
 * Uses what a customer has for the oldest receivables. Called whenever funds arrive, and again until it returns undefined.
 *
 * @param funds what it may be paid with, in order
 */
export function decideCover<State extends ReceivablesState & Pick<ShardState, 'balance'>>(
  funds: readonly FundingSource<NoInfer<State>>[],
  state: State,
  customer: string,
  time: string,
  provenance: Provenance,
): ReceivablesCovered | undefined {
  if (!state.receivables.has(customer)) return undefined;
  const payment = { customer, time };
  const owed = -state.balance(customerReceivable(customer));
  let available = 0n;
  for (const fund of funds) available += fund.offer(state, payment, owed - available);
  if (available === 0n) return undefined;
  const covered: CoveredPart[] = [];
  const byProvider = new Map<string, bigint>();
  let total = 0n;
  let treasury = 0n;
  let stakers = 0n;
  let burn = 0n;
  let text = 0;
  for (const open of state.receivables.open(customer)) {
    if (total === available || covered.length === COVER_MAX || text > COVER_TEXT_MAX) break;
    text += open.source.length + open.id.length + open.provider.length;
    const part = open.amount < available - total ? open.amount : available - total;
    const shares = takeShares(open.shares, part);
    total += part;
    byProvider.set(open.provider, (byProvider.get(open.provider) ?? 0n) + shares.provider);
    treasury += shares.treasury;
    stakers += shares.stakers;
    burn += shares.burn;
    covered.push({
      source: open.source,
      id: open.id,
      provider: open.provider,
      amount: part.toString(),
      shares: recordShares(shares),
    });
  }
  const postings: Posting[] = [];
  const drawn = drawFunds(funds, state, payment, total, postings);
  for (const [provider, amount] of byProvider)
    postShare(postings, OWED.provider(provider), PAID.provider(provider), amount);
  postShare(postings, OWED.treasury, PAID.treasury, treasury);
  postShare(postings, OWED.stakers, PAID.stakers, stakers);
  postShare(postings, OWED.burn, PAID.burn, burn);
  return {
    type: 'ReceivablesCovered',
    time,
    ...provenance,
    customer,
    amount: total.toString(),
    covered,
    ...drawn,
    postings,
  };
}

/** Takes what is covered from one fund after the other. */
function drawFunds<State>(
  funds: readonly FundingSource<NoInfer<State>>[],
  state: State,
  payment: Payment,
  amount: bigint,
  postings: Posting[],
): CoveredBy {
  const drawn: Record<string, unknown> = {};
  let wanted = amount;
  for (const fund of funds) {
    const given = fund.offer(state, payment, wanted);
    wanted -= given;
    postShare(postings, fund.debit(payment.customer), customerReceivable(payment.customer), given);
    const said = fund.draw?.(state, payment, given, postings);
    if (said !== undefined) drawn[fund.name] = said;
  }
  if (wanted !== 0n) throw new Error(`no fund pays ${wanted} of the ${amount} that ${payment.customer} covers`);
  return drawn;
}
