import fc from 'fast-check';
import { ROUNDS } from '#concepts';
import { nextOfRound } from '../test-support/round.js';
import { step, type Scene } from '../test-support/step.js';
import { CHOICES } from './proposal-events.js';

const HOUR_MS = 3_600_000;

/** The newest open proposal that is weighed; where there is none, one that is not, or none at all. */
function newestOf({ registry }: Scene): string {
  const open = [...registry.proposals.open.values()];
  return (open.findLast(({ total }) => total !== undefined) ?? open.at(-1))?.proposal ?? '9-9-9';
}

/** @public found by its name */
export const proposalSteps = {
  propose: step(
    1,
    () => fc.record({ hours: fc.constantFrom(1, 24, 30 * 24), quorumBps: fc.constantFrom(0, 5_000, 10_000) }),
    function* (scene, { hours, quorumBps }) {
      const closesAt = new Date(scene.clock.now() + hours * HOUR_MS).toISOString();
      yield scene.askRegistry({ type: 'OpenProposal', title: 'a test', reason: 'test', closesAt, quorumBps });
      // The instant is over: what is recorded from here on changes no weight.
      yield* scene.passTime(1);
    },
  ),
  weigh: step(
    4,
    () => fc.nat(3),
    function* (scene, steps) {
      for (let taken = 0; taken <= steps; taken++) {
        const next = nextOfRound(scene, ROUNDS.voting, undefined);
        if (next === undefined) return;
        yield next;
      }
    },
  ),
  vote: step(
    3,
    ({ customers }) =>
      fc.record({
        ...{ voter: fc.constantFrom(...customers), choice: fc.constantFrom(...CHOICES) },
        /** Now and then somebody votes with nothing. */
        isWeighed: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
      }),
    function* (scene, { voter, choice, isWeighed }) {
      const proposal = newestOf(scene);
      const weighed = isWeighed ? weightOf(scene, proposal, voter) : undefined;
      const command = { type: 'CastVote', proposal, voter, choice } as const;
      yield scene.askRegistry({ ...command, ...(weighed === undefined ? {} : { weighed }) });
    },
  ),
};

/** What the voter's shard has recorded, as the route reads it. */
function weightOf(scene: Scene, proposal: string, voter: string) {
  const shard = scene.shardOf(voter);
  const part = scene.ledgers[shard]!.weights.partOf(proposal, voter);
  if (part === undefined) return undefined;
  const entry = `${part.shard}-${part.height}-${part.index}`;
  const said = scene.entries[shard]!.get(entry)?.event;
  const weight = said?.type === 'WeightsCut' ? said.weights.find(({ holder }) => holder === voter)?.weight : undefined;
  return weight === undefined ? undefined : { weight: BigInt(weight), entry };
}
