/** Usage: charged once, rated and split again from the recorded versions, covered as far as the balance went. */
import { parseQuantity, type Posting } from '#domain';
import type { AuditedBalances, AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import { call } from '../postings.audit.js';
import type { CorrectionsAudit } from '../corrections/correction.audit.js';
import type { PartiesAudit } from '../parties/party.audit.js';
import type { PriceBook } from '../rating/price-book.js';
import type { RatingAudit } from '../rating/rating.audit.js';
import { rerate, resplit, weightsOf } from '../rating/rerating.audit.js';
import type { OriginalCharge } from '../reversals/reversal-events.js';
import type { SupplyAudit } from '../supply/supply.audit.js';
import type { UsageCharged } from './charge.js';
import {
  derivePostings,
  findUnknownMembers,
  type CeilingAudit,
  type CeilingAudits,
  type FundingAudits,
} from './charging.audit.js';
import type { Charge } from './charging.js';
import type { UsageBatchAnswered, UsageEvent } from './usage-batch.js';

/** Hex digits of SHA-256 that a usage digest has. */
const DIGEST_DIGITS = 16;

/** What every charge may say, whatever paid it. */
const MEMBERS: Readonly<Record<keyof Charge | keyof CeilingAudits, true>> = {
  ...{ type: true, time: true, actor: true, origin: true, request: true, usage: true, usageType: true },
  ...{ customer: true, provider: true, model: true, meters: true, budget: true, hold: true },
  ...{ priceBook: true, splitPolicy: true, amount: true, postings: true },
  ...{ region: true, usdRate: true, counted: true, late: true, budgeted: true, corrects: true },
  provenance: true,
};

/**
 * - `UsageConflicted`: the id was charged before with another content, whose digest is `firstDigest`. `UsageRejected`: a message from Kafka that was
 *   not charged; in the shard of its customer where it names one.
 * - `UsageBatchAnswered`: the answer to one part of a usage request. `index` is the event's place in the request, `path` the member that
 *   is to blame, where one is. `charged` names charges of the same page by their place in it, with their amounts and what of them is owed.
 *
 * **Who is charged for what.** `customer` is registered as a customer, and `time` lies in none of its suspensions;
 * `provider` is registered as a provider; `priceBook` and `splitPolicy` are those in force for `time`: all of this as the registry stood at the
 * height that the event's page names.
 *
 * **Charging** (`UsageCharged`). `amount` = rate(price book `priceBook`, event). `usdRate`
 * is there exactly when a price of the line is in dollars: the rate in force for `time`, as the registry stood there. `counted` is there exactly when
 * the event counts in a month, with the line's name, the month of `time`, UTC, and for each such meter what the customer's earlier charges had
 * counted and what they have with this one. `shares` = split(amount, policy `splitPolicy`), by the shares of its `types` for `usageType` where there are some. `covered` = the smaller of `amount` (where budgets bound it, of
 * `within`) and the balance of
 * `customer:<customer>:available` before the event. `paid` = `shares` when all is covered, nothing when nothing is, else split(covered, shares). `due` = shares −
 * paid, each. `receivable` is there exactly when covered < amount, with amount − covered and `due`. Postings, in this order:
 * `customer:<customer>:available` → `provider:<provider>:payable`, `treasury:fees`, `staking:rewards`, `issuance`: the four paid shares; then
 * `customer:<customer>:receivable` → `provider:<provider>:uncovered`, `treasury:uncovered`, `staking:uncovered`, `burn:uncovered`: the four due shares. A charge of 0 has no postings.
 * What is due joins the end of the customer's queue of open receivables. The customer lives in this shard. The pair (`source`, `id`) is
 * charged once in the whole journal, but for a charge that `corrects` another one. `usage.digest` is as **Digests of what was sent** derives it from the event, with its `time` or with null.
 */
export class UsageAudit implements ConceptAudit<UsageEvent> {
  readonly laws = {
    AMOUNT_WRONG:
      'The recorded versions are those in force, at the height of the registry that the page names, and rating with them gives the recorded amount; an answer names charges of its page with their amounts.',
    SHARES_WRONG: 'The covered part and its shares are what the balance and the policy gave.',
    DIGEST_WRONG: 'The digest of a charged usage is that of what was charged.',
    USAGE_TWICE: 'No usage id is charged twice, in all shards together.',
  };

  readonly accounts = [
    { pattern: 'provider:{holder}:payable', supply: 'holders', belowZero: 'never' },
    { pattern: 'treasury:fees', supply: 'holders', belowZero: 'never' },
    { pattern: 'staking:rewards', supply: 'holders', belowZero: 'never' },
  ] as const;

  readonly ledger: AuditTable<UsageEvent> = {
    UsageCharged: (event, place, balances) => this.charge(event, place, balances),
    UsageConflicted: () => [],
    UsageRejected: () => [],
    UsageBatchAnswered: (event, place) => this.checkAnswer(event, place),
  };

  readonly undated = { UsageConflicted: true } as const;

  readonly takeBack = {
    UsageBatchAnswered: (): string => 'each usage id of both is charged once all the same; compare the two answers',
  };

  private readonly charged;
  /** The charges of the page that is read, by their place in it. */
  private readonly ofPage = new Map<number, UsageCharged>();
  private page = '';
  /** Billionths by customer, line, month and meter. */
  private readonly counters = new Map<string, bigint>();
  private readonly ceilings: readonly CeilingAudit[];
  /** Pairs of a split policy and a rate that charges name, by the number that the index keeps; and their numbers. */
  private readonly versions: Versions[] = [];
  private readonly numbers = new Map<string, number>();

  /**
   * @param sources what pays usage, in the order in which it is asked
   * @param ceilings what bounds it
   */
  constructor(
    private readonly walk: AuditWalk,
    private readonly rating: RatingAudit,
    private readonly parties: PartiesAudit,
    private readonly supply: SupplyAudit,
    private readonly sources: FundingAudits,
    ceilings: CeilingAudits,
    private readonly corrections: CorrectionsAudit,
  ) {
    this.charged = walk.createIndex();
    this.ceilings = Object.values(ceilings);
  }

  /** @returns the instant of the usage, milliseconds since 1970; NaN where there is none */
  private checkCustomer({ customer, time, corrects }: UsageCharged, place: Place): number {
    const timeMs = this.walk.instantOf(time) ?? NaN;
    this.parties.checkRole(customer, 'customer', place);
    if (corrects === undefined) this.parties.checkUsing(customer, timeMs, place);
    return timeMs;
  }

  /** @returns of usage that is rated again: what it takes the place of */
  private checkOnce(event: UsageCharged, place: Place): RatedBefore | undefined {
    const { corrects, usage, splitPolicy, usdRate } = event;
    const { source, id, digest } = usage;
    const before = this.charged.find(source, id);
    const number = this.numberOf(splitPolicy, usdRate);
    if (corrects === undefined) {
      if (before === undefined) this.charged.add(source, id, digest, number);
      else {
        const what = `usage ${source} ${id} is charged a second time; ${takeChargeBack(event, place)}`;
        this.walk.find('USAGE_TWICE', place, what);
      }
      return undefined;
    }
    const replaced = this.corrections.follow(event, corrects, place);
    if (replaced === undefined) return undefined;
    if (before === undefined) {
      this.corrections.wrong(place, `usage ${source} ${id} was never charged`);
      return undefined;
    }
    const versions = this.versions[this.charged.numberOf(source, id)!]!;
    this.charged.set(source, id, digest, number);
    if (corrects.by === 'replacement') return undefined;
    if (digest !== before) this.corrections.wrong(place, `another event than ${before} is rated again`);
    return { ...versions, counted: replaced.counted };
  }

  private numberOf(splitPolicy: number, usdRate: number | undefined): number {
    const name = `${splitPolicy} ${usdRate}`;
    let number = this.numbers.get(name);
    if (number === undefined) {
      this.numbers.set(name, (number = this.versions.length));
      this.versions.push({ splitPolicy, usdRate });
    }
    return number;
  }

  /** Whether a report named a time is not recorded: both are looked for. */
  private checkDigest(event: UsageCharged, timeMs: number, place: Place): void {
    const { usageType, customer, provider, model, budget, hold, region, meters, provenance } = event;
    const content = Object.keys(meters)
      .sort()
      .map((name) => `\n${name} ${shortest(meters[name]!)}`);
    if (region !== undefined) content.push(`\n@region ${region}`);
    if (provenance !== undefined) {
      const { dataset = null, licence = null, contentHash = null } = provenance;
      content.push(`\n@provenance ${JSON.stringify([dataset, licence, contentHash])}`);
    }
    const instant = Number.isNaN(timeMs) ? event.time : this.walk.textOfInstant(timeMs);
    for (const time of [instant, null]) {
      const said = JSON.stringify([usageType, time, customer, provider, model, budget ?? null, hold ?? null]);
      if (this.walk.crypto.digest(said + content.join('')).slice(0, DIGEST_DIGITS) === event.usage.digest) return;
    }
    this.walk.find('DIGEST_WRONG', place, `${event.usage.digest} is not the digest of what was charged`);
  }

  private charge(event: UsageCharged, place: Place, balances: AuditedBalances): Posting[] | undefined {
    const { walk } = this;
    findUnknownMembers(walk, event, place, MEMBERS, this.sources);
    const again = this.checkOnce(event, place);
    const timeMs = this.checkCustomer(event, place);
    this.checkDigest(event, timeMs, place);
    this.parties.checkRole(event.provider, 'provider', place);
    const book = this.rating.priceBooks.get(event.priceBook);
    const policy = this.rating.splitPolicies.get(event.splitPolicy);
    if (book === undefined || policy === undefined) {
      const detail = `price book ${event.priceBook} or policy ${event.splitPolicy} was not published`;
      walk.find('AMOUNT_WRONG', place, detail);
      return undefined;
    }
    this.checkVersions(event, timeMs, place, again);
    const amount = this.checkAmount(event, place, book.content, timeMs, again);
    this.note(event, place);
    const shares = resplit(amount, weightsOf(policy.content, event.usageType));
    let beyond = 0n;
    for (const ceiling of this.ceilings) {
      const more = ceiling.beyond(event, place, amount);
      if (more > beyond) beyond = more;
    }
    const postings = derivePostings(this.sources, event, place, amount, shares, beyond, balances);
    for (const { credit, amount: burned } of postings) if (credit === 'issuance') this.supply.burn(BigInt(burned));
    return postings;
  }

  /** Usage that is rated again names the book that it is rated by, and keeps its policy. */
  private checkVersions(
    { priceBook, splitPolicy }: UsageCharged,
    timeMs: number,
    place: Place,
    again: RatedBefore | undefined,
  ): void {
    const { rating, walk } = this;
    const policy =
      again === undefined ? rating.splitPolicies.inForce(timeMs, walk.restsOn)?.version : again.splitPolicy;
    const book = again === undefined ? rating.priceBooks.inForce(timeMs, walk.restsOn)?.version : priceBook;
    if (book === priceBook && policy === splitPolicy) return;
    const detail =
      `at height ${walk.restsOn} of the registry price book ${book} and policy ${policy} ` +
      `were in force, not ${priceBook} and ${splitPolicy}`;
    walk.find('AMOUNT_WRONG', place, detail);
  }

  /** What a reversal takes back counts no more for what comes later. @param times 1 where it counts once more */
  recount(customer: string, { line, month, meters }: NonNullable<UsageCharged['counted']>, times: 1n | -1n): void {
    for (const [meter, { before, after }] of Object.entries(meters)) {
      const name = JSON.stringify([customer, line, month, meter]);
      const counted = parseQuantity(after) - parseQuantity(before);
      this.counters.set(name, (this.counters.get(name) ?? 0n) + times * counted);
    }
  }

  /** Answers name charges of their own page alone. */
  private note(event: UsageCharged, { shard, height, index }: Place): void {
    const page = `${shard}/${height}`;
    if (page !== this.page) this.ofPage.clear();
    this.page = page;
    if (index !== undefined) this.ofPage.set(index, event);
  }

  private checkAnswer({ answer }: UsageBatchAnswered, place: Place): [] {
    const isPage = this.page === `${place.shard}/${place.height}`;
    for (const { entry, amount, receivable } of answer.charged ?? []) {
      const charge = isPage ? this.ofPage.get(entry) : undefined;
      if (charge?.amount === amount && charge.receivable?.amount === receivable) continue;
      this.walk.find('AMOUNT_WRONG', place, `the answer says ${amount} of entry ${entry}, which is no such charge`);
    }
    return [];
  }

  private checkAmount(
    event: UsageCharged,
    place: Place,
    book: PriceBook,
    timeMs: number,
    again: RatedBefore | undefined,
  ): bigint {
    const { walk, counters } = this;
    const { usdRates } = this.rating;
    const usdRate = again?.usdRate === undefined ? usdRates.inForce(timeMs, walk.restsOn) : usdRates.get(again.usdRate);
    const counterOf = (line: string, month: string, meter: string) =>
      JSON.stringify([event.customer, line, month, meter]);
    const { amount, isInDollars, counted } = rerate(book, event, {
      timeMs,
      usdPerToken: usdRate?.content.usdPerToken,
      counted: (line, month, meter) => {
        const recorded = again?.counted?.line === line ? again.counted.meters[meter] : undefined;
        if (recorded !== undefined) return parseQuantity(recorded.before);
        return counters.get(counterOf(line, month, meter)) ?? 0n;
      },
    });
    if (amount.toString() !== event.amount) {
      walk.find('AMOUNT_WRONG', place, `price book ${event.priceBook} gives ${amount}, not ${event.amount}`);
    }
    if (event.usdRate !== (isInDollars ? usdRate?.version : undefined)) {
      const said = isInDollars ? `rate ${usdRate?.version} was in force` : 'its price is not in dollars';
      walk.find('AMOUNT_WRONG', place, `${said}, and the charge names rate ${event.usdRate}`);
    }
    if (spelled(event.counted) !== spelled(counted)) {
      walk.find('AMOUNT_WRONG', place, `its months count ${JSON.stringify(counted)}`);
    }
    if (counted !== undefined) this.recount(event.customer, counted, 1n);
    return amount;
  }
}

/** The split policy and the rate of the token that a charge names. */
interface Versions {
  readonly splitPolicy: number;
  readonly usdRate: number | undefined;
}

/** What usage that is rated again keeps. */
interface RatedBefore extends Versions {
  readonly counted: OriginalCharge['counted'];
}

/** A count as a text, whatever the order of its meters. */
function spelled(counted: UsageCharged['counted']): string {
  if (counted === undefined) return '';
  const meters = Object.keys(counted.meters).sort();
  const counts = meters.map((meter) => [meter, counted.meters[meter]!.before, counted.meters[meter]!.after]);
  return JSON.stringify([counted.line, counted.month, counts]);
}

/** A quantity without zeros at the end of its fraction. */
function shortest(quantity: string): string {
  if (!quantity.includes('.')) return quantity;
  return quantity.replace(/0+$/, '').replace(/\.$/, '');
}

/** What takes a charge back that should not be there. */
function takeChargeBack({ usage }: UsageCharged, { shard, height, index = 0 }: Place): string {
  const reason = `charged twice: ${usage.source} ${usage.id}`;
  return `take it back: ${call('reversals', { entry: `${shard}-${height}-${index}`, reason })}`;
}
