/**
 * Reversals: an entry is taken back by another one, through grants, what is owed and was covered since, budgets, months, the
 * split and the burn. Nothing is edited, and what is no longer there is carried below zero.
 */
import {
  decideOnce,
  entryId,
  formatAmount,
  irreversible,
  parseTime,
  posting,
  ZERO,
  type Correct,
  type Decide,
  type EntryOutcome,
  type EntryPosition,
  type Evolve,
  type Posting,
  type Requested,
  type ShardState,
} from '#domain';
import type { BudgetEvent } from '../budgets/budget.js';
import type { BudgetsState } from '../budgets/budget-state.js';
import { remainingOf, type GrantsState } from '../grants/burn-order.js';
import { endOf, giveBack, planGiveBack, undoArrival } from '../grants/give-back.js';
import { customerPending, type GrantEvent } from '../grants/grant-events.js';
import type { GrantUse } from '../grants/uses.js';
import type { EmissionEvent } from '../emission/emission-events.js';
import { capAt, type EmissionPoliciesState } from '../emission/emission-policy.js';
import type { BuyBackEvent } from '../buy-backs/buy-back.js';
import type { HoldEvent } from '../holds/hold-events.js';
import type { CountersState } from '../rating/counters.js';
import { addShares, readShares, recordShares, type Shares } from '../rating/split-policy.js';
import { customerReceivable, OWED, type Receivable, type ReceivablesState } from '../receivables/owed.js';
import type { ReceivableEvent, ReceivablesCovered } from '../receivables/receivable.js';
import type { CutEvent } from '../settlement/cut.js';
import type { StakeEvent } from '../stakes/stake-events.js';
import { customerAvailable, fundsRefusal, ISSUANCE } from '../supply/funds.js';
import { supplyCapRefusal } from '../supply-cap/supply-cap.js';
import type { TopUpEvent } from '../top-ups/top-up.js';
import type { TransferEvent, TransferSent } from '../transfers/transfer.js';
import { postShare, postShares } from '../usage/charging.js';
import type { UsageEvent } from '../usage/usage-batch.js';
import type { YieldEvent } from '../yields/yield-events.js';
import {
  forgetFilled,
  noteCarried,
  providerPayee,
  STAKING_PAYEE,
  takeBack,
  TREASURY_PAYEE,
  type ClawbacksState,
} from './clawbacks.js';
import { coversOf, firstOf, originalOf, partOf, usesIn } from './original.js';
import { evolveRestored, newestOf, restore } from './restoring.js';
import type {
  CorrectionCause,
  CoverTakenBack,
  EntryRestored,
  EntryReversed,
  Original,
  OriginalCharge,
  ReversalEvent,
  ReversibleType,
} from './reversal-events.js';
import { reversalRefusal } from './reversal-refusals.js';

/** An entry as it was read from the journal. */
export interface ReadEntry<Event> {
  readonly event: Event;
  readonly position: EntryPosition;
}

/** An event of any type, as the journal has it. */
interface AnyEvent {
  readonly type: string;
  readonly time: string;
}

/** Reverses an entry of this shard. */
export interface ReverseEntry extends Requested {
  readonly type: 'ReverseEntry';
  /** The entry, as the journal has it. */
  readonly reversed: ReadEntry<AnyEvent>;
  /** The coverings that paid for it since; others are passed over. */
  readonly coverings: readonly ReadEntry<ReceivablesCovered>[];
  readonly reason: string;
}

export type ReversalCommand = ReverseEntry;

/** What reversals read of a shard's state, and change. */
export type ReversalState = GrantsState &
  ReceivablesState &
  CountersState &
  BudgetsState &
  ClawbacksState &
  Pick<ShardState, 'answers' | 'corrections' | 'undo'>;

export interface ReversalContext {
  /** The page's time, RFC 3339. */
  readonly recordedAt: string;
  readonly catalogue: EmissionPoliciesState;
}

export const decideReversals: Decide<ReversalCommand, ReversalState, ReversalContext, ReversalEvent, EntryOutcome> = {
  ReverseEntry: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideReversal(state, command, context))),
};

type LedgerEvent =
  | UsageEvent
  | ReceivableEvent
  | { readonly type: 'Minted' | 'Burned' }
  | TransferEvent
  | CutEvent
  | GrantEvent
  | BudgetEvent
  | HoldEvent
  | TopUpEvent
  | EmissionEvent
  | BuyBackEvent
  | StakeEvent
  | YieldEvent
  | ReversalEvent;

const MOVES_NOTHING = 'it moves no tokens';

/** What undoes an entry that is not reversed. */
const INSTEAD: Readonly<Record<Exclude<LedgerEvent['type'], ReversibleType | 'EntryReversed'>, string>> = {
  HoldReserved: 'release the hold with POST /v1/holds/{id}/release',
  HoldExtended: 'release the hold with POST /v1/holds/{id}/release',
  HoldReleased: 'reserve anew with POST /v1/holds',
  HoldExpired: 'reserve anew with POST /v1/holds',
  ReceivablesCovered: 'reverse the charge that it covered, with POST /v1/reversals',
  GrantActivated: 'void the grant with POST /v1/grants/{id}/void',
  GrantExpired: 'grant anew with POST /v1/grants',
  GrantVoided: 'grant anew with POST /v1/grants',
  TransferReceived: 'send it back with POST /v1/transfers',
  TransferCompleted: MOVES_NOTHING,
  PayablesCut: 'a batch that fails gives back all that was cut; what was paid is taken back by reversing the charges',
  ClawbackFilled: 'reverse the charge that was paid, with POST /v1/reversals',
  BudgetSet: 'set the budget anew with PUT /v1/budgets/{path}',
  TokensBoughtBack: 'mint anew with POST /v1/mints',
  BudgetThresholdsReached: MOVES_NOTHING,
  TopUpRequested: MOVES_NOTHING,
  EmissionScheduled: MOVES_NOTHING,
  EpochEnded: MOVES_NOTHING,
  TokensEmitted: 'publish another policy with PUT /v1/policies/emission/{version}, and burn what was too much',
  UsageConflicted: MOVES_NOTHING,
  UsageRejected: MOVES_NOTHING,
  UsageBatchAnswered: 'reverse the charges that it names, with POST /v1/reversals',
  Staked: 'take it back with POST /v1/unstakes',
  Unstaked: 'it comes back at its instant; stake it again then with POST /v1/stakes',
  Unbonded: 'stake it again with POST /v1/stakes',
  Slashed: 'mint what was taken anew with POST /v1/mints',
  RewardReceived: 'burn it with POST /v1/burns',
  RewardCompleted: MOVES_NOTHING,
  StakeTimeCut: MOVES_NOTHING,
  RewardsCut: 'what it took is paid to stakers; burn what was too much with POST /v1/burns',
  YieldPaid: 'burn it with POST /v1/burns',
  YieldPartPaid: MOVES_NOTHING,
  CompoundingSet: 'set it anew with PUT /v1/holders/{id}/compounding',
};

function notReversible(type: string) {
  const instead = (INSTEAD as Readonly<Record<string, string>>)[type] ?? MOVES_NOTHING;
  return reversalRefusal('NOT_REVERSIBLE', `No ${type} is reversed: ${instead}.`, 'entry');
}

/** @throws DomainError `ALREADY_REVERSED`, `NOT_REVERSIBLE`, `ENTRY_CHANGED`, `INSUFFICIENT_FUNDS` or `SUPPLY_CAP_EXCEEDED` */
function decideReversal(
  state: ReversalState,
  command: ReverseEntry,
  { recordedAt, catalogue }: ReversalContext,
): EntryReversed | EntryRestored {
  const { event, position } = command.reversed;
  const entry = entryId(position);
  refuseTwice(state, entry);
  const nowMs = parseTime(recordedAt, 'recordedAt');
  if (event.type === 'EntryReversed') {
    refuseMintingAgain(catalogue, (event as EntryReversed).original, nowMs);
    return decideRestored(state, command, recordedAt, nowMs);
  }
  return decideReversed(state, command, nowMs);
}

/**
 * Takes an entry back that no other reversal names.
 *
 * @param cause why, where its usage is corrected by its id
 * @throws DomainError as {@link decideReversal}
 */
export function decideReversed(
  state: ReversalState,
  command: Omit<ReverseEntry, 'type'>,
  nowMs: number,
  cause?: CorrectionCause,
): EntryReversed {
  const { event, position } = command.reversed;
  const entry = entryId(position);
  const original = originalOf(event, position);
  const isSentElsewhere = event.type === 'TransferSent' && (event as TransferSent).toShard !== position.shard;
  if (original === undefined || isSentElsewhere) throw notReversible(isSentElsewhere ? 'TransferReceived' : event.type);
  const { time, provenance, request, reason } = command;
  const { holder, amount } = original;
  const said = { type: 'EntryReversed', time, ...provenance, entry, holder, amount, reason, original } as const;
  const taken =
    original.charge === undefined
      ? takeMovement(state, original, nowMs)
      : takeCharge(state, command, original, original.charge, nowMs);
  const why = cause === undefined ? {} : { cause };
  return { ...said, ...taken, ...why, ...(request === undefined ? {} : { request }) };
}

/** @throws DomainError `ALREADY_REVERSED` with what stands now */
function refuseTwice({ corrections }: ReversalState, entry: string): void {
  const by = corrections.get(entry);
  if (by === undefined) return;
  const newest = newestOf(corrections, entry);
  const then = newest === entryId(by) ? '' : ` ${newest} is the newest of what followed: that one can be reversed.`;
  throw reversalRefusal('ALREADY_REVERSED', `${entry} was reversed by ${entryId(by)}.${then}`, 'entry');
}

/** What came into circulation once and was taken out asks for room again, as a mint does: this shard does not know it. */
function refuseMintingAgain({ emissionPolicies }: EmissionPoliciesState, original: Original, nowMs: number): void {
  const { type } = firstOf(original);
  if ((type !== 'Minted' && type !== 'GrantIssued') || capAt(emissionPolicies, nowMs) === undefined) return;
  throw supplyCapRefusal(
    'SUPPLY_CAP_EXCEEDED',
    'There is a cap: what was taken back is not minted again by this. Mint anew with POST /v1/mints or /v1/grants, which see what fits.',
    'entry',
  );
}

/** @throws DomainError as {@link restore} */
function decideRestored(
  state: ReversalState,
  { reversed, time, provenance, request, reason }: ReverseEntry,
  recordedAt: string,
  nowMs: number,
): EntryRestored {
  const reversal = reversed.event as EntryReversed;
  const { holder, amount, original, cause } = reversal;
  if (cause === 'replacement' || cause === 'rerating') throw replacedSince(reversal);
  const said = { type: 'EntryRestored', time, ...provenance, entry: entryId(reversed.position) } as const;
  const moved = restore(state, reversal, recordedAt, nowMs);
  return { ...said, holder, amount, reason, original, ...moved, ...(request === undefined ? {} : { request }) };
}

/** Only one charge of a usage may stand. */
function replacedSince({ original }: EntryReversed) {
  const { source, id } = original.charge!;
  const instead = `another charge of ${source} ${id} took its place; correct that with POST /v1/usage-corrections`;
  return reversalRefusal('NOT_REVERSIBLE', `This reversal stays: ${instead}.`, 'entry');
}

type Taken = Omit<
  EntryReversed,
  'type' | 'time' | 'actor' | 'origin' | 'request' | 'entry' | 'holder' | 'amount' | 'reason' | 'original' | 'cause'
>;

/** Takes back what made, moved or destroyed tokens at somebody's word. */
function takeMovement(state: ReversalState, original: Original, nowMs: number): Taken {
  const { holder, to } = original;
  const { entry, type } = firstOf(original);
  const amount = BigInt(original.amount);
  if (type === 'Minted' || type === 'GrantIssued') {
    const from = requireWhole(state, entry, holder, amount) ? customerPending(holder) : customerAvailable(holder);
    return { postings: [posting(from, ISSUANCE, amount)] };
  }
  const back = returnUses(state, holder, usesIn(original.paid), nowMs);
  if (to === undefined)
    return { ...back, postings: [posting(ISSUANCE, customerAvailable(holder), amount), ...back.postings] };
  requireWhole(state, entry, to, amount);
  return { ...back, postings: [posting(customerAvailable(to), customerAvailable(holder), amount), ...back.postings] };
}

/** Only a whole grant is taken back. @returns whether it is pending @throws DomainError `INSUFFICIENT_FUNDS` */
function requireWhole(state: ReversalState, id: string, holder: string, amount: bigint): boolean {
  const { grants } = state;
  const pending = grants.pending.get(id);
  const left = grants.index.endOf(id) !== undefined ? ZERO : (pending ?? remainingOf(state, { id, holder }));
  if (left === amount) return pending !== undefined;
  throw fundsRefusal(
    'INSUFFICIENT_FUNDS',
    `${holder} has ${formatAmount(left)} left of the ${formatAmount(amount)} that ${id} brought; POST /v1/grants/${id}/void takes back what is left.`,
    'entry',
  );
}

/** What goes back to grants, and on to where those went that have ended. */
function returnUses(state: ReversalState, holder: string, uses: readonly GrantUse[], nowMs: number): Taken {
  const { back, gone } = planGiveBack(state, holder, uses, nowMs);
  const returned = partOf(back);
  const lapsed = partOf(uses.filter(({ grant }) => endOf(state, grant, holder, nowMs) !== undefined));
  return {
    postings: gone.map(({ account, amount }) => posting(customerAvailable(holder), account, amount)),
    ...(returned === undefined ? {} : { returned }),
    ...(lapsed === undefined ? {} : { lapsed }),
  };
}

/** Takes back a charge with what was covered of it since. */
function takeCharge(
  state: ReversalState,
  command: Omit<ReverseEntry, 'type'>,
  original: Original,
  charge: OriginalCharge,
  nowMs: number,
): Taken {
  const { holder } = original;
  const open = charge.owed === undefined ? undefined : state.receivables.find(holder, charge);
  const covers = coversSince(command, charge);
  let accounted = open?.amount ?? 0n;
  for (const { amount } of covers) accounted += BigInt(amount);
  if (accounted !== BigInt(charge.owed?.amount ?? 0)) {
    throw reversalRefusal('ENTRY_CHANGED', 'Something of it was covered while it was read; send it again.', 'entry');
  }
  const shares = covers.reduce((sum, cover) => addShares(sum, readShares(cover.shares)), readShares(charge.shares));
  const covered = covers.flatMap(({ amount, grants }) => usesIn({ amount, grants }));
  const back = returnUses(state, holder, usesIn(partOf([...usesIn(original.paid), ...covered])), nowMs);
  return {
    ...back,
    postings: [...takeShares(state, holder, charge.provider, shares), ...cancel(holder, open), ...back.postings],
    ...(open === undefined ? {} : { cancelled: { amount: open.amount.toString(), shares: recordShares(open.shares) } }),
    ...(covers.length === 0 ? {} : { covers }),
  };
}

function coversSince(
  { reversed, coverings }: Pick<ReverseEntry, 'reversed' | 'coverings'>,
  charge: OriginalCharge,
): CoverTakenBack[] {
  const { height, index } = reversed.position;
  return coverings
    .filter(({ position }) => position.height > height || (position.height === height && position.index > index))
    .flatMap(({ event, position }) => coversOf(event, position, charge));
}

/** Each share from where it was paid to; what was burned is issued again. */
function takeShares(state: ReversalState, holder: string, provider: string | undefined, shares: Shares): Posting[] {
  const to = customerAvailable(holder);
  const postings = provider === undefined ? [] : takeBack(state, providerPayee(provider), to, shares.provider);
  postings.push(...takeBack(state, TREASURY_PAYEE, to, shares.treasury));
  postings.push(...takeBack(state, STAKING_PAYEE, to, shares.stakers));
  postShare(postings, ISSUANCE, to, shares.burn);
  return postings;
}

/** What is still owed is owed no more. */
function cancel(holder: string, open: Receivable | undefined): Posting[] {
  if (open === undefined) return [];
  const postings: Posting[] = [];
  postShares(postings, customerReceivable(holder), OWED, open.provider, open.shares);
  return postings.map(({ debit, credit, ...moved }) => ({ debit: credit, credit: debit, ...moved }));
}

export const evolveReversals: Evolve<ReversalEvent, ReversalState> = {
  EntryReversed: (state, event, position) => {
    const { entry, holder, original, returned } = event;
    const { charge, to } = original;
    const first = firstOf(original);
    state.undo.set(state.corrections, entry, position);
    noteCarried(state, event.postings);
    const arrived = first.type === 'Minted' || first.type === 'GrantIssued' ? holder : to;
    if (arrived !== undefined) undoArrival(state, arrived, first.entry, BigInt(event.amount));
    giveBack(state, holder, { back: usesIn(returned), amount: BigInt(returned?.amount ?? 0) });
    if (charge === undefined) return;
    if (event.cancelled !== undefined) state.receivables.remove(holder, charge);
    if (charge.counted !== undefined) state.counters.uncount(holder, charge.counted);
    if (charge.budgeted !== undefined) uncount(state, original, charge.budgeted);
  },
  EntryRestored: (state, event, position) => {
    state.undo.set(state.corrections, event.entry, position);
    evolveRestored(state, event);
  },
  ClawbackFilled: (state, event) => {
    forgetFilled(state, event);
  },
};

function uncount(
  { budgets }: BudgetsState,
  original: Original,
  counted: NonNullable<OriginalCharge['budgeted']>,
): void {
  const exceeded = BigInt(counted.beyond ?? 0);
  const [shard, height, index] = original.entry.split('-').map(Number) as [number, number, number];
  const counting = { path: counted.path!, day: counted.day, used: BigInt(original.amount) - exceeded, exceeded };
  budgets.uncount(counting, { shard, height, index });
}

/** A reversal is restored by a call of its own; what fills a clawback follows from the charge that paid it. */
export type ReversalIrreversible = 'restored-instead' | 'follows-a-payment';

export const correctReversals: Correct<ReversalEvent, unknown, ReversalIrreversible> = {
  EntryReversed: () => irreversible('restored-instead'),
  EntryRestored: () => irreversible('restored-instead'),
  ClawbackFilled: () => irreversible('follows-a-payment'),
};
