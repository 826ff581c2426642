/** What one holder binds: it comes back after a time, and is taken for a fault until then. */
import { instant, least, sum, tokens } from './amounts.js';
import { refuse, type Booking } from './commands.js';
import type { Grants } from './grants.js';
import { isMovable } from './items.js';

export interface StakingTerms {
  readonly unbondingMs: number;
  readonly finderBps: bigint;
}

interface Unbonding {
  readonly id: string;
  readonly completesAt: number;
  amount: bigint;
}

/** What the finder of a fault has of it. */
export const rewardOf = (amount: bigint, { finderBps }: StakingTerms): bigint => (amount * finderBps) / 10_000n;

/** What came back is a grant of its own, which only the product has an id for. */
export const unbondedName = (unbonding: string): string => `unbonded ${unbonding}`;

export class Stakes {
  staked = 0n;
  /** In the order in which they began: each takes as long as any other. */
  private unbondings: Unbonding[] = [];
  readonly ends: number[] = [];

  constructor(
    private readonly grants: Grants,
    private readonly terms: StakingTerms,
  ) {}

  get unbonding(): bigint {
    return sum(this.unbondings.map(({ amount }) => amount));
  }

  stake(amount: bigint): object {
    this.grants.use(this.grants.take(amount, this.grants.active.filter(isMovable)));
    this.staked += amount;
    return {};
  }

  unstake(amount: bigint, { id, ms }: Booking): object {
    if (this.staked < amount) refuse('INSUFFICIENT_STAKE');
    this.staked -= amount;
    const completesAt = ms + this.terms.unbondingMs;
    this.unbondings.push({ id, completesAt, amount });
    this.ends.push(completesAt);
    return { unbonding: id };
  }

  slash(amount: bigint, { id }: Booking): object {
    if (this.staked + this.unbonding < amount) refuse('INSUFFICIENT_STAKE');
    let left = amount;
    for (const one of this.unbondings) {
      const taken = least(left, one.amount);
      one.amount -= taken;
      left -= taken;
    }
    this.unbondings = this.unbondings.filter((one) => one.amount > 0n);
    this.staked -= left;
    return { slash: id };
  }

  /** What completes by an instant. */
  dueBy(ms: number) {
    return this.unbondings.filter(({ completesAt }) => completesAt <= ms);
  }

  complete(unbonding: Unbonding): true {
    this.unbondings = this.unbondings.filter((one) => one !== unbonding);
    const booking = { id: unbondedName(unbonding.id), ms: unbonding.completesAt };
    this.grants.add(booking, { amount: unbonding.amount, kind: 'purchased' });
    return true;
  }

  /** As `GET /v1/holders/{id}/stakes` lists them. */
  present() {
    return {
      ...{ staked: tokens(this.staked), unbonding: tokens(this.unbonding) },
      unbondings: this.unbondings.map(({ id, amount, completesAt }) => ({
        ...{ unbonding: id, amount: tokens(amount), completesAt: instant(completesAt) },
      })),
    };
  }
}
