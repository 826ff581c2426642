/** The proof of a payout: its Transfer log in the batch's final transaction. */
import type { Hash, SettlementChain } from '#chain';
import type { SettlementPlanned } from '#concepts';

/**
 * The log index of each payout's transfer, in the plan's order. Each wallet is paid once in a batch.
 *
 * @throws Error when the transaction does not pay everybody: then the chain did something else than what was signed
 */
export async function findPayoutLogs(
  chain: SettlementChain,
  payouts: SettlementPlanned['payouts'],
  { hash, blockNumber }: { readonly hash: Hash; readonly blockNumber: bigint },
): Promise<number[]> {
  const indexes = new Map<string, number>();
  const vault = chain.contracts.vault.toLowerCase();
  for await (const { txHash, from, to, logIndex } of chain.transfers(blockNumber, blockNumber, [hash])) {
    if (txHash === hash && from.toLowerCase() === vault) indexes.set(to.toLowerCase(), logIndex);
  }
  return payouts.map(({ provider, wallet }) => {
    const index = indexes.get(wallet.toLowerCase());
    if (index === undefined) throw new Error(`transaction ${hash} is final and has no transfer for ${provider}`);
    return index;
  });
}
