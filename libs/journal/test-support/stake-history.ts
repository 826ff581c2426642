/** Stakes by and without a policy, what comes back, and slashes with finders in this shard and in another one. */
import { atto, shardOf } from '#domain';
import { execute, mint, TIME, WHO, type World } from './world.js';

const common = { time: TIME, provenance: WHO };
const DAY_MS = 86_400_000;

/** @param holder who stakes @param finders who finds its faults */
export async function liveByStakes(world: World, holder: string, finders: readonly string[]): Promise<void> {
  const { scene, registry, ledgers, shards } = world;
  const ledger = ledgers[shardOf(holder, shards)]!;
  const ask = (type: 'StakeTokens' | 'UnstakeTokens', amount: bigint) =>
    ledger.execute({ ...common, type, holder, amount: atto(amount) });
  const slash = async (amount: bigint, finder?: string) => {
    const command = { ...common, type: 'SlashStake', holder, amount: atto(amount), reason: 'a fault' } as const;
    await ledger.execute({ ...command, ...(finder === undefined ? {} : { finder }) });
    const slashes = [...scene.ledgerOf(holder).stakes.rewards.keys()];
    for (const id of slashes) for (const step of scene.finish('reward', holder, id)) await execute(world, step);
  };
  await ledger.execute(mint(holder, '0.000000000000010000'));
  await ask('StakeTokens', 9_000n);
  await ask('UnstakeTokens', 1_000n);
  const policy = { effectiveAt: TIME, unbondingSeconds: 86_400, finderBps: 1_000 };
  await registry.execute({ ...common, type: 'PublishStakingPolicy', version: 1, policy });
  await ask('UnstakeTokens', 500n);
  await ask('UnstakeTokens', 200n);
  for (const finder of finders) await slash(300n, finder);
  await slash(2_500n, finders[0]);
  await slash(100n);
  await ask('UnstakeTokens', 70n);
  for (const step of scene.passTime(2 * DAY_MS)) await execute(world, step);
}
