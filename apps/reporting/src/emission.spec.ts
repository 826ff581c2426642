import type { EmissionPolicy } from '#concepts';
import { ReportingWorld } from '../test-support/reporting-world.js';

const HOUR_MS = 3_600_000;

describe('what epochs mint, in the reports', () => {
  let world: ReportingWorld;
  let began: string;
  let ended: string;

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
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('are part of the supply with a cause of their own, as of their instant, and the law holds', async () => {
    const { body } = await world.get('/ledger/supply', 'finance');
    expect(body).toMatchObject({
      ...{ minted: '121', mintedBy: { command: '101', emission: '20' }, burned: '0.5', lawful: true },
      ...{ supply: '120.5', holders: '120.5', inFlight: '120.5' },
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
});
