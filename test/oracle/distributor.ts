/** Distributes yield again and again, while histories are played, and compares what it came to with the model. */
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '#testing';
import { seededRandom } from '../e2e/support/world.js';
import { instant, sum, tokens } from './model/amounts.js';
import type { Books } from './model/books.js';
import { shardsOf } from './model/payees.js';
import { Yields } from './model/yields.js';
import type { Product } from './product.js';
import type { Quiet } from './quiet.js';

interface Distributed {
  readonly distribution: string;
  readonly state: string;
  readonly position: unknown;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly nextCursor: string | null;
}

export class Distributor {
  count = 0;
  private readonly yields = new Yields();
  private readonly random: () => number;
  private isOver = false;
  private working = Promise.resolve();
  private lastMs = Date.now();

  constructor(
    private readonly product: Product,
    private readonly quiet: Quiet,
    private readonly everybody: () => readonly Books[],
    seed: number,
  ) {
    this.random = seededRandom(seed);
  }

  /** @param onDifference what to do with whatever goes wrong */
  start(onDifference: (error: unknown) => void): void {
    const workOn = async (): Promise<void> => {
      while (!this.isOver) {
        await delay(1_000 + this.random() * 4_000);
        if (!this.isOver) await this.quiet.alone(() => this.distribute());
      }
    };
    this.working = workOn().catch(onDifference);
  }

  /** Whatever was left over is distributed, when nothing more is on its way. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.working;
  }

  /** From where the last one ended, or a moment later, to a moment ago. */
  async distribute(): Promise<void> {
    const nowMs = Date.now();
    const toMs = nowMs - Math.floor(this.random() * Math.min(1_500, nowMs - this.lastMs - 1));
    const gapMs = this.random() < 0.2 ? Math.floor(this.random() * (toMs - this.lastMs)) : 0;
    const fromMs = this.lastMs + gapMs;
    this.lastMs = toMs;
    const body = { from: instant(fromMs), to: instant(toMs) };
    const answer = await this.product.write('POST', '/yield-distributions', body, `oracle-yield-${toMs}`);
    if (answer.status !== 201) throw new Error(`${JSON.stringify(body)} was answered ${JSON.stringify(answer)}`);
    const distribution = answer.body['distribution'] as string;
    const { position: _position, openedAt, closedAt, nextCursor: _next, ...got } = await this.paid(distribution);
    const home = await this.product.emissionShard();
    const found = await this.product.rewardsCuts(distribution, Date.parse(openedAt));
    const shards = new Set([...shardsOf(this.everybody()), ...(home === undefined ? [] : [home])]);
    const cuts = new Map([...shards].map((shard) => [shard, found.get(shard) ?? Date.parse(closedAt!)]));
    const { answer: expected, shares } = this.yields.distribute(
      this.everybody(),
      { distribution, fromMs, toMs, cuts },
      this.product.emissionsUntil(Math.max(...cuts.values())),
      home,
    );
    if (!isDeepStrictEqual(got, expected)) {
      const shown = [`product: ${JSON.stringify(got)}`, `oracle:  ${JSON.stringify(expected)}`];
      const told = [...cuts].map(([shard, ms]) => `${shard} ${instant(ms)}`).join(', ');
      const epochs = this.product.emissionsUntil(nowMs).slice(-4);
      const minted = epochs.map(({ atMs, toStakers }) => `${instant(atMs)} ${tokens(toStakers)}`).join(', ');
      const where = `rewards cut in ${told}; epochs in ${home}: ${minted}`;
      throw new Error([`distribution ${distribution} differs`, ...shown, where].join('\n'));
    }
    for (const { holder, amount } of shares) {
      if (amount === 0n) continue;
      const id = await this.product.yieldOf(holder, distribution);
      const books = this.everybody().find(({ customer }) => customer === holder)!;
      books.apply({ do: 'earn', amount }, [{ id, ms: await this.product.recordedAt(id) }]);
    }
    this.count++;
    await this.compareSupply();
  }

  /** What is outstanding, by all books and as the product says; nothing is on its way. */
  async compareSupply(): Promise<{ readonly outstanding: bigint; readonly atMs: number }> {
    const nowMs = Date.now();
    const emitted = this.product.emissionsUntil(nowMs).map(({ amount }) => amount);
    const expected = sum([
      ...this.everybody().map((books) => books.asOf(nowMs).circulating),
      ...emitted,
      this.yields.kept,
    ]);
    const { supply, lawful } = await this.product.read<{ supply: string; lawful: boolean }>(
      `/ledger/supply?asOf=${instant(nowMs)}`,
    );
    if (supply !== tokens(expected) || !lawful)
      throw new Error(
        `the supply as of ${instant(nowMs)} is ${supply}, lawful: ${lawful}, and the model's ${tokens(expected)}`,
      );
    return { outstanding: expected, atMs: nowMs };
  }

  private paid(distribution: string): Promise<Distributed> {
    return eventually(
      () => this.product.read<Distributed>(`/yield-distributions/${distribution}?limit=500`),
      ({ state }) => state === 'paid',
      { what: `the payment of ${distribution}` },
    );
  }
}
