/** A round as a step: one command after the other, as the driver of rounds would give them. */
import type { LedgerCommand, LedgerState, RegistryCommand, RegistryState } from '#concepts';
import type { Round, ShardHead } from '#domain';
import type { Ask, Scene } from './step.js';

type AnyRound<About, Cut, Outside> = Round<
  { readonly registry: RegistryState; readonly holders: LedgerState },
  { readonly registry: RegistryCommand; readonly holders: LedgerCommand },
  About,
  Cut,
  string,
  Outside
>;

/** A step, and the round that it is of. */
export interface StepOfRound {
  readonly round: unknown;
  readonly ask: Ask;
}

const GIVEN = new WeakMap<Scene, readonly StepOfRound[]>();

/** Every step that {@link nextOfRound} gave in a scene, the oldest first. */
export function stepsOfRounds(scene: Scene): readonly StepOfRound[] {
  return GIVEN.get(scene) ?? [];
}

/** What takes the oldest round of a kind one step further; undefined: the driver has none to carry on. */
export function nextOfRound<About, Cut, Outside>(
  scene: Scene,
  round: AnyRound<About, Cut, Outside>,
  outside: Outside,
  heads: () => readonly ShardHead[] = () => [],
): Ask | undefined {
  const ask = findNext(scene, round, outside, heads);
  if (ask !== undefined) GIVEN.set(scene, [...stepsOfRounds(scene), { round, ask }]);
  return ask;
}

function findNext<About, Cut, Outside>(
  scene: Scene,
  round: AnyRound<About, Cut, Outside>,
  outside: Outside,
  heads: () => readonly ShardHead[],
): Ask | undefined {
  const [oldest] = round.underWay(scene.registry);
  if (oldest === undefined) return undefined;
  const { id, stage, about } = oldest;
  const { ledgers } = scene;
  if (stage === 'opened') {
    const cuts = ledgers.map((ledger) => round.findCut(ledger, id)?.cut);
    const uncut = cuts.indexOf(undefined);
    return uncut < 0
      ? { shard: 'registry', command: round.plan(about, cuts as Cut[], heads(), scene.step(), outside) }
      : { shard: uncut, command: round.cut(about, scene.step()) };
  }
  const { command, isApplied, close } = round.application!;
  for (const [shard, ledger] of ledgers.entries()) {
    const apply = isApplied(ledger, id) ? undefined : command(about, shard, ledgers.length, scene.step());
    if (apply !== undefined) return { shard, command: apply };
  }
  return { shard: 'registry', command: close(about, scene.step()) };
}
