/**
 * A random history that is the same for the same seed: commands of every kind, many of them refused, over all shards of a
 * {@link DrivenLedger}. It steers by what the journal holds and by nothing of the program's state.
 */
import { createHash } from 'node:crypto';
import {
  CODEC,
  type ChargeUsage,
  type JournalEvent,
  type PayablesCut,
  type RegistryCommand,
  type SettlementOpened,
  type SettlementPlanned,
  type SettlementSigned,
  type TransferSent,
  type UsageItem,
  type UsageReport,
} from '#concepts';
import { CHAIN_HASHES, digestHeads, digestOf } from '#concepts/testing';
import { atto, DomainError, type LeavesWork, type ShardHead, UNREAD } from '#domain';
import { readEvents, readPages, type JournalStore } from '#journal';
import { DrivenLedger } from '#journal/testing';
import { layGoldenFoundation, PRICES, TOPIC } from './golden-foundation.js';
import { Random } from './random.js';

export const CUSTOMERS = 6;
export const PROVIDERS = 5;
const CHAIN = 31337;
const TOKEN = 10n ** 18n;

interface Batch {
  readonly opened: SettlementOpened;
  readonly cuts: PayablesCut[];
  /** Of its cuts. */
  readonly heads: ShardHead[];
  readonly openedAt: ShardHead;
  planned?: SettlementPlanned;
  readonly signed: SettlementSigned[];
}

export class SeededHistory {
  readonly ledger: DrivenLedger;
  /** How often each type of event stands in the journal, and each code of refusal in an answer. */
  readonly events = new Map<string, number>();
  readonly refusals = new Map<string, number>();
  private readonly random: Random;
  private readonly answers = createHash('sha256');
  private readonly heads = new Map<number, ShardHead>();
  private readonly reports: UsageReport[] = [];
  private readonly offsets: number[];
  private readonly sent = new Map<string, TransferSent>();
  private readonly arrived = new Set<string>();
  private batch: Batch | undefined;
  private nextNonce = 0;
  private count = 0;
  private version = 1;

  constructor(
    private readonly store: JournalStore,
    seed: number,
    shards = 3,
  ) {
    this.random = new Random(seed);
    this.ledger = new DrivenLedger(store, { shards });
    this.offsets = Array.from({ length: shards }, () => 0);
  }

  /** Founds the journal and takes so many random steps. */
  async live(steps: number): Promise<void> {
    await this.ledger.start();
    await layGoldenFoundation(this.ledger, CUSTOMERS, PROVIDERS);
    for (let customer = 0; customer < CUSTOMERS; customer += 2) await this.ledger.mint(`c${customer}`, 40);
    await this.setBudgets();
    // Commands that come in one turn of the event loop share a page.
    for (let step = 0; step < steps; step++) await this.turn(this.random.below(4) + 1, () => this.step());
    // While nothing else happens a batch soon finds nothing to pay.
    for (let step = 0; step < 30; step++) await this.turn(1, () => this.settle());
    await this.follow();
    await this.ledger.stop();
  }

  /** Of three that usage names, one is wide, one is soon exceeded and one is never set. */
  private async setBudgets(): Promise<void> {
    for (let number = 0; number < CUSTOMERS; number++) {
      const customer = `c${number}`;
      const terms = { customer, period: 'month', onExceed: 'receivable' } as const;
      for (const [name, tokens] of [['b0', 1_000n] as const, ['b1', 5n] as const]) {
        const limit = atto(tokens * TOKEN);
        await this.ledger.command(customer, { type: 'SetBudget', path: `${customer}/${name}`, limit, ...terms });
      }
    }
  }

  /** SHA-256, hex, over every answer that was given, in order. */
  answersDigest(): string {
    return this.answers.copy().digest('hex');
  }

  private async turn(length: number, step: () => Promise<unknown>): Promise<void> {
    await this.follow();
    for (const answer of await Promise.allSettled(Array.from({ length }, step))) this.note(answer);
  }

  private note(answer: PromiseSettledResult<unknown>): void {
    if (answer.status === 'fulfilled') {
      this.answers.update(inOrder(answered(answer.value)));
      return;
    }
    const reason: unknown = answer.reason;
    // A refusal changes nothing; anything else is a bug.
    if (!(reason instanceof DomainError)) throw reason;
    this.refusals.set(reason.code, (this.refusals.get(reason.code) ?? 0) + 1);
    this.answers.update(inOrder({ code: reason.code, message: reason.message, path: reason.path }));
  }

  /** Reads what the journal has gained: what later steps go on from. */
  private async follow(): Promise<void> {
    for (const shard of this.ledger.allShards) {
      for await (const page of readPages(this.store, shard, (this.heads.get(shard)?.height ?? 0) + 1)) {
        for (const { event } of readEvents(page, CODEC)) this.notice(event as JournalEvent, page);
        this.heads.set(shard, { shard, height: page.height, hash: page.hash });
      }
    }
  }

  private notice(event: JournalEvent, { shard, height, hash }: ShardHead): void {
    this.events.set(event.type, (this.events.get(event.type) ?? 0) + 1);
    if (event.type === 'TransferSent' && event.toShard !== shard) this.sent.set(event.transfer, event);
    if (event.type === 'TransferReceived') this.arrived.add(event.transfer);
    if (event.type === 'TransferCompleted') this.sent.delete(event.transfer);
    if (event.type === 'SettlementOpened')
      this.batch = { opened: event, openedAt: { shard, height, hash }, cuts: [], heads: [], signed: [] };
    if (event.type === 'PayablesCut') {
      this.batch!.cuts.push(event);
      this.batch!.heads.push({ shard, height, hash });
    }
    if (event.type === 'SettlementPlanned') this.batch!.planned = event;
    if (event.type === 'SettlementSigned') {
      this.batch!.signed.push(event);
      this.nextNonce = event.nonce + 1;
    }
    if (['SettlementEmpty', 'SettlementConfirmed', 'SettlementReverted'].includes(event.type)) this.batch = undefined;
  }

  private step(): Promise<unknown> {
    const { random } = this;
    return random.weighted<() => Promise<unknown>>([
      [10, () => this.useByHttp()],
      [10, () => this.useByKafka()],
      [6, () => this.mintOrBurn()],
      [6, () => this.send()],
      [6, () => this.relay()],
      [12, () => this.settle()],
      [2, () => this.cover()],
      [3, () => this.changeKyc()],
      [5, () => this.changeRegistry()],
      [1, () => this.reconcile()],
      [1, () => this.keepAnswer()],
    ])();
  }

  /** Sometimes a key; sometimes one that was used before in the same shard, for the same request or another. */
  private request(shard: number): { request?: { key: string; digest: string } } {
    const { random } = this;
    if (!random.chance(0.4)) return {};
    const key = `key-${shard}-${random.below(40)}`;
    return { request: { key, digest: random.chance(0.1) ? 'another' : 'the same' } };
  }

  private useByHttp(): Promise<unknown> {
    const customer = this.customer();
    const items = Array.from({ length: this.random.below(8) + 1 }, (_, index) => this.item(customer, index));
    return this.ledger.command(customer, {
      ...{ type: 'ChargeUsage', items, actor: 'key:admin', receivedAtMs: this.ledger.now },
      ...{ origin: `request:${this.count}`, ...this.request(this.ledger.shardOf(customer)) },
    });
  }

  /** One partition for each shard, so that offsets ascend in it; some ranges are delivered again, whole or in part. */
  private useByKafka(): Promise<unknown> {
    const { random } = this;
    const customer = this.customer();
    const shard = this.ledger.shardOf(customer);
    const known = this.offsets[shard]!;
    const from = random.chance(0.2) ? random.below(known + 1) : known;
    const items = Array.from({ length: random.below(8) + 1 }, (_, index) => ({
      ...this.item(customer, index),
      offset: from + index,
    }));
    const to = from + items.length + (random.chance(0.2) ? random.below(5) : 0);
    this.offsets[shard] = Math.max(known, to);
    const charge: Partial<ChargeUsage> = { range: { name: TOPIC, partition: shard, from, to, fingerprint: UNREAD } };
    return this.ledger.command(customer, {
      ...{ type: 'ChargeUsage', items, actor: 'kafka', receivedAtMs: this.ledger.now, ...charge },
    });
  }

  private item(customer: string, index: number): UsageItem {
    const { random } = this;
    if (random.chance(0.03))
      return { index, invalid: { id: `bad-${index}`, code: 'USAGE_INVALID', detail: 'no JSON' } };
    const before = this.reports.filter((report) => report.customer === customer);
    if (before.length > 0 && random.chance(0.15)) {
      const known = random.pick(before);
      const other = { ...known, model: `other-${random.hex(16)}` };
      return { index, report: random.chance(0.6) ? known : { ...other, digest: digestOf(other) } };
    }
    const number = this.count++;
    const reported = {
      source: `gateway/${random.below(2)}`,
      id: `use-${number}-${random.hex(16)}`,
      type: random.chance(0.02) ? 'ai.unknown' : 'ai.compute.usage',
      time: new Date(this.ledger.now - random.pick([0, 0, 3_600_000, 86_400_000, -3_600_000])).toISOString(),
      customer: random.chance(0.02) ? 'nobody' : customer,
      provider: random.chance(0.02) ? 'nobody' : this.provider(),
      model: random.pick(['llama', 'qwen', 'qwen-3']),
      meters: {
        input_tokens: String(random.below(5_000)),
        ...(random.chance(0.5) ? { gpu_seconds: `${random.below(40)}.${random.below(999_999) + 1}` } : {}),
        ...(random.chance(0.02) ? { miles: '3' } : {}),
      },
      ...(random.chance(0.2) ? { budget: `${customer}/b${random.below(3)}` } : {}),
      ...(random.chance(0.1) ? { hold: `h${random.below(3)}` } : {}),
    };
    const report: UsageReport = { ...reported, digest: digestOf(reported) };
    this.reports.push(report);
    return { index, report };
  }

  private keepAnswer(): Promise<unknown> {
    const answer = { accepted: 0, duplicates: 1, conflicts: 0, rejected: [] };
    const customer = this.customer();
    const shard = this.ledger.shardOf(customer);
    const request = { key: `kept-${shard}-${this.random.below(9)}`, digest: 'kept' };
    const who = { origin: `request:${this.count++}`, actor: 'key:admin', time: this.ledger.tick() };
    return this.ledger.ledgers[shard]!.execute({ type: 'KeepUsageAnswer', answer, request, ...who });
  }

  private mintOrBurn(): Promise<unknown> {
    const { random } = this;
    const holder = random.chance(0.06) ? 'nobody' : random.chance(0.1) ? this.provider() : this.customer();
    const type = random.chance(0.7) ? 'MintTokens' : 'BurnTokens';
    this.count++;
    const request = this.request(this.ledger.shardOf(holder));
    return this.ledger.command(holder, { type, holder, amount: this.amount(), reason: 'test', ...request });
  }

  private send(): Promise<unknown> {
    const from = this.customer();
    const to = this.random.chance(0.1) ? this.provider() : this.customer();
    const transfer = `t${this.count++}`;
    const order = { transfer, from, to, amount: this.amount(), reason: 'test' };
    return this.ledger.command(from, { type: 'SendTransfer', ...order, ...this.request(this.ledger.shardOf(from)) });
  }

  /** Delivers again and again, as a relay that forgets would. */
  private relay(): Promise<unknown> {
    if (this.sent.size === 0) return this.cover();
    const sent = this.random.pick([...this.sent.values()]);
    const { transfer } = sent;
    return this.arrived.has(transfer) && this.random.chance(0.8)
      ? this.ledger.command(sent.from, { type: 'CompleteTransfer', transfer })
      : this.ledger.command(sent.to, { type: 'ReceiveTransfer', sent });
  }

  private cover(): Promise<unknown> {
    const customer = this.customer();
    return this.ledger.command(customer, { type: 'CoverReceivables', customer });
  }

  private changeKyc(): Promise<unknown> {
    const { random } = this;
    const party = random.chance(0.5) ? this.customer() : this.provider();
    const states = [
      'verified',
      'verified',
      'verified',
      'suspended',
      'suspended',
      'suspended',
      'review_due',
      'expired',
      'pending',
    ];
    const evidence = random.chance(0.3) ? { evidence: random.hex(64) } : {};
    return this.ledger.register({ type: 'ChangeKyc', party, to: random.pick(states), reason: 'review', ...evidence });
  }

  private changeRegistry(): Promise<unknown> {
    const { random } = this;
    const number = this.count++;
    const effectiveAt = new Date(this.ledger.now + 1_000 * random.below(50)).toISOString();
    const [line] = PRICES.prices;
    const price = String(random.below(3) + 1);
    const version = random.chance(0.2) ? this.version : ++this.version;
    const share = 100 * random.below(10);
    const commands: (Record<string, unknown> & { type: RegistryCommand['type'] })[] = [
      {
        ...{ type: 'PublishPriceBook', version },
        book: {
          effectiveAt,
          prices: [
            line,
            { ...line!, model: 'qwen*', meters: { ...line!.meters, input_tokens: { price, per: '1000' } } },
          ],
        },
      },
      {
        ...{ type: 'PublishSplitPolicy', version },
        policy: { effectiveAt, provider: 8_000 - share, treasury: 1_000 + share, stakers: 700, burn: 300 },
      },
      {
        ...{
          type: 'RegisterParty',
          party: random.chance(0.2) ? 'c0' : `late-${number}`,
          roles: ['customer', 'provider'],
        },
        ...{ reference: `crm-${number}`, country: 'PT' },
      },
      { type: 'SetWallet', party: this.provider(), chainId: CHAIN, wallet: `0x${random.hex(39)}${random.below(10)}` },
      {
        ...{ type: 'IssueKey', key: `k${random.below(2)}`, role: 'provider', provider: this.provider() },
        hash: random.hex(64),
      },
      { type: 'RevokeKey', key: `k${random.below(2)}` },
      {
        ...{ type: 'RegisterChain', chainId: random.pick([CHAIN, 7]), token: `0x${'1'.repeat(40)}` },
        ...{ vault: `0x${'2'.repeat(40)}`, signer: `0x${'3'.repeat(40)}`, deployBlock: '3', firstNonce: 4 },
        ...CHAIN_HASHES,
      },
    ];
    return this.ledger.register({ ...random.pick(commands), ...this.request(this.ledger.shards) });
  }

  private reconcile(): Promise<unknown> {
    const { random } = this;
    const breaks = Array.from({ length: random.below(3) }, () => ({
      ...{ key: `break-${random.below(5)}`, class: 'SUPPLY_MISMATCH', detail: 'found', ledger: '1', chain: '2' },
      since: new Date(this.ledger.now).toISOString(),
    }));
    return this.ledger.register({
      ...{ type: 'RecordReconciliation', reconciliation: `r${this.count++}`, chainId: CHAIN, blockNumber: '12' },
      ...{ blockHash: `0x${random.hex(64)}`, heads: [...this.heads.values()] },
      checks: [{ name: 'supply', ledger: '1', chain: '1', agrees: true }],
      ...{ matched: random.below(9), breaks, closed: random.chance(0.5) ? [`break-${random.below(5)}`] : [] },
    });
  }

  /** Takes the batch under way one step further, or opens the next; two steps in one turn make the second one wrong. */
  private settle(): Promise<unknown> {
    const { batch, random } = this;
    const run = (command: Record<string, unknown> & { type: RegistryCommand['type'] }) => this.ledger.register(command);
    if (batch === undefined) {
      const providers = Array.from({ length: PROVIDERS + 1 }, (_, i) => `p${i}`).filter(() => random.chance(0.9));
      return run({ type: 'OpenSettlement', batch: `b${this.count++}`, chainId: CHAIN, providers });
    }
    const { opened, openedAt, cuts, heads, planned, signed } = batch;
    const id = { batch: opened.batch };
    if (planned === undefined) {
      const shard = this.ledger.allShards.slice(0, -1).find((one) => !heads.some((head) => head.shard === one));
      if (shard === undefined) {
        const named = [...heads, openedAt];
        return run({ type: 'PlanSettlement', ...id, cuts, heads: named, headsDigest: digestHeads(named) });
      }
      const payable = opened.payable.map(({ provider }) => provider);
      return this.ledger.commandShard(shard, { type: 'CutPayables', ...id, payable, withheld: opened.withheld });
    }
    const hash = `0x${random.hex(8)}`;
    const fees = { maxFeePerGas: String(signed.length + 2), maxPriorityFeePerGas: '1' };
    const nonce = signed[0]?.nonce ?? this.nextNonce;
    const sign = () => run({ type: 'SignSettlement', ...id, nonce, raw: `0x02${random.hex(4)}`, hash, ...fees });
    if (signed.length === 0) return sign();
    const attempt = random.pick(signed);
    const proof = { blockNumber: `${100 + this.count}`, blockHash: `0x${random.hex(64)}`, gasUsed: '9', gasPrice: '1' };
    const logIndexes = planned.payouts.map((_, index) => index + 3);
    return random.weighted<() => Promise<unknown>>([
      [2, sign],
      [5, () => run({ type: 'ConfirmSettlement', ...id, hash: attempt.hash, ...proof, logIndexes })],
      [2, () => run({ type: 'RevertSettlement', ...id, hash: attempt.hash, reason: 'out of gas' })],
      [1, () => run({ type: 'RevertSettlement', ...id, reason: 'could not be built' })],
    ])();
  }

  private customer(): string {
    return `c${this.random.below(CUSTOMERS)}`;
  }

  private provider(): string {
    return `p${this.random.below(PROVIDERS)}`;
  }

  private amount(): bigint {
    return BigInt(this.random.below(120)) * TOKEN + BigInt(this.random.below(1_000_000)) + 1n;
  }
}

/** Plain JSON with the members of every object in alphabetical order. */
/** What a caller is told of a decision. What it left to be done is between the deciders and their driver. */
function answered(value: unknown): unknown {
  const { outcome, ...rest } = value as { readonly outcome: LeavesWork };
  return { ...rest, outcome: { ...outcome, left: undefined } };
}

function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return part.toString();
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
