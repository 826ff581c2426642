/** A round as a step: one command after the other, as the driver of rounds would give them. */
import { ROUNDS, type LedgerCommand, type LedgerState, type RegistryCommand, type RegistryState } from '#concepts';
import { postingsOf, type CutStep, type Round, type ShardHead } from '#domain';
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
      : { shard: uncut, command: round.cut(about, scene.step(), nextCut(scene, round, uncut, id)) };
  }
  const { command, progress, isApplied, close } = round.application!;
  for (const [shard, ledger] of ledgers.entries()) {
    const done = progress?.(ledger, id) ?? 0;
    const apply = isApplied(ledger, id) ? undefined : command(about, shard, ledgers.length, scene.step(), done);
    if (apply !== undefined) return { shard, command: apply };
  }
  return { shard: 'registry', command: close(about, scene.step()) };
}

/** Pages are read again by whoever has the command decided: only there are they known. */
function nextCut<About, Cut, Outside>(
  { ledgers }: Scene,
  { gradually, past }: AnyRound<About, Cut, Outside>,
  shard: number,
  id: string,
): CutStep {
  const { steps, readAgain } = gradually?.progress(ledgers[shard]!, id) ?? { steps: 0 };
  return {
    ...(readAgain === undefined ? { steps } : { steps, readAgain: 0n }),
    ...(past === undefined ? {} : { balances: new Map<string, bigint>() }),
  };
}

/** The balances that entries make. */
export function addUp(entries: Iterable<object>): ReadonlyMap<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const entry of entries) {
    for (const { debit, credit, amount } of postingsOf(entry)) {
      balances.set(debit, (balances.get(debit) ?? 0n) - BigInt(amount));
      balances.set(credit, (balances.get(credit) ?? 0n) + BigInt(amount));
    }
  }
  return balances;
}

/** The instant of whose balances a command needs to know; undefined: it needs none. */
export function instantAskedBy({ shard, command }: Ask, { registry }: Scene): string | undefined {
  if (shard === 'registry' || command.type !== 'CutWeights') return undefined;
  return registry.proposals.open.get(command.proposal)?.at;
}

/** A command with the balances of that instant, as the driver of rounds reads them back. */
export function withPast(ask: Ask, { registry }: Scene, balances: ReadonlyMap<string, bigint>): Ask {
  const { shard, command } = ask;
  if (shard === 'registry' || command.type !== 'CutWeights') return ask;
  const about = registry.proposals.open.get(command.proposal)!;
  return { shard, command: ROUNDS.voting.cut(about, command, { steps: command.part, balances }) };
}
