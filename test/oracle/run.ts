/** Histories on one product that is killed again and again, several at a time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../e2e/support/built-program.js';
import { Stage } from '../e2e/support/stage.js';
import { fillCap, type Filled } from './cap.js';
import { Distributor } from './distributor.js';
import type { Books } from './model/books.js';
import { Player, type Played } from './player.js';
import { Quiet } from './quiet.js';
import { Product, type JournalStoreName } from './product.js';

export interface RunOptions {
  readonly seeds: readonly number[];
  /** How many steps each history has. */
  readonly steps: number;
  /** How many histories are played at once. */
  readonly atOnce: number;
  /** Where the journal is; in PostgreSQL when missing. */
  readonly store?: JournalStoreName;
  readonly onPlayed?: (played: Played) => void;
}

export interface Ran {
  readonly played: readonly Played[];
  readonly kills: number;
  /** Epochs that were emitted, each at its instant. */
  readonly epochs: number;
  /** What was counted again: proposals, and the votes that count. */
  readonly proposals: number;
  readonly votes: number;
  /** How often yield was distributed. */
  readonly distributions: number;
  /** At last everybody mints into a cap. */
  readonly capped: Filled;
}

/** @throws AggregateError of all histories that differ; what happened in each is kept in a file that its error names */
export async function runSeeds(
  stage: Stage,
  { seeds, steps, atOnce, store = 'postgres', onPlayed }: RunOptions,
): Promise<Ran> {
  const product = await Product.start(stage, seeds, store);
  product.startKilling(seeds[0] ?? 0);
  const players: Player[] = [];
  const everybody = (): Books[] => players.flatMap(({ books }) => books);
  const quiet = new Quiet();
  const distributor = new Distributor(product, quiet, everybody, seeds[0] ?? 0);
  const played: Played[] = [];
  const failures: unknown[] = [];
  let untilMs = 0;
  let capped: Filled = { allowed: 0, refused: 0 };
  distributor.start((error) => failures.push(error));
  const waiting = [...seeds];
  const playOn = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      try {
        const player = new Player(product, seed, quiet, everybody);
        players.push(player);
        const one = await playSeed(player, seed, steps);
        played.push(one);
        onPlayed?.(one);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, playOn));
    await distributor.stop();
    if (failures.length === 0) {
      await distributor.distribute();
      const outstanding = await distributor.compareSupply();
      untilMs = outstanding.atMs;
      const customers = everybody().map(({ customer }) => customer);
      capped = await fillCap(product, outstanding, customers, seeds[0] ?? 0);
    }
  } finally {
    await product.stopKilling();
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${seeds.length} histories failed`);
  const epochs = await product.compareEmission(untilMs);
  await product.verify();
  const counted = { proposals: 0, votes: 0 };
  for (const { governance } of players) {
    const { proposals, votes } = await governance.compare(product);
    counted.proposals += proposals;
    counted.votes += votes;
  }
  return {
    played: played.sort((a, b) => a.seed - b.seed),
    kills: product.kills,
    epochs,
    ...counted,
    distributions: distributor.count,
    capped,
  };
}

async function playSeed(player: Player, seed: number, steps: number): Promise<Played> {
  try {
    return await player.play(steps);
  } catch (error) {
    const folder = join(REPOSITORY, '.cache/oracle');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `seed-${seed}.log`);
    writeFileSync(file, `${player.lines.join('\n')}\n${String(error)}\n`);
    throw new Error(`seed ${seed} failed; its history is in ${file}`, { cause: error });
  }
}
