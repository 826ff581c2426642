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

/** What takes the oldest round of a kind one step further; undefined: the driver has none to carry on. */
export function nextOfRound<About, Cut, Outside>(
  scene: Scene,
  round: AnyRound<About, Cut, Outside>,
  outside: Outside,
  heads: () => readonly ShardHead[] = () => [],
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
