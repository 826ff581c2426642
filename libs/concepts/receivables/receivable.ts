/**
 * Receivables: usage that its payer could not cover. It waits, oldest first, until funds arrive; only then does it become
 * payable to the provider.
 */
import {
  holderAccount,
  idIn,
  posting,
  postingsOf,
  recordIfAny,
  reverse,
  UndoableMap,
  UndoableQueue,
  type AccountKind,
  type Correct,
  type Decide,
  type EntryOutcome,
  type Evolve,
  type Posting,
  type Provenance,
  type Recorded,
  type RecordEvent,
  type ShardState,
  type UndoLog,
} from '#domain';
import { customerAvailable, fundsAccounts, ISSUANCE } from '../supply/funds.js';
import {
  addShares,
  providerPayable,
  STAKING_REWARDS,
  TREASURY_FEES,
  readShares,
  recordShares,
  subtractShares,
  takeShares,
  type RecordedShares,
  type Shares,
} from '../rating/split-policy.js';
import { postShare, type FundingSource } from '../usage/charging.js';

/** Accounts: what is owed, and the shares that wait for it. */
export const receivableAccounts = {
  customerReceivable: {
    pattern: 'customer:{holder}:receivable',
    holds: 'minus what a customer owes for usage',
    belowZero: 'zero or below',
    supply: 'receivable',
    root: 'assets',
    balance: 'receivable',
  },
  providerUncovered: {
    pattern: 'provider:{holder}:uncovered',
    holds: 'a provider’s share of usage that waits for its customer to cover it',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
    balance: 'uncovered',
  },
  treasuryUncovered: {
    pattern: 'treasury:uncovered',
    holds: 'the treasury’s share of usage that waits to be covered',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
  },
  stakingUncovered: {
    pattern: 'staking:uncovered',
    holds: 'the stakers’ share of usage that waits to be covered',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
  },
  burnUncovered: {
    pattern: 'burn:uncovered',
    holds: 'the share of usage that is burned once it is covered',
    belowZero: 'never',
    supply: 'uncovered',
    root: 'liabilities',
  },
} as const satisfies Record<string, AccountKind>;

export const customerReceivable = holderAccount(receivableAccounts.customerReceivable);
export const providerUncovered = holderAccount(receivableAccounts.providerUncovered);
/** Shares of usage that no balance covered yet; each waits for its customer's receivable to be covered. */
export const UNCOVERED_TREASURY = receivableAccounts.treasuryUncovered.pattern;
export const UNCOVERED_STAKING = receivableAccounts.stakingUncovered.pattern;
export const UNCOVERED_BURN = receivableAccounts.burnUncovered.pattern;

/** Funds arrived and paid for usage that had been booked as receivable, oldest first. */
export interface ReceivablesCovered extends Recorded {
  readonly type: 'ReceivablesCovered';
  readonly customer: string;
  readonly amount: string;
  /** Which usage was covered, by how much: `usage` is `source id` of the charge; shares are what left the uncovered accounts. */
  readonly covered: readonly {
    readonly source: string;
    readonly id: string;
    readonly provider: string;
    readonly amount: string;
    readonly shares: RecordedShares;
  }[];
  readonly postings: readonly Posting[];
}

export type ReceivableEvent = ReceivablesCovered;

/** Uses what funds there are for the oldest receivables. */
export interface CoverReceivables {
  readonly type: 'CoverReceivables';
  readonly customer: string;
  readonly time: string;
  readonly provenance: Provenance;
}

export type ReceivableCommand = CoverReceivables;

/** Usage of one customer that no balance covered yet. */
export interface Receivable {
  readonly source: string;
  readonly id: string;
  readonly provider: string;
  readonly amount: bigint;
  readonly shares: Shares;
}

type UsageName = Pick<Receivable, 'source' | 'id'>;

function isFor(open: Receivable, { source, id }: UsageName): boolean {
  return open.id === id && open.source === source;
}

/** Where a usage stands in a queue; the queue's size: nowhere. */
function placeOf(queue: UndoableQueue<Receivable>, usage: UsageName): number {
  let place = 0;
  while (place < queue.size && !isFor(queue.at(place)!, usage)) place++;
  return place;
}

/** What customers owe, a queue for each. */
export class ReceivablesPart {
  private readonly queues: UndoableMap<string, UndoableQueue<Receivable>>;

  constructor(private readonly undo: UndoLog) {
    this.queues = new UndoableMap(undo);
  }

  /** Open receivables of a customer, oldest first. */
  open(customer: string): Iterable<Receivable> {
    return this.queues.get(customer) ?? [];
  }

  has(customer: string): boolean {
    return (this.queues.get(customer)?.size ?? 0) > 0;
  }

  /** Customers with usage that waits for funds. */
  *customers(): Iterable<string> {
    for (const [customer, queue] of this.queues) {
      if (queue.size > 0) yield customer;
    }
  }

  add(customer: string, receivable: Receivable): void {
    this.queueOf(customer).push(receivable);
  }

  private queueOf(customer: string): UndoableQueue<Receivable> {
    let queue = this.queues.get(customer);
    if (queue === undefined) {
      queue = new UndoableQueue(this.undo);
      this.queues.set(customer, queue);
    }
    return queue;
  }

  /** What the customer still owes for a usage. */
  find(customer: string, usage: UsageName): Receivable | undefined {
    for (const open of this.open(customer)) if (isFor(open, usage)) return open;
    return undefined;
  }

  /** Takes a usage out of what is owed, wherever it stands. @throws RangeError when nothing is owed for it */
  remove(customer: string, usage: UsageName): void {
    const queue = this.queueOf(customer);
    queue.remove(placeOf(queue, usage));
  }

  /**
   * Makes covered parts due again. What still waits for its rest keeps its place; the others go before all that was left
   * open when they were covered, in their order. Of two coverings the one that is corrected later goes first.
   */
  reopen(customer: string, covered: ReceivablesCovered['covered']): void {
    const queue = this.queueOf(customer);
    let next = 0;
    for (const { source, id, provider, amount, shares } of covered) {
      const part: Receivable = { source, id, provider, amount: BigInt(amount), shares: readShares(shares) };
      const place = placeOf(queue, part);
      const rest = queue.at(place);
      if (rest === undefined) queue.insert(next, part);
      else {
        const due = { amount: rest.amount + part.amount, shares: addShares(rest.shares, part.shares) };
        queue.replace(place, { ...rest, ...due });
      }
      next = (rest === undefined ? next : place) + 1;
    }
  }

  /** @throws Error unless this is what the customer owes first */
  coverOldest(customer: string, part: ReceivablesCovered['covered'][number]): void {
    const queue = this.queues.get(customer);
    const oldest = queue?.at(0);
    const amount = BigInt(part.amount);
    if (queue === undefined || oldest?.source !== part.source || oldest.id !== part.id || oldest.amount < amount) {
      throw new Error(`${customer} does not owe ${amount} for ${part.source} ${part.id} first`);
    }
    const left = oldest.amount - amount;
    if (left === 0n) queue.takeOldest();
    else queue.replace(0, { ...oldest, amount: left, shares: subtractShares(oldest.shares, readShares(part.shares)) });
  }
}

export interface ReceivablesState {
  readonly receivables: ReceivablesPart;
}

/** What covering reads of the shard. */
export type CoveringState = ReceivablesState & Pick<ShardState, 'balance'>;

export const evolveReceivables: Evolve<ReceivableEvent, ReceivablesState> = {
  ReceivablesCovered: ({ receivables }, { customer, covered }) => {
    for (const part of covered) receivables.coverOldest(customer, part);
  },
};

/** What was covered is due again. */
export const correctReceivables: Correct<ReceivableEvent, ReceivablesState> = {
  ReceivablesCovered: ({ receivables }, event) =>
    reverse(event, {
      evolve: () => {
        receivables.reopen(event.customer, event.covered);
      },
    }),
};

export const decideReceivables: Decide<ReceivableCommand, CoveringState, unknown, ReceivableEvent, EntryOutcome> = {
  CoverReceivables: (state, { customer, time, provenance }, _context, record) =>
    recordIfAny(decideCover(state, customer, time, provenance), record),
};

/** What no balance covers: it waits in the uncovered accounts, and the event says how much of each share. */
export const receivableFunds: FundingSource<unknown> = {
  offer: (_state, _report, wanted) => wanted,
  draw: (postings, { customer, provider }, given, shares) => {
    const debit = customerReceivable(customer);
    postShare(postings, debit, providerUncovered(provider), shares.provider);
    postShare(postings, debit, UNCOVERED_TREASURY, shares.treasury);
    postShare(postings, debit, UNCOVERED_STAKING, shares.stakers);
    postShare(postings, debit, UNCOVERED_BURN, shares.burn);
    return { receivable: { amount: given.toString(), shares: recordShares(shares) } };
  },
};

const COVERING: Provenance = { actor: 'system:covering', origin: 'system:covering' };
const holderOf = idIn(fundsAccounts.customerAvailable);

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
    const holder = holderOf(credit);
    const covered = holder === undefined ? undefined : decideCover(state, holder, event.time, COVERING);
    if (covered !== undefined) record(covered);
  }
}

/**
 * One covering event names at most this many charges, with at most so many characters of names, so that it always fits
 * one page beside the event that brought the funds.
 */
export const COVER_MAX = 500;
const COVER_TEXT_MAX = 60_000;

/**
 * Uses a customer's balance for the oldest receivables. Called whenever funds arrive, and again until it returns
 * undefined.
 */
export function decideCover(
  state: CoveringState,
  customer: string,
  time: string,
  provenance: Provenance,
): ReceivablesCovered | undefined {
  let available = state.balance(customerAvailable(customer));
  if (available === 0n || !state.receivables.has(customer)) return undefined;
  const covered: ReceivablesCovered['covered'][number][] = [];
  const byProvider = new Map<string, bigint>();
  let total = 0n;
  let treasury = 0n;
  let stakers = 0n;
  let burn = 0n;
  let text = 0;
  for (const open of state.receivables.open(customer)) {
    if (available === 0n || covered.length === COVER_MAX || text > COVER_TEXT_MAX) break;
    text += open.source.length + open.id.length + open.provider.length;
    const part = open.amount < available ? open.amount : available;
    const shares = takeShares(open.shares, part);
    available -= part;
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
  const postings: Posting[] = [posting(customerAvailable(customer), customerReceivable(customer), total)];
  for (const [provider, amount] of byProvider)
    postShare(postings, providerUncovered(provider), providerPayable(provider), amount);
  postShare(postings, UNCOVERED_TREASURY, TREASURY_FEES, treasury);
  postShare(postings, UNCOVERED_STAKING, STAKING_REWARDS, stakers);
  postShare(postings, UNCOVERED_BURN, ISSUANCE, burn);
  return { type: 'ReceivablesCovered', time, ...provenance, customer, amount: total.toString(), covered, postings };
}
