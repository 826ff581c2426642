import { ROUNDS, type EmissionPolicy } from '#concepts';
import { nextOfRound } from '#concepts/testing';
import { atto, parseAmount } from '#domain';
import { ReportingWorld } from '../test-support/reporting-world.js';

const HOUR_MS = 3_600_000;

describe('what epochs mint, in the reports', () => {
  let world: ReportingWorld;
  let began: string;
  let ended: string;
  let staked: string;
  const nextOfYield = () => nextOfRound(world.scene, ROUNDS.yield, undefined);

  beforeAll(async () => {
    world = await ReportingWorld.open();
    await world.mint('c0', 100);
    await world.charge('c0', 'p0', 10_000);
    began = world.tick();
    const policy: EmissionPolicy = {
      ...{ effectiveAt: began, kind: 'fixed', epoch: 'PT1H', amount: '10' },
      recipients: [
        { account: 'staking:rewards', bps: 4_000 },
        { account: 'treasury:fees', bps: 3_000 },
      ],
    };
    await world.register({ type: 'PublishEmissionPolicy', version: 1, policy });
    for (const ask of world.scene.sweep()) await world.execute(ask);
    for (const ask of world.scene.passTime(2 * HOUR_MS)) await world.execute(ask);
    ended = new Date(Date.parse(began) + 2 * HOUR_MS).toISOString();
    await world.mint('c0', 1);
    for (const holder of ['c0', 'c1', 'c2']) {
      await world.mint(holder, 3);
      await world.command(holder, { type: 'StakeTokens', holder, amount: atto(3n * 10n ** 18n) });
    }
    staked = world.tick(5_000);
    await world.register({ type: 'OpenYield', from: began, to: staked });
    for (let ask = nextOfYield(); ask !== undefined; ask = nextOfYield()) await world.execute(ask);
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('are part of the supply with a cause of their own, as of their instant, and the law holds', async () => {
    const { body } = await world.get('/ledger/supply', 'finance');
    expect(body).toMatchObject({
      ...{ minted: '130', mintedBy: { command: '110', emission: '20' }, burned: '0.5', lawful: true },
      ...{ supply: '129.5', holders: '129.5', inFlight: '129.5' },
    });
    const justBefore = new Date(Date.parse(ended) - 1).toISOString();
    for (const [asOf, emission] of [
      [justBefore, '10'],
      [ended, '20'],
    ] as const) {
      const { mintedBy, lawful } = (await world.get(`/ledger/supply?asOf=${asOf}`, 'finance')).body;
      expect([asOf, mintedBy, lawful]).toEqual([asOf, { command: '100', emission }, true]);
    }
  });

  it('are no shares of usage: who got what of it is told without them, in every period', async () => {
    const paid = { providers: '8', treasury: '1', stakers: '0.5', burned: '0.5', total: '10' };
    expect((await world.get('/reports/split', 'finance')).body.paid).toEqual(paid);
    const nothing = { providers: '0', treasury: '0', stakers: '0', burned: '0', total: '0' };
    expect((await world.get(`/reports/split?from=${began}&to=${ended}`, 'finance')).body.paid).toEqual(nothing);
  });

  it('are entries that explain themselves: what each recipient got, and what stayed', async () => {
    const { body } = await world.get('/accounts/treasury:emission/entries', 'finance');
    expect(body.items).toHaveLength(2);
    const { body: explanation } = await world.get(`/entries/${body.items[0].id}/explanation`, 'finance');
    expect(explanation).toMatchObject({ type: 'TokensEmitted', facts: { policy: 1 } });
    expect(explanation.checks.every(({ holds }: { holds: boolean }) => holds)).toBe(true);
  });

  it('are distributed to stakers: what was funded is paid and carried, and each staker is listed', async () => {
    const { items } = (await world.get('/yield-distributions', 'finance')).body;
    expect(items).toMatchObject([{ from: began, to: staked, state: 'paid', funded: '8.5' }]);
    const id = items[0].distribution as string;
    const { body } = await world.get(`/yield-distributions/${id}?limit=2`, 'finance');
    const rest = (await world.get(`/yield-distributions/${id}?limit=2&cursor=${body.nextCursor}`, 'finance')).body;
    const stakers = [...body.stakers, ...rest.stakers] as { holder: string; stakeTime: string; amount: string }[];
    expect([stakers.map(({ holder }) => holder), rest.nextCursor]).toEqual([['c0', 'c1', 'c2'], null]);
    const sum = (name: 'stakeTime' | 'amount') => stakers.reduce((total, one) => total + parseAmount(one[name]), 0n);
    expect([sum('amount'), sum('stakeTime')]).toEqual([parseAmount(body.paid), parseAmount(body.stakeTime)]);
    expect(parseAmount(body.paid) + parseAmount(body.carried)).toBe(parseAmount('8.5'));
    expect((await world.get('/yield-distributions/0-1-0', 'finance')).body.code).toBe('NOT_FOUND');
  });

  it('are shares that explain themselves', async () => {
    const { items } = (await world.get('/holders/c1/grants', 'finance')).body;
    const share = items.find(({ kind }: { kind: string }) => kind === 'earned');
    const { body } = await world.get(`/entries/${share.grant}/explanation`, 'finance');
    expect(body).toMatchObject({ type: 'YieldPaid', facts: { funded: '8.5' } });
    const stakes = (await world.get('/holders/c1/stakes', 'finance')).body;
    expect(stakes).toMatchObject({ staked: '3', compounding: false });
  });
});
