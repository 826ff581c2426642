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
  mint: step(2, movement, (scene, value) => change('MintTokens', scene, value)),
  burn: step(1, movement, (scene, value) => change('BurnTokens', scene, value)),
};
