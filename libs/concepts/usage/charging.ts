/**
 * How usage is paid and what may refuse it, whichever concepts do so. A concept that pays usage has a funding source, one
 * that refuses it a limit; `funding.ts` is the door that lists them in the order in which they are asked.
 */
import {
  posting,
  reverse,
  ZERO,
  type AccountKind,
  type AttoText,
  type EntryPosition,
  type Flow,
  type HolderId,
  type Irreversible,
  type Posted,
  type Posting,
  type Recorded,
  type Reversal,
} from '#domain';
import { refuseUsageInSuspension, type Party } from '../parties/party.js';
import type { PriceSaid } from '../rating/counters.js';
import type { ProductName } from '../rating/name-pattern.js';
import type { Meters, RegionName } from '../rating/price-book.js';
import {
  providerPayable,
  splitAccounts,
  STAKING_REWARDS,
  subtractShares,
  takeShares,
  TREASURY_FEES,
  type Shares,
} from '../rating/split-policy.js';
import { fundsAccounts, ISSUANCE } from '../supply/funds.js';
import type { DataProvenance, UsageIdentity, UsageReport } from './usage.js';

/** What the entry of a charge says, whatever paid it. */
export interface Charge extends Recorded, PriceSaid {
  readonly type: 'UsageCharged';
  readonly usage: UsageIdentity;
  readonly usageType: ProductName;
  readonly customer: HolderId;
  readonly provider: HolderId;
  readonly model: string;
  readonly region?: RegionName;
  readonly meters: Meters;
  readonly budget?: string;
  readonly hold?: string;
  readonly priceBook: number;
  readonly splitPolicy: number;
  readonly amount: AttoText;
  readonly postings: readonly Posting[];
  readonly late?: Late;
  readonly corrects?: Corrects;
  readonly provenance?: DataProvenance;
}

/** What a charge takes the place of: another charge of the same usage, taken back in the same page. */
export interface Corrects {
  /** The entry that was taken back: the charge, or what had restored it. */
  readonly entry: string;
  /** Whether another event was reported for it, or the same one rated by another price book. */
  readonly by: 'replacement' | 'rerating';
}

/** Who pays, the time of the usage, and what it names; a covering has its own time and names nothing. */
export type Payment = Pick<UsageReport, 'customer' | 'time' | 'budget' | 'hold'>;

/** The accounts that the shares of a usage go to. */
export interface Payees {
  readonly provider: (provider: string) => string;
  readonly treasury: string;
  readonly stakers: string;
  readonly burn: string;
  /** The kinds of these accounts, in this order. */
  readonly kinds: readonly [provider: AccountKind, treasury: AccountKind, stakers: AccountKind, burn: AccountKind];
}

/** Where the shares go of what is paid. */
export const PAID: Payees = {
  provider: providerPayable,
  treasury: TREASURY_FEES,
  stakers: STAKING_REWARDS,
  burn: ISSUANCE,
  kinds: [
    splitAccounts.providerPayable,
    splitAccounts.treasuryFees,
    splitAccounts.stakingRewards,
    fundsAccounts.issuance,
  ],
};

interface Source<State> {
  /** No two sources share a name. */
  readonly name: string;
  /** The kind of the accounts that it takes from. */
  readonly account: AccountKind;
  /** The customer's account of this kind. */
  readonly debit: (customer: string) => string;
  readonly payees: Payees;
  /** It takes nothing from the customer: what it gives is owed. */
  readonly isOwed?: true;
  /** What it gives of `wanted` atto-tokens: all of it, or all that it has as the state stands. No clock is asked. */
  offer(state: State, payment: Payment, wanted: bigint): bigint;
}

/** A source of which the entry's postings say all that it gave. */
export interface PlainSource<State> extends Source<State> {
  readonly draw?: undefined;
}

/**
 * A source of which the entry says more, in a member of the source's name.
 *
 * @typeParam Said an interface with that one member, which may be missing: the events that it pays have it too
 */
export interface RecordedSource<
  Said,
  State,
  Entry = Payment & Recorded,
  Reason extends string = string,
> extends Source<State> {
  readonly name: keyof Said & string;
  /** Never there: it carries the type. */
  readonly said?: Said;
  /**
   * What the entry says of it; asked of every entry, also when it gave nothing. Movements beside the shares' it adds to
   * `postings`.
   *
   * @param shares of the usage that is charged; a covering, which pays for many, has none
   */
  draw(state: State, payment: Payment, given: bigint, postings: Posting[], shares?: Shares): Drawn<Said> | undefined;
  /** What that changes in its part of the state. */
  evolve(state: State, entry: Entry, drawn: Drawn<Said>): void;
  /** How that is undone when the entry is corrected, as the state stands, or why it cannot be. Changes nothing itself. */
  correct(state: State, entry: Entry, drawn: Drawn<Said>): Undoing | Irreversible<Reason>;
}

/** Undoes what a source gave. */
export interface Undoing {
  readonly evolve: () => void;
  /** Where it goes on to once the entry's own legs are backwards. */
  readonly postings?: readonly Posting[];
}

type Drawn<Said> = NonNullable<Said[keyof Said]>;

/**
 * Something that says how much of a usage may be paid, once its amount is known and before any source is asked. What is beyond is owed.
 *
 * @typeParam Said an interface with the one member that a charge has of it, which may be missing
 */
export interface Ceiling<Said extends { readonly [Name in keyof Said]?: Bounded | undefined }, State> {
  readonly name: keyof Said & string;
  /** Never there: it carries the type. */
  readonly said?: Said;
  /**
   * What the charge says of it; undefined where it bounds nothing.
   *
   * @param recordedAt the page's time
   * @throws DomainError when the usage is not to be charged
   */
  measure(state: State, report: UsageReport, amount: bigint, recordedAt: string): Drawn<Said> | undefined;
  /** What that changes in its part of the state. */
  evolve(state: State, charge: Charge, measured: Drawn<Said>): void;
  /** How that is undone when the charge is corrected. Changes nothing itself. */
  correct(state: State, charge: Charge, measured: Drawn<Said>, position: EntryPosition): () => void;
}

/** How much of a charge is beyond a ceiling, atto-tokens; absent: nothing. */
interface Bounded {
  readonly beyond?: AttoText;
}

/** A {@link Ceiling} whatever it says. */
export interface AnyCeiling<State> {
  readonly name: string;
  measure(state: State, report: UsageReport, amount: bigint, recordedAt: string): Bounded | undefined;
  evolve(state: State, charge: Charge, measured: unknown): void;
  correct(state: State, charge: Charge, measured: unknown, position: EntryPosition): () => void;
}

/** A {@link RecordedSource} whatever it says. */
export interface AnyRecorded<State> extends Source<State> {
  draw(state: State, payment: Payment, given: bigint, postings: Posting[], shares?: Shares): unknown;
  evolve(state: State, entry: Payment & Recorded, drawn: unknown): void;
  correct(state: State, entry: Payment & Recorded & Posted, drawn: unknown): Undoing | Irreversible<string>;
}

/** Something that pays usage. */
export type FundingSource<State> = PlainSource<State> | AnyRecorded<State>;

type SaidOf<Source> = Source extends { evolve(...of: never): void; readonly said?: infer Said } ? Said : never;
type Together<Said> = [Said] extends [never]
  ? Record<never, never>
  : (Said extends unknown ? (one: Said) => void : never) extends (all: infer All) => void
    ? All
    : never;
type ReasonsOf<Source> = Source extends { correct(...of: never): infer Outcome }
  ? Extract<Outcome, Irreversible<string>>['reason']
  : never;

/** All that an entry says of the sources that paid it, or of the ceilings that bound it: the intersection of what each says. */
export type SaidBy<Sources extends readonly object[]> = Together<SaidOf<Sources[number]>>;

/** Why what a source gave may not be undone. */
export type ReasonOf<Sources extends readonly object[]> = ReasonsOf<Sources[number]>;

/** What sources need of a shard's state. */
export type StateOf<Sources extends readonly { offer(state: never, ...of: never): bigint }[]> =
  Sources[number]['offer'] extends (state: infer State, ...of: never) => bigint ? State : never;

/** What ceilings need of a shard's state. */
export type BoundStateOf<Ceilings extends readonly { measure(state: never, ...of: never): unknown }[]> =
  Ceilings[number]['measure'] extends (state: infer State, ...of: never) => unknown ? State : never;

/** The sources that say something in an entry, in order. */
export function recordedOf<State>(sources: readonly FundingSource<State>[]): readonly AnyRecorded<State>[] {
  return sources.filter((source) => source.draw !== undefined);
}

/** Between which kinds of accounts sources move value. */
export function paidBy(sources: readonly Pick<FundingSource<never>, 'account' | 'payees'>[]): readonly Flow[] {
  return sources.flatMap(({ account, payees }) => payees.kinds.map((kind): Flow => [account, kind]));
}

/** Changes what an entry says of the sources that paid it. @param sources of {@link recordedOf} */
export function evolveDrawn<State>(
  sources: readonly AnyRecorded<NoInfer<State>>[],
  state: State,
  entry: Payment & Recorded,
): void {
  for (const source of sources) {
    const drawn = (entry as unknown as Readonly<Record<string, unknown>>)[source.name];
    if (drawn !== undefined) source.evolve(state, entry, drawn);
  }
}

/**
 * Reverses an entry together with what its sources gave.
 *
 * @param sources of {@link recordedOf}
 * @param own undoes what the entry's own concept keeps of it
 */
export function correctDrawn<State, Reason extends string>(
  sources: readonly AnyRecorded<NoInfer<State>>[],
  state: State,
  entry: Payment & Recorded & Posted,
  own?: () => void,
): Reversal | Irreversible<Reason> {
  const undone = own === undefined ? [] : [own];
  const after: Posting[] = [];
  for (const source of sources) {
    const drawn = (entry as unknown as Readonly<Record<string, unknown>>)[source.name];
    if (drawn === undefined) continue;
    const undo = source.correct(state, entry, drawn);
    if ('reason' in undo) return undo as Irreversible<Reason>;
    undone.push(undo.evolve);
    if (undo.postings !== undefined) after.push(...undo.postings);
  }
  const evolve = () => {
    for (const undo of undone) undo();
  };
  return reverse(entry, { evolve, after });
}

/**
 * Something that refuses usage, asked before its price is looked up.
 *
 * @throws DomainError when the usage is not to be charged
 */
export type UsageLimit<State> = (state: State, report: UsageReport, customer: Party, timeMs: number) => void;

/**
 * Something that refuses usage for what it would leave to be owed, asked once the sources are.
 *
 * @param more what this usage would leave, atto-tokens
 * @throws DomainError when the usage is not to be charged
 */
export type CreditCheck<State> = (state: State, customer: Party, report: UsageReport, more: bigint) => void;

/** The limits and the ceilings, all of them asked, the sources, asked until the whole amount is paid, and what may then be owed. */
export interface Charging<State> {
  readonly limits: readonly UsageLimit<State>[];
  readonly ceilings: readonly AnyCeiling<State>[];
  readonly funding: readonly FundingSource<State>[];
  readonly credit?: CreditCheck<State>;
  /** What the entry says of usage that was booked in another state than that of its own time. */
  readonly late?: (state: State, customer: string, timeMs: number) => Late | undefined;
}

/** Usage that came late: what pays it is what pays at its booking; prices and shares are those of its own time. */
export interface Late {
  readonly policy: 'booking';
}

/** Changes what a charge says of the ceilings that bound it. */
export function evolveBounds<State>(
  ceilings: readonly AnyCeiling<NoInfer<State>>[],
  state: State,
  charge: Charge,
): void {
  for (const ceiling of ceilings) {
    const measured = (charge as unknown as Readonly<Record<string, unknown>>)[ceiling.name];
    if (measured !== undefined) ceiling.evolve(state, charge, measured);
  }
}

/** How what a charge says of the ceilings that bound it is undone. */
export function correctBounds<State>(
  ceilings: readonly AnyCeiling<NoInfer<State>>[],
  state: State,
  charge: Charge,
  position: EntryPosition,
): () => void {
  const undone = ceilings.flatMap((ceiling) => {
    const measured = (charge as unknown as Readonly<Record<string, unknown>>)[ceiling.name];
    return measured === undefined ? [] : [ceiling.correct(state, charge, measured, position)];
  });
  return () => {
    for (const undo of undone) undo();
  };
}

/**
 * Asks one source after the other until the amount is paid; the shares of each part are taken in proportion.
 *
 * @param beyond what only the source that owes may give
 * @param said what the entry says beside
 * @returns that, with what the sources say
 */
export function fund<State, Said extends object>(
  funding: readonly FundingSource<NoInfer<State>>[],
  state: State,
  payment: Payment & { readonly provider: string },
  amount: bigint,
  beyond: bigint,
  due: Shares,
  postings: Posting[],
  said: Said,
): Said {
  let funded = said;
  let wanted = amount;
  let left = due;
  for (const source of funding) {
    const asked = beyond === ZERO || source.isOwed === true ? wanted : wanted - beyond;
    const given = asked === ZERO ? ZERO : source.offer(state, payment, asked);
    let shares = NO_SHARES;
    if (given !== ZERO) {
      shares = given === wanted ? left : takeShares(left, given);
      left = given === wanted ? NO_SHARES : subtractShares(left, shares);
      wanted -= given;
      postShares(postings, source.debit(payment.customer), source.payees, payment.provider, shares);
    }
    const drawn = source.draw?.(state, payment, given, postings, shares);
    if (drawn !== undefined) funded = { ...funded, [source.name]: drawn };
  }
  if (wanted !== ZERO) throw new Error(`no source pays ${wanted} of the ${amount} of ${payment.customer}`);
  return funded;
}

const NO_SHARES: Shares = { provider: 0n, treasury: 0n, stakers: 0n, burn: 0n };

/** Usage from within a suspension of its customer is refused. */
export const suspension: UsageLimit<unknown> = (_state, _report, customer, timeMs) => {
  refuseUsageInSuspension(customer, timeMs);
};

/** Adds the postings of the shares of one part of a usage. */
export function postShares(postings: Posting[], debit: string, payees: Payees, provider: string, shares: Shares): void {
  postShare(postings, debit, payees.provider(provider), shares.provider);
  postShare(postings, debit, payees.treasury, shares.treasury);
  postShare(postings, debit, payees.stakers, shares.stakers);
  postShare(postings, debit, payees.burn, shares.burn);
}

/** Adds a posting, unless there is nothing to move. */
export function postShare(postings: Posting[], debit: string, credit: string, amount: bigint): void {
  if (amount > 0n) postings.push(posting(debit, credit, amount));
}
