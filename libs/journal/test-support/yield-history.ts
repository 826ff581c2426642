/** Stakers in every shard, one of whom compounds, and distributions of what they earned: to the end, and up to the middle. */
import { ROUNDS, type LedgerCommand, type RegistryCommand } from '#concepts';
import { nextOfRound } from '#concepts/testing';
import { atto, shardOf, type Ordered } from '#domain';
import { execute, report, usage, type World } from './world.js';

const SECOND_MS = 1_000;

/** @param holders who stake; the first compounds and owes nothing */
export async function liveByYield(world: World, holders: readonly string[]): Promise<void> {
  const { scene, ledgers, shards } = world;
  const order = (holder: string, command: Ordered<LedgerCommand>) => execute(world, scene.askHolder(holder, command));
  const pass = async (): Promise<string> => {
    for (const ask of scene.passTime(SECOND_MS)) await execute(world, ask);
    return new Date(scene.clock.now()).toISOString();
  };
  const earn = async (odd: number, id: string) => {
    const [customer] = holders as [string];
    await order(customer, { type: 'MintTokens', holder: customer, amount: atto(BigInt(odd)), reason: 'to be used' });
    const time = scene.clock.stamp();
    const used = report({ customer, provider: 'p1', id, time, meters: { odd: `${odd}` } });
    const command = { ...usage([used]), time, receivedAtMs: scene.clock.now() };
    await ledgers[shardOf(customer, shards)]!.execute(command);
  };
  const open = (from: string, to: string) =>
    execute(world, scene.askRegistry({ type: 'OpenYield', from, to } satisfies Ordered<RegistryCommand>));
  const distribute = async (steps = Infinity) => {
    for (let step = 0; step < steps; step++) {
      const ask = nextOfRound(scene, ROUNDS.yield, undefined);
      if (ask === undefined) return;
      await execute(world, ask);
    }
  };
  await order(holders[0]!, { type: 'SetCompounding', holder: holders[0]!, compounding: true });
  const first = await pass();
  for (const [place, holder] of holders.entries()) {
    await order(holder, { type: 'MintTokens', holder, amount: atto(2_000n), reason: 'to be staked' });
    await order(holder, { type: 'StakeTokens', holder, amount: atto(BigInt(place + 1) * 700n) });
    await pass();
  }
  await earn(5_000, 'earned');
  const second = await pass();
  // What comes after the end waits.
  await earn(3_000, 'earned-later');
  const third = await pass();
  await open(first, second);
  await distribute();
  await order(holders[1]!, { type: 'SetCompounding', holder: holders[1]!, compounding: true });
  await order(holders[1]!, { type: 'SetCompounding', holder: holders[1]!, compounding: false });
  await open(second, third);
  await distribute();
  await pass();
  await open(third, await pass());
  await distribute(1);
}
