/** What the registry shard says, audited: published versions, settlement batches, the chain's side of the books. */
import type {
  PriceBook,
  RegistryEvent,
  SettlementConfirmed,
  SettlementOpened,
  SettlementPlanned,
  SplitPolicy,
} from '#concepts';
import type { Posting, ShardHead } from '#domain';
import { ShardBooks, samePostings } from './shard-books.js';
import type { Findings, Place } from './findings.js';

/** A batch as the verifier sees it grow. */
export interface AuditedBatch {
  readonly opened: SettlementOpened;
  readonly place: Place;
  planned?: SettlementPlanned;
  /** What was left of earlier batches in the registry shard and joins this one, by provider. */
  readonly givenBack: Map<string, bigint>;
  /** The supply on all chains together in the books before the batch. */
  supplyBefore: bigint;
  phase: 'opened' | 'planned' | 'signed' | 'empty' | 'confirmed' | 'reverted';
  readonly hashes: Set<string>;
}

export class RegistryAudit {
  readonly books: ShardBooks;
  readonly priceBooks = new Map<number, PriceBook>();
  readonly splitPolicies = new Map<number, SplitPolicy>();
  readonly batches = new Map<string, AuditedBatch>();
  /** Paid out for good, by chain. */
  readonly paid = new Map<number, bigint>();
  /** The batch that was confirmed last, on whichever chain. */
  lastConfirmed: string | undefined;
  /** Heads that plans and reconciliations name, by shard and height: the pages there must have these hashes. */
  readonly namedHeads = new Map<string, string>();

  constructor(
    readonly shard: number,
    private readonly findings: Findings,
  ) {
    this.books = new ShardBooks(findings);
  }

  apply(event: RegistryEvent, place: Place): void {
    switch (event.type) {
      case 'PriceBookPublished':
        this.publish(this.priceBooks, event.version, event.book, place);
        break;
      case 'SplitPolicyPublished':
        this.publish(this.splitPolicies, event.version, event.policy, place);
        break;
      case 'PartyRegistered':
      case 'KycChanged':
      case 'WalletSet':
      case 'KeyIssued':
      case 'KeyRevoked':
      case 'ChainRegistered':
        break;
      case 'ReconciliationRecorded':
        this.nameHeads(event.heads, place);
        break;
      case 'SettlementOpened':
      case 'SettlementPlanned':
      case 'SettlementEmpty':
      case 'SettlementSigned':
      case 'SettlementConfirmed':
      case 'SettlementReverted':
        this.step(event, place);
        break;
      default:
        this.findings.add('EVENT_UNREADABLE', place, `${(event as { type: string }).type} is no event of the registry`);
    }
    this.books.apply('postings' in event ? event.postings : [], place);
  }

  /** Only what a holder shard's page may need that was published after the registry was read. */
  applyPublication(event: RegistryEvent): void {
    if (event.type === 'PriceBookPublished') this.priceBooks.set(event.version, event.book);
    if (event.type === 'SplitPolicyPublished') this.splitPolicies.set(event.version, event.policy);
  }

  private publish<T>(versions: Map<number, T>, version: number, content: T, place: Place): void {
    if (versions.has(version)) {
      this.findings.add('EVENT_UNREADABLE', place, `version ${version} is published a second time`);
    } else {
      versions.set(version, content);
    }
  }

  private step(event: Extract<RegistryEvent, { batch: string }>, place: Place): void {
    if (event.type === 'SettlementOpened') {
      if (this.batches.has(event.batch)) this.wrong(place, `batch ${event.batch} is opened a second time`);
      for (const [id, { phase }] of this.batches) {
        if (phase === 'opened' || phase === 'planned' || phase === 'signed')
          this.wrong(place, `batch ${event.batch} is opened while ${id} is under way`);
      }
      this.batches.set(event.batch, {
        opened: event,
        place,
        phase: 'opened',
        supplyBefore: 0n,
        givenBack: new Map(),
        hashes: new Set(),
      });
      return;
    }
    const batch = this.batches.get(event.batch);
    if (batch === undefined) return this.wrong(place, `batch ${event.batch} was never opened`);
    const follows = FOLLOWS[event.type];
    if (!follows.includes(batch.phase)) this.wrong(place, `batch ${event.batch} is ${batch.phase} at a ${event.type}`);
    switch (event.type) {
      case 'SettlementPlanned':
        this.nameHeads(event.heads, place);
        return this.plan(batch, event, place);
      case 'SettlementEmpty':
        this.nameHeads(event.heads, place);
        batch.phase = 'empty';
        batch.supplyBefore = this.supplyOnChains();
        return;
      case 'SettlementSigned':
        batch.phase = 'signed';
        batch.hashes.add(event.hash);
        return;
      case 'SettlementConfirmed':
        return this.confirm(batch, event, place);
      case 'SettlementReverted':
        batch.phase = 'reverted';
        this.expect(
          event.postings,
          (batch.planned?.payouts ?? []).map((p) => move(IN_TRANSIT, payable(p.provider), p.amount)),
          place,
        );
    }
  }

  private plan(batch: AuditedBatch, event: SettlementPlanned, place: Place): void {
    batch.planned = event;
    batch.phase = 'planned';
    batch.supplyBefore = this.supplyOnChains();
    const expected: Posting[] = [];
    for (const { provider } of batch.opened.payable) {
      const left = this.books.balance(payable(provider));
      if (left === 0n) continue;
      batch.givenBack.set(provider, left);
      expected.push(move(payable(provider), IN_TRANSIT, left.toString()));
    }
    this.expect(event.postings, expected, place);
    const total = event.payouts.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    if (total !== BigInt(event.total)) this.wrong(place, `the payouts sum to ${total}, not ${event.total}`);
    const wallets = event.payouts.map(({ wallet }) => wallet.toLowerCase());
    if (wallets.some((wallet, i) => i > 0 && wallet <= wallets[i - 1]!))
      this.wrong(place, 'the wallets of the payouts are not ascending');
    for (const { provider, wallet } of event.payouts) {
      if (!batch.opened.payable.some((gate) => gate.provider === provider && gate.wallet === wallet))
        this.wrong(place, `the gate did not open for ${provider} at ${wallet}`);
    }
  }

  private confirm(batch: AuditedBatch, event: SettlementConfirmed, place: Place): void {
    const { planned } = batch;
    batch.phase = 'confirmed';
    this.lastConfirmed = event.batch;
    if (planned === undefined) return;
    if (!batch.hashes.has(event.hash)) this.wrong(place, `transaction ${event.hash} was never signed`);
    if (event.logIndexes.length !== planned.payouts.length)
      this.wrong(place, `${planned.payouts.length} payouts have ${event.logIndexes.length} logs`);
    const { chainId } = batch.opened;
    const vault = `chain:${chainId}:vault`;
    const supply = `chain:${chainId}:supply`;
    this.expect(
      event.postings,
      [
        ...(planned.mint === '0' ? [] : [move(vault, supply, planned.mint)]),
        ...(planned.burn === '0' ? [] : [move(supply, vault, planned.burn)]),
        ...(planned.total === '0' ? [] : [move(IN_TRANSIT, vault, planned.total)]),
      ],
      place,
    );
    this.paid.set(chainId, (this.paid.get(chainId) ?? 0n) + BigInt(planned.total));
  }

  /** Summed over all chains: a token that stands on one is not issued again on another. */
  private supplyOnChains(): bigint {
    let sum = 0n;
    for (const [account, balance] of this.books.balances) if (CHAIN_SUPPLY.test(account)) sum += balance;
    return sum;
  }

  private expect(found: readonly Posting[], expected: readonly Posting[], place: Place): void {
    if (!samePostings(found, expected)) {
      this.findings.add(
        'POSTINGS_WRONG',
        place,
        `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`,
      );
    }
  }

  private nameHeads(heads: readonly ShardHead[], place: Place): void {
    for (const { shard, height, hash } of heads) {
      const key = `${shard}:${height}`;
      const named = this.namedHeads.get(key);
      if (named !== undefined && named !== hash)
        this.findings.add('HEAD_REWRITTEN', place, `page ${height} of shard ${shard} was ${named} before, now ${hash}`);
      if (height > 0) this.namedHeads.set(key, hash);
    }
  }

  private wrong(place: Place, detail: string): void {
    this.findings.add('SETTLEMENT_WRONG', place, detail);
  }
}

type LaterStep =
  'SettlementPlanned' | 'SettlementEmpty' | 'SettlementSigned' | 'SettlementConfirmed' | 'SettlementReverted';

/** The phases in which each step may be taken. */
const FOLLOWS: Readonly<Record<LaterStep, readonly AuditedBatch['phase'][]>> = {
  SettlementPlanned: ['opened'],
  SettlementEmpty: ['opened'],
  SettlementSigned: ['planned', 'signed'],
  SettlementConfirmed: ['signed'],
  SettlementReverted: ['planned', 'signed'],
};

export const CHAIN_SUPPLY = /^chain:[0-9]+:supply$/;
const IN_TRANSIT = 'settlement:in-transit';
const payable = (provider: string): string => `provider:${provider}:payable`;

function move(debit: string, credit: string, amount: string): Posting {
  return { debit, credit, amount, asset: 'AIR' };
}
