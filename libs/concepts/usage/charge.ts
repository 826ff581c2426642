/**
 * Charging usage: duplicate? -> rate -> cover -> split -> postings. The whole decision about one usage event stands
 * here.
 */
import {
  customerAvailable,
  customerReceivable,
  DomainError,
  ISSUANCE,
  parseTime,
  posting,
  providerPayable,
  providerUncovered,
  STAKING_REWARDS,
  TREASURY_FEES,
  UNCOVERED_BURN,
  UNCOVERED_STAKING,
  UNCOVERED_TREASURY,
  ZERO,
  type Posting,
  type Provenance,
  type Recorded,
  type ShardState,
} from '#domain';
import { refuseUsageInSuspension, type PartiesState, type Party } from '../parties/party.js';
import { rate, type Meters } from '../rating/price-book.js';
import type { RatingState } from '../rating/rating.js';
import {
  recordShares,
  splitCharge,
  subtractShares,
  takeShares,
  type RecordedShares,
  type Shares,
} from '../rating/split-policy.js';
import type { UsageIdentity, UsageState } from './usage.js';

export interface UsageCharged extends Recorded {
  readonly type: 'UsageCharged';
  readonly usage: UsageIdentity;
  readonly usageType: string;
  readonly customer: string;
  readonly provider: string;
  readonly model: string;
  readonly meters: Meters;
  readonly budget?: string;
  readonly hold?: string;
  readonly priceBook: number;
  readonly splitPolicy: number;
  readonly amount: string;
  /** The part that the customer's balance could not cover, with the shares that wait for it. */
  readonly receivable?: { readonly amount: string; readonly shares: RecordedShares };
  readonly postings: readonly Posting[];
}

/** The same source and id with another body. Nothing is charged; the record is for whoever resolves it. */
export interface UsageConflicted extends Recorded {
  readonly type: 'UsageConflicted';
  readonly usage: UsageIdentity;
  readonly customer: string;
  readonly firstDigest: string;
}

/** One usage event as it came in, already checked for form. */
export interface UsageReport {
  readonly source: string;
  readonly id: string;
  /** The first 16 hex digits of SHA-256 over the reported content; the usage intake says what it covers. */
  readonly digest: string;
  readonly type: string;
  /** RFC 3339; the producer's time. */
  readonly time: string;
  /** The paying customer. */
  readonly customer: string;
  readonly provider: string;
  readonly model: string;
  readonly meters: Meters;
  readonly budget?: string;
  readonly hold?: string;
}

/** Usage may lie this far ahead of the receiving clock: producers' clocks differ. */
export const CLOCK_SKEW_MAX_MS = 5 * 60_000;
/**
 * Characters of all texts of a usage event together: what makes sure that {@link USAGE_ITEMS_MAX} entries fit one page,
 * even when JSON writes six bytes for each.
 */
export const USAGE_TEXT_MAX = 900;
/** Usage older than this is refused as a mistake; late usage within it is rated with the prices of its own time. */
export const USAGE_AGE_MAX_MS = 10 * 365 * 86_400_000;

/** What a charge reads of the shard. */
export type ChargeState = UsageState & Pick<ShardState, 'balance'>;

/** What a charge reads of the registry. */
export type ChargeCatalogue = RatingState & PartiesState;

/** `known-conflict`: the same conflicting report is in the journal already. */
export type ChargeDecision = UsageCharged | UsageConflicted | 'duplicate' | 'known-conflict';

/**
 * Decides one usage event against the shard of its customer. A redelivery is told first and changes nothing; whatever
 * enters the journal, a conflict too, has passed every check.
 *
 * @param receivedAtMs the receiver's clock, milliseconds since 1970
 * @param usageElsewhere finds the digest of a usage that another shard charged, where the caller can see other shards
 * @throws DomainError when it cannot be rated; nothing is charged then
 */
export function decideCharge(
  state: ChargeState,
  catalogue: ChargeCatalogue,
  report: UsageReport,
  provenance: Provenance,
  receivedAtMs: number,
  usageElsewhere?: (source: string, id: string) => string | undefined,
): ChargeDecision {
  checkLength(report);
  const firstDigest = state.usage.find(report.source, report.id) ?? usageElsewhere?.(report.source, report.id);
  if (firstDigest === report.digest) return 'duplicate';
  const customer = checkParties(catalogue, report);
  const timeMs = checkTime(report.time, receivedAtMs);
  refuseUsageInSuspension(customer, timeMs);
  const book = catalogue.rating.priceBookAt(timeMs);
  const policy = catalogue.rating.splitPolicyAt(timeMs);
  const amount = rate(book, report);
  if (firstDigest !== undefined) return decideConflict(state, report, provenance, firstDigest);
  const shares = splitCharge(policy, amount);
  const available = state.balance(customerAvailable(report.customer));
  const covered = available < amount ? available : amount;
  const due =
    covered === amount ? NO_SHARES : covered === ZERO ? shares : subtractShares(shares, takeShares(shares, covered));
  const paid = subtractShares(shares, due);
  const postings: Posting[] = [];
  post(
    postings,
    customerAvailable(report.customer),
    paid,
    providerPayable(report.provider),
    TREASURY_FEES,
    STAKING_REWARDS,
    ISSUANCE,
  );
  post(
    postings,
    customerReceivable(report.customer),
    due,
    providerUncovered(report.provider),
    UNCOVERED_TREASURY,
    UNCOVERED_STAKING,
    UNCOVERED_BURN,
  );
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
    ...(report.budget === undefined ? {} : { budget: report.budget }),
    ...(report.hold === undefined ? {} : { hold: report.hold }),
    priceBook: book.version,
    splitPolicy: policy.version,
    amount: amount.toString(),
    ...(covered === amount ? {} : { receivable: { amount: (amount - covered).toString(), shares: recordShares(due) } }),
    postings,
  };
}

/** A producer that repeats a conflicting report for ever must not fill the journal with it. */
function decideConflict(
  state: ChargeState,
  report: UsageReport,
  { actor, origin }: Provenance,
  firstDigest: string,
): ChargeDecision {
  const { time, customer } = report;
  const usage = { source: report.source, id: report.id, digest: report.digest };
  if (state.usage.isKnownConflict(usage)) return 'known-conflict';
  return { type: 'UsageConflicted', time, actor, origin, usage, customer, firstDigest };
}

function checkLength(report: UsageReport): void {
  let length = report.source.length + report.id.length + report.type.length + report.time.length;
  length += report.customer.length + report.provider.length + report.model.length;
  length += (report.budget?.length ?? 0) + (report.hold?.length ?? 0);
  for (const meter in report.meters) length += meter.length + report.meters[meter]!.length;
  if (length > USAGE_TEXT_MAX) {
    throw new DomainError(
      'USAGE_INVALID',
      `The texts of the usage event have ${length} characters together; at most ${USAGE_TEXT_MAX} are kept.`,
      'data',
    );
  }
}

const NO_SHARES: Shares = { provider: 0n, treasury: 0n, stakers: 0n, burn: 0n };

function checkParties(catalogue: ChargeCatalogue, report: UsageReport): Party {
  const customer = catalogue.parties.get(report.customer);
  if (!customer?.roles.includes('customer')) {
    throw new DomainError(
      'UNKNOWN_CUSTOMER',
      `No customer ${report.customer} is registered; register it with POST /v1/parties.`,
      'subject',
    );
  }
  if (!catalogue.parties.get(report.provider)?.roles.includes('provider')) {
    throw new DomainError(
      'UNKNOWN_PROVIDER',
      `No provider ${report.provider} is registered; register it with POST /v1/parties.`,
      'data.provider',
    );
  }
  return customer;
}

function checkTime(time: string, receivedAtMs: number): number {
  const timeMs = parseTime(time, 'time');
  if (timeMs > receivedAtMs + CLOCK_SKEW_MAX_MS) {
    throw new DomainError(
      'TIME_IN_FUTURE',
      'The usage lies more than five minutes in the future; check the producer’s clock.',
      'time',
    );
  }
  if (timeMs < receivedAtMs - USAGE_AGE_MAX_MS) {
    throw new DomainError('TIME_TOO_OLD', 'The usage is more than ten years old; check the unit of its time.', 'time');
  }
  return timeMs;
}

function post(
  postings: Posting[],
  debit: string,
  shares: Shares,
  provider: string,
  treasury: string,
  stakers: string,
  burn: string,
): void {
  move(postings, debit, provider, shares.provider);
  move(postings, debit, treasury, shares.treasury);
  move(postings, debit, stakers, shares.stakers);
  move(postings, debit, burn, shares.burn);
}

function move(postings: Posting[], debit: string, credit: string, amount: bigint): void {
  if (amount > 0n) postings.push(posting(debit, credit, amount));
}
