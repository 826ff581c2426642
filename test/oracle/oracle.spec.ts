/**
 * Prepaid credit, stakes and their yield, corrections, access and votes on real processes against a second, naive implementation: random histories with a ledger that is killed at
 * any instant. `npm run soak -- --seeds N` plays more of them.
 */
import { Stage } from '../e2e/support/stage.js';
import { runSeeds } from './run.js';

const SEEDS = [1, 2];
const STEPS = 20;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);

afterAll(() => stage?.close(), 60_000);

it('random histories come to the same answers, balances, grants, holds, budgets, stakes, yields, reversals, corrections, access, votes, emissions and the cap, now and at past instants', async () => {
  const { played, kills, epochs, proposals, votes, distributions, capped } = await runSeeds(stage, {
    seeds: SEEDS,
    steps: STEPS,
    atOnce: SEEDS.length,
  });
  process.stderr.write(
    `oracle: ${kills} kills, ${epochs} epochs, ${proposals} proposals, ${votes} votes, ${distributions} distributions, ${played.map((one) => JSON.stringify(one)).join(' ')}\n`,
  );
  expect(played.map(({ seed }) => seed)).toEqual(SEEDS);
  // A history that puts nothing to the test would prove nothing.
  expect(kills).toBeGreaterThan(0);
  expect(epochs).toBeGreaterThan(0);
  // Whether a vote comes before its proposal closes is a matter of time; the named tests vote for certain.
  expect(proposals).toBeGreaterThan(0);
  expect(distributions).toBeGreaterThan(0);
  expect([capped.allowed > 0, capped.refused > 0]).toEqual([true, true]);
  const booked = (kind: string): number => played.reduce((sum, one) => sum + (one.booked[kind] ?? 0), 0);
  for (const kind of ['stake', 'reverse', 'use', 'reserve', 'replace'])
    expect([kind, booked(kind) > 0]).toEqual([kind, true]);
  for (const { commands, refused, instants } of played) {
    expect(refused).toBeGreaterThan(0);
    expect(commands).toBeGreaterThan(refused);
    expect(instants).toBeGreaterThan(20);
  }
}, 300_000);
