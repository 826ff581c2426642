import { freshCommandLine } from '../test-support/fresh-command-line.js';

const use = { grant: '0-2-0', amount: '1', href: '/v1/entries/0-2-0/explanation' };
const EXPLAINED = {
  ...{ id: '0-9-0', type: 'UsageCharged', summary: 'Usage of m that acme was charged for.', amount: '3' },
  ...{ time: '2026-11-22T10:00:00Z', recordedAt: '2026-11-22T10:00:01.000Z', actor: 'kafka' },
  origin: { kind: 'kafka', topic: 'airtime.usage.v1', partition: 0, offset: 41 },
  usage: { source: 's', id: 'u1', type: 't', subject: 'acme', provider: 'p7', model: 'm', meters: { calls: '3' } },
  rating: {
    ...{ priceBook: 2, amount: '3' },
    lines: [{ meter: 'calls', quantity: '3', price: '1', per: '1', currency: 'token', amount: '3' }],
  },
  split: { splitPolicy: 1, shares: [{ of: 'provider', basisPoints: 8000, amount: '2.4', remainder: '0' }] },
  paid: { amount: '1', grants: [use] },
  budget: { path: 'acme/a', day: '2026-11-22', used: '3', exceeded: '0', paths: ['acme', 'acme/a'], budgets: ['acme'] },
  owed: { amount: '2', covered: '2', covers: [{ entry: '0-11-0', amount: '2', href: 'x' }], truncated: false },
  checks: [{ rule: 'lines sum to the amount', holds: true }],
  postings: [{ debit: 'customer:acme:available', credit: 'elsewhere', amount: '1', asset: 'AIR' }],
  page: { shard: 0, height: 9, index: 0, hash: 'ab', writer: 'w', signature: 'cd' },
};

describe('airtime explain', () => {
  const cli = freshCommandLine();
  const path = 'GET /v1/entries/0-9-0/explanation';

  it('says for people what made an amount, from the usage to the page', async () => {
    cli.server.answers.set(path, EXPLAINED);
    const { code, stdout } = await cli.ask(['explain', '0-9-0']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage of m that acme was charged for\./);
    for (const text of [
      /origin +kafka airtime\.usage\.v1 0 41/,
      /meters +calls 3/,
      /1 \/ 1/,
      /grants used:\n +grant +amount\n +0-2-0 +1/,
      /covered by:\n +entry +amount\n +0-11-0 +2/,
      /lines sum to the amount +yes/,
      /budgets +acme$/m,
      /elsewhere/,
      /page:\n/,
    ])
      expect(stdout).toMatch(text);
    expect(JSON.parse((await cli.ask(['explain', '0-9-0', '--json'])).stdout)).toEqual(EXPLAINED);
  });

  it('ends with 1 where the parts do not add up to what was recorded', async () => {
    cli.server.answers.set(path, { ...EXPLAINED, checks: [{ rule: 'lines sum to the amount', holds: false }] });
    const { code, stdout } = await cli.ask(['explain', '0-9-0']);
    expect([code, /lines sum to the amount +NO/.test(stdout)]).toEqual([1, true]);
  });
});
