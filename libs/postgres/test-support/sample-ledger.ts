/** A small ledger for specs: real sequencers over a real journal, and movements of every kind that a holder shard knows. */
import type { PriceBook, UsageReport } from '#concepts';
import type { JournalStore } from '#journal';
import { DrivenLedger } from '#journal/testing';

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

export class SampleLedger extends DrivenLedger {
  private usageCount = 0;

  constructor(store: JournalStore, shards = 2) {
    super(store, { shards });
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
}
