/** Yield, a second time: everybody's stake-time of an epoch, and what there was for all of them at its end. */
import { instant, least, sum, tokens } from './amounts.js';
import type { Books } from './books.js';
import type { Emission } from './emission.js';
import { atLeastNothing, paidToStakers, taken, type Taking } from './payees.js';

/** A distribution as it was carried out: the instants are all that is believed. */
export interface Carried {
  readonly distribution: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** When each shard's rewards were cut. */
  readonly cuts: ReadonlyMap<string, number>;
}

/** What everybody is due of a distribution. */
export interface Shared {
  readonly holder: string;
  readonly amount: bigint;
}

export class Yields {
  private carried = 0n;
  private readonly cuts: Taking[] = [];

  /** What was taken from payees for stakers is theirs since, but for what is carried: so much has to be added to both. */
  get kept(): bigint {
    return this.carried - sum(this.cuts.map(({ amount }) => amount));
  }

  /**
   * What an epoch comes to.
   *
   * @param emitted what epochs of the emission policy minted, until the last cut
   * @param home the shard in which they are minted
   */
  distribute(
    all: readonly Books[],
    { distribution, fromMs, toMs, cuts }: Carried,
    emitted: readonly Emission[],
    home: string | undefined,
  ) {
    const before = this.carried;
    const now: Taking[] = [...cuts].map(([shard, ms]) => {
      const books = all.map((one) => one.asOf(ms));
      const rewards = (untilMs: number): bigint => {
        const minted = emitted
          .filter(({ atMs }) => shard === home && atMs <= untilMs)
          .map(({ toStakers }) => toStakers);
        return paidToStakers(books, shard, untilMs) + sum(minted) - taken(this.cuts, shard, untilMs);
      };
      const later = taken(this.cuts, shard, ms) - taken(this.cuts, shard, toMs);
      const amount = atLeastNothing(least(atLeastNothing(rewards(toMs)) - later, atLeastNothing(rewards(ms))));
      return { shard, ms, amount };
    });
    this.cuts.push(...now);
    const funded = before + sum(now.map(({ amount }) => amount));
    const times = all
      .map((books) => ({ holder: books.customer, stakeTime: books.asOf(toMs).stakeTime(fromMs, toMs) }))
      .filter(({ stakeTime }) => stakeTime > 0n)
      .sort((a, b) => (a.holder < b.holder ? -1 : 1));
    const whole = sum(times.map(({ stakeTime }) => stakeTime));
    const stakers = times.map((one) => ({ ...one, amount: (funded * one.stakeTime) / whole }));
    const paid = sum(stakers.map(({ amount }) => amount));
    this.carried = funded - paid;
    return {
      shares: stakers.map(({ holder, amount }): Shared => ({ holder, amount })),
      answer: {
        ...{ distribution, from: instant(fromMs), to: instant(toMs), state: 'paid' },
        ...{ funded: tokens(funded), paid: tokens(paid), carried: tokens(this.carried), stakeTime: tokens(whole) },
        stakers: stakers.map(({ holder, stakeTime, amount }) => {
          return { holder, stakeTime: tokens(stakeTime), amount: tokens(amount) };
        }),
      },
    };
  }
}
