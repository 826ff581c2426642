/** A small ledger for specs: real sequencers over a real journal, and movements of every kind that a holder shard knows. */
import type { LedgerCommand, PayablesCut, PriceBook, RegistryCommand, UsageReport } from '#concepts';
import { atto, registryShard, shardOf, type Provenance } from '#domain';
import {
  ledgerShard,
  registryShardKind,
  Sequencer,
  type JournalStore,
  type LedgerSequencer,
  type RegistrySequencer,
} from '#journal';

const PROVENANCE: Provenance = { actor: 'key:test', origin: 'request:test' };
const TOKEN = 10n ** 18n;

export const PRICES: PriceBook = {
  effectiveAt: '2026-01-01T00:00:00Z',
  prices: [
    {
      type: 'ai.compute.usage',
      model: '*',
      meters: { input_tokens: { price: '1', per: '1000' }, gpu_seconds: { price: '0.25', per: '1' } },
    },
  ],
};

export class SampleLedger {
  readonly registry: RegistrySequencer;
  readonly ledgers: LedgerSequencer[];
  readonly shards: number;
  /** What the sequencers' clock shows; each command advances it by a second. */
  now = Date.UTC(2026, 5, 1);
  private usageCount = 0;

  constructor(store: JournalStore, shards = 2) {
    this.shards = shards;
    const clock = () => this.now;
    this.registry = new Sequencer(registryShardKind(), { shard: registryShard(shards), store, clock });
    this.ledgers = Array.from(
      { length: shards },
      (_, shard) =>
        new Sequencer(ledgerShard({ catalogue: this.registry.state.catalogue, shard, shards }), {
          shard,
          store,
          clock,
        }),
    );
  }

  get allShards(): number[] {
    return Array.from({ length: this.shards + 1 }, (_, shard) => shard);
  }

  async start(): Promise<void> {
    await this.registry.start();
    for (const ledger of this.ledgers) await ledger.start();
  }

  async stop(): Promise<void> {
    for (const sequencer of [this.registry, ...this.ledgers]) await sequencer.stop();
  }

  /** Sends a command to the registry shard. */
  async register(command: Record<string, unknown> & { type: RegistryCommand['type'] }) {
    return this.registry.execute({ time: this.tick(), provenance: PROVENANCE, ...command } as RegistryCommand);
  }

  /** Sends a command to the shard of a holder. */
  async command(holder: string, command: Record<string, unknown> & { type: LedgerCommand['type'] }) {
    return this.commandShard(this.shardOf(holder), command);
  }

  async commandShard(shard: number, command: Record<string, unknown> & { type: LedgerCommand['type'] }) {
    const full = { time: this.tick(), provenance: PROVENANCE, ...command } as LedgerCommand;
    return this.ledgers[shard]!.execute(full);
  }

  shardOf(holder: string): number {
    return shardOf(holder, this.shards);
  }

  /** Prices, a split policy, customers c0.., providers p0.. with wallets; all providers but the last are verified. */
  async prepare(customers: number, providers: number): Promise<void> {
    await this.register({ type: 'PublishPriceBook', version: 1, book: PRICES });
    const policy = { effectiveAt: PRICES.effectiveAt, provider: 8000, treasury: 1000, stakers: 500, burn: 500 };
    await this.register({ type: 'PublishSplitPolicy', version: 1, policy });
    const address = (digit: number) => `0x${digit.toString(16).padStart(40, '0')}`;
    await this.register({
      type: 'RegisterChain',
      chainId: 31337,
      token: address(0xaa),
      vault: address(0xbb),
      signer: address(0xcc),
      deployBlock: '1',
      firstNonce: 0,
    });
    for (let i = 0; i < customers; i++)
      await this.register({ type: 'RegisterParty', party: `c${i}`, roles: ['customer'] });
    for (let i = 0; i < providers; i++) {
      await this.register({ type: 'RegisterParty', party: `p${i}`, roles: ['provider'], country: 'PT' });
      await this.register({ type: 'SetWallet', party: `p${i}`, chainId: 31337, wallet: address(0xa11_ce00 + i) });
      if (i < providers - 1)
        await this.register({ type: 'ChangeKyc', party: `p${i}`, to: 'verified', reason: 'papers' });
    }
  }

  async mint(holder: string, tokens: number): Promise<void> {
    await this.command(holder, { type: 'MintTokens', holder, amount: atto(BigInt(tokens) * TOKEN), reason: 'sale' });
  }

  /** Reports usage of a customer, `count` events in one batch. */
  async use(customer: string, count: number, over: Partial<UsageReport> = {}): Promise<void> {
    const items = Array.from({ length: count }, (_, index) => {
      const number = this.usageCount++;
      const report: UsageReport = {
        source: 'gateway/test',
        id: `use-${number}`,
        digest: number.toString(16).padStart(16, '0'),
        type: 'ai.compute.usage',
        time: new Date(this.now - (number % 3) * 43_200_000).toISOString(),
        customer,
        provider: `p${number % 3}`,
        model: number % 2 === 0 ? 'llama' : 'qwen',
        meters: { input_tokens: String(100 + (number % 7)), gpu_seconds: `${number % 5}.5` },
        ...over,
      };
      return { index, report };
    });
    await this.command(customer, { type: 'ChargeUsage', items, actor: 'key:test', receivedAtMs: this.now });
  }

  /** Runs a settlement batch through all of its steps. */
  async settle(batch: string, providers: readonly string[], end: 'confirm' | 'revert' = 'confirm'): Promise<void> {
    await this.register({ type: 'OpenSettlement', batch, chainId: 31337, providers });
    const { opened } = this.registry.state.settlement.batch(batch)!;
    const cuts: PayablesCut[] = [];
    for (const ledger of this.ledgers) {
      const { outcome } = await ledger.execute({
        type: 'CutPayables',
        batch,
        payable: opened.payable.map(({ provider }) => provider),
        held: opened.held,
        time: this.tick(),
        provenance: PROVENANCE,
      });
      if (outcome.type === 'cut') cuts.push(outcome.cut);
    }
    await this.register({ type: 'PlanSettlement', batch, cuts, heads: [], headsDigest: '0x00' });
    const signed = {
      nonce: this.registry.state.settlement.nextNonce(31337),
      raw: '0x02',
      hash: `0x${batch}`,
      maxFeePerGas: '1',
    };
    await this.register({ type: 'SignSettlement', batch, ...signed, maxPriorityFeePerGas: '1' });
    const payouts = this.registry.state.settlement.batch(batch)!.planned!.payouts.length;
    if (end === 'revert') {
      await this.register({ type: 'RevertSettlement', batch, reason: 'out of gas' });
      return;
    }
    await this.register({
      type: 'ConfirmSettlement',
      batch,
      hash: `0x${batch}`,
      blockNumber: '12',
      blockHash: '0xb10c',
      logIndexes: Array.from({ length: payouts }, (_, index) => index + 5),
      gasUsed: '100000',
      gasPrice: '1000000000',
    });
  }

  private tick(): string {
    this.now += 1_000;
    return new Date(this.now).toISOString();
  }
}
