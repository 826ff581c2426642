/**
 * Charging usage: duplicate? -> limits -> rate -> ceilings -> split -> funding sources -> credit -> postings. The whole decision about one
 * usage event stands here.
 */
import {
  commonRefusal,
  parseTime,
  refusalsOf,
  ZERO,
  type HolderId,
  type Posting,
  type Provenance,
  type Recorded,
  type Refusals,
} from '#domain';
import type { BoundedBy, FundedBy } from '../funding.js';
import { partyRefusal, type PartiesState, type Party } from '../parties/party.js';
import type { CountersState, PriceSaid } from '../rating/counters.js';
import { chooseLine, ratePlainly } from '../rating/rate.js';
import type { RatingState } from '../rating/rating.js';
import { policyFor, splitCharge, type CompiledSplitPolicy } from '../rating/split-policy.js';
import { fund, type AnyCeiling, type Charge, type Charging, type Corrects } from './charging.js';
import { priceUsage } from './pricing.js';
import {
  isHouseSource,
  type DataProvenance,
  type UsageDigest,
  type UsageIdentity,
  type UsageReport,
  type UsageState,
} from './usage.js';

export const usageRefusals = {
  USAGE_INVALID: 'invalid',
  TIME_TOO_OLD: 'invalid',
} as const satisfies Refusals;
export const usageRefusal = refusalsOf(usageRefusals);

/**
 * One usage event, rated and split, what bounded it and what paid it.
 *
 * @home customer
 */
export interface UsageCharged extends Charge, BoundedBy, FundedBy {}

/**
 * The same source and id with another body. Nothing is charged; the record is for whoever resolves it.
 *
 * @home customer
 */
export interface UsageConflicted extends Recorded {
  readonly type: 'UsageConflicted';
  readonly usage: UsageIdentity;
  readonly customer: HolderId;
  readonly firstDigest: UsageDigest;
}

/** Usage may lie this far ahead of the receiving clock: producers' clocks differ. */
export const CLOCK_SKEW_MAX_MS = 5 * 60_000;
/**
 * Total text of a usage event, in characters. Bounded so that {@link USAGE_ITEMS_MAX} events fit a page even at six bytes
 * a character.
 */
export const USAGE_TEXT_MAX = 900;
/** Usage older than this is refused as a mistake; late usage within it is rated with the prices of its own time. */
export const USAGE_AGE_MAX_MS = 10 * 365 * 86_400_000;

/** What a charge reads of the registry. */
export type ChargeCatalogue = RatingState & PartiesState;

/** `known-conflict`: the same conflicting report is in the journal already. */
export type ChargeDecision = UsageCharged | UsageConflicted | 'duplicate' | 'known-conflict';

/**
 * Decides one usage event against the shard of its customer. A redelivery is told first and changes nothing; whatever
 * enters the journal, a conflict too, has passed every check.
 *
 * @param charging what may refuse it and what pays it
 * @param receivedAtMs the receiver's clock, milliseconds since 1970
 * @param recordedAt the page's time: what is counted by booking counts by it
 * @param usageElsewhere finds the digest of a usage that another shard charged, where the caller can see other shards
 * @throws DomainError when it cannot be rated; nothing is charged then
 */
export function decideCharge<State extends UsageState & CountersState>(
  charging: Charging<NoInfer<State>>,
  state: State,
  catalogue: ChargeCatalogue,
  report: UsageReport,
  provenance: Provenance,
  receivedAtMs: number,
  recordedAt: string,
  usageElsewhere?: (source: string, id: string) => string | undefined,
): ChargeDecision {
  checkLength(report);
  const firstDigest = state.usage.find(report.source, report.id) ?? usageElsewhere?.(report.source, report.id);
  if (firstDigest === report.digest) return 'duplicate';
  if (firstDigest !== undefined && state.usage.wasReplaced(report)) return 'duplicate';
  checkSource(report);
  const customer = checkParties(catalogue, report);
  const timeMs = checkTime(report.time, receivedAtMs);
  for (const limit of charging.limits) limit(state, report, customer, timeMs);
  const rated = rateUsage(state, catalogue, report, timeMs);
  if (firstDigest !== undefined) return decideConflict(state, report, provenance, firstDigest);
  return bookCharge(charging, state, report, provenance, rated, timeMs, recordedAt, customer);
}

/** What a usage costs, the versions that say so, and what its entry says of its price. */
export interface UsagePrice {
  readonly amount: bigint;
  /** The version of the price book. */
  readonly priceBook: number;
  readonly policy: CompiledSplitPolicy;
  readonly said: PriceSaid | undefined;
}

/** Rates usage by the versions in force for its own time. @throws DomainError when it cannot be rated */
export function rateUsage(
  state: CountersState,
  catalogue: ChargeCatalogue,
  report: UsageReport,
  timeMs: number,
): UsagePrice {
  const book = catalogue.rating.priceBookAt(timeMs);
  const policy = policyFor(catalogue.rating.splitPolicyAt(timeMs), report.type);
  const line = chooseLine(book, report, timeMs);
  const plain = line.attoPerUnit;
  const priced = plain === undefined ? priceUsage(state, catalogue, book, line, report, timeMs) : undefined;
  const amount = priced?.amount ?? ratePlainly(book, plain!, report);
  return { amount, priceBook: book.version, policy, said: priced?.said };
}

/**
 * Books usage that may be charged: bounds it, takes what pays it, and says so.
 *
 * @param customer asked for its credit limit, where the charge may be refused for that
 * @param corrects what the charge takes the place of
 * @throws DomainError when a ceiling or the credit limit refuses it
 */
export function bookCharge<State extends UsageState & CountersState>(
  charging: Charging<NoInfer<State>>,
  state: State,
  report: UsageReport,
  provenance: Provenance,
  { amount, priceBook, policy, said: priced }: UsagePrice,
  timeMs: number,
  recordedAt: string,
  customer: Party | undefined,
  corrects?: Corrects,
): UsageCharged {
  const { bounded, beyond } = bound(charging.ceilings, state, report, amount, recordedAt);
  const postings: Posting[] = [];
  const late = charging.late?.(state, report.customer, timeMs);
  const said: Said = late === undefined ? (priced ?? NOTHING_SAID) : { ...priced, late };
  const funded: Said = fund(
    charging.funding,
    state,
    report,
    amount,
    beyond,
    splitCharge(policy, amount),
    postings,
    said,
  );
  const owed = funded.receivable;
  if (owed !== undefined && customer !== undefined) charging.credit?.(state, customer, report, BigInt(owed.amount));
  return {
    type: 'UsageCharged',
    time: report.time,
    actor: provenance.actor,
    origin: provenance.origin,
    usage: { source: report.source, id: report.id, digest: report.digest },
    usageType: report.type,
    customer: report.customer,
    provider: report.provider,
    model: report.model,
    meters: report.meters,
    ...(report.region === undefined ? {} : { region: report.region }),
    ...(report.budget === undefined ? {} : { budget: report.budget }),
    ...(report.hold === undefined ? {} : { hold: report.hold }),
    priceBook,
    splitPolicy: policy.version,
    amount: amount.toString(),
    ...bounded,
    ...funded,
    ...(corrects === undefined ? {} : { corrects }),
    ...(report.provenance === undefined ? NOTHING_SAID : { provenance: report.provenance }),
    postings,
  };
}

/** What of an amount may not be paid, and what the charge says of it. */
interface Bounds {
  readonly bounded: BoundedBy;
  readonly beyond: bigint;
}

const UNBOUNDED: Bounds = { bounded: {}, beyond: ZERO };

/** Asks every ceiling; the lowest one holds. */
function bound<State>(
  ceilings: readonly AnyCeiling<NoInfer<State>>[],
  state: State,
  report: UsageReport,
  amount: bigint,
  recordedAt: string,
): Bounds {
  let bounds = UNBOUNDED;
  for (const ceiling of ceilings) {
    const measured = ceiling.measure(state, report, amount, recordedAt);
    if (measured === undefined) continue;
    const beyond = measured.beyond === undefined ? ZERO : BigInt(measured.beyond);
    bounds = {
      bounded: { ...bounds.bounded, [ceiling.name]: measured },
      beyond: beyond > bounds.beyond ? beyond : bounds.beyond,
    };
  }
  return bounds;
}

/** What the entry says beside what every charge does. */
type Said = FundedBy & PriceSaid & Pick<Charge, 'late'>;

const NOTHING_SAID: Said = {};

/** A producer that repeats a conflicting report for ever must not fill the journal with it. */
function decideConflict(
  state: UsageState,
  report: UsageReport,
  { actor, origin }: Provenance,
  firstDigest: string,
): ChargeDecision {
  const { time, customer } = report;
  const usage = { source: report.source, id: report.id, digest: report.digest };
  if (state.usage.isKnownConflict(usage)) return 'known-conflict';
  return { type: 'UsageConflicted', time, actor, origin, usage, customer, firstDigest };
}

/** @throws DomainError `USAGE_INVALID` when its texts are too long */
export function checkLength(report: UsageReport): void {
  let length = report.source.length + report.id.length + report.type.length + report.time.length;
  length += report.customer.length + report.provider.length + report.model.length;
  length += (report.region?.length ?? 0) + (report.budget?.length ?? 0) + (report.hold?.length ?? 0);
  for (const name in report.provenance) length += report.provenance[name as keyof DataProvenance]!.length;
  for (const meter in report.meters) length += meter.length + report.meters[meter]!.length;
  if (length > USAGE_TEXT_MAX) {
    throw usageRefusal(
      'USAGE_INVALID',
      `The texts of the usage event have ${length} characters together; at most ${USAGE_TEXT_MAX} are kept.`,
      'data',
    );
  }
}

/** Older journals may hold usage of such a source: what was charged stays a duplicate, no more of it is. */
function checkSource({ source }: UsageReport): void {
  if (!isHouseSource(source)) return;
  throw usageRefusal(
    'USAGE_INVALID',
    `The source "${source}" is kept for what the ledger itself books; name the producer instead, such as gateway/${source}.`,
    'source',
  );
}

/** The customer of a usage. @throws DomainError `UNKNOWN_CUSTOMER` or `UNKNOWN_PROVIDER` */
export function checkParties(catalogue: ChargeCatalogue, report: UsageReport): Party {
  const customer = catalogue.parties.get(report.customer);
  if (!customer?.roles.includes('customer')) {
    throw partyRefusal(
      'UNKNOWN_CUSTOMER',
      `No customer ${report.customer} is registered; register it with POST /v1/parties.`,
      'subject',
    );
  }
  if (!catalogue.parties.get(report.provider)?.roles.includes('provider')) {
    throw partyRefusal(
      'UNKNOWN_PROVIDER',
      `No provider ${report.provider} is registered; register it with POST /v1/parties.`,
      'data.provider',
    );
  }
  return customer;
}

/** @returns the usage's own time, milliseconds since 1970 @throws DomainError `TIME_IN_FUTURE`, `TIME_TOO_OLD` */
export function checkTime(time: string, receivedAtMs: number): number {
  const timeMs = parseTime(time, 'time');
  if (timeMs > receivedAtMs + CLOCK_SKEW_MAX_MS) {
    throw commonRefusal(
      'TIME_IN_FUTURE',
      'The usage lies more than five minutes in the future; check the producer’s clock.',
      'time',
    );
  }
  if (timeMs < receivedAtMs - USAGE_AGE_MAX_MS) {
    throw usageRefusal('TIME_TOO_OLD', 'The usage is more than ten years old; check the unit of its time.', 'time');
  }
  return timeMs;
}
