/**
 * What the chain remembers of the journal. The bytes of every batch stand in the registry before anybody else sees them: a
 * batch that the vault has settled and that the registry never signed was signed in pages which are missing now. To settle
 * on would pay again what that batch has paid.
 */
import { Injectable } from '@nestjs/common';
import { batchKey, type SettlementChain } from '#chain';
import type { RegistryState } from '#concepts';
import type { Evidence } from '#journal';
import { CatalogueFollower, HeadMemories, Sequencers } from '#wiring';

/** A block's time may lie ahead of the time at which it was made: what is accepted after that covers it. */
const BLOCK_AHEAD_MAX_MS = 60_000;
/** One is enough to halt; a person wants to see some. */
const TOLD_MAX = 10;

@Injectable()
export class ChainMemory {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
    private readonly memories: HeadMemories,
  ) {}

  /**
   * Holds the registry against the batches that the vault has settled since the newest one that the registry has confirmed.
   *
   * @throws ShardLost when pages of the registry are missing, ShardRefused while it is halted; ChainUnavailable,
   *   StoreUnavailable
   */
  async assertKept(chain: SettlementChain): Promise<void> {
    const { watch } = this.memories;
    const { shard } = this.follower;
    await watch.takeEvidence(`chain ${chain.chainId}`, await findUnknown(chain, this.sequencers.registry, shard));
    watch.assertKept(shard);
  }
}

/** Batches on chain of which the registry has no signed bytes. */
async function findUnknown(
  chain: SettlementChain,
  registry: Sequencers['registry'],
  shard: number,
): Promise<Evidence[]> {
  const { chainId, contracts } = chain;
  const { from } = await registry.readDurable((state) => confirmedUpTo(state, chainId, contracts.deployBlock));
  const settled = [];
  for await (const batch of chain.batchesSince(from)) settled.push(batch);
  // Read after the chain: what stands there by then was signed before.
  const signed = await registry.readDurable(({ settlement: { batches } }) =>
    [...batches.values()].flatMap((one) => (one.signed.length > 0 ? batchKey(one.batch) : [])),
  );
  const known = new Set<string>(signed);
  const unknown = settled.filter((batch) => !known.has(batch.batchKey));
  return Promise.all(
    unknown.slice(0, TOLD_MAX).map(async ({ blockNumber, txHash }) => ({
      shard,
      what: `chain ${chainId} has settled a batch (block ${blockNumber}, transaction ${txHash}) that the journal never signed`,
      at: new Date(Number(await chain.timeOf(blockNumber)) * 1_000 - BLOCK_AHEAD_MAX_MS).toISOString(),
    })),
  );
}

/** A journal lacks its end, never its middle: what is older than the newest confirmed batch is there. */
function confirmedUpTo({ settlement }: RegistryState, chainId: number, deployBlock: bigint): { readonly from: bigint } {
  let from = deployBlock;
  for (const { opened, confirmed } of settlement.batches.values()) {
    if (opened.chainId !== chainId || confirmed === undefined) continue;
    if (BigInt(confirmed.blockNumber) > from) from = BigInt(confirmed.blockNumber);
  }
  return { from };
}
