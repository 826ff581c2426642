import fc from 'fast-check';
import { atto } from '#domain';
import { fewAtto, step, type Cast, type Scene } from '../test-support/step.js';

const movement = ({ customers }: Cast) => fc.record({ holder: fc.constantFrom(...customers), amount: fewAtto });
interface Movement {
  readonly holder: string;
  readonly amount: bigint;
}

function* change(type: 'MintTokens' | 'BurnTokens', scene: Scene, { holder, amount }: Movement) {
  yield scene.askHolder(holder, { type, holder, amount: atto(amount), reason: 'test' });
}

/** @public found by its name */
export const supplySteps = {
  /** Often enough that something is left to send and to burn beside what usage takes, whatever else is drawn. */
  mint: step(5, movement, (scene, value) => change('MintTokens', scene, value)),
  burn: step(2, movement, (scene, value) => change('BurnTokens', scene, value)),
};
