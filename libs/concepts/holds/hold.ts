/**
 * Holds: tokens reserved for usage to come, of grants that it names. The usage that names a hold, or a capture, settles it
 * once; what it does not use goes back to the same grants. What it reserved stays spendable by it when its grant ends.
 */
import {
  decideOnce,
  entryId,
  formatAmount,
  irreversible,
  parseTime,
  posting,
  recordIfAny,
  writeInstant,
  type Amount,
  type Correct,
  type Decide,
  type Due,
  type EntryOutcome,
  type Evolve,
  type Flows,
  type Posted,
  type Posting,
  type Provenance,
  type Recorded,
  type Requested,
  type ShardState,
} from '#domain';
import { measureCapture, measureHold } from '../budgets/ceiling.js';
import { CEILINGS, FUNDING, type CeilingsState, type FundingIrreversible, type FundingState } from '../funding.js';
import { reachOf, usesInOrder } from '../grants/burn-order.js';
import { readUses, USES_MAX, writeUses, type GrantUse } from '../grants/uses.js';
import { refuseSendingWhileSuspended, type PartiesState } from '../parties/party.js';
import type { RatingState } from '../rating/rating.js';
import { splitCharge, type Shares } from '../rating/split-policy.js';
import { customerAvailable, fundsAccounts, fundsRefusal } from '../supply/funds.js';
import {
  correctBounds,
  correctDrawn,
  evolveBounds,
  evolveDrawn,
  fund,
  paidBy,
  recordedOf,
  type Charge,
} from '../usage/charging.js';
import { HOUSE_SOURCES } from '../usage/usage.js';
import { planSettling, reserve, settle, type Hold, type HoldsState } from './held.js';
import {
  customerHeld,
  holdAccounts,
  SETTLING,
  type HoldCaptured,
  type HoldEvent,
  type HoldExpired,
  type HoldExtended,
  type HoldReleased,
  type HoldReserved,
} from './hold-events.js';
import { holdRefusal } from './hold-refusals.js';

/** Reserves tokens of a customer. */
export interface ReserveHold extends Requested {
  readonly type: 'ReserveHold';
  readonly customer: string;
  readonly amount: Amount;
  /** RFC 3339; an hour from now when missing. */
  readonly expiresAt?: string;
  /** Whether less is reserved when there is less. */
  readonly partial?: boolean;
  readonly budget?: string;
  readonly reference?: string;
}

/** Reserves more, or until another instant. */
export interface ExtendHold extends Requested {
  readonly type: 'ExtendHold';
  readonly hold: string;
  /** What is added. */
  readonly amount?: Amount;
  readonly expiresAt?: string;
}

/** Takes an amount by a hold, without usage. */
export interface CaptureHold extends Requested {
  readonly type: 'CaptureHold';
  readonly hold: string;
  readonly amount: Amount;
  readonly provider?: string;
}

/** Gives a hold up. */
export interface ReleaseHold extends Requested {
  readonly type: 'ReleaseHold';
  readonly hold: string;
}

/** What acts at a hold's end. */
interface LapseHold {
  readonly type: 'LapseHold';
  readonly hold: string;
  readonly time: string;
  readonly provenance: Provenance;
}

export type HoldCommand = ReserveHold | ExtendHold | CaptureHold | ReleaseHold | LapseHold;

export interface HoldContext {
  readonly catalogue: PartiesState & RatingState;
  readonly recordedAt: string;
}

type HoldingState = HoldsState & FundingState & CeilingsState & Pick<ShardState, 'answers'>;

export const decideHolds: Decide<HoldCommand, HoldingState, HoldContext, HoldEvent, EntryOutcome> = {
  ReserveHold: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideReserve(state, command, context))),
  ExtendHold: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideExtend(state, command, context))),
  CaptureHold: (state, command, context, record) =>
    decideOnce(state, command.request, () => record(decideCapture(state, command, context))),
  ReleaseHold: (state, command, _context, record) =>
    decideOnce(state, command.request, () => record(decideEnding(state, command, 'HoldReleased'))),
  LapseHold: (state, command, _context, record) => {
    const isOpen = state.holds.open.has(command.hold);
    return recordIfAny(isOpen ? decideEnding(state, command, 'HoldExpired') : undefined, record);
  },
};

/** Holds end before what they were reserved of does. */
export const dueHolds: Due<'hold-expiry', HoldsState, HoldCommand> = {
  'hold-expiry': (_state, { id }) => ({ type: 'LapseHold', hold: id }),
};

const HOUR_MS = 3_600_000;
const LONGEST_MS = 24 * HOUR_MS;

/** A hold ends with a full second, so that what ends together shares pages. */
function endOf(text: string | undefined, nowMs: number, otherwise: number): number {
  const ms = text === undefined ? otherwise : parseTime(text, 'expiresAt');
  if (ms <= nowMs || ms > nowMs + LONGEST_MS) {
    throw holdRefusal('HOLD_INVALID', 'A hold ends after now, within 24 hours.', 'expiresAt');
  }
  return Math.ceil(ms / 1_000) * 1_000;
}

/** What one hold can reserve: of so many grants as one charge can use. */
function requireReach(state: HoldingState, customer: string, amount: bigint, isPartial: boolean): bigint {
  const reach = reachOf(state, customer, state.balance(customerAvailable(customer)), amount);
  if (amount <= reach) return amount;
  if (isPartial && reach > 0n) return reach;
  const has = `${customer} has ${formatAmount(reach)} available to one hold, less than ${formatAmount(amount)}.`;
  throw fundsRefusal('INSUFFICIENT_FUNDS', has, 'amount');
}

/**
 * What it may reserve: budgets are asked before the funds.
 *
 * @throws DomainError `UNKNOWN_HOLDER`, `CUSTOMER_SUSPENDED`, `HOLD_INVALID`, `UNKNOWN_BUDGET`, `BUDGET_EXCEEDED` or
 *   `INSUFFICIENT_FUNDS`
 */
function decideReserve(
  state: HoldingState,
  command: ReserveHold,
  { catalogue, recordedAt }: HoldContext,
): HoldReserved {
  const { customer, budget, reference } = command;
  refuseSendingWhileSuspended(catalogue.parties.require(customer, 'customer'), 'customer');
  const nowMs = parseTime(recordedAt, 'recordedAt');
  const expiresAtMs = endOf(command.expiresAt, nowMs, nowMs + HOUR_MS);
  const isPartial = command.partial === true;
  const room = measureHold(state, command, command.amount, recordedAt.slice(0, 10), isPartial);
  const amount = requireReach(state, customer, room, isPartial);
  return {
    type: 'HoldReserved',
    ...fieldsOf(command),
    ...{ customer, amount: amount.toString(), expiresAt: writeInstant(expiresAtMs) },
    grants: usesInOrder(state, customer, amount),
    postings: [posting(customerAvailable(customer), customerHeld(customer), amount)],
    ...(budget === undefined ? {} : { budget }),
    ...(reference === undefined ? {} : { reference }),
  };
}

/**
 * @throws DomainError `UNKNOWN_HOLD`, `HOLD_CLOSED`, `HOLD_INVALID`, `BUDGET_EXCEEDED` or `INSUFFICIENT_FUNDS`; the hold is as it
 *   was then
 */
function decideExtend(state: HoldingState, command: ExtendHold, { recordedAt }: HoldContext): HoldExtended {
  const hold = findOpen(state, command.hold);
  const nowMs = parseTime(recordedAt, 'recordedAt');
  const { customer } = hold;
  if (command.amount === undefined && command.expiresAt === undefined) {
    throw holdRefusal('HOLD_INVALID', 'Say by how much, or until when the hold is extended.', 'amount');
  }
  const expiresAtMs =
    command.expiresAt === undefined ? hold.expiresAtMs : endOf(command.expiresAt, nowMs, hold.expiresAtMs);
  const said = {
    type: 'HoldExtended',
    ...fieldsOf(command),
    ...{ hold: hold.id, customer, expiresAt: writeInstant(expiresAtMs) },
  } as const;
  const { amount } = command;
  if (amount === undefined) {
    return { ...said, amount: hold.amount.toString(), receipt: writeUses(hold.receipt), postings: [] };
  }
  measureHold(state, hold, amount, recordedAt.slice(0, 10), false);
  requireReach(state, customer, amount, false);
  const grants = usesInOrder(state, customer, amount);
  const receipt = [...hold.receipt, ...readUses(grants, amount)];
  if (receipt.length > USES_MAX) {
    throw fundsRefusal('INSUFFICIENT_FUNDS', `A hold reserves of ${USES_MAX} grants at most.`, 'amount');
  }
  const postings = [posting(customerAvailable(customer), customerHeld(customer), amount)];
  return { ...said, amount: (hold.amount + amount).toString(), receipt: writeUses(receipt), postings, grants };
}

/** @throws DomainError `UNKNOWN_HOLD`, `HOLD_CLOSED` or `UNKNOWN_PROVIDER` */
function decideCapture(
  state: HoldingState,
  command: CaptureHold,
  { catalogue, recordedAt }: HoldContext,
): HoldCaptured {
  const found = state.holds.find(command.hold);
  if (found === undefined) throw unknownHold(command.hold);
  if (found.state === 'captured' || found.state === 'released') throw holdClosed(command.hold, found.state);
  const { provider } = command;
  const { customer } = found;
  const reserving = found.state === 'open' ? found : { ...found, amount: 0n };
  const budgeted = measureCapture(state, reserving, command.amount, recordedAt);
  if (provider !== undefined) catalogue.parties.require(provider, 'provider');
  const policy = catalogue.rating.splitPolicyAt(parseTime(command.time, 'time'));
  const shares = splitCharge(policy, command.amount);
  const due = provider === undefined ? withoutProvider(shares) : shares;
  const postings: Posting[] = [];
  const payment = { customer, provider: provider ?? customer, time: command.time, hold: command.hold };
  const beyond = BigInt(budgeted?.beyond ?? 0);
  const funded = fund<FundingState, object>(FUNDING, state, payment, command.amount, beyond, due, postings, {});
  return {
    type: 'HoldCaptured',
    ...fieldsOf(command),
    ...{ hold: command.hold, customer, amount: command.amount.toString(), splitPolicy: policy.version },
    postings,
    ...(provider === undefined ? {} : { provider }),
    ...(budgeted === undefined ? {} : { budgeted }),
    ...funded,
  };
}

/** What no provider earns is the treasury's. */
const withoutProvider = ({ provider, treasury, ...others }: Shares): Shares => ({
  ...{ provider: 0n, treasury: treasury + provider },
  ...others,
});

/** @throws DomainError `UNKNOWN_HOLD` or `HOLD_CLOSED` */
function decideEnding<Type extends 'HoldReleased' | 'HoldExpired'>(
  state: HoldingState,
  command: ReleaseHold | LapseHold,
  type: Type,
): Extract<HoldReleased | HoldExpired, { readonly type: Type }> {
  const hold = findOpen(state, command.hold);
  const { said, postings } = planSettling(state, hold, 0n);
  const event = { type, ...fieldsOf(command), hold: hold.id, customer: hold.customer, postings, ...said };
  return event as unknown as Extract<HoldReleased | HoldExpired, { readonly type: Type }>;
}

function findOpen({ holds }: HoldsState, id: string): Hold {
  const hold = holds.open.get(id);
  if (hold !== undefined) return hold;
  const closed = holds.findClosed(id);
  throw closed === undefined ? unknownHold(id) : holdClosed(id, closed.state);
}

const unknownHold = (id: string) => holdRefusal('UNKNOWN_HOLD', `There is no hold ${id}.`, 'hold');
const holdClosed = (id: string, state: string) =>
  holdRefusal('HOLD_CLOSED', `The hold ${id} is ${state}; reserve a new one.`, 'hold');

function fieldsOf({ time, provenance, request }: Requested) {
  return { time, ...provenance, ...(request === undefined ? {} : { request }) };
}

const SOURCES = recordedOf<FundingState>(FUNDING);

/** What a capture leaves to be covered has the hold's name, where usage has its own. */
type CaptureEntry = HoldCaptured & Pick<Charge, 'provider' | 'usage'>;
export const captureEntry = (event: HoldCaptured): CaptureEntry => ({
  ...event,
  provider: event.provider ?? event.customer,
  usage: { source: HOUSE_SOURCES.hold, id: event.hold, digest: '' },
});

export const evolveHolds: Evolve<HoldEvent, HoldsState & FundingState & CeilingsState> = {
  HoldReserved: (state, event, position) => {
    const { customer, budget } = event;
    const amount = BigInt(event.amount);
    const receipt = readUses(event.grants, amount);
    const expiresAtMs = parseTime(event.expiresAt, 'expiresAt');
    const hold = { id: entryId(position), customer, state: 'open', amount, receipt, expiresAtMs } as const;
    state.holds.index.add(position, customer);
    reserve(state, { ...hold, ...(budget === undefined ? {} : { budget }) }, receipt, amount);
  },
  HoldExtended: (state, event) => {
    const hold = state.holds.open.get(event.hold)!;
    const amount = BigInt(event.amount);
    const added = amount - hold.amount;
    const uses: readonly GrantUse[] = event.grants === undefined ? [] : readUses(event.grants, added);
    const expiresAtMs = parseTime(event.expiresAt, 'expiresAt');
    reserve(state, { ...hold, amount, receipt: readUses(event.receipt, amount), expiresAtMs }, uses, added);
  },
  HoldCaptured: (state, event) => {
    const entry = captureEntry(event) as Recorded & CaptureEntry;
    evolveBounds(CEILINGS, state, entry as unknown as Charge);
    evolveDrawn(SOURCES, state, entry);
    state.holds.end(event.hold, 'captured');
  },
  HoldReleased: (state, event) => {
    settle(state, event.hold, 'released', event);
  },
  HoldExpired: (state, event) => {
    settle(state, event.hold, 'expired', event);
  },
};

/** A hold that is open is released; one that has ended is over. */
export type HoldIrreversible = 'released-instead' | 'hold-is-over';

export const correctHolds: Correct<
  HoldEvent,
  HoldsState & FundingState & CeilingsState,
  HoldIrreversible | FundingIrreversible
> = {
  HoldReserved: () => irreversible('released-instead'),
  HoldExtended: () => irreversible('released-instead'),
  HoldCaptured: (state, event, position) => {
    const entry = captureEntry(event) as CaptureEntry & Posted;
    const unbound = correctBounds(CEILINGS, state, entry as unknown as Charge, position);
    return correctDrawn(SOURCES, state, entry, unbound);
  },
  HoldReleased: () => irreversible('hold-is-over'),
  HoldExpired: () => irreversible('hold-is-over'),
};

const { customerAvailable: available } = fundsAccounts;

export const holdFlows: Flows<HoldEvent> = {
  HoldReserved: [[available, holdAccounts.customerHeld]],
  HoldExtended: [[available, holdAccounts.customerHeld]],
  HoldCaptured: [...paidBy(FUNDING), ...SETTLING],
  HoldReleased: SETTLING,
  HoldExpired: SETTLING,
};

/** The shard that keeps a hold; undefined: no hold has such an id. */
export function shardOfHold(id: string): number | undefined {
  return /^[0-9]{1,9}-[0-9]{1,15}-[0-9]{1,9}$/.test(id) ? Number.parseInt(id, 10) : undefined;
}
