/** How long each holder had how much staked within the epochs, and what rewards there were at their ends: added up while a shard is read. */
import type { Posting } from '#domain';
import type { AuditWalk } from '#journal';

interface Epoch {
  readonly id: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a holder has staked, since when that was added up, and what came of it in each epoch. */
interface Stake {
  amount: bigint;
  sinceMs: number;
  readonly times: Map<string, bigint>;
}

interface ShardTimes {
  rewards: bigint;
  /** In the order in which they first staked. */
  readonly stakes: Map<string, Stake>;
  readonly order: string[];
  /** Those that have not ended. */
  readonly toCome: Epoch[];
  /** What of the rewards at the ends of epochs was not cut since. */
  readonly atEnds: Map<string, bigint>;
}

const REWARDS = 'staking:rewards';
const STAKED = /^customer:([^:]+):staked$/;

export class StakeTimes {
  /** In the order of their ends; none overlaps another. */
  private readonly epochs: Epoch[] = [];
  private readonly byShard = new Map<number, ShardTimes>();

  constructor(private readonly walk: AuditWalk) {}

  /** The registry is read first: every epoch is known before the shards are. */
  addEpoch(id: string, { fromMs, toMs }: Omit<Epoch, 'id'>): void {
    if (!(fromMs < toMs)) return;
    const next = this.epochs.findIndex((one) => one.toMs > toMs);
    this.epochs.splice(next === -1 ? this.epochs.length : next, 0, { id, fromMs, toMs });
  }

  epoch(id: string): Epoch | undefined {
    return this.epochs.find((one) => one.id === id);
  }

  /** What ended before this page keeps the rewards as the pages before left them. */
  enterPage(shard: number): void {
    if (shard >= this.walk.shards) return;
    const { rewards, atEnds, toCome } = this.books(shard);
    while (toCome.length > 0 && toCome[0]!.toMs < this.walk.recordedAtMs) {
      const { id } = toCome.shift()!;
      if (!atEnds.has(id)) atEnds.set(id, rewards);
    }
  }

  follow(
    { type, postings = [] }: { readonly type: string; readonly postings?: readonly Posting[] },
    shard: number,
  ): void {
    for (const { debit, credit, amount } of postings) {
      if (credit === REWARDS) this.books(shard).rewards += BigInt(amount);
      if (debit === REWARDS) this.books(shard).rewards -= BigInt(amount);
      if (type !== 'Staked' && type !== 'Unstaked' && type !== 'Slashed') continue;
      const [from, to] = [STAKED.exec(debit)?.[1], STAKED.exec(credit)?.[1]];
      if (from !== undefined) this.change(shard, from, -BigInt(amount));
      if (to !== undefined) this.change(shard, to, BigInt(amount));
    }
  }

  countOf(shard: number): number {
    return this.books(shard).order.length;
  }

  /** Those of the holders from one place up to another that had something staked in an epoch. */
  staked(
    id: string,
    shard: number,
    from: number,
    to: number,
  ): { readonly holder: string; readonly stakeTime: bigint }[] {
    const { order, stakes } = this.books(shard);
    const found = order.slice(from, to).map((holder) => {
      const stake = stakes.get(holder)!;
      this.addUp(stake);
      return { holder, stakeTime: stake.times.get(id) ?? 0n };
    });
    return found.filter(({ stakeTime }) => stakeTime > 0n);
  }

  /** The shard's cut of an epoch is complete but for its rewards. Where no page of it is later, all that it has was there at the end. */
  endCut(id: string, shard: number): void {
    const { rewards, atEnds } = this.books(shard);
    if (!atEnds.has(id)) atEnds.set(id, rewards);
  }

  rewardsThen(id: string, shard: number): bigint | undefined {
    return this.books(shard).atEnds.get(id);
  }

  /** What one distribution took is there for no other. */
  cut(id: string, shard: number, amount: bigint): void {
    const { atEnds } = this.books(shard);
    for (const [other, there] of atEnds) if (other !== id) atEnds.set(other, there - amount);
  }

  private change(shard: number, holder: string, amount: bigint): void {
    const { stakes, order } = this.books(shard);
    let stake = stakes.get(holder);
    if (stake === undefined) {
      stake = { amount: 0n, sinceMs: this.walk.recordedAtMs, times: new Map() };
      stakes.set(holder, stake);
      order.push(holder);
    }
    this.addUp(stake);
    stake.amount += amount;
  }

  private addUp(stake: Stake): void {
    const nowMs = this.walk.recordedAtMs;
    for (let at = this.epochs.length - 1; at >= 0 && this.epochs[at]!.toMs > stake.sinceMs; at--) {
      const { id, fromMs, toMs } = this.epochs[at]!;
      const ms = Math.min(toMs, nowMs) - Math.max(fromMs, stake.sinceMs);
      if (ms > 0) stake.times.set(id, (stake.times.get(id) ?? 0n) + stake.amount * BigInt(ms));
    }
    stake.sinceMs = nowMs;
  }

  private books(shard: number): ShardTimes {
    let known = this.byShard.get(shard);
    if (known === undefined) {
      known = { rewards: 0n, stakes: new Map(), order: [], atEnds: new Map(), toCome: [...this.epochs] };
      this.byShard.set(shard, known);
    }
    return known;
  }
}
