/** When a customer is to be topped up, found by its balances alone. */
import type { Posting } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PartiesAudit } from '../parties/party.audit.js';
import type { TopUpEvent, TopUpRequested } from './top-up.js';

interface Due {
  readonly customer: string;
  readonly threshold: bigint;
  readonly place: Place;
}

const isSamePage = (one: Place, other: Place): boolean => one.shard === other.shard && one.height === other.height;

/** The customer of an account that counts for its threshold. */
function customerOf(account: string): string | undefined {
  if (!account.startsWith('customer:')) return undefined;
  const [, customer, kind] = account.split(':');
  return kind === 'available' || kind === 'held' ? customer : undefined;
}

/**
 * `TopUpRequested`: an entry with which the sum of `customer:<c>:available` and `customer:<c>:held` falls from `topUpThreshold` of `c`, as the registry stood at the height
 * that the page names, or more to below it, is followed by one of `c` in the same page. Only the `ReceivablesCovered` of what the entry brought and a `BudgetThresholdsReached`
 * stand between. Such a `ReceivablesCovered` is no entry that brings about one itself. `threshold` is that threshold, and `funds` the sum as it is then. There is no other.
 */
export class TopUpsAudit implements ConceptAudit<TopUpEvent> {
  readonly laws = {
    TOP_UP_WRONG: 'A top-up is asked for where what a customer has falls below its threshold, and nowhere else.',
  };

  readonly ledger: AuditTable<TopUpEvent> = {
    TopUpRequested: (event, place) => {
      this.hear(event, place);
      return [];
    },
  };

  private readonly funds = new Map<string, bigint>();
  private due: Due | undefined;
  /** Who was given funds by the event before, and where. */
  private given: { readonly customers: ReadonlySet<string>; readonly place: Place } | undefined;

  constructor(
    private readonly walk: AuditWalk,
    private readonly parties: PartiesAudit,
  ) {}

  afterEach(
    event: { readonly type: string; readonly customer?: string; readonly postings?: readonly Posting[] },
    place: Place,
  ): void {
    const { type, postings = [] } = event;
    if (type === 'TopUpRequested' || type === 'BudgetThresholdsReached') return;
    const isCovering = type === 'ReceivablesCovered' && this.isGiven(event.customer, place);
    if (!isCovering) this.close();
    const before = this.move(postings);
    if (isCovering) return;
    for (const [customer, had] of before) {
      const threshold = this.parties.termOf(customer, 'topUpThreshold');
      const has = this.funds.get(customer) ?? 0n;
      if (threshold !== undefined && had >= threshold && has < threshold) this.due = { customer, threshold, place };
    }
    const credited = postings.filter(({ credit }) => credit.endsWith(':available')).map(({ credit }) => credit);
    if (credited.length === 0) this.given = undefined;
    else this.given = { customers: new Set(credited.map((credit) => customerOf(credit) ?? '')), place };
  }

  check(): void {
    this.close();
  }

  private isGiven(customer: string | undefined, place: Place): boolean {
    const { given } = this;
    return given !== undefined && isSamePage(given.place, place) && given.customers.has(customer ?? '');
  }

  /** Moves what customers have. @returns what each of them had */
  private move(postings: readonly Posting[]): ReadonlyMap<string, bigint> {
    const before = new Map<string, bigint>();
    const add = (customer: string, amount: bigint) => {
      const had = this.funds.get(customer) ?? 0n;
      if (!before.has(customer)) before.set(customer, had);
      this.funds.set(customer, had + amount);
    };
    // Postings mostly leave one account: it is read, and its customer's funds are changed, once.
    let from: string | undefined;
    let payer: string | undefined;
    let sum = 0n;
    for (const { debit, credit, amount } of postings) {
      if (debit !== from) {
        if (payer !== undefined) add(payer, -sum);
        [from, payer, sum] = [debit, customerOf(debit), 0n];
      }
      const value = BigInt(amount);
      sum += value;
      const payee = customerOf(credit);
      if (payee !== undefined) add(payee, value);
    }
    if (payer !== undefined) add(payer, -sum);
    return before;
  }

  private hear({ customer, threshold, funds }: TopUpRequested, place: Place): void {
    const { due } = this;
    this.due = undefined;
    const isDue = due !== undefined && isSamePage(due.place, place) && due.customer === customer;
    if (!isDue) this.wrong(place, `nothing made ${customer} fall below its threshold`);
    else if (threshold !== due.threshold.toString()) this.wrong(place, `its threshold is ${due.threshold}`);
    const has = this.funds.get(customer) ?? 0n;
    if (funds !== has.toString()) this.wrong(place, `${customer} has ${has}`);
  }

  private close(): void {
    if (this.due === undefined) return;
    const { customer, threshold, place } = this.due;
    this.due = undefined;
    this.wrong(place, `${customer} falls below its threshold ${threshold}, and the next event asks for nothing`);
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('TOP_UP_WRONG', place, detail);
  }
}
