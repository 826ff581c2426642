import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findConnection } from './connection.js';
import { freshCommandLine } from '../test-support/fresh-command-line.js';
import { partyRefusal } from '#concepts';
import { commonRefusal } from '#domain';

describe('airtime', () => {
  const cli = freshCommandLine();

  const run = (...argv: string[]) => cli.ask(argv);

  describe('connection', () => {
    const dataDirectory = (runtime: string | undefined, key: string | undefined) => {
      const path = join(cli.folder.path, '.airtime');
      mkdirSync(path);
      if (runtime !== undefined) writeFileSync(join(path, 'runtime.json'), runtime);
      if (key !== undefined) writeFileSync(join(path, 'admin.key'), `${key}\n`);
    };

    beforeEach(() => {
      cli.server.answers.set('GET /v1/holders/acme/balance', { available: '1' });
    });

    it('finds a running standalone and its key in the data directory', async () => {
      dataDirectory(JSON.stringify({ url: cli.server.url }), cli.server.key);
      expect(await cli.folder.run(['balance', 'acme'])).toMatchObject({ code: 0, stdout: 'available  1\n' });
    });

    it('takes port and key from the environment', async () => {
      const env = { PORT: new URL(cli.server.url).port, AIRTIME_ADMIN_KEY: cli.server.key };
      expect(await cli.folder.run(['balance', 'acme'], env)).toMatchObject({ code: 0 });
    });

    it('takes the options first', async () => {
      dataDirectory(JSON.stringify({ url: 'http://127.0.0.1:1' }), 'old-key');
      const env = { PORT: '1', AIRTIME_ADMIN_KEY: 'old-key' };
      const argv = ['balance', 'acme', '--url', cli.server.url, '--key', cli.server.key];
      expect(await cli.folder.run(argv, env)).toMatchObject({ code: 0 });
    });

    it('says what to do where no Airtime runs and nobody said where one does', async () => {
      const { code, stderr } = await cli.folder.run(['verify']);
      expect(code).toBe(2);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      const surroundings = {
        stdout: process.stdout,
        stderr: process.stderr,
        env: {},
        workingDirectory: cli.folder.path,
      };
      const adviceWithKey = findConnection({ key: 'k' }, surroundings).advice();
      for (const part of [
        `no ${join(cli.folder.path, '.airtime/runtime.json')}`,
        'npm start',
        'AIRTIME_DATA_DIR',
        '--url',
      ])
        for (const text of [stderr, adviceWithKey]) expect(text).toContain(part);
    });

    it.each([
      ['no key', undefined, undefined, 'no key: give --key'],
      ['a runtime.json without address', '{}', 'k', 'names no "url"'],
      ['an address that is none', '{"url":"ftp://x"}', 'k', 'must be an http or https address'],
      ['a key that no header can carry', undefined, 'two words', 'visible ASCII'],
    ])('ends with 2 and one line for %s', async (_, runtime, key, message) => {
      dataDirectory(runtime, key);
      const { code, stdout, stderr } = await cli.folder.run(['verify']);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toContain(message);
    });

    it('says at once when nobody listens', async () => {
      await cli.server.stop();
      const { code, stderr } = await run('verify');
      expect(code).toBe(2);
      expect(stderr).toContain('(ECONNREFUSED); start it with npm start, or give --url');
    });

    it('says when the address is not Airtime’s', async () => {
      cli.server.answers.set('POST /v1/ledger/verify', 'hello');
      expect(await run('verify')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('something else than JSON'),
      });
    });
  });

  it('prints code, detail and path of a refusal in one line, and as JSON for machines', async () => {
    const { code, stderr } = await run('balance', 'nobody');
    expect(code).toBe(2);
    expect(stderr).toBe('airtime: ROUTE_NOT_FOUND: No such route (GET /v1/holders/nobody/balance).\n');
    const asJson = await run('balance', 'nobody', '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, code: 'ROUTE_NOT_FOUND' });
    const wrongKey = await cli.folder.run(['verify', '--url', cli.server.url, '--key', 'wrong']);
    expect(wrongKey.stderr).toBe('airtime: UNAUTHENTICATED: No such key.\n');
  });

  it('repeats a command under the same idempotency key after a broken connection', async () => {
    cli.server.answers.set('POST /v1/reconciliations', { id: 'r-1', breaks: [] });
    cli.server.disturb = () =>
      cli.server.requests.length === 1 ? 'cut after' : cli.server.requests.length === 2 ? { status: 503 } : undefined;
    expect(await run('reconcile')).toMatchObject({ code: 0 });
    const keys = cli.server.requests.map((request) => request.headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toBeDefined();
  });

  describe('verify', () => {
    it('ends with 0 when nothing is found', async () => {
      cli.server.answers.set('POST /v1/ledger/verify', { ok: true, pages: 12, events: 3456, findings: [] });
      expect(await run('verify')).toMatchObject({
        code: 0,
        stdout:
          'verified: 12 pages with 3,456 events, nothing found\n' +
          'the tables were never compared with a replay: airtime verify --tables\n',
      });
    });

    it.each([
      [[], 'all equal'],
      [['balances', 'parties'], 'DIFFERENT: balances, parties'],
    ])('says when the tables were last compared, and that %j differed', async (differing, outcome) => {
      const tables = { comparedAt: '2026-11-01T10:00:00.000Z', ok: differing.length === 0, differing };
      cli.server.answers.set('POST /v1/ledger/verify', { ok: true, pages: 12, events: 3456, findings: [], tables });
      const { code, stdout } = await run('verify');
      expect(code).toBe(0);
      expect(stdout).toContain(`tables last compared with a replay 2026-11-01T10:00:00.000Z: ${outcome}\n`);
    });

    it('with --tables asks the projector and names every table that differs', async () => {
      const balances = { table: 'balances', ok: true, rows: 7, replayedRows: 7 };
      cli.server.answers.set('POST /v1/projections/verify', { ok: true, tables: [balances] });
      expect(await run('verify', '--tables')).toMatchObject({
        code: 0,
        stdout: 'verified: 1 tables are what a replay of the journal gives\n',
      });
      const parties = { table: 'parties', ok: false, rows: 3, replayedRows: 4 };
      cli.server.answers.set('POST /v1/projections/verify', { ok: false, tables: [balances, parties] });
      const { code, stdout } = await run('verify', '--tables');
      expect(code).toBe(1);
      expect(stdout).toContain('NOT SOUND: 1 of 2 tables');
      expect(stdout).toContain('parties');
      expect(stdout).not.toContain('balances');
    });

    it('ends with 1 and the findings otherwise', async () => {
      const answer = { ok: false, pages: 2, events: 3, findings: [{ shard: 1, height: 2, problem: 'digest differs' }] };
      cli.server.answers.set('POST /v1/ledger/verify', answer);
      const { code, stdout } = await run('verify');
      expect(code).toBe(1);
      expect(stdout).toContain('digest differs');
      expect(JSON.parse((await run('verify', '--json')).stdout)).toEqual(answer);
    });
  });

  describe('settle', () => {
    it('waits until the batch is final', async () => {
      const phases = ['opened', 'signed', 'confirmed'];
      cli.server.answers.set('POST /v1/settlements', { id: 's-1', position: { shard: 4, height: 17 } });
      cli.server.disturb = ({ path }) => {
        if (path.endsWith('/s-1'))
          cli.server.answers.set('GET /v1/settlements/s-1', { id: 's-1', phase: phases.shift() });
        return undefined;
      };
      const { code, stdout } = await run('settle', '--wait', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ id: 's-1', phase: 'confirmed' });
      expect(phases).toEqual([]);
      expect(cli.server.requests.at(-1)!.query.get('position')).toBe('4:17');
    });

    it('ends with 1 when the batch was reverted', async () => {
      cli.server.answers.set('POST /v1/settlements', { id: 's-1', phase: 'reverted' });
      expect(await run('settle', '--wait')).toMatchObject({ code: 1 });
    });

    it('says of a payout what is its own, with the amounts aligned; all of it to machines', async () => {
      const ofBatch = { batch: 's-1', chainId: 1, txHash: '0xab', block: { number: '4', hash: '0xcd' } };
      const payouts = [
        { ...ofBatch, provider: 'gpu-west', amount: '2.5' },
        { ...ofBatch, provider: 'gpu-east', amount: '10' },
      ];
      cli.server.answers.set('POST /v1/settlements', { id: 's-1', phase: 'confirmed', total: '12.5', payouts });
      expect((await run('settle')).stdout.split('\n')).toEqual([
        'id     s-1',
        'phase  confirmed',
        'total  12.5',
        'payouts',
        '  provider  amount',
        '  gpu-west     2.5',
        '  gpu-east    10',
        '',
      ]);
      expect(JSON.parse((await run('settle', '--json')).stdout)).toMatchObject({ payouts });
    });

    it('does not wait unless asked', async () => {
      cli.server.answers.set('POST /v1/settlements', { id: 's-1', phase: 'opened' });
      expect(await run('settle')).toMatchObject({ code: 0 });
      expect(cli.server.requests).toHaveLength(1);
    });
  });

  it('ends a reconciliation with breaks with 1 and lists them', async () => {
    cli.server.answers.set('POST /v1/reconciliations', {
      id: 'r-1',
      breaks: [{ class: 'missing_payout', age: '3 d' }],
    });
    const { code, stdout } = await run('reconcile');
    expect(code).toBe(1);
    expect(stdout).toContain('missing_payout');
  });

  it('asks for a past balance and for a period of a report', async () => {
    cli.server.answers.set('GET /v1/holders/a%2Fb/balance', { available: '2' });
    cli.server.answers.set('GET /v1/reports/usage', { items: [{ model: 'm', meter: 'input_tokens', quantity: '5' }] });
    await run('balance', 'a/b', '--as-of', '2026-01-01T00:00:00Z');
    const { stdout } = await run('report', 'usage', '--from', '2026-01-01T00:00:00Z', '--group-by', 'model');
    expect(stdout).toMatch(/input_tokens +5\n/);
    expect(cli.server.requests[0]!.query.get('asOf')).toBe('2026-01-01T00:00:00Z');
    expect([...cli.server.requests[1]!.query]).toEqual([
      ['from', '2026-01-01T00:00:00Z'],
      ['groupBy', 'model'],
    ]);
  });

  it.each([
    ['balance acme --as-of 2026-10-31', 'GET /v1/holders/acme/balance', { asOf: '2026-10-31' }],
    [
      'report usage --from 2026-10-01 --to 2026-10-31',
      'GET /v1/reports/usage',
      { from: '2026-10-01', to: '2026-10-31' },
    ],
  ])('hands a plain day over as it is, which means the whole day: %s', async (command, route, query) => {
    cli.server.answers.set(route, {});
    expect(await run(...command.split(' '))).toMatchObject({ code: 0 });
    expect(Object.fromEntries(cli.server.requests[0]!.query)).toEqual(query);
  });

  it('ends with 2 for a day that has not ended', async () => {
    cli.server.answers.set(
      'GET /v1/holders/acme/balance',
      commonRefusal('TIME_IN_FUTURE', 'The day has not ended.', 'asOf'),
    );
    const { code, stderr } = await run('balance', 'acme', '--as-of', '2999-10-31');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^airtime: TIME_IN_FUTURE: The day has not ended\./);
    const today = new Date().toISOString().slice(0, 10);
    const exported = await run('export', '--format', 'csv', '--as-of', today);
    expect([exported.code, exported.stdout]).toEqual([2, '']);
    expect(exported.stderr).toContain('leave --as-of out for now. [--as-of]');
  });

  it('says of every option that takes a time that a plain day can be given', async () => {
    for (const command of [['balance'], ['report', 'usage'], ['export']]) {
      const { stdout } = await cli.folder.run([...command, '--help']);
      const options = stdout.split(/\n(?=  -)/).filter((text) => text.includes('<time>'));
      expect(options.length).toBeGreaterThan(0);
      for (const option of options) expect(option).toMatch(/2026-10-31\b/);
    }
  });

  it('prints a usage report as one table with its total, named after what it is grouped by', async () => {
    const figures = (events: number, amount: string, input_tokens: string) => ({
      events,
      amount,
      meters: { input_tokens },
    });
    const answer = {
      ...{ from: null, to: '2026-11-01', groupBy: 'customer', totals: figures(12, '101.25', '1200') },
      items: [
        { key: 'acme', ...figures(9, '100', '1000') },
        { key: '\u001b[2Jbad', ...figures(3, '1.25', '200') },
      ],
      nextCursor: null,
    };
    cli.server.answers.set('GET /v1/reports/usage', answer);
    expect((await run('report', 'usage', '--group-by', 'customer')).stdout.trimEnd().split('\n')).toEqual([
      'from              the beginning',
      'until (excluded)  2026-11-01',
      'grouped by        customer',
      'usage',
      '  customer      events  amount  input_tokens',
      '  acme               9  100             1000',
      '  \\u001b[2Jbad       3    1.25           200',
      '  total             12  101.25          1200',
    ]);
    expect(JSON.parse((await run('report', 'usage', '--json')).stdout)).toEqual(answer);
  });

  it('keeps a refusal that names a strange name from steering the terminal', async () => {
    cli.server.answers.set('GET /v1/holders/x/balance', partyRefusal('PARTY_EXISTS', 'No such party: \u001b[2J\nx'));
    expect((await run('balance', 'x')).stderr).toBe('airtime: PARTY_EXISTS: No such party: \\u001b[2J\\u000ax\n');
  });

  describe('journal export', () => {
    const page = (shard: number, height: number) => ({
      shard,
      height,
      hash: `${shard}-${height}`,
      body: '{"type":"X"}\n',
    });

    beforeEach(() => {
      cli.server.answers.set('GET /v1/journal/shards', { items: [{ shard: 1 }, { shard: 0 }], nextCursor: null });
      cli.server.disturb = ({ path, query }) => {
        if (path !== '/v1/journal/pages') return undefined;
        const [shard, from] = [Number(query.get('shard')), Number(query.get('from'))];
        const items = [page(shard, from), page(shard, from + 1)];
        cli.server.answers.set('GET /v1/journal/pages', { items, nextCursor: from < 3 ? 'more' : null });
        return undefined;
      };
    });

    const expected = [0, 1].flatMap((shard) => [1, 2, 3, 4].map((height) => page(shard, height)));
    const parse = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object);

    it('writes every page of every shard in order', async () => {
      const { code, stdout } = await run('journal', 'export');
      expect(code).toBe(0);
      expect(parse(stdout)).toEqual(expected);
    });

    it('writes one shard to a file', async () => {
      const { code, stdout } = await run('journal', 'export', '--shard', '1', '--out', 'pages.jsonl', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ pages: 4, heads: { 1: 4 } });
      expect(parse(readFileSync(join(cli.folder.path, 'pages.jsonl'), 'utf8'))).toEqual(expected.slice(4));
    });

    describe('--named', () => {
      const body = '["Minted","2026-11-22T10:00:00Z","key:a","request:b","acme","5","sale",[[0,1,"5"]]]\n';
      const named = (page: object) => {
        cli.server.disturb = () => undefined;
        cli.server.answers.set('GET /v1/journal/pages', { items: [page], nextCursor: null });
        return run('journal', 'export', '--shard', '0', '--named');
      };

      it('gives each member of an event its name, in place of the body', async () => {
        const { code, stdout } = await named({ ...page(0, 1), count: 1, body });
        const { body: _, ...header } = page(0, 1);
        const posting = { debit: 'issuance', credit: 'customer:acme:available', amount: '5', asset: 'AIR' };
        const event = {
          ...{ type: 'Minted', time: '2026-11-22T10:00:00Z', actor: 'key:a', origin: 'request:b' },
          ...{ holder: 'acme', amount: '5', reason: 'sale', postings: [posting] },
        };
        expect([code, JSON.parse(stdout)]).toEqual([0, { ...header, count: 1, events: [event] }]);
      });

      it('says which event it does not know', async () => {
        const { code, stderr } = await named({ ...page(0, 1), count: 1, body: body.replace('Minted', 'Gifted') });
        expect(code).toBe(2);
        expect(stderr).toContain('event 0 of page 1 of shard 0 is not readable');
      });
    });

    it('refuses to write a journal with a gap, and leaves no file behind', async () => {
      cli.server.disturb = () => undefined;
      cli.server.answers.set('GET /v1/journal/pages', { items: [page(0, 1), page(0, 3)], nextCursor: null });
      const { code, stderr } = await run('journal', 'export', '--shard', '0', '--out', 'pages.jsonl');
      expect(code).toBe(2);
      expect(stderr).toContain('page 3 where 2 of shard 0 must stand');
      expect(() => readFileSync(join(cli.folder.path, 'pages.jsonl'))).toThrow('ENOENT');
      expect(() => readFileSync(join(cli.folder.path, 'pages.jsonl.partial'))).toThrow('ENOENT');
    });
  });

  it('shows help and version with exit code 0, and a mistake with 2', async () => {
    const help = await cli.folder.run(['--help']);
    expect(help.code).toBe(0);
    for (const command of [
      'usage',
      'verify',
      'journal',
      'export',
      'bench',
      'settle',
      'reconcile',
      'rebuild',
      'balance',
      'report',
    ]) {
      expect(help.stdout).toContain(command);
    }
    const exportHelp = await cli.folder.run(['export', '--help']);
    for (const format of ['hledger', 'beancount', 'csv', 'focus'])
      expect(exportHelp.stdout).toMatch(new RegExp(`^  ${format} `, 'm'));
    expect(await cli.folder.run(['bench', '--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('npm run bench'),
    });
    expect((await cli.folder.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await cli.folder.run(['fly'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("unknown command 'fly'"),
    });
    expect((await cli.folder.run([])).code).toBe(2);
  });

  it('registers a topic under a name', async () => {
    const registered = { name: 'usage-2', topic: 'usage.v1', clusterId: 'abc', entry: '4-17-0' };
    cli.server.answers.set('POST /v1/kafka/topics', registered);
    const { code, stdout } = await run('kafka', 'register', 'usage-2', '--topic', 'usage.v1');
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'the topic is registered']);
    expect((await run('kafka', 'register', 'usage-2')).code).toBe(2);
  });

  describe('kafka skip', () => {
    it('asks for the batch of an offset to be skipped, with the reason', async () => {
      cli.server.answers.set('POST /v1/kafka/skips', { topic: 'usage.v1', partition: 3, from: 40, to: 42 });
      const { code, stdout } = await run('kafka', 'skip', 'usage.v1/3/41', '--reason', 'sent again');
      expect([code, stdout]).toEqual([
        0,
        'skipped offsets 40 to 42 of usage.v1/3; the partition goes on within seconds\n',
      ]);
    });

    it.each([['usage.v1/3'], ['usage.v1/x/4'], ['usage.v1/3/99999999999999999'], ['/3/4']])(
      'ends with 2 for %s, which names no offset',
      async (place) => {
        const { code, stderr } = await run('kafka', 'skip', place, '--reason', 'sent again');
        expect(code).toBe(2);
        expect(stderr).toContain('topic/partition/offset');
      },
    );

    it('ends with 2 without a reason', async () => {
      expect((await run('kafka', 'skip', 'usage.v1/3/4')).code).toBe(2);
    });
  });
});
