import fc from 'fast-check';
import { ROUNDS } from '#concepts';
import { atto } from '#domain';
import { nextOfRound } from '../test-support/round.js';
import { step, type Ask, type Scene } from '../test-support/step.js';
import { report, usage } from '../test-support/world.js';

/** Nothing of the time before the last epoch's end is distributed again. */
function openNext(scene: Scene, endsMs: number, lastsMs: number): Ask {
  const known = [...scene.registry.distributions.byId.values()].map(({ opened }) => Date.parse(opened.to));
  const to = scene.clock.now() - endsMs;
  const from = Math.max(to - lastsMs, ...known);
  const instants = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return scene.askRegistry({ type: 'OpenYield', ...instants });
}

/** @public found by its name */
export const yieldSteps = {
  /** Takes the distribution under way one step further, or opens the next. */
  distribute: step(
    4,
    () =>
      fc.record({
        endsMs: fc.constantFrom(0, 1_000, 3_600_000),
        lastsMs: fc.constantFrom(1_000, 86_400_000, 40 * 86_400_000),
      }),
    function* (scene, { endsMs, lastsMs }) {
      yield nextOfRound(scene, ROUNDS.yield, undefined) ?? openNext(scene, endsMs, lastsMs);
    },
  ),
  /** A staker and rewards, and a distribution to its end. */
  earn: step(
    2,
    ({ customers, providers }) =>
      fc.record({ holder: fc.constantFrom(...customers), provider: fc.constantFrom(...providers) }),
    function* (scene, { holder, provider }) {
      yield scene.askHolder(holder, { type: 'MintTokens', holder, amount: atto(2_000n), reason: 'test' });
      yield scene.askHolder(holder, { type: 'StakeTokens', holder, amount: atto(900n) });
      const used = report({ customer: holder, provider, id: scene.newName('earn-'), meters: { odd: '700' } });
      yield scene.askHolder(holder, usage([used]));
      yield* scene.passTime(60_000);
      yield nextOfRound(scene, ROUNDS.yield, undefined) ?? openNext(scene, 0, 86_400_000);
      for (let ask = nextOfRound(scene, ROUNDS.yield, undefined); ask !== undefined;) {
        yield ask;
        ask = nextOfRound(scene, ROUNDS.yield, undefined);
      }
    },
  ),
  compound: step(
    1,
    ({ customers }) => fc.record({ holder: fc.constantFrom(...customers), compounding: fc.boolean() }),
    function* (scene, { holder, compounding }) {
      yield scene.askHolder(holder, { type: 'SetCompounding', holder, compounding });
    },
  ),
};
