/**
 * What customers owe: usage that its payer could not cover, oldest first, with the shares that wait for it. It is the last
 * of the sources that pay usage; it becomes payable to the provider when funds cover it (`receivable.ts`).
 */
import {
  holderAccount,
  irreversible,
  UndoableMap,
  UndoableQueue,
  type AccountKind,
  type EntryPosition,
  type HolderId,
  type PositiveAttoText,
  type UndoLog,
} from '#domain';
import {
  addShares,
  readShares,
  recordShares,
  subtractShares,
  type RecordedShares,
  type Shares,
} from '../rating/split-policy.js';
import type { Charge, Payees, RecordedSource } from '../usage/charging.js';

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

/** Where the shares wait of what is owed. */
export const OWED: Payees = {
  provider: providerUncovered,
  treasury: UNCOVERED_TREASURY,
  stakers: UNCOVERED_STAKING,
  burn: UNCOVERED_BURN,
  kinds: [
    receivableAccounts.providerUncovered,
    receivableAccounts.treasuryUncovered,
    receivableAccounts.stakingUncovered,
    receivableAccounts.burnUncovered,
  ],
};

/** A part of what is owed for one usage, as an entry says it; shares are what left the uncovered accounts. */
export interface CoveredPart {
  readonly source: string;
  readonly id: string;
  readonly provider: HolderId;
  readonly amount: PositiveAttoText;
  readonly shares: RecordedShares;
}

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

/** Where an entry stands in its shard. */
type Place = Omit<EntryPosition, 'shard'>;

/** More than a page has events. */
const INDEXES = 2 ** 20;

/** What customers owe, a queue for each. */
export class ReceivablesPart {
  private readonly queues: UndoableMap<string, UndoableQueue<Receivable>>;
  /** Who owes something that no ceiling had room for: funds that were there already do not pay it, those that arrive do. */
  private readonly beyond: UndoableMap<string, true>;
  /** Where the coverings of each customer stand, ascending: a number each. */
  private readonly places: UndoableMap<string, UndoableQueue<number>>;

  constructor(private readonly undo: UndoLog) {
    this.queues = new UndoableMap(undo);
    this.beyond = new UndoableMap(undo);
    this.places = new UndoableMap(undo);
  }

  /** Notes where a covering stands. */
  covered(customer: string, { height, index }: Place): void {
    let places = this.places.get(customer);
    if (places === undefined) this.places.set(customer, (places = new UndoableQueue(this.undo)));
    places.push(height * INDEXES + index);
  }

  /** Where the coverings of a customer stand behind an entry, in their order. */
  *coveringsAfter(customer: string, { height, index }: Place): Iterable<Place> {
    const places = this.places.get(customer);
    if (places === undefined) return;
    const after = height * INDEXES + index;
    let low = 0;
    let high = places.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (places.at(middle)! <= after) low = middle + 1;
      else high = middle;
    }
    for (; low < places.size; low++) {
      const place = places.at(low)!;
      yield { height: Math.floor(place / INDEXES), index: place % INDEXES };
    }
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

  /** Whether what is owed waits until funds arrive, however many there are. */
  waitsForArrival(customer: string): boolean {
    return this.beyond.has(customer);
  }

  /** Funds arrived, or still pay for what they found when they did. */
  arrived(customer: string): void {
    if (this.beyond.has(customer)) this.beyond.delete(customer);
  }

  /** @param isBeyond whether a part of it is owed since no ceiling had room for it */
  add(customer: string, receivable: Receivable, isBeyond: boolean): void {
    this.queueOf(customer).push(receivable);
    if (isBeyond) this.beyond.set(customer, true);
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
  reopen(customer: string, covered: readonly CoveredPart[]): void {
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
  coverOldest(customer: string, part: CoveredPart): void {
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

/** Atto-tokens that are owed for a usage, and how its shares divide them. */
export interface OwedPart {
  readonly amount: PositiveAttoText;
  readonly shares: RecordedShares;
}

/** What a charge says of it. */
export interface SaysReceivable {
  /** The part that no balance covered, with the shares that wait for it. */
  readonly receivable?: OwedPart;
}

/** Funds paid for a part of it since: the entries that covered it are corrected first. */
export type ReceivableIrreversible = 'covered-since';

/** Usage and captures, with what a ceiling said of them. */
type Bounded = Charge & { readonly budgeted?: { readonly beyond?: string } };

/** What no balance covers: it waits in the uncovered accounts, and the event says how much of each share. */
export const receivableFunds: RecordedSource<SaysReceivable, ReceivablesState, Bounded, ReceivableIrreversible> = {
  name: 'receivable',
  account: receivableAccounts.customerReceivable,
  debit: customerReceivable,
  payees: OWED,
  isOwed: true,
  offer: (_state, _payment, wanted) => wanted,
  draw: (_state, _payment, given, _postings, shares) =>
    given === 0n ? undefined : { amount: given.toString(), shares: recordShares(shares!) },
  evolve: ({ receivables }, { customer, provider, usage: { source, id }, budgeted }, { amount, shares }) => {
    const receivable = { source, id, provider, amount: BigInt(amount), shares: readShares(shares) };
    receivables.add(customer, receivable, budgeted?.beyond !== undefined);
  },
  correct: ({ receivables }, { customer, usage }, { amount }) =>
    receivables.find(customer, usage)?.amount === BigInt(amount)
      ? {
          evolve: () => {
            receivables.remove(customer, usage);
          },
        }
      : irreversible('covered-since'),
};
