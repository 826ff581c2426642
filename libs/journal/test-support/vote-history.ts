/** Votes: a proposal that passes, one that fails, and one that ends before anybody could vote. */
import { ROUNDS } from '#concepts';
import { nextOfRound } from '#concepts/testing';
import { execute, TIME, WHO, type World } from './world.js';

const common = { time: TIME, provenance: WHO };
const HOUR_MS = 3_600_000;

/** @param voters who have something, each in a shard of its own; the first has the most */
export async function liveByVotes(
  world: World,
  [first, second, third]: readonly [string, string, string],
): Promise<void> {
  const { scene, registry } = world;
  const pass = async (ms: number) => {
    for (const ask of scene.passTime(ms)) await execute(world, ask);
  };
  const open = async (title: string, quorumBps: number) => {
    const closesAt = new Date(scene.clock.now() + HOUR_MS).toISOString();
    const command = { ...common, type: 'OpenProposal', title, reason: 'a test', closesAt, quorumBps } as const;
    const { position } = await registry.execute(command);
    await pass(1);
    return `${position.shard}-${position.height}-0`;
  };
  const weigh = async () => {
    for (let ask = nextOfRound(scene, ROUNDS.voting, undefined); ask !== undefined;) {
      await execute(world, ask);
      ask = nextOfRound(scene, ROUNDS.voting, undefined);
    }
  };
  const vote = async (proposal: string, voter: string, choice: 'yes' | 'no' | 'abstain') => {
    const shard = scene.shardOf(voter);
    const { height, index } = scene.ledgers[shard]!.weights.partOf(proposal, voter)!;
    const entry = `${shard}-${height}-${index}`;
    const said = scene.entries[shard]!.get(entry)!.event;
    const weights = said.type === 'WeightsCut' ? said.weights : [];
    const weight = BigInt(weights.find(({ holder }) => holder === voter)!.weight);
    await registry.execute({ ...common, type: 'CastVote', proposal, voter, choice, weighed: { weight, entry } });
  };
  const passing = await open('passes', 1);
  await weigh();
  await vote(passing, first, 'no');
  await vote(passing, second, 'no');
  await vote(passing, first, 'yes');
  await vote(passing, third, 'abstain');
  await vote(passing, second, 'yes');
  const failing = await open('fails for want of votes', 10_000);
  await weigh();
  await vote(failing, first, 'yes');
  await open('ends unweighed', 0);
  await pass(2 * HOUR_MS);
}
