/** How the golden histories begin. Their digests are pinned, so what the foundation of other specs gains is not in here. */
import type { PriceBook } from '#concepts';
import { registrationOf } from '#concepts/testing';
import type { DrivenLedger } from '#journal/testing';

/** From which the golden histories take usage. */
export const TOPIC = 'airtime.usage.v1';

/** A token per 1,000 input tokens, a quarter for a second of a GPU. */
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

/** A topic, prices, a split policy, customers c0.., providers p0.. with wallets; all providers but the last are verified. */
export async function layGoldenFoundation(ledger: DrivenLedger, customers: number, providers: number): Promise<void> {
  await ledger.register(registrationOf(TOPIC));
  await ledger.register({ type: 'PublishPriceBook', version: 1, book: PRICES });
  const policy = { effectiveAt: PRICES.effectiveAt, provider: 8000, treasury: 1000, stakers: 500, burn: 500 };
  await ledger.register({ type: 'PublishSplitPolicy', version: 1, policy });
  const address = (digit: number) => `0x${digit.toString(16).padStart(40, '0')}`;
  const hash = (digit: string) => `0x${digit.repeat(64)}`;
  await ledger.register({
    ...{ type: 'RegisterChain', chainId: 31337, token: address(0xaa), vault: address(0xbb), signer: address(0xcc) },
    ...{ deployBlock: '1', firstNonce: 0 },
    ...{ genesisHash: hash('d'), tokenCodeHash: hash('e'), vaultCodeHash: hash('f') },
  });
  for (let i = 0; i < customers; i++) {
    await ledger.register({ type: 'RegisterParty', party: `c${i}`, roles: ['customer'] });
  }
  for (let i = 0; i < providers; i++) {
    await ledger.register({ type: 'RegisterParty', party: `p${i}`, roles: ['provider'], country: 'PT' });
    await ledger.register({ type: 'SetWallet', party: `p${i}`, chainId: 31337, wallet: address(0xa11_ce00 + i) });
    if (i < providers - 1) {
      await ledger.register({ type: 'ChangeKyc', party: `p${i}`, to: 'verified', reason: 'papers' });
    }
  }
}
