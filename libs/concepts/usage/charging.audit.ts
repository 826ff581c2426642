/** What pays usage as the verifier sees it: every source's concept has its own part, derived a second time. */
import type { Posting } from '#domain';
import type { AuditedBalances, AuditWalk, Place } from '#journal';
import type { CEILINGS, FUNDING, FUNDS } from '../funding.js';
import { addMoves } from '../postings.audit.js';
import { resplit } from '../rating/rerating.audit.js';
import type { UsageCharged } from './charge.js';

/** What of an entry says who pays. */
export interface AuditedPayment {
  readonly customer: string;
  readonly hold?: string;
}

/** A source of which the postings say all. */
export interface SourceAudit {
  debit(customer: string): string;
  /** What it gives is owed. */
  readonly isOwed?: true;
  /** Where the shares go of provider, treasury, stakers and burn. */
  credits(provider: string): readonly string[];
  /** What it had to give of `wanted`. @param balances before the entry */
  gives(entry: AuditedPayment, wanted: bigint, balances: AuditedBalances): bigint;
}

/** A source of which the entry says more. */
export interface RecordedSourceAudit<Entry> extends SourceAudit {
  /**
   * Checks what the entry says of it, also when it gave nothing, and derives what it moves beside the shares.
   *
   * @param shares of provider, treasury, stakers and burn; none of a covering
   */
  derive(entry: Entry, place: Place, given: bigint, shares: readonly bigint[]): readonly Posting[];
}

/** A ceiling over what of a charge may be paid. */
export interface CeilingAudit {
  /** Checks what the charge says of it, and derives how much of its amount must be owed. */
  beyond(event: UsageCharged, place: Place, amount: bigint): bigint;
}

/** An audit for each ceiling. */
export type CeilingAudits = { readonly [One in (typeof CEILINGS)[number] as One['name']]: CeilingAudit };

type AuditsOf<Sources extends readonly { readonly name: string }[], Entry> = {
  readonly [Source in Sources[number] as Source['name']]: Source extends { draw(...of: never): unknown }
    ? RecordedSourceAudit<Entry>
    : SourceAudit;
};

/** An audit for each source, in the order in which they must have been asked. */
export type FundingAudits = AuditsOf<typeof FUNDING, UsageCharged>;
/** An audit for each of the funds that cover what is owed. */
export type FundsAudits = AuditsOf<typeof FUNDS, AuditedPayment>;

const NOTHING: readonly bigint[] = [0n, 0n, 0n, 0n];

/**
 * The postings of a charge, source by source.
 *
 * @param due shares of provider, treasury, stakers and burn
 * @param beyond how much of it no fund may pay
 */
export function derivePostings(
  sources: FundingAudits,
  event: UsageCharged,
  place: Place,
  amount: bigint,
  due: readonly bigint[],
  beyond: bigint,
  balances: AuditedBalances,
): Posting[] {
  const postings: Posting[] = [];
  let wanted = amount;
  let left = due;
  for (const source of listOf<UsageCharged>(sources)) {
    const given = source.gives(event, source.isOwed === true ? wanted : wanted - beyond, balances);
    const shares = given === wanted ? left : given <= 0n ? NOTHING : resplit(given, left);
    if (given === wanted) left = NOTHING;
    else if (given !== 0n) left = left.map((share, i) => share - shares[i]!);
    wanted -= given;
    if (given !== 0n) addMoves(postings, source.debit(event.customer), source.credits(event.provider), shares);
    if ('derive' in source) postings.push(...source.derive(event, place, given, shares));
  }
  return postings;
}

const LISTS = new WeakMap<object, readonly (SourceAudit | RecordedSourceAudit<never>)[]>();

/** The sources in their order. @param sources do not change */
export function listOf<Entry>(sources: object): readonly (SourceAudit | RecordedSourceAudit<Entry>)[] {
  let list = LISTS.get(sources);
  if (list === undefined) LISTS.set(sources, (list = Object.values(sources) as SourceAudit[]));
  return list as readonly (SourceAudit | RecordedSourceAudit<Entry>)[];
}

/**
 * Names the members of an event that nobody checks: they are neither among those that every such event has nor a source's.
 *
 * @param known what every such event may have
 */
export function findUnknownMembers(
  walk: AuditWalk,
  event: { readonly type: string },
  place: Place,
  known: object,
  sources: object,
): void {
  for (const name in event) {
    if (Object.hasOwn(known, name)) continue;
    const source = Object.hasOwn(sources, name) ? (sources as Readonly<Record<string, SourceAudit>>)[name] : undefined;
    if (source !== undefined && 'derive' in source) continue;
    walk.find('EVENT_UNREADABLE', place, `no audit checks what ${event.type} says as ${name}`);
  }
}
