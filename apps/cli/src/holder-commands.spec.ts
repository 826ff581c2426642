import { freshCommandLine } from '../test-support/fresh-command-line.js';

describe('airtime, of a holder', () => {
  const cli = freshCommandLine();
  const targets = () => cli.server.requests.map(({ path, query }) => decodeURIComponent(`${path}?${query.toString()}`));

  it.each([
    ['grants', ['--as-of', '2026-10-31', '--state', 'active'], 'asOf=2026-10-31&state=active&limit=500'],
    ['holds', ['--state', 'open'], 'state=open&limit=500'],
    ['budgets', ['--as-of', '2026-10-31T12:00:00Z'], 'asOf=2026-10-31T12:00:00Z&limit=500'],
  ])('%s lists all of them as a table, and the answer for machines', async (what, options, query) => {
    const items = [
      { id: 'a', amount: '12.5' },
      { id: 'b', amount: '3' },
    ];
    cli.server.answers.set(`GET /v1/holders/acme/${what}`, { items, nextCursor: null });
    const { code, stdout } = await cli.ask([what, 'acme', ...options]);
    expect([code, targets()]).toEqual([0, [`/v1/holders/acme/${what}?${query}`]]);
    expect(stdout).toBe('id  amount\na     12.5\nb      3\n');
    const { stdout: json } = await cli.ask([what, 'acme', '--json']);
    expect(JSON.parse(json)).toEqual({ items, nextCursor: null });
  });

  it('follows a list to its end', async () => {
    const parts = [
      { items: [{ id: 'a' }], nextCursor: 'n1' },
      { items: [{ id: 'b' }], nextCursor: null },
    ];
    cli.server.disturb = () => {
      cli.server.answers.set('GET /v1/holders/acme/holds', parts.shift());
      return undefined;
    };
    const { stdout } = await cli.ask(['holds', 'acme', '--json']);
    expect(JSON.parse(stdout)).toEqual({ items: [{ id: 'a' }, { id: 'b' }], nextCursor: null });
    expect(targets().at(-1)).toBe('/v1/holders/acme/holds?limit=500&cursor=n1');
  });

  it('says receivables by age, of one customer or of all', async () => {
    const totals = { receivable: '5', days0To30: '5', days31To60: '0', days61To90: '0', over90Days: '0' };
    const answer = { asOf: null, totals, items: [{ entry: '0-2-0', open: '5', ageDays: 3 }], nextCursor: null };
    cli.server.answers.set('GET /v1/holders/acme/receivables', answer);
    const { code, stdout } = await cli.ask(['receivables', 'acme']);
    expect(code).toBe(0);
    for (const text of [/receivable +5/, /days0 to30 +5|days 0 to 30 +5/, /0-2-0 +5 +3/]) expect(stdout).toMatch(text);
    cli.server.answers.set('GET /v1/reports/receivables', { ...answer, asOf: '2026-10-31', items: [] });
    expect((await cli.ask(['receivables', '--as-of', '2026-10-31'])).stdout).toMatch(/2026-10-31[^]*\n\nnone\n$/);
    expect(targets().at(-1)).toBe('/v1/reports/receivables?asOf=2026-10-31&limit=500');
  });
});

describe('airtime keys', () => {
  const cli = freshCommandLine();

  it('issues a key for a role, and prints its secret as the last line', async () => {
    cli.server.answers.set('POST /v1/keys', { keyId: 'k-1', key: 'secret', entry: '4-2-0' });
    const { code, stdout } = await cli.ask(['keys', 'issue', '--role', 'customer', '--customer', 'acme']);
    expect([code, stdout.trimEnd().split('\n').at(-1)]).toEqual([0, 'secret']);
    expect(stdout).toContain('k-1');
    expect(JSON.parse(cli.server.requests[0]!.body.toString('utf8'))).toEqual({ role: 'customer', customer: 'acme' });
    const { code: refused, stderr } = await cli.ask(['keys', 'issue', '--role', 'king']);
    expect([refused, /Allowed choices/.test(stderr)]).toEqual([2, true]);
  });

  it('lists them to the end of the list', async () => {
    const item = { keyId: 'k-1', role: 'customer', party: 'acme', name: 'gateway', issuedAt: 'then', revokedAt: null };
    cli.server.answers.set('GET /v1/keys', { items: [item], nextCursor: null });
    const { code, stdout } = await cli.ask(['keys', 'list']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/k-1 +customer +acme +gateway +then +-\n$/)]);
    expect(cli.server.requests[0]!.query.toString()).toBe('limit=500');
  });

  it('revokes one', async () => {
    cli.server.answers.set('DELETE /v1/keys/k-1', { entry: '4-3-0' });
    expect(await cli.ask(['keys', 'revoke', 'k-1'])).toMatchObject({ code: 0, stdout: 'key k-1 is revoked\n' });
  });
});

describe('airtime stakes', () => {
  const cli = freshCommandLine();
  const sent = () => cli.server.requests.map(({ body }) => JSON.parse(body.toString('utf8')) as unknown);

  it('binds, takes back and slashes what it is told', async () => {
    for (const path of ['stakes', 'unstakes', 'slashes'])
      cli.server.answers.set(`POST /v1/${path}`, { entry: '1-2-0' });
    for (const what of [['stake'], ['unstake'], ['slash', '--reason', 'false model', '--finder', 'globex']]) {
      const [name, ...options] = what as [string, ...string[]];
      const { code, stdout } = await cli.ask(['stakes', name, 'acme', '2.5', ...options]);
      expect([name, code, stdout]).toEqual([name, 0, expect.stringContaining('1-2-0')]);
    }
    const said = { holder: 'acme', amount: '2.5' };
    expect(sent()).toEqual([said, said, { ...said, reason: 'false model', finder: 'globex' }]);
    expect((await cli.ask(['stakes', 'slash', 'acme', '1'])).code).toBe(2);
  });

  it('lists what is staked and what is on its way back', async () => {
    const unbondings = [{ unbonding: '1-3-0', amount: '1', completesAt: '2026-12-01T00:00:00.000Z' }];
    cli.server.answers.set('GET /v1/holders/acme/stakes', { holder: 'acme', staked: '4', unbonding: '1', unbondings });
    const { code, stdout } = await cli.ask(['stakes', 'list', 'acme', '--as-of', '2026-10-31']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/staked +4[^]*1-3-0 +1 +2026-12-01/)]);
    expect(cli.server.requests[0]!.query.get('asOf')).toBe('2026-10-31');
  });
});

describe('airtime reversals', () => {
  const cli = freshCommandLine();
  const posted = () => cli.server.requests.filter(({ method }) => method === 'POST');

  beforeEach(() => {
    cli.server.answers.set('POST /v1/reversals', { entry: '0-9-0', reversed: '0-2-0', amount: '3', returned: '3' });
  });

  it('takes an entry back, with its reason', async () => {
    const { code, stdout } = await cli.ask(['reversals', 'reverse', '0-2-0', '--reason', 'failed']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/0-2-0 is taken back by 0-9-0[^]*returned +3/)]);
    expect(JSON.parse(posted()[0]!.body.toString('utf8'))).toEqual({ entry: '0-2-0', reason: 'failed' });
    expect((await cli.ask(['reversals', 'reverse', '0-2-0'])).code).toBe(2);
  });

  it('undoes a reversal, and nothing that is none', async () => {
    cli.server.answers.set('GET /v1/entries/0-9-0', { event: { type: 'EntryReversed' } });
    cli.server.answers.set('GET /v1/entries/0-2-0', { event: { type: 'UsageCharged' } });
    expect((await cli.ask(['reversals', 'undo', '0-9-0', '--reason', 'it worked'])).code).toBe(0);
    const { code, stderr } = await cli.ask(['reversals', 'undo', '0-2-0', '--reason', 'it worked']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('0-2-0 is UsageCharged, no reversal')]);
    expect(posted()).toHaveLength(1);
  });
});

describe('airtime usage', () => {
  const cli = freshCommandLine();

  it('voids a usage by its source and id, with its reason', async () => {
    cli.server.answers.set('POST /v1/usage-corrections', { entry: '0-9-0', corrected: '0-2-0', voided: '3' });
    const { code, stdout } = await cli.ask(['usage', 'void', 'gateway', 'r1', '--reason', 'a retry']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/r1 of gateway is void[^]*voided +3/)]);
    expect(JSON.parse(cli.server.requests.at(-1)!.body.toString('utf8'))).toEqual({
      ...{ source: 'gateway', id: 'r1', action: 'void', reason: 'a retry' },
    });
    expect((await cli.ask(['usage', 'void', 'gateway', 'r1'])).code).toBe(2);
  });

  it('replaces no usage by a file that is no event', async () => {
    const { code, stderr } = await cli.ask(['usage', 'replace', 'nowhere.json', '--reason', 'a retry']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be read as a usage event')]);
  });

  const job = (state: string, done: number | null, result: object | null = null) => ({
    ...{ id: 'j-1', kind: 'rerating', state, askedAt: 'then', reason: 'a wrong price', result },
    progress: done === null ? null : { pages: done, of: 2, charges: done },
  });

  it('rates usage again as a job, waits for its end, and says what could not be rated by its exit code', async () => {
    cli.server.answers.set('POST /v1/reratings', job('queued', null));
    const answers = [job('running', 1), job('done', 2, { changed: 1, unrated: 1 })];
    cli.server.disturb = ({ path }) => {
      if (path.startsWith('/v1/jobs/')) cli.server.answers.set('GET /v1/jobs/j-1', answers.shift());
      return undefined;
    };
    const options = ['--price-book', '2', '--from', '2026-10-01', '--to', '2026-10-31', '--reason', 'a wrong price'];
    const { code, stdout } = await cli.ask(['usage', 'rerate', ...options, '--dry-run']);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/state +done[^]*changed +1/)]);
    expect(JSON.parse(cli.server.requests[0]!.body.toString('utf8'))).toEqual({
      ...{ from: '2026-10-01', to: '2026-10-31', priceBook: 2, dryRun: true, reason: 'a wrong price' },
    });
    expect((await cli.ask(['usage', 'rerate', ...options, '--no-wait'])).code).toBe(0);
    expect((await cli.ask(['usage', 'rerate', ...options, '--price-book', 'new.json'])).code).toBe(2);
  });

  it('lists jobs, shows one, breaks it off and takes it up again', async () => {
    cli.server.answers.set('GET /v1/jobs', { items: [job('running', 1)], nextCursor: null });
    const { code, stdout } = await cli.ask(['jobs', 'list']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/j-1 +rerating +running +then +a wrong price\n$/)]);
    cli.server.answers.set('GET /v1/jobs/j-1', job('running', 1));
    cli.server.answers.set('POST /v1/jobs/j-1/cancel', job('cancelled', 1));
    cli.server.answers.set('POST /v1/jobs/j-1/resume', job('queued', 1));
    for (const [turn, state] of [
      ['show', 'running'],
      ['cancel', 'cancelled'],
      ['resume', 'queued'],
    ] as const) {
      const answer = await cli.ask(['jobs', turn, 'j-1']);
      expect([answer.code, answer.stdout]).toEqual([0, expect.stringMatching(new RegExp(`state +${state}`))]);
    }
  });
});
