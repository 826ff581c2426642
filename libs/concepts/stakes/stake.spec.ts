/** Stakes, row by row of what was decided: what is taken, when it comes back, and what a slash takes of it. */
import type { RegistryCommand } from '#concepts';
import { at, HOUR } from '../test-support/grant-desk.js';
import { StakeDesk } from '../test-support/stake-desk.js';
import { openRegistry, send, TIME, WHO } from '../test-support/world.js';

const TOKEN = 10n ** 18n;
const DAY = 24;
const SECOND = 1_000 / HOUR;
const refusal = (code: string, path?: string) =>
  expect.objectContaining(path === undefined ? { code } : { code, path }) as Error;

const openBooks = () => openRegistry(1, ['acme', 'bolt'], ['p1', 'p2']);
const policy = (version: number, unbondingSeconds: number, finderBps: number, effectiveAt = TIME): RegistryCommand => ({
  ...{ type: 'PublishStakingPolicy', version, time: TIME, provenance: WHO },
  policy: { effectiveAt, unbondingSeconds, finderBps },
});

let desk: StakeDesk;
beforeEach(() => {
  desk = new StakeDesk();
});

describe('G3: stakes take only what was purchased or earned and has no end', () => {
  it('mint 10 and promo 7: staking 12 is refused, 10 are staked, the promo is left', () => {
    desk.mint('10');
    const promo = desk.grant('7');
    expect(() => desk.stake('12')).toThrow(refusal('INSUFFICIENT_FUNDS', 'amount'));
    desk.stake('10');
    expect(desk.stakes()).toBe('7 10 0');
    expect(desk.left[promo]).toBe('active 7');
  });

  it('an earned grant without an end is staked, a purchased one with an end is not', () => {
    const earned = desk.grant('2', { kind: 'earned' });
    desk.grant('5', { kind: 'purchased', expiresAt: at(99) });
    expect(() => desk.stake('3')).toThrow('acme can stake 2, less than 3');
    expect(desk.stake('2')).toMatchObject({ type: 'Staked', grants: earned });
  });

  it('the grants are taken in burn order, and the entry says which', () => {
    const later = desk.mint('4');
    const first = desk.grant('3', { kind: 'earned', priority: 100 });
    expect(desk.stake('5')).toMatchObject({ grants: `${first} ${3n * TOKEN} ${later} ${2n * TOKEN}` });
  });

  it('Y9: what comes back is a new purchased grant of priority 500 without an end, which can be sent', () => {
    desk.grant('5', { kind: 'earned', priority: 900 });
    desk.stake('5');
    desk.unstake('5');
    desk.at(21 * DAY);
    const back = desk.views().at(-1)!;
    expect(back).toMatchObject({ kind: 'purchased', priority: 500, expiresAt: null, state: 'active' });
    expect(back.grant).toBe(`0-${desk.recorded.length}-0`);
    expect(desk.order(send('on', 'acme', 'bolt', 5n * TOKEN))[0]).toMatchObject({ grants: back.grant });
  });
});

describe('what is staked', () => {
  it('is neither spent nor sent nor burned, nor is what unbonds', () => {
    desk.mint('10');
    desk.stake('9');
    desk.unstake('4');
    desk.use(3);
    expect([desk.stakes(), desk.has('customer:acme:receivable')]).toEqual(['0 5 4', '-2']);
    const common = { amount: TOKEN, reason: 'test' };
    expect(() => desk.order(send('on', 'acme', 'bolt', TOKEN))).toThrow(refusal('INSUFFICIENT_FUNDS'));
    expect(() => desk.order({ type: 'BurnTokens', holder: 'acme', ...common })).toThrow(refusal('INSUFFICIENT_FUNDS'));
    expect(() => desk.stake('1')).toThrow(refusal('INSUFFICIENT_FUNDS', 'amount'));
    expect(desk.stakes()).toBe('0 5 4');
  });
});

describe('Y2: a stake counts by its page’s time', () => {
  it('each change says it, and what unbonds is no stake', () => {
    desk.mint('10');
    desk.at(SECOND);
    expect(desk.stake('10')).toMatchObject({ at: at(SECOND) });
    desk.at(3 * SECOND).unstake('4');
    expect(desk.recorded.at(-1)!.event).toMatchObject({ at: at(3 * SECOND) });
    expect(desk.stakes()).toBe('0 6 4');
  });
});

describe('Y7: unbonding', () => {
  beforeEach(() => {
    desk.mint('10');
    desk.stake('10');
  });

  it('takes 21 days without a policy, to the millisecond', () => {
    desk.at(1 / HOUR).unstake('4');
    expect(desk.recorded.at(-1)!.event).toMatchObject({ completesAt: at(21 * DAY + 1 / HOUR) });
    expect(desk.recorded.at(-1)!.event).not.toHaveProperty('stakingPolicy');
    desk.at(21 * DAY);
    expect(desk.stakes()).toBe('0 6 4');
    desk.at(21 * DAY + 1 / HOUR);
    expect(desk.stakes()).toBe('4 6 0');
    expect(desk.recorded.at(-1)!.event).toMatchObject({ actor: 'system:due', time: at(21 * DAY + 1 / HOUR) });
  });

  it('completes at its instant also when everything was down then, and is not slashed afterwards', () => {
    desk.unstake('4');
    desk.at(30 * DAY);
    expect(desk.recorded.at(-1)!.event).toMatchObject({ type: 'Unbonded', time: at(21 * DAY) });
    expect(() => desk.slash('7')).toThrow(refusal('INSUFFICIENT_STAKE', 'amount'));
    expect(desk.stakes()).toBe('4 6 0');
  });

  it('completes at its instant: a slash of that instant does not find it', () => {
    desk.unstake('10');
    desk.at(21 * DAY - 1 / HOUR).slash('1');
    desk.at(21 * DAY);
    expect(() => desk.slash('1')).toThrow(refusal('INSUFFICIENT_STAKE', 'amount'));
    expect(desk.stakes()).toBe('9 0 0');
  });

  it('the policy of the unstake holds for it, also when another one follows', () => {
    const registry = openBooks();
    registry.decide(policy(1, 3_600, 500));
    registry.decide(policy(2, 7_200, 500, at(0.5)));
    desk = new StakeDesk(registry.state.catalogue);
    desk.mint('10');
    desk.stake('10');
    desk.unstake('1');
    expect(desk.recorded.at(-1)!.event).toMatchObject({ completesAt: at(1), stakingPolicy: 1 });
    desk.at(0.5).unstake('2');
    expect(desk.recorded.at(-1)!.event).toMatchObject({ completesAt: at(2.5), stakingPolicy: 2 });
    registry.decide(policy(3, 1, 500));
    desk.at(1);
    expect(desk.stakes()).toBe('1 7 2');
    desk.at(2.5);
    expect(desk.stakes()).toBe('3 7 0');
  });

  it('what arrives covers what is owed', () => {
    desk.unstake('10');
    desk.use(3);
    expect(desk.has('customer:acme:receivable')).toBe('-3');
    desk.at(21 * DAY);
    expect(desk.has('customer:acme:receivable')).toBe('0');
    expect(desk.available).toBe('7');
  });

  it('T3: at one instant it comes after what ends and what begins', () => {
    desk.unstake('1');
    desk.grant('5', { effectiveAt: at(21 * DAY), priority: 1 });
    desk.grant('4', { expiresAt: at(21 * DAY) });
    desk.at(21 * DAY);
    const types = desk.recorded.slice(-3).map(({ event }) => event.type);
    expect(types).toEqual(['GrantExpired', 'GrantActivated', 'Unbonded']);
  });

  it('more than is staked is refused', () => {
    expect(() => desk.unstake('10.000000000000000001')).toThrow(refusal('INSUFFICIENT_STAKE', 'amount'));
    desk.unstake('10');
    expect(() => desk.unstake('1')).toThrow(refusal('INSUFFICIENT_STAKE', 'amount'));
  });

  it('a thousand at once are enough for one holder', () => {
    for (let i = 0; i < 1_000; i++) desk.unstake('0.000000000000000001');
    expect(() => desk.unstake('1')).toThrow(refusal('TOO_MANY_UNBONDINGS', 'holder'));
    expect(desk.slash('9')).toMatchObject({ stake: `${9n * TOKEN - 1_000n}` });
    expect(desk.unstake('0.5')).toMatch(/^0-/);
  });
});

describe('Y8: slash', () => {
  it('staked 6, unbonding 4, slash 5 with a finder: 4 + 1 are taken, 0.25 is the finder’s, 4.75 are burned', () => {
    desk.mint('10');
    desk.stake('10');
    const unbonding = desk.unstake('4');
    const slashed = desk.slash('5', { finder: 'bolt' });
    expect(slashed).toMatchObject({
      unbondings: [{ unbonding, amount: `${4n * TOKEN}` }],
      stake: `${TOKEN}`,
      reward: { finder: 'bolt', amount: `${TOKEN / 4n}` },
    });
    expect([desk.stakes(), desk.supply]).toEqual(['0 5 0', '5.25']);
    desk.sweep();
    expect([desk.has('customer:bolt:available'), desk.has('transit')]).toEqual(['0.25', '0']);
    desk.at(21 * DAY);
    expect(desk.stakes()).toBe('0 5 0');
  });

  it('G4: the finder’s reward is an earned grant of priority 500 without an end, and arrives once', () => {
    desk.mint('10');
    desk.stake('10');
    desk.slash('4', { finder: 'bolt' });
    desk.sweep().sweep();
    const [reward, ...others] = desk.views('bolt');
    expect(reward).toMatchObject({ kind: 'earned', priority: 500, expiresAt: null, amount: TOKEN / 5n });
    expect(others).toEqual([]);
    expect(desk.stake('0.2', 'bolt')).toMatchObject({ grants: reward!.grant });
  });

  it('takes the soonest completing first, whatever was unstaked first', () => {
    const registry = openBooks();
    registry.decide(policy(1, 7_200, 500));
    registry.decide(policy(2, 3_600, 500, at(0.5)));
    desk = new StakeDesk(registry.state.catalogue);
    desk.mint('10');
    desk.stake('10');
    const [late, soon, same] = [desk.unstake('3'), desk.at(0.5).unstake('2'), desk.unstake('1')];
    const amounts = (...parts: [string, bigint][]) =>
      parts.map(([unbonding, amount]) => ({ unbonding, amount: `${amount * TOKEN}` }));
    expect(desk.slash('4')).toMatchObject({ unbondings: amounts([soon, 2n], [same, 1n], [late, 1n]), stake: '0' });
    desk.at(2);
    expect(desk.stakes()).toBe('2 4 0');
  });

  it('without a finder all is burned; more than there is is refused, and nothing is done', () => {
    desk.mint('10');
    desk.stake('6');
    desk.unstake('4');
    expect(() => desk.slash('6.000000000000000001')).toThrow(refusal('INSUFFICIENT_STAKE', 'amount'));
    expect(desk.slash('6')).not.toHaveProperty('reward');
    expect([desk.stakes(), desk.supply]).toEqual(['4 0 0', '4']);
  });

  it('the reward is floored, and one of nothing is none', () => {
    desk.mint('1');
    desk.stake('1');
    expect(desk.slash('0.000000000000000039', { finder: 'bolt' })).toMatchObject({ reward: { amount: '1' } });
    expect(desk.slash('0.000000000000000019', { finder: 'bolt' })).not.toHaveProperty('reward');
  });

  it('a policy says what the finder has', () => {
    const registry = openBooks();
    registry.decide(policy(7, 3_600, 10_000));
    desk = new StakeDesk(registry.state.catalogue);
    desk.mint('3');
    desk.stake('3');
    expect(desk.slash('3', { finder: 'bolt' })).toMatchObject({
      reward: { amount: `${3n * TOKEN}` },
      stakingPolicy: 7,
    });
    expect(desk.sweep().supply).toBe('3');
  });

  it('nobody is rewarded for a fault of its own, nor is anybody who is not registered', () => {
    desk.mint('3');
    desk.stake('3');
    expect(() => desk.slash('1', { finder: 'acme' })).toThrow(refusal('SAME_HOLDER', 'finder'));
    expect(() => desk.slash('1', { finder: 'nobody' })).toThrow(refusal('UNKNOWN_HOLDER', 'finder'));
  });
});

describe('a staking policy', () => {
  it('is published once; the same again is found, another one under its number is refused', () => {
    const registry = openBooks();
    const first = registry.decide(policy(1, 60, 500));
    expect(registry.decide(policy(1, 60, 500))).toMatchObject({ replayed: true, entry: first.entry });
    expect(() => registry.decide(policy(1, 61, 500))).toThrow(refusal('VERSION_EXISTS', 'version'));
  });

  it.each([
    ['unbondingSeconds', 0, 500],
    ['unbondingSeconds', 315_360_001, 500],
    ['unbondingSeconds', 1.5, 500],
    ['finderBps', 60, 10_001],
    ['finderBps', 60, -1],
  ])('is refused for its %s: %p, %p', (path, seconds, bps) => {
    expect(() => openBooks().decide(policy(1, seconds, bps))).toThrow(refusal('STAKING_POLICY_INVALID', path));
  });
});

describe('who stakes', () => {
  it('is registered and not suspended; a suspended holder can still unstake', () => {
    const registry = openBooks();
    desk = new StakeDesk(registry.state.catalogue);
    desk.mint('3');
    desk.stake('1');
    const kyc = {
      type: 'ChangeKyc',
      party: 'acme',
      to: 'suspended',
      reason: 'looked at',
      evidence: 'ab'.repeat(32),
    } as const;
    registry.decide({ ...kyc, time: TIME, provenance: WHO });
    expect(() => desk.stake('1')).toThrow(refusal('CUSTOMER_SUSPENDED', 'holder'));
    expect(() => desk.stake('1', 'nobody')).toThrow(refusal('UNKNOWN_HOLDER', 'holder'));
    desk.unstake('1');
    expect(desk.stakes()).toBe('2 0 1');
  });

  it('G14: the same request again is the same stake', () => {
    desk.mint('3');
    const request = { request: { key: 'k', digest: 'd' } };
    const ask = () => desk.run({ type: 'StakeTokens', holder: 'acme', amount: TOKEN, ...request });
    expect(ask()).toMatchObject({ replayed: false });
    expect(ask()).toMatchObject({ replayed: true });
    expect(desk.stakes()).toBe('2 1 0');
  });
});
