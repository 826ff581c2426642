/** A holder shard, audited event by event: every posting is derived again from the event's own fields. */
import type {
  LedgerEvent,
  PayablesCut,
  ReceivablesCovered,
  RecordedShares,
  TransferReceived,
  TransferSent,
  UsageCharged,
  UsageIndex,
} from '#concepts';
import { type Posting, shardOf } from '#domain';
import type { Findings, Place } from './findings.js';
import type { RegistryAudit } from './registry-audit.js';
import { chargeCorrection } from './requests-audit.js';
import { rerate, resplit, weightsOf } from './rerating.js';
import { samePostings, ShardBooks } from './shard-books.js';

interface OpenReceivable {
  readonly source: string;
  readonly id: string;
  readonly provider: string;
  /** Provider, treasury, stakers, burn. */
  readonly shares: readonly bigint[];
}

/** What all holder shards share while they are audited. */
export interface CommonAudit {
  readonly shards: number;
  readonly registry: RegistryAudit;
  readonly findings: Findings;
  readonly usage: UsageIndex;
  readonly sent: Map<string, { readonly event: TransferSent; readonly place: Place }>;
  /** First entries that were written after their shard was read, of transfers that arrived in what was read. */
  readonly sentLater: Map<string, { readonly event: TransferSent; readonly place: Place }>;
  readonly received: Map<string, { readonly event: TransferReceived; readonly place: Place }>;
  readonly cuts: Map<string, Map<number, { readonly event: PayablesCut; readonly place: Place }>>;
  /** Minted minus burned, summed from the amounts of events and never from postings. */
  supply: bigint;
}

const SHARES = ['provider', 'treasury', 'stakers', 'burn'] as const;

export class LedgerAudit {
  readonly books: ShardBooks;
  private readonly receivables = new Map<string, OpenReceivable[]>();

  constructor(
    readonly shard: number,
    private readonly common: CommonAudit,
  ) {
    this.books = new ShardBooks(common.findings);
  }

  apply(event: LedgerEvent, place: Place): void {
    const expected = this.expectedPostings(event, place);
    const found = 'postings' in event ? event.postings : [];
    if (expected !== undefined && !samePostings(found, expected)) {
      this.find('POSTINGS_WRONG', place, `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
    }
    this.books.apply(found, place);
    if (event.type === 'PayablesCut') {
      const supply = (-this.books.balance('issuance')).toString();
      if (event.supply !== supply)
        this.find('CUT_WRONG', place, `the shard's supply is ${supply}, not ${event.supply}`);
    }
  }

  /** What is still owed for usage, which the uncovered accounts must hold. */
  owed(): bigint {
    let owed = 0n;
    for (const queue of this.receivables.values()) for (const { shares } of queue) owed += sum(shares);
    return owed;
  }

  /** Undefined when the event is too broken to say. */
  private expectedPostings(event: LedgerEvent, place: Place): Posting[] | undefined {
    switch (event.type) {
      case 'UsageCharged':
        return this.charge(event, place);
      case 'ReceivablesCovered':
        return this.cover(event, place);
      case 'Minted':
        this.common.supply += BigInt(event.amount);
        return [move('issuance', available(event.holder), BigInt(event.amount))];
      case 'Burned':
        this.common.supply -= BigInt(event.amount);
        return [move(available(event.holder), 'issuance', BigInt(event.amount))];
      case 'TransferSent':
        return this.send(event, place);
      case 'TransferReceived':
        return this.receive(event, place);
      case 'TransferCompleted':
        if (!this.common.sent.has(event.transfer)) {
          this.find('TRANSFER_WRONG', place, `transfer ${event.transfer} is completed and was never sent`);
        }
        return [];
      case 'PayablesCut':
        return this.cut(event, place);
      case 'UsageConflicted':
      case 'UsageRejected':
      case 'UsageBatchAnswered':
        return [];
      default:
        this.find('EVENT_UNREADABLE', place, `${(event as { type: string }).type} is no event of a holder shard`);
        return undefined;
    }
  }

  private charge(event: UsageCharged, place: Place): Posting[] | undefined {
    const { source, id, digest } = event.usage;
    const { usage, registry } = this.common;
    if (usage.find(source, id) === undefined) usage.add(source, id, digest);
    else this.find('USAGE_TWICE', place, `usage ${source} ${id} is charged a second time; ${chargeCorrection(event)}`);
    if (shardOf(event.customer, this.common.shards) !== this.shard)
      this.find('POSTINGS_WRONG', place, `${event.customer} does not live in shard ${this.shard}`);
    const book = registry.priceBooks.get(event.priceBook);
    const policy = registry.splitPolicies.get(event.splitPolicy);
    if (book === undefined || policy === undefined) {
      this.find(
        'AMOUNT_WRONG',
        place,
        `price book ${event.priceBook} or policy ${event.splitPolicy} was not published`,
      );
      return undefined;
    }
    const amount = rerate(book, event);
    if (amount.toString() !== event.amount) {
      this.find('AMOUNT_WRONG', place, `price book ${event.priceBook} gives ${amount}, not ${event.amount}`);
    }
    const balance = this.books.balance(available(event.customer));
    const covered = balance < amount ? balance : amount;
    const shares = resplit(amount, weightsOf(policy));
    const paid = covered === amount ? shares : covered <= 0n ? NOTHING : resplit(covered, shares);
    const due = shares.map((share, i) => share - paid[i]!);
    const recorded = event.receivable === undefined ? NOTHING : readShares(event.receivable.shares);
    const recordedDue = BigInt(event.receivable?.amount ?? 0);
    if (recordedDue !== amount - covered || due.some((share, i) => share !== recorded[i])) {
      this.find(
        'SHARES_WRONG',
        place,
        `${amount - covered} is due as ${due.join(', ')}, not as ${recorded.join(', ')}`,
      );
    }
    if (amount > covered) this.remember(event.customer, { source, id, provider: event.provider, shares: due });
    this.common.supply -= paid[3]!;
    const accounts = [`provider:${event.provider}:payable`, 'treasury:fees', 'staking:rewards', 'issuance'];
    const waiting = [`provider:${event.provider}:uncovered`, ...UNCOVERED];
    return [
      ...moves(available(event.customer), accounts, paid),
      ...moves(`customer:${event.customer}:receivable`, waiting, due),
    ];
  }

  private cover(event: ReceivablesCovered, place: Place): Posting[] {
    const queue = this.receivables.get(event.customer) ?? [];
    const byProvider = new Map<string, bigint>();
    const rest = [0n, 0n, 0n];
    let total = 0n;
    for (const part of event.covered) {
      const oldest = queue[0];
      if (oldest?.source !== part.source || oldest.id !== part.id || oldest.provider !== part.provider) {
        this.find('RECEIVABLE_WRONG', place, `${part.source} ${part.id} is not what ${event.customer} owes first`);
        continue;
      }
      const amount = BigInt(part.amount);
      const owed = sum(oldest.shares);
      const expected = amount > owed || amount <= 0n ? oldest.shares : resplit(amount, oldest.shares);
      const shares = readShares(part.shares);
      if (amount > owed || expected.some((share, i) => share !== shares[i])) {
        this.find('RECEIVABLE_WRONG', place, `${amount} of ${part.source} ${part.id} is covered by the wrong shares`);
      }
      total += amount;
      byProvider.set(part.provider, (byProvider.get(part.provider) ?? 0n) + expected[0]!);
      for (let i = 0; i < 3; i++) rest[i]! += expected[i + 1]!;
      this.common.supply -= expected[3]!;
      if (amount >= owed) queue.shift();
      else queue[0] = { ...oldest, shares: oldest.shares.map((share, i) => share - expected[i]!) };
    }
    if (total.toString() !== event.amount) this.find('RECEIVABLE_WRONG', place, `the parts sum to ${total}`);
    return [
      move(available(event.customer), `customer:${event.customer}:receivable`, total),
      ...[...byProvider].flatMap(([provider, amount]) =>
        moves(`provider:${provider}:uncovered`, [`provider:${provider}:payable`], [amount]),
      ),
      ...moves('treasury:uncovered', ['treasury:fees'], [rest[0]!]),
      ...moves('staking:uncovered', ['staking:rewards'], [rest[1]!]),
      ...moves('burn:uncovered', ['issuance'], [rest[2]!]),
    ];
  }

  private send(event: TransferSent, place: Place): Posting[] {
    const toShard = shardOf(event.to, this.common.shards);
    if (toShard !== event.toShard) this.find('TRANSFER_WRONG', place, `${event.to} lives in shard ${toShard}`);
    if (this.common.sent.has(event.transfer)) {
      this.find('TRANSFER_WRONG', place, `transfer ${event.transfer} is sent a second time`);
    } else if (toShard !== this.shard) {
      this.common.sent.set(event.transfer, { event, place });
    }
    const to = toShard === this.shard ? available(event.to) : 'transit';
    return [move(available(event.from), to, BigInt(event.amount))];
  }

  private receive(event: TransferReceived, place: Place): Posting[] {
    if (this.common.received.has(event.transfer)) {
      this.find('TRANSFER_WRONG', place, `transfer ${event.transfer} arrives a second time`);
    }
    this.common.received.set(event.transfer, { event, place });
    return [move('transit', available(event.to), BigInt(event.amount))];
  }

  private cut(event: PayablesCut, place: Place): Posting[] | undefined {
    const cuts = this.common.cuts.get(event.batch) ?? new Map<number, { event: PayablesCut; place: Place }>();
    this.common.cuts.set(event.batch, cuts);
    if (cuts.has(this.shard)) this.find('CUT_WRONG', place, `batch ${event.batch} is cut a second time`);
    cuts.set(this.shard, { event, place });
    const batch = this.common.registry.batches.get(event.batch);
    // A batch that was opened after the registry was read cannot be compared with its gate yet.
    if (batch === undefined) return undefined;
    const postings: Posting[] = [];
    const payouts: { provider: string; amount: string }[] = [];
    const held: { provider: string; amount: string; reason: string }[] = [];
    for (const { provider } of batch.opened.payable) {
      const sources = [`provider:${provider}:payable`, `provider:${provider}:held`];
      const amounts = sources.map((account) => this.books.balance(account));
      sources.forEach((account, i) => postings.push(...moves(account, ['settlement:in-transit'], [amounts[i]!])));
      if (sum(amounts) > 0n) payouts.push({ provider, amount: sum(amounts).toString() });
    }
    for (const { provider, reason } of batch.opened.held) {
      const payable = this.books.balance(`provider:${provider}:payable`);
      const total = payable + this.books.balance(`provider:${provider}:held`);
      postings.push(...moves(`provider:${provider}:payable`, [`provider:${provider}:held`], [payable]));
      if (total > 0n) held.push({ provider, amount: total.toString(), reason });
    }
    const same = <T extends object>(left: readonly T[], right: readonly T[]) =>
      left.length === right.length &&
      left.every((one, i) => Object.entries(one).every(([key, value]) => right[i]![key as keyof T] === value));
    if (!same(payouts, event.payouts) || !same(held, event.held)) {
      this.find('CUT_WRONG', place, `the shard owes ${JSON.stringify({ payouts, held })}`);
    }
    return postings;
  }

  private remember(customer: string, receivable: OpenReceivable): void {
    const queue = this.receivables.get(customer);
    if (queue === undefined) this.receivables.set(customer, [receivable]);
    else queue.push(receivable);
  }

  private find(...finding: Parameters<Findings['add']>): void {
    this.common.findings.add(...finding);
  }
}

const NOTHING: readonly bigint[] = [0n, 0n, 0n, 0n];
const UNCOVERED = ['treasury:uncovered', 'staking:uncovered', 'burn:uncovered'];
const available = (holder: string): string => `customer:${holder}:available`;

function readShares(shares: RecordedShares): bigint[] {
  return SHARES.map((share) => BigInt(shares[share]));
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function move(debit: string, credit: string, amount: bigint): Posting {
  return { debit, credit, amount: amount.toString(), asset: 'AIR' };
}

/** One posting for each account that receives anything. */
function moves(debit: string, credits: readonly string[], amounts: readonly bigint[]): Posting[] {
  return credits.flatMap((credit, i) => (amounts[i]! > 0n ? [move(debit, credit, amounts[i]!)] : []));
}
