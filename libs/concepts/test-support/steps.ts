/** The door of the concepts' steps: one line per concept. */
import fc from 'fast-check';
import { partySteps } from '../parties/party.steps.js';
import { receivableSteps } from '../receivables/receivable.steps.js';
import { settlementSteps } from '../settlement/settlement.steps.js';
import { supplySteps } from '../supply/supply.steps.js';
import { transferSteps } from '../transfers/transfer.steps.js';
import { usageSteps } from '../usage/usage.steps.js';
import { timeSteps, type Cast, type Move, type Step } from './step.js';

/** Every concept's steps, by its folder, and the steps of time. */
export const STEPS: Readonly<Record<string, Readonly<Record<string, Step>>>> = {
  parties: partySteps,
  receivables: receivableSteps,
  settlement: settlementSteps,
  supply: supplySteps,
  time: timeSteps,
  transfers: transferSteps,
  usage: usageSteps,
};

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
