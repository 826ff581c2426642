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
  /** Whether its yield is staked at once. */
  compounding = false;
  /** What was staked from each instant on. */
  private readonly changes: { readonly ms: number; readonly staked: bigint }[] = [];
  /** In the order in which they began: each takes as long as any other. */
  private unbondings: Unbonding[] = [];
  readonly ends: number[] = [];

  constructor(
    private readonly grants: Grants,
    private readonly terms: StakingTerms,
  ) {}

  get staked(): bigint {
    return this.changes.at(-1)?.staked ?? 0n;
  }

  /** Atto-tokens times milliseconds within `[fromMs, toMs)`, one millisecond after the other but for those of no change. */
  stakeTime(fromMs: number, toMs: number): bigint {
    return sum(
      this.changes.map(({ ms, staked }, n) => {
        const begins = Math.max(ms, fromMs);
        const ends = Math.min(this.changes[n + 1]?.ms ?? toMs, toMs);
        return ends > begins ? staked * BigInt(ends - begins) : 0n;
      }),
    );
  }

  get unbonding(): bigint {
    return sum(this.unbondings.map(({ amount }) => amount));
  }

  stake(amount: bigint, { ms }: Booking): object {
    this.grants.use(this.grants.take(amount, this.grants.active.filter(isMovable)));
    this.changes.push({ ms, staked: this.staked + amount });
    return {};
  }

  /** Yield has come: what debts left of it is staked, where its holder wants that. */
  compound({ id, ms }: Booking): void {
    const grant = this.grants.find(id);
    const left = grant.remaining;
    if (!this.compounding || left === 0n) return;
    // As any stake it takes of what pays first.
    this.grants.use(this.grants.take(left, this.grants.active.filter(isMovable)));
    this.changes.push({ ms, staked: this.staked + left });
  }

  unstake(amount: bigint, { id, ms }: Booking): object {
    if (this.staked < amount) refuse('INSUFFICIENT_STAKE');
    this.changes.push({ ms, staked: this.staked - amount });
    const completesAt = ms + this.terms.unbondingMs;
    this.unbondings.push({ id, completesAt, amount });
    this.ends.push(completesAt);
    return { unbonding: id };
  }

  slash(amount: bigint, { id, ms }: Booking): object {
    if (this.staked + this.unbonding < amount) refuse('INSUFFICIENT_STAKE');
    let left = amount;
    for (const one of this.unbondings) {
      const taken = least(left, one.amount);
      one.amount -= taken;
      left -= taken;
    }
    this.unbondings = this.unbondings.filter((one) => one.amount > 0n);
    if (left > 0n) this.changes.push({ ms, staked: this.staked - left });
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
      ...{ staked: tokens(this.staked), unbonding: tokens(this.unbonding), compounding: this.compounding },
      unbondings: this.unbondings.map(({ id, amount, completesAt }) => ({
        ...{ unbonding: id, amount: tokens(amount), completesAt: instant(completesAt) },
      })),
    };
  }
}
