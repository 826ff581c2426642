/** The steps of all concepts, found on the disk: a concept's `x.steps.ts` exports them as `xSteps`. */
import fc from 'fast-check';
import { timeSteps, type Cast, type Move, type Step } from './step.js';
import { findTables } from './tables.js';

const found = await findTables('steps', /Steps$/);

/** Every concept's steps, by its folder in order, and the steps of time. A seed means the same moves everywhere. */
export const STEPS: Readonly<Record<string, Readonly<Record<string, Step>>>> = Object.fromEntries(
  [
    ...found.map(({ concept, table }) => [concept, table as Record<string, Step>] as const),
    ['time', timeSteps] as const,
  ].sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** Any step of any concept. */
export function anyMove(cast: Cast): fc.Arbitrary<Move> {
  const steps = Object.values(STEPS).flatMap((concept) => Object.entries(concept));
  return fc.oneof(...steps.map(([name, { weight, moves }]) => ({ weight, arbitrary: moves(cast, name) })));
}

/** Histories of up to so many moves, long ones as often as short ones: a batch alone takes seven. */
export function anyHistory(cast: Cast, maxLength: number): fc.Arbitrary<Move[]> {
  return fc.array(anyMove(cast), { minLength: 1, maxLength, size: 'max' });
}

/** So many moves, one after the other; the same for the same seed. */
export function sampleMoves(cast: Cast, length: number, seed: number): Move[] {
  return fc.sample(anyMove(cast), { numRuns: length, seed });
}
