import { ReportingWorld } from '../test-support/reporting-world.js';

const HOUR_MS = 3_600_000;

describe('a holder’s grants', () => {
  let world: ReportingWorld;
  let promo: string;
  let minted: string;
  let end: number;

  const at = (ms: number) => new Date(ms).toISOString();
  const idOf = ({ shard, height }: { shard: number; height: number }) => `${shard}-${height}-0`;
  const list = async (query = '') =>
    (await world.call('GET', `/holders/c0/grants${query}`, 'finance')).body.items as object[];

  beforeAll(async () => {
    world = await ReportingWorld.open();
    end = world.now + HOUR_MS;
    const asked = {
      type: 'IssueGrant',
      holder: 'c0',
      amount: 10n * 10n ** 18n,
      kind: 'promotional',
      reason: 'welcome',
    };
    const { position } = await world.command('c0', { ...(asked as { type: 'IssueGrant' }), expiresAt: at(end) });
    promo = idOf(position);
    minted = idOf(await world.mint('c0', 5));
    await world.charge('c0', 'p0', 4_000);
    world.now = end + 90_000;
    await world.charge('c0', 'p0', 1_000);
    await world.project();
  }, 120_000);

  afterAll(() => world.stop(), 60_000);

  it('are listed in the order in which they were booked, with what is left of each', async () => {
    expect(await list()).toEqual([
      expect.objectContaining({
        ...{ grant: promo, kind: 'promotional', priority: 500, amount: '10', used: '4', remaining: '0', held: '0' },
        ...{ lapsed: '6', expiresAt: at(end), state: 'expired' },
      }),
      expect.objectContaining({ grant: minted, amount: '5', used: '1', remaining: '4', lapsed: '0', state: 'active' }),
    ]);
  });

  it('are exact to the millisecond of an end, though the next page came 90 seconds later', async () => {
    const asOf = async (ms: number) => (await list(`?asOf=${at(ms)}`))[0];
    expect(await asOf(end - 1)).toMatchObject({ remaining: '6', lapsed: '0', state: 'active' });
    expect(await asOf(end)).toMatchObject({ remaining: '0', lapsed: '6', state: 'expired' });
    const balance = async (ms: number) => (await world.get(`/holders/c0/balance?asOf=${at(ms)}`, 'finance')).body;
    expect([(await balance(end - 1)).available, (await balance(end)).available]).toEqual(['11', '5']);
  });

  it('are chosen by their state, and read on from where an answer ended', async () => {
    expect(await list('?state=expired')).toMatchObject([{ grant: promo }]);
    const { body } = await world.get('/holders/c0/grants?limit=1', 'finance');
    expect(body.items).toMatchObject([{ grant: promo }]);
    expect(await list(`?limit=1&cursor=${body.nextCursor}`)).toMatchObject([{ grant: minted }]);
    expect((await world.get('/holders/nobody/grants', 'finance')).status).toBe(404);
  });

  it('are listed as the due events that end them are: entries of the holder by the system', async () => {
    const { body } = await world.get('/accounts/breakage:promotional/entries', 'finance');
    expect(body.items).toMatchObject([
      { type: 'GrantExpired', actor: 'system:due', time: at(end), recordedAt: at(end) },
    ]);
  });
});
