/**
 * What of a holder's tokens came when, and what is used first. All that arrives is a grant; what is available is what
 * remains of the active ones. They are used by priority, then the soonest end, then age. Here is what a shard keeps of
 * them, and how entries change it.
 */
import {
  ageOf,
  entryId,
  idIn,
  UndoableMap,
  ZERO,
  type EntryPosition,
  type Posting,
  type ShardState,
  type UndoLog,
} from '#domain';
import { GrantIndex } from './grant-index.js';
import { GrantOrder, SharesChange, type Grant, type Share } from './grant-order.js';
import { customerAvailable, fundsAccounts, fundsRefusal } from '../supply/funds.js';
import {
  readUses,
  REQUEST_USES_MAX,
  USES_MAX,
  writeUses,
  type GrantUse,
  type GrantUses,
  type SaysGrants,
} from './uses.js';

export type { Grant, GrantKind } from './grant-order.js';

/**
 * A holder's active grants in the order in which they are used. The first one is used now: what remains of it is the
 * balance less `rest`, so that a charge which it pays changes nothing here.
 */
interface Funds {
  readonly order: GrantOrder;
  /** What remains of those behind the first. */
  readonly rest: bigint;
}

/** A priority that grants have of which nobody says another. */
export const PRIORITY = 500;

/** A grant as what arrives is one, unless its entry says otherwise: purchased, of {@link PRIORITY}, without an end. */
export function plainGrant(id: string, holder: string, position: EntryPosition): Grant {
  return makeGrant(id, position, { holder, kind: 'purchased', priority: PRIORITY, expiresAtMs: Infinity });
}

export function makeGrant(
  id: string,
  position: EntryPosition,
  terms: Pick<Grant, 'holder' | 'kind' | 'priority' | 'expiresAtMs'>,
): Grant {
  return { id, ...terms, age: ageOf(position) };
}

/** Transfers and stakes take what was purchased or earned and has no end: nothing else changes hands. */
export const isTransferable = ({ kind, expiresAtMs }: Grant): boolean =>
  kind !== 'promotional' && expiresAtMs === Infinity;

/** Grants of a shard's holders. */
export class GrantsPart {
  /** Those of which something remains, is held or is pending. */
  readonly byId: UndoableMap<string, Grant>;
  /** Amounts of those that have not begun. */
  readonly pending: UndoableMap<string, bigint>;
  /** What holds reserve of each. */
  readonly held: UndoableMap<string, bigint>;
  /** When a holder's grant ended last, milliseconds since 1970. */
  readonly lastEnd: UndoableMap<string, number>;
  readonly funds: UndoableMap<string, Funds>;
  /** All that there ever were. */
  readonly index: GrantIndex;

  constructor(private readonly undo: UndoLog) {
    this.byId = new UndoableMap(undo);
    this.pending = new UndoableMap(undo);
    this.held = new UndoableMap(undo);
    this.lastEnd = new UndoableMap(undo);
    this.funds = new UndoableMap(undo);
    this.index = new GrantIndex(undo);
  }

  /** What a holder has; nothing yet where nothing is known. */
  fundsOf(holder: string): Funds {
    return this.funds.get(holder) ?? { order: new GrantOrder(this.undo), rest: ZERO };
  }
}

/** What a shard keeps of this concept, and what this reads and sets of the rest. */
export interface GrantsState extends Pick<ShardState, 'balance'> {
  readonly grants: GrantsPart;
  readonly due: Pick<ShardState<'grant-expiry' | 'grant-activation'>['due'], 'set' | 'remove'>;
}

const availableTo = (state: GrantsState, holder: string): bigint => state.balance(customerAvailable(holder));

/** A holder's grants that pay, in order, with what remains of each. */
export function* sharesOf(state: GrantsState, holder: string): Iterable<Share> {
  const funds = state.grants.funds.get(holder);
  if (funds === undefined) return;
  const { order, rest } = funds;
  yield { grant: order.at(0)!.grant, remaining: availableTo(state, holder) - rest };
  for (let i = 1; i < order.size; i++) yield order.at(i)!;
}

/** What remains of a grant. */
export function remainingOf(state: GrantsState, { id, holder }: Pick<Grant, 'id' | 'holder'>): bigint {
  const funds = state.grants.funds.get(holder);
  const grant = state.grants.byId.get(id);
  if (funds === undefined || grant === undefined) return ZERO;
  if (funds.order.at(0)!.grant.id === id) return availableTo(state, holder) - funds.rest;
  return funds.order.find(grant)?.remaining ?? ZERO;
}

/** What one charge or covering can take of a holder's grants. @param available to the holder @param wanted by it */
export function reachOf({ grants }: GrantsState, holder: string, available: bigint, wanted: bigint): bigint {
  const funds = grants.funds.get(holder);
  if (funds === undefined || funds.order.size <= USES_MAX) return available;
  let reach = available - funds.rest;
  for (let i = 1; i < USES_MAX && reach < wanted; i++) reach += funds.order.at(i)!.remaining;
  return reach;
}

/** Which grants pay an amount, as an entry says it. @param amount above zero; at most {@link reachOf} */
export function usesInOrder(state: GrantsState, holder: string, amount: bigint): GrantUses {
  const { order, rest } = state.grants.funds.get(holder)!;
  // Nearly always: the one that is used now has enough.
  if (rest === ZERO || amount <= availableTo(state, holder) - rest) return order.at(0)!.grant.id;
  return usesOf(sharesOf(state, holder), amount);
}

/** Which of these grants pay an amount. @throws Error when they have less; DomainError when they are too many */
export function usesOf(shares: Iterable<Share>, amount: bigint): GrantUses {
  const uses: GrantUse[] = [];
  let wanted = amount;
  for (const { grant, remaining } of shares) {
    const given = remaining < wanted ? remaining : wanted;
    uses.push({ grant: grant.id, amount: given });
    wanted -= given;
    if (wanted === ZERO) break;
  }
  if (wanted !== ZERO) throw new Error(`the grants have ${wanted} too little for ${amount}`);
  if (uses.length <= REQUEST_USES_MAX) return writeUses(uses);
  const many = `The amount lies in more than ${REQUEST_USES_MAX} grants; ask for less at once.`;
  throw fundsRefusal('INSUFFICIENT_FUNDS', many, 'amount');
}

/**
 * A charge or a covering used grants in their order; its postings are in the balance already.
 *
 * @throws Error when these are not the next in order
 */
export function useInOrder(state: GrantsState, holder: string, uses: GrantUses): void {
  const { grants } = state;
  const funds = grants.funds.get(holder);
  if (funds === undefined) throw new Error(`${holder} has no grants, and ${uses} paid`);
  const left = availableTo(state, holder);
  const { order } = funds;
  let { rest } = funds;
  let spent = 0;
  if (uses === order.at(0)!.grant.id) {
    if (left !== rest) return;
  } else {
    const words = uses.split(' ');
    spent = words.length / 2 - 1;
    for (let i = 0; i <= spent; i++) {
      if (order.at(i)?.grant.id !== words[2 * i])
        throw new Error(`${uses} are not the grants that ${holder} uses next`);
    }
  }
  while (spent > 0 || left === rest) {
    forgetSpent(state, order.at(0)!.grant);
    order.takeFirst();
    if (order.size === 0) break;
    spent--;
    rest -= order.at(0)!.remaining;
  }
  if (order.size === 0) grants.funds.delete(holder);
  else grants.funds.set(holder, { order, rest });
}

/** A spent grant has no end to come, and its terms stand in the index. */
function forgetSpent({ grants, due }: GrantsState, grant: Grant): void {
  if (grants.held.has(grant.id)) return;
  if (grant.expiresAtMs !== Infinity) due.remove('grant-expiry', grant.id);
  grants.byId.delete(grant.id);
}

/** What a hold no longer reserves may be all that was left of a grant. */
export function forgetIfSpent(state: GrantsState, grant: Grant): void {
  if (state.grants.byId.has(grant.id) && remainingOf(state, grant) === ZERO) forgetSpent(state, grant);
}

/**
 * Changes what remains of a holder's grants otherwise than in their order.
 *
 * @param moved what the entry, whose postings are in the balance already, added to what is available
 */
export function changeShares(
  state: GrantsState,
  holder: string,
  moved: bigint,
  change: (shares: SharesChange) => void,
): void {
  const { grants } = state;
  const after = availableTo(state, holder);
  const { order, rest } = grants.fundsOf(holder);
  const first = order.at(0);
  const had = first === undefined ? ZERO : after - moved - rest;
  if (first !== undefined && first.remaining !== had) order.put(first.grant, had);
  const shares = new SharesChange(grants, order);
  change(shares);
  for (const grant of shares.finish()) forgetSpent(state, grant);
  if (shares.moved !== moved)
    throw new Error(`the grants of ${holder} changed by ${shares.moved}, and ${moved} was moved`);
  if (order.size === 0) grants.funds.delete(holder);
  else grants.funds.set(holder, { order, rest: after - order.at(0)!.remaining });
}

/** Adds to what remains of a grant, where it is among these or where its place is. @param amount may be below zero */
export function addTo(shares: SharesChange, grant: Grant, amount: bigint): void {
  shares.add(grant, amount);
}

/** Takes what grants gave, whatever their order. */
export function takeUses(shares: SharesChange, uses: readonly GrantUse[]): void {
  shares.take(uses);
}

/** A grant has begun to pay. Its amount is in the balance already. */
export function openGrant(state: GrantsState, grant: Grant, amount: bigint): void {
  keep(state, grant);
  changeShares(state, grant.holder, amount, (shares) => {
    addTo(shares, grant, amount);
  });
}

/** A grant from which something can be used. */
export function keep({ grants, due }: GrantsState, grant: Grant): void {
  if (!grants.byId.has(grant.id)) grants.byId.set(grant.id, grant);
  if (grant.expiresAtMs !== Infinity) due.set('grant-expiry', grant.id, grant.expiresAtMs);
}

/** One that never began is taken back. */
export function endPending({ grants, due }: GrantsState, id: string): void {
  grants.pending.delete(id);
  due.remove('grant-activation', id);
  grants.index.end(id, 'voided');
  grants.byId.delete(id);
}

/** A grant by its id, whatever is left of it. @throws Error for one that there is not */
export function grantOf({ grants }: GrantsState, id: string, holder: string): Grant {
  return grants.byId.get(id) ?? grants.index.find(id, holder);
}

/**
 * Events of other concepts change what is available: what arrives is a plain grant of the entry's id, and what is taken
 * the entry says by its grants. The postings are in the balances already.
 */
export function followFunds(
  state: GrantsState,
  event: { readonly type: string; readonly postings: readonly Posting[] } & SaysGrants,
  position: EntryPosition,
): void {
  let made = 0;
  for (const [holder, { came, went }] of movedFunds(event.postings)) {
    changeShares(state, holder, came - went, (shares) => {
      if (went > ZERO) {
        if (event.grants === undefined) throw new Error(`${event.type} does not say which grants of ${holder} paid`);
        takeUses(shares, readUses(event.grants, went));
      }
      if (came === ZERO) return;
      const id = made === 0 ? entryId(position) : `${entryId(position)}.${made}`;
      made++;
      const grant = plainGrant(id, holder, position);
      state.grants.index.add(position, grant);
      keep(state, grant);
      addTo(shares, grant, came);
    });
  }
}

const holderOf = idIn(fundsAccounts.customerAvailable);

/** What came to each holder's available account, and what went from it. */
function movedFunds(postings: readonly Posting[]): Map<string, { came: bigint; went: bigint }> {
  const moved = new Map<string, { came: bigint; went: bigint }>();
  const of = (holder: string) => {
    let one = moved.get(holder);
    if (one === undefined) moved.set(holder, (one = { came: ZERO, went: ZERO }));
    return one;
  };
  for (const { debit, credit, amount } of postings) {
    const [payer, payee] = [holderOf(debit), holderOf(credit)];
    if (payer !== undefined) of(payer).went += BigInt(amount);
    if (payee !== undefined) of(payee).came += BigInt(amount);
  }
  return moved;
}
