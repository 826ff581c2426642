/** What every round promises, whichever concept it is of: see `Round` in the kernel. */
import fc from 'fast-check';
import { ROUNDS } from '#concepts';
import { DomainError } from '#domain';
import { stepsOfRounds } from './test-support/round.js';
import { anyHistory } from './test-support/steps.js';
import { DeskWorld } from './test-support/world.js';

const CAST = { customers: ['acme', 'bolt', 'cargo'], providers: ['p1', 'p2'] };

/** Gives every step of a round in the world once more, as a process would that was stopped. Returns what it recorded. */
function repeatSteps(world: DeskWorld): string[] {
  const before = world.desks.map(({ recorded }) => recorded.length);
  for (const { ask } of stepsOfRounds(world.scene)) {
    try {
      world.decide(ask);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return world.desks.flatMap(({ recorded }, i) => recorded.slice(before[i]).map(({ event }) => event.type as string));
}

describe('a step of a round', () => {
  const worlds = fc.sample(anyHistory(CAST, 80), { numRuns: 30, seed: 20_261_126 }).map((moves) => {
    const world = new DeskWorld(2, CAST);
    for (const move of moves) world.take(move);
    return world;
  });

  it('changes nothing when it is taken again, however much later', () => {
    for (const world of worlds) expect(repeatSteps(world)).toEqual([]);
  });

  it('is taken in random histories, of every kind of round', () => {
    const taken = new Set(worlds.flatMap(({ scene }) => stepsOfRounds(scene).map(({ round }) => round)));
    expect(Object.entries(ROUNDS).flatMap(([name, round]) => (taken.has(round) ? [] : [name]))).toEqual([]);
  });
});
