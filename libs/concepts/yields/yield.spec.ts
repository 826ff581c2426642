/** Yield, row by row of what was decided: stake-time, what an epoch had, shares and what is carried, and the steps of the round. */
import { nameIn } from '../test-support/foundation.js';
import { WHO } from '../test-support/world.js';
import { YieldWorld } from '../test-support/yield-world.js';

const TOKEN = 10n ** 18n;
const SECOND = 1_000;
const DAY = 86_400_000;
const refusal = (code: string, path: string) => expect.objectContaining({ code, path }) as Error;
const [ACME, BOLT, CARGO] = ['acme', 'bolt', 'cargo'];

let world: YieldWorld;
beforeEach(() => {
  world = new YieldWorld(1, [ACME, BOLT, CARGO]);
});

/** Of a holder in a distribution, in token-milliseconds. */
function stakeTime(id: string, holder: string): string | undefined {
  const stakers = world.events.flatMap(({ event }) =>
    event.type === 'StakeTimeCut' && event.distribution === id ? event.stakers : [],
  );
  const found = stakers.find((one) => one.holder === holder);
  return found === undefined ? undefined : `${BigInt(found.stakeTime) / TOKEN}`;
}

describe('the stake-time of a holder', () => {
  it('of 10 tokens for 3 seconds is "30000" token-milliseconds', () => {
    world.goTo(SECOND).stake(ACME, 10n * TOKEN);
    world.goTo(4 * SECOND);
    expect(stakeTime(world.distribute(0, 4 * SECOND), ACME)).toBe('30000');
  });

  it('counts from the page of each change: 10 from the first second on, 4 less from the third, to the fifth: 32 token-seconds', () => {
    world.goTo(SECOND).stake(ACME, 10n * TOKEN);
    world.goTo(3 * SECOND).unstake(ACME, 4n * TOKEN);
    world.goTo(9 * SECOND).unstake(ACME, 6n * TOKEN);
    expect(stakeTime(world.distribute(0, 5 * SECOND), ACME)).toBe('32000');
  });

  it('has no part of what unbonds, and a slash takes nothing of what was before it', () => {
    world.stake(ACME, 10n * TOKEN);
    world.goTo(SECOND).unstake(ACME, 5n * TOKEN);
    // It takes what unbonds first, then three of the stake.
    world.goTo(2 * SECOND).slash(ACME, 8n * TOKEN);
    world.goTo(3 * SECOND);
    expect(stakeTime(world.distribute(0, 3 * SECOND), ACME)).toBe('17000');
  });

  it('is none of an epoch that ended before the stake, and of one from its instant on', () => {
    world.goTo(SECOND).stake(ACME, TOKEN);
    world.goTo(3 * SECOND);
    expect(stakeTime(world.distribute(0, SECOND), ACME)).toBeUndefined();
    expect(stakeTime(world.distribute(SECOND, SECOND + 1), ACME)).toBe('1');
  });
});

describe('what an epoch has', () => {
  it('are the rewards as of its end: 0.7 before it and 0.2 after it are 0.7, and the 0.2 wait for the next', () => {
    world.stake(ACME, TOKEN);
    world.reward(BOLT, (7n * TOKEN) / 10n);
    world.goTo(2 * SECOND).reward(BOLT, (2n * TOKEN) / 10n);
    const first = world.distribute(0, SECOND);
    expect(world.figures(first)).toBe(`${(7n * TOKEN) / 10n} ${(7n * TOKEN) / 10n} 0`);
    expect(world.figures(world.distribute(SECOND, 2 * SECOND))).toBe(`${(2n * TOKEN) / 10n} ${(2n * TOKEN) / 10n} 0`);
    const cut = world.events.find(({ event }) => event.type === 'RewardsCut')!.event;
    expect(cut).toMatchObject({ later: `${(2n * TOKEN) / 10n}` });
  });

  it('includes what is recorded at the instant of its end', () => {
    world.stake(ACME, TOKEN);
    world.goTo(SECOND).reward(BOLT, 5n);
    expect(world.figures(world.distribute(0, SECOND))).toBe('5 5 0');
  });

  it('is at most what is still there when it is cut: a reversal took some of it back', () => {
    world.stake(ACME, TOKEN);
    const charge = world.reward(BOLT, 70n);
    world.reward(BOLT, 30n);
    world.goTo(2 * SECOND).reverse(0, charge);
    expect(world.figures(world.distribute(0, SECOND))).toBe('30 30 0');
  });

  it('of which a later distribution took everything is nothing', () => {
    world.stake(ACME, TOKEN);
    world.reward(BOLT, 70n);
    world.goTo(5 * SECOND).reward(BOLT, 3n);
    world.distribute(2 * SECOND, 3 * SECOND);
    expect(world.figures(world.distribute(0, SECOND))).toBe('0 0 0');
    expect(world.total('staking:rewards')).toBe(3n);
  });
});

describe('a clawback of the stakers', () => {
  it('is filled by the next rewards before anything is distributed', () => {
    world.stake(ACME, TOKEN);
    const charge = world.reward(BOLT, 100n);
    world.goTo(SECOND);
    expect(world.figures(world.distribute(0, SECOND))).toBe('100 100 0');
    world.reverse(0, charge);
    expect(world.total('staking:clawback')).toBe(-100n);
    world.reward(BOLT, 130n);
    world.goTo(2 * SECOND);
    expect(world.total('staking:clawback')).toBe(0n);
    expect(world.figures(world.distribute(SECOND, 2 * SECOND))).toBe('30 30 0');
  });
});

describe('shares', () => {
  it('are floored, and what is left is carried: 100 atto for three equal stakers are 33 each and 1 carried, which the next one has', () => {
    for (const holder of [ACME, BOLT, CARGO]) world.stake(holder, TOKEN);
    world.reward(BOLT, 100n);
    world.goTo(SECOND);
    const first = world.distribute(0, SECOND);
    expect(world.figures(first)).toBe('100 99 1');
    expect(world.shares(first)).toEqual({ [ACME]: 33n, [BOLT]: 33n, [CARGO]: 33n });
    expect(world.total('staking:carried')).toBe(1n);
    world.reward(BOLT, 8n);
    world.goTo(2 * SECOND);
    expect(world.figures(world.distribute(SECOND, 2 * SECOND))).toBe('9 9 0');
  });

  it('of nobody are nothing: all is carried', () => {
    world.reward(BOLT, 100n);
    world.goTo(SECOND);
    expect(world.figures(world.distribute(0, SECOND))).toBe('100 0 100');
    expect([world.total('staking:carried'), world.total('transit')]).toEqual([100n, 0n]);
  });

  it('of less than an atto have no entry, and the staker is among the stakers of the cut', () => {
    world.stake(ACME, 1n);
    world.stake(BOLT, 1_000n);
    world.reward(CARGO, 100n);
    world.goTo(SECOND);
    const id = world.distribute(0, SECOND);
    expect(world.shares(id)).toEqual({ [BOLT]: 99n });
    const cut = world.events.find(({ event }) => event.type === 'StakeTimeCut')!.event;
    expect(cut).toMatchObject({
      stakers: [
        { holder: ACME, stakeTime: '1000' },
        { holder: BOLT, stakeTime: '1000000' },
      ],
    });
  });

  it('arrive as earned grants without an end, and cover what is owed', () => {
    world.stake(ACME, TOKEN);
    world.reward(ACME, 60n, false);
    world.reward(BOLT, 100n);
    world.goTo(SECOND);
    const id = world.distribute(0, SECOND);
    const { state } = world.ledgers[0]!;
    expect(world.shares(id)).toEqual({ [ACME]: 100n });
    expect([state.balance('customer:acme:available'), state.balance('customer:acme:receivable')]).toEqual([40n, 0n]);
    const [grant] = [...state.grants.byId.values()].filter(({ holder }) => holder === ACME);
    expect(grant).toMatchObject({ kind: 'earned', priority: 500, expiresAtMs: Infinity });
  });
});

describe('compounding', () => {
  const balance = (name: string) => world.ledgers[0]!.state.balance(`customer:acme:${name}`);

  it('stakes what is left of a share in the page that brings it, from the next instant on, and only while the holder asks for it', () => {
    world.stake(ACME, 1_000n);
    world.compound(ACME);
    world.reward(BOLT, 100n);
    world.goTo(SECOND);
    world.distribute(0, SECOND);
    expect([balance('available'), balance('staked')]).toEqual([0n, 1_100n]);
    world.compound(ACME, false);
    world.reward(BOLT, 50n);
    world.goTo(2 * SECOND);
    world.distribute(SECOND, 2 * SECOND);
    expect([balance('available'), balance('staked')]).toEqual([50n, 1_100n]);
  });

  it('leaves what covered a debt, and stakes nothing of whoever is suspended', () => {
    world.stake(ACME, 1_000n);
    world.compound(ACME);
    world.reward(ACME, 60n, false);
    world.reward(BOLT, 100n);
    world.goTo(SECOND);
    world.distribute(0, SECOND);
    expect([balance('available'), balance('staked')]).toEqual([0n, 1_040n]);
    const suspend = { type: 'ChangeKyc', party: ACME, to: 'suspended', reason: 'review' } as const;
    world.registry.decide({ ...suspend, time: world.scene.clock.stamp(), provenance: WHO });
    world.goTo(2 * SECOND);
    world.distribute(SECOND, 2 * SECOND);
    // What was owed is paid: its stakers had it as the rewards of the first second.
    expect(balance('staked')).toBe(1_040n);
  });
});

describe('an epoch', () => {
  const open = (from: number, to: number) => () => world.open(world.at(from), world.at(to));

  it('that has not ended is refused', () => {
    expect(open(0, 1)).toThrow(refusal('TIME_IN_FUTURE', 'to'));
  });

  it('that ends before it begins, or ended more than 31 days ago, is refused', () => {
    world.goTo(40 * DAY);
    expect(open(SECOND, SECOND)).toThrow(refusal('EPOCH_INVALID', 'from'));
    expect(open(0, 9 * DAY - 1)).toThrow(refusal('EPOCH_INVALID', 'to'));
    expect(open(0, 9 * DAY)).not.toThrow();
  });

  it('that overlaps one that was opened is refused; one that touches it or leaves a gap is not', () => {
    world.goTo(10 * SECOND);
    world.open(world.at(2 * SECOND), world.at(4 * SECOND));
    expect(open(3 * SECOND, 5 * SECOND)).toThrow(refusal('EPOCH_DISTRIBUTED', 'from'));
    expect(open(0, 2 * SECOND + 1)).toThrow(refusal('EPOCH_DISTRIBUTED', 'from'));
    expect(open(2 * SECOND, 4 * SECOND)).toThrow('epochs may not overlap');
    expect(open(4 * SECOND, 5 * SECOND)).not.toThrow();
    expect(open(6 * SECOND, 7 * SECOND)).not.toThrow();
  });

  it('in the gap before another keeps its rewards, and its stake-time is lost', () => {
    world.stake(ACME, TOKEN);
    world.reward(BOLT, 70n);
    world.goTo(9 * SECOND);
    const id = world.distribute(5 * SECOND, 6 * SECOND);
    expect([world.figures(id), stakeTime(id, ACME)]).toEqual(['70 70 0', '1000']);
  });
});

describe('distributions', () => {
  it('are carried on one after the other: what the first leaves over is there for the second', () => {
    for (const holder of [ACME, BOLT, CARGO]) world.stake(holder, TOKEN);
    world.reward(BOLT, 100n);
    world.goTo(2 * SECOND);
    const first = world.open(world.at(0), world.at(SECOND));
    const second = world.open(world.at(SECOND), world.at(2 * SECOND));
    while (world.step());
    expect([world.figures(first), world.figures(second)]).toEqual(['100 99 1', '1 0 1']);
  });

  it('of a shard with more stakers than a page names are cut and paid in parts, each once, by the steps that name them', () => {
    const holders = Array.from({ length: 1_203 }, (_, n) => `staker-${n}`);
    world = new YieldWorld(1, [BOLT, ...holders]);
    for (const holder of holders) world.stake(holder, 1_000n);
    world.reward(BOLT, 12_030n);
    world.goTo(SECOND);
    const id = world.distribute(0, SECOND);
    const count = (type: string) => world.events.filter(({ event }) => event.type === type).length;
    expect(['StakeTimeCut', 'RewardsCut', 'YieldPartPaid', 'YieldClosed'].map(count)).toEqual([2, 1, 13, 1]);
    expect(new Set(Object.values(world.shares(id)))).toEqual(new Set([10n]));
    expect(Object.keys(world.shares(id))).toHaveLength(1_203);
  });

  it('over four shards pay each staker in its own, whichever shard had the rewards', () => {
    const holders = [0, 1, 2, 3].map((shard) => nameIn(shard, 4, 'staker-'));
    world = new YieldWorld(4, holders);
    for (const [n, holder] of holders.entries()) world.stake(holder, BigInt(n + 1) * TOKEN);
    world.reward(holders[2]!, 1_001n);
    world.goTo(SECOND);
    const id = world.distribute(0, SECOND);
    expect([world.figures(id), Object.values(world.shares(id))]).toEqual(['1001 1000 1', [100n, 200n, 300n, 400n]]);
    expect([world.total('transit'), world.total('staking:rewards')]).toEqual([0n, 0n]);
  });
});
