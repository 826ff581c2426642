/**
 * Corrections: usage is voided, replaced or rated again by its id: its charge is taken back, and what is not void is charged anew in
 * the same page.
 */
import {
  decideOnce,
  DomainError,
  entryId,
  parseTime,
  type Decide,
  type EntryOutcome,
  type EntryPosition,
  type Provenance,
  type RecordEvent,
  withinMember,
  type Requested,
} from '#domain';
import { CORRECTING, type CeilingsState, type FundingState } from '../funding.js';
import { holdRefusal } from '../holds/hold-refusals.js';
import { monthOf, type CountersState } from '../rating/counters.js';
import { policyFor } from '../rating/split-policy.js';
import { decideReversed, type ReadEntry, type ReversalState, type ReverseEntry } from '../reversals/reversal.js';
import type { EntryReversed } from '../reversals/reversal-events.js';
import { reversalRefusal } from '../reversals/reversal-refusals.js';
import {
  bookCharge,
  checkLength,
  checkParties,
  checkTime,
  rateUsage,
  usageRefusal,
  type ChargeCatalogue,
  type UsageCharged,
} from '../usage/charge.js';
import { rateBy } from '../usage/rerating.js';
import type { UsageReport, UsageState } from '../usage/usage.js';
import { correctionRefusal } from './correction-refusals.js';
import { pageWord, standingOf } from './standing.js';

/** A charge, and what the journal has of it. */
export interface ReadCharge {
  /** The newest charge of a usage. */
  readonly charge: ReadEntry<UsageCharged>;
  /** What stands of it: the charge, or what restored it last. */
  readonly standing: ReverseEntry['reversed'];
  /** The coverings that paid for it since; others are passed over. */
  readonly coverings: ReverseEntry['coverings'];
}

/** No charge has a name. */
export function unknownUsage(source: string, id: string) {
  return correctionRefusal('UNKNOWN_USAGE', `No usage ${id} of ${source} was charged.`, 'id');
}

/** Voids a usage, or replaces it. */
export interface CorrectUsage extends Requested, ReadCharge {
  readonly type: 'CorrectUsage';
  /** What takes its place; missing: nothing does. */
  readonly report?: UsageReport;
  readonly receivedAtMs: number;
  readonly reason: string;
}

/** Rates a charge again by a price book, as one of many. */
export interface RerateUsage extends ReadCharge {
  readonly type: 'RerateUsage';
  readonly time: string;
  readonly provenance: Provenance;
  readonly priceBook: number;
  readonly reason: string;
}

export type CorrectionCommand = CorrectUsage | RerateUsage;

/** What rating a charge again came to. */
export type RerateOutcome = { readonly type: 'rerated' } & (
  | {
      readonly result: 'changed';
      readonly entry: EntryPosition;
      /** Atto-tokens, as it is charged now. */ readonly amount: bigint;
    }
  /** It costs what it did, and is left alone. */
  | { readonly result: 'same' }
  /** It is passed over. */
  | { readonly result: 'void' }
  /** The book has no price for it, and it stays as it is. */
  | { readonly result: 'unrated'; readonly why: DomainError }
);

type CorrectionState = ReversalState & UsageState & CountersState & FundingState & CeilingsState;

interface CorrectionContext {
  readonly catalogue: ChargeCatalogue;
  readonly recordedAt: string;
}

type Recording = RecordEvent<EntryReversed | UsageCharged>;

/** @throws DomainError `ALREADY_VOIDED`; `ENTRY_CHANGED` where something happened to the charge since it was read */
function checkStanding({ corrections, usage }: CorrectionState, { charge, standing }: ReadCharge): void {
  const { source, id } = charge.event.usage;
  const { newest, isVoid } = standingOf(corrections, entryId(charge.position));
  const isNewest = usage.pageOf(source, id) === pageWord(charge.position.height);
  if (isNewest && isVoid) {
    const undo = `${newest} took it back; what is void stays so unless that is undone with POST /v1/reversals`;
    throw correctionRefusal('ALREADY_VOIDED', `The usage ${id} of ${source} is void: ${undo}.`, 'id');
  }
  if (isNewest && newest === entryId(standing.position)) return;
  throw reversalRefusal('ENTRY_CHANGED', 'The usage was corrected while it was read; send it again.', 'id');
}

function correct(
  state: CorrectionState,
  command: CorrectUsage,
  { catalogue, recordedAt }: CorrectionContext,
  record: Recording,
): EntryPosition {
  checkStanding(state, command);
  const { charge, standing, report, request, ...said } = command;
  const nowMs = parseTime(recordedAt, 'recordedAt');
  const reversal = { ...said, reversed: standing };
  if (report === undefined) {
    const asked = request === undefined ? reversal : { ...reversal, request };
    return record(decideReversed(state, asked, nowMs, 'usage-correction'));
  }
  const timeMs = withinMember('event', () =>
    checkReplacement(state, catalogue, charge.event, report, command.receivedAtMs),
  );
  record(decideReversed(state, reversal, nowMs, 'replacement'));
  const rated = rateUsage(state, catalogue, report, timeMs);
  const corrects = { entry: entryId(standing.position), by: 'replacement' } as const;
  const { provenance } = command;
  const made = bookCharge(CORRECTING, state, report, provenance, rated, timeMs, recordedAt, undefined, corrects);
  return record(request === undefined ? made : { ...made, request });
}

/**
 * Whatever could refuse a replacement is asked before anything is recorded. What it costs is not: it is charged.
 *
 * @returns its own time, milliseconds since 1970
 * @throws DomainError `USAGE_INVALID` and whatever a usage is refused for, but for suspensions, ceilings and the credit limit
 */
function checkReplacement(
  state: CorrectionState,
  catalogue: ChargeCatalogue,
  { usage, customer }: UsageCharged,
  report: UsageReport,
  receivedAtMs: number,
): number {
  const same = [
    ['source', report.source, usage.source],
    ['id', report.id, usage.id],
    ['subject', report.customer, customer],
  ] as const;
  for (const [member, said, charged] of same) {
    if (said === charged) continue;
    const way = 'void it, and report the other as a usage of its own';
    throw usageRefusal('USAGE_INVALID', `A replacement keeps its ${member}, ${charged}; ${way}.`, member);
  }
  checkLength(report);
  const party = checkParties(catalogue, report);
  const timeMs = checkTime(report.time, receivedAtMs);
  for (const limit of CORRECTING.limits) limit(state, report, party, timeMs);
  rateUsage(state, catalogue, report, timeMs);
  return timeMs;
}

/** A charge by another price book, with the split policy that it recorded. @throws DomainError where the book has no price for it */
function rateAgain(state: CorrectionState, { rating }: ChargeCatalogue, charge: UsageCharged, version: number) {
  const book = rating.priceBooks.get(version);
  const policy = rating.splitPolicies.get(charge.splitPolicy);
  if (book === undefined || policy === undefined) throw new Error(`price book ${version} was not published`);
  const { customer, time } = charge;
  const month = monthOf(time);
  const { amount, said } = rateBy(rating, book, charge, (line, meter) =>
    state.counters.get(customer, line, meter, month),
  );
  return { amount, priceBook: version, policy: policyFor(policy, charge.usageType), said };
}

function rerate(
  state: CorrectionState,
  command: RerateUsage,
  { catalogue, recordedAt }: CorrectionContext,
  record: Recording,
): RerateOutcome {
  const { event } = command.charge;
  if (isVoid(state, command)) return { type: 'rerated', result: 'void' };
  const rated = tryRating(state, catalogue, event, command.priceBook);
  if (rated instanceof DomainError) return { type: 'rerated', result: 'unrated', why: rated };
  if (rated.amount === BigInt(event.amount)) return { type: 'rerated', result: 'same' };
  const { standing, provenance } = command;
  record(decideReversed(state, { ...command, reversed: standing }, parseTime(recordedAt, 'recordedAt'), 'rerating'));
  const corrects = { entry: entryId(standing.position), by: 'rerating' } as const;
  const timeMs = parseTime(event.time, 'time');
  const report = reportOf(event);
  const made = bookCharge(CORRECTING, state, report, provenance, rated, timeMs, recordedAt, undefined, corrects);
  return { type: 'rerated', result: 'changed', entry: record(made), amount: rated.amount };
}

function isVoid(state: CorrectionState, command: ReadCharge): boolean {
  try {
    checkStanding(state, command);
    return false;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'ALREADY_VOIDED') return true;
    throw error;
  }
}

/** Journals of earlier releases have charges that name holds which never were: they are left as they are. */
function tryRating(state: CorrectionState, catalogue: ChargeCatalogue, charge: UsageCharged, version: number) {
  if (charge.hold !== undefined && state.holds.find(charge.hold) === undefined) {
    return holdRefusal('UNKNOWN_HOLD', `There never was a hold ${charge.hold}.`, 'data.hold');
  }
  try {
    return rateAgain(state, catalogue, charge, version);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** What was reported, as its charge has it. */
function reportOf({ usage, usageType, ...charge }: UsageCharged): UsageReport {
  const { time, customer, provider, model, region, meters, budget, hold, provenance } = charge;
  return {
    ...usage,
    ...{ type: usageType, time, customer, provider, model, meters },
    ...(region === undefined ? {} : { region }),
    ...(budget === undefined ? {} : { budget }),
    ...(hold === undefined ? {} : { hold }),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

export const decideCorrections: Decide<
  CorrectionCommand,
  CorrectionState,
  CorrectionContext,
  EntryReversed | UsageCharged,
  EntryOutcome | RerateOutcome
> = {
  CorrectUsage: (state, command, context, record) =>
    decideOnce(state, command.request, () => correct(state, command, context, record)),
  RerateUsage: (state, command, context, record) => rerate(state, command, context, record),
};
