import fc from 'fast-check';
import { FLOWS, type PostedEvent } from '#concepts';
import { anyHistory, STEPS } from './test-support/steps.js';
import { findTables } from './test-support/tables.js';
import { DeskWorld } from './test-support/world.js';

const CAST = { customers: ['acme', 'bolt', 'cargo'], providers: ['p1', 'p2'] };
const MOVING = Object.keys(FLOWS) as PostedEvent['type'][];

describe('the steps of the concepts', () => {
  it('are there for every concept that moves value', async () => {
    const tables = await findTables('pure', /^evolve[A-Z]/);
    const moving = tables.filter(({ table }) => MOVING.some((type) => type in table)).map(({ concept }) => concept);
    expect([...new Set(moving)].filter((concept) => !(concept in STEPS))).toEqual([]);
    expect(moving.length).toBeGreaterThan(3);
  });

  it('make every event that moves value, by no more than chance', () => {
    const recorded = new Set<string>();
    for (const moves of fc.sample(anyHistory(CAST, 80), { numRuns: 160, seed: 20_261_122 })) {
      const world = new DeskWorld(2, CAST);
      for (const move of moves) world.take(move);
      for (const desk of world.desks) for (const { event } of desk.recorded) recorded.add(event.type);
    }
    expect(MOVING.filter((type) => !recorded.has(type))).toEqual([]);
  });

  it('say in words what they do, for whoever reads a history that failed', () => {
    for (const move of fc.sample(anyHistory(CAST, 20), { numRuns: 5, seed: 1 }).flat()) {
      expect(fc.stringify(move)).toMatch(/^[a-zA-Z]+ /);
    }
  });
});
