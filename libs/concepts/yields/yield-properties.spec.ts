/** Yield against a model that only adds up: whatever is done, in whatever order, what there was is paid, accrued or carried. */
import fc from 'fast-check';
import { nameIn } from '../test-support/foundation.js';
import { TIME_MS } from '../test-support/world.js';
import { YieldWorld } from '../test-support/yield-world.js';

interface Change {
  readonly holder: string;
  readonly atMs: number;
  readonly amount: bigint;
}

interface Epoch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a shard's stakers are due, and what was taken back beyond that. */
class Rewards {
  balance = 0n;
  carried = 0n;
  private readonly added: { readonly atMs: number; readonly amount: bigint }[] = [];
  private cut = 0n;

  add(atMs: number, amount: bigint): void {
    const fills = amount < -this.carried ? amount : -this.carried;
    this.carried += fills;
    this.note(atMs, amount - fills);
  }

  takeBack(atMs: number, amount: bigint): void {
    const there = amount < this.balance ? amount : this.balance;
    this.carried -= amount - there;
    this.note(atMs, -there);
  }

  /** All that was added by the end of an epoch, less what earlier distributions had; what is still there of it. */
  takeFor({ toMs }: Epoch): bigint {
    const then = this.added.reduce((sum, { atMs, amount }) => (atMs <= toMs ? sum + amount : sum), -this.cut);
    const least = then < this.balance ? then : this.balance;
    const amount = least > 0n ? least : 0n;
    this.cut += amount;
    this.balance -= amount;
    return amount;
  }

  get total(): bigint {
    return this.added.reduce((sum, { amount }) => sum + amount, 0n);
  }

  private note(atMs: number, amount: bigint): void {
    this.added.push({ atMs, amount });
    this.balance += amount;
  }
}

class Model {
  readonly staked = new Map<string, bigint>();
  private readonly changes: Change[] = [];
  readonly rewards: readonly Rewards[];
  carried = 0n;
  paid = 0n;

  constructor(shards: number) {
    this.rewards = Array.from({ length: shards }, () => new Rewards());
  }

  change(holder: string, atMs: number, amount: bigint): void {
    this.changes.push({ holder, atMs, amount });
    this.staked.set(holder, (this.staked.get(holder) ?? 0n) + amount);
  }

  /** Each change counts from its instant to the end of the epoch. */
  stakeTimes({ fromMs, toMs }: Epoch): Map<string, bigint> {
    const times = new Map<string, bigint>();
    for (const { holder, atMs, amount } of this.changes) {
      const ms = Math.max(0, toMs - Math.max(fromMs, atMs));
      times.set(holder, (times.get(holder) ?? 0n) + amount * BigInt(ms));
    }
    return times;
  }

  plan(epoch: Epoch, cuts: readonly bigint[]) {
    const funded = cuts.reduce((sum, amount) => sum + amount, this.carried);
    const times = [...this.stakeTimes(epoch)];
    const all = times.reduce((sum, [, time]) => sum + time, 0n);
    const shares = new Map(times.map(([holder, time]) => [holder, all === 0n ? 0n : (funded * time) / all]));
    const paid = [...shares.values()].reduce((sum, share) => sum + share, 0n);
    this.carried = funded - paid;
    return { shares, figures: `${funded} ${paid} ${this.carried}` };
  }
}

type Kind = 'stake' | 'unstake' | 'slash' | 'reward' | 'reverse' | 'pass' | 'open' | 'step' | 'finish' | 'compound';

interface Operation {
  readonly kind: Kind;
  /** Of the holders, by its place. */
  readonly who: number;
  readonly amount: bigint;
  readonly ms: number;
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom<Kind[]>(
    ...([
      'stake',
      'stake',
      'unstake',
      'slash',
      'reward',
      'reward',
      'reverse',
      'pass',
      'pass',
      'open',
      'step',
      'finish',
      'compound',
    ] as Kind[]),
  ),
  who: fc.nat(4),
  amount: fc.bigInt({ min: 1n, max: 99n }),
  ms: fc.constantFrom(1, 2, 700, 60_000),
});

/** What is followed of an event. */
type Followed = Readonly<Record<'type' | 'actor' | 'distribution' | 'holder' | 'amount', string>>;

/** A world and its model, side by side. */
class Trial {
  readonly world: YieldWorld;
  readonly model: Model;
  readonly holders: readonly string[];
  private readonly charges: { readonly shard: number; readonly id: string; readonly amount: bigint }[] = [];
  /** The end of the last epoch. */
  private openedToMs = TIME_MS;

  constructor(shards: number) {
    this.holders = [0, 1, 2, 3, 4].map((n) => nameIn(n % shards, shards, `staker-${n}-`));
    this.world = new YieldWorld(shards, this.holders);
    this.model = new Model(shards);
  }

  take({ kind, who, amount, ms }: Operation): void {
    const { world, model } = this;
    const holder = this.holders[who]!;
    const staked = model.staked.get(holder) ?? 0n;
    const part = staked < amount ? staked : amount;
    const now = world.nowMs;
    if (kind === 'pass') world.goTo(now - TIME_MS + ms);
    else if (kind === 'stake') world.stake(holder, amount);
    else if (kind === 'unstake' && part > 0n) world.unstake(holder, part);
    else if (kind === 'slash') this.slash(holder, amount);
    else if (kind === 'reward') {
      const shard = world.scene.shardOf(holder);
      this.charges.push({ shard, amount, id: world.reward(holder, amount) });
      model.rewards[shard]!.add(now, amount);
    } else if (kind === 'reverse') this.reverse(Number(amount));
    else if (kind === 'open') this.open(ms);
    else if (kind === 'step') world.step();
    else if (kind === 'finish') this.finish();
    else if (kind === 'compound') world.compound(holder, amount > 40n);
    if (kind === 'stake') model.change(holder, now, amount);
    if (kind === 'unstake' && part > 0n) model.change(holder, now, -part);
  }

  finish(): void {
    while (this.world.step()) this.followRounds();
  }

  /** What unbonds goes first; the rest is of the stake. */
  private slash(holder: string, amount: bigint): void {
    const { world, model } = this;
    const unbonding = world.total(`customer:${holder}:unbonding`);
    const most = unbonding + (model.staked.get(holder) ?? 0n);
    const taken = most < amount ? most : amount;
    if (taken === 0n) return;
    world.slash(holder, taken);
    if (taken > unbonding) model.change(holder, world.nowMs, unbonding - taken);
  }

  private reverse(nth: number): void {
    const [charge] = this.charges.splice(nth % Math.max(1, this.charges.length), 1);
    if (charge === undefined) return;
    this.world.reverse(charge.shard, charge.id);
    this.model.rewards[charge.shard]!.takeBack(this.world.nowMs, charge.amount);
  }

  /** Some of the time since the last epoch; now and then a gap is left. */
  private open(ms: number): void {
    const toMs = this.world.nowMs - (ms % 3);
    const fromMs = this.openedToMs + (ms === 700 ? 1 : 0);
    if (fromMs >= toMs || toMs === this.world.nowMs) return;
    this.openedToMs = toMs;
    this.world.open(this.world.at(fromMs - TIME_MS), this.world.at(toMs - TIME_MS));
  }

  /** Follows what the round did, and compares. */
  compare(): void {
    const { world, model } = this;
    this.followRounds();
    const accrued = world.total('staking:rewards') + world.total('transit');
    const there = this.model.paid + accrued + world.total('staking:carried');
    const states = world.ledgers.map(({ state }) => state);
    const found = [
      there,
      ...states.flatMap((state) => [state.balance('staking:rewards'), state.balance('staking:clawback')]),
      ...[...model.staked.keys()].map((holder) => world.total(`customer:${holder}:staked`)),
    ];
    const expected = [
      model.rewards.reduce((sum, { total }) => sum + total, 0n),
      ...model.rewards.flatMap(({ balance, carried }) => [balance, carried]),
      ...model.staked.values(),
    ];
    expect(found.join()).toBe(expected.join());
  }

  private readonly cuts = new Map<string, bigint[]>();
  private readonly shares = new Map<string, Map<string, bigint>>();
  private readonly followed = new Map<number, number>();

  private followRounds(): void {
    const { desks } = this.world;
    for (const [place, { recorded }] of desks.entries()) {
      const from = this.followed.get(place) ?? 0;
      this.followed.set(place, recorded.length);
      for (const { event } of recorded.slice(from)) this.follow(event as unknown as Followed, place);
    }
  }

  private follow(event: Followed, shard: number): void {
    const { world, model } = this;
    const { type, actor, distribution, holder, amount } = event;
    if (type === 'RewardsCut') {
      const cut = model.rewards[shard]!.takeFor(this.epochOf(distribution));
      expect(amount).toBe(`${cut}`);
      this.cuts.set(distribution, [...(this.cuts.get(distribution) ?? []), cut]);
    } else if (type === 'YieldPlanned') {
      const { shares, figures } = model.plan(this.epochOf(distribution), this.cuts.get(distribution)!);
      expect(world.figures(distribution)).toBe(figures);
      this.shares.set(distribution, shares);
    } else if (type === 'YieldPaid') {
      const shares = this.shares.get(distribution)!;
      expect(BigInt(amount)).toBe(shares.get(holder));
      shares.set(holder, 0n);
      model.paid += BigInt(amount);
    } else if (type === 'YieldClosed') {
      expect([...this.shares.get(distribution)!.values()].every((left) => left === 0n)).toBe(true);
    } else if (type === 'Staked' && actor === 'system:compounding') {
      model.change(holder, world.nowMs, BigInt(amount));
    }
  }

  private epochOf(id: string): Epoch {
    const { from, to } = this.world.registry.state.distributions.byId.get(id)!.opened;
    return { fromMs: Date.parse(from), toMs: Date.parse(to) };
  }
}

describe('any stakes, unstakes, slashes, charges, reversals and distributions over one to four shards', () => {
  it('leave what a model that adds up has: what was funded is paid, accrued or carried, to the last atto', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(operation, { minLength: 8, maxLength: 16 }),
        (shards, operations) => {
          const trial = new Trial(shards);
          for (const one of operations) {
            trial.take(one);
            trial.compare();
          }
          trial.finish();
          trial.compare();
          expect(trial.world.total('transit')).toBe(0n);
        },
      ),
      { numRuns: 1_000 },
    );
  }, 120_000);
});
