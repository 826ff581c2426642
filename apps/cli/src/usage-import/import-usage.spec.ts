import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContractServer } from '../../test-support/contract-server.js';
import { freshCommandLine } from '../../test-support/fresh-command-line.js';
import type { Finished } from '../../test-support/command-line.js';
import { alibabaTrace, azureTrace, cloudEvent } from '../../test-support/generated-traces.js';
import { AZURE_CUSTOMERS } from './azure-llm.js';

const ROWS = Array.from({ length: 700 }, (_, index) => [index % 90, (index % 13) + 1, index % 7] as const);
const INPUT_TOKENS = String(ROWS.reduce((sum, [, input]) => sum + input, 0));

describe('airtime usage import', () => {
  const cli = freshCommandLine();

  const importFile = (format: string, file: string, ...options: string[]): Promise<Finished> =>
    cli.ask(['usage', 'import', '--format', format, file, ...options]);

  const importJson = async (format: string, file: string, ...options: string[]) => {
    const finished = await importFile(format, file, '--json', ...options);
    return { ...finished, report: JSON.parse(finished.stdout) as Record<string, never> };
  };

  const sentTo = (path: string) => cli.server.requests.filter((request) => request.path === path);

  it('charges every row of a trace once, however often it is imported', async () => {
    const file = cli.folder.write('trace_code.csv', azureTrace(ROWS));
    const first = await importJson('azure-llm', file, '--batch-size', '50');
    expect(first).toMatchObject({
      code: 0,
      report: { ok: true, rows: 700, accepted: 700, duplicates: 0, addsUp: true },
    });
    expect(first.report['meters']).toMatchObject({ recorded: { input_tokens: INPUT_TOKENS } });

    const balances = AZURE_CUSTOMERS.map((customer) => cli.server.receivable(customer));
    const second = await importJson('azure-llm', file);
    expect(second).toMatchObject({ code: 0, report: { accepted: 0, duplicates: 700 } });
    expect(AZURE_CUSTOMERS.map((customer) => cli.server.receivable(customer))).toEqual(balances);
    expect(balances.some((balance) => balance < 0n)).toBe(true);
  });

  it('sends batches of CloudEvents no larger than asked for', async () => {
    await importFile('azure-llm', cli.folder.write('t.csv', azureTrace(ROWS)), '--batch-size', '60');
    const sizes = sentTo('/v1/usage').map((request) => (JSON.parse(request.body.toString()) as unknown[]).length);
    expect(Math.max(...sizes)).toBe(60);
    expect(
      sentTo('/v1/usage').every((request) => request.headers['content-type'] === 'application/cloudevents-batch+json'),
    ).toBe(true);
  });

  it('keeps each customer’s events in the order of the file', async () => {
    await importFile(
      'azure-llm',
      cli.folder.write('t.csv', azureTrace(ROWS)),
      '--batch-size',
      '10',
      '--concurrency',
      '3',
    );
    const seen = sentTo('/v1/usage').flatMap(
      (request) => JSON.parse(request.body.toString()) as { id: string; subject: string }[],
    );
    await importFile(
      'azure-llm',
      cli.folder.write('t.csv', azureTrace(ROWS)),
      '--batch-size',
      '1000',
      '--concurrency',
      '1',
    );
    const inOrder = (JSON.parse(sentTo('/v1/usage').at(-1)!.body.toString()) as typeof seen).filter(Boolean);
    for (const customer of AZURE_CUSTOMERS) {
      const idsOf = (events: typeof seen) =>
        events.filter((event) => event.subject === customer).map((event) => event.id);
      expect(idsOf(seen)).toEqual(idsOf(inOrder));
    }
  });

  it('registers the parties, publishes prices and a split policy, and says so', async () => {
    const { stderr, report } = await importJson('azure-llm', cli.folder.write('t.csv', azureTrace(ROWS)));
    expect(report['setUp']).toEqual({ partiesRegistered: 11, priceBooksPublished: [1], splitPoliciesPublished: [1] });
    expect(stderr).toContain('publishing price book 1, in force from 2020-01-01T00:00:00Z');
    expect(stderr).toContain('publishing split policy 1');
    expect(stderr).toContain('accrues as receivables');
  });

  it('completes the price book in force with its own lines, and leaves one that is complete alone', async () => {
    const file = cli.folder.write('t.csv', azureTrace([[1, 1_000_000, 0]]));
    const put = (path: string, body: object) =>
      fetch(`${cli.server.url}/v1${path}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${cli.server.key}`, 'idempotency-key': path },
        body: JSON.stringify(body),
      });
    const line = { type: 'ai.compute.usage', model: 'other', meters: { input_tokens: { price: '1', per: '1' } } };
    await put('/price-books/7', { effectiveAt: '2022-01-01T00:00:00Z', prices: [line] });
    await put('/price-books/8', { effectiveAt: '2026-01-01T00:00:00Z', prices: [line] });

    const { report, stderr } = await importJson('azure-llm', file);
    expect(report).toMatchObject({ accepted: 1, setUp: { priceBooksPublished: [9] } });
    expect(stderr).toContain('publishing price book 9, in force from 2022-01-01T00:00:00Z: version 7 and the importer');
    const published = JSON.parse(sentTo('/v1/price-books/9')[0]!.body.toString()) as { prices: object[] };
    expect(published.prices[0]).toEqual(line);

    expect((await importJson('azure-llm', file)).report['setUp']).toMatchObject({ priceBooksPublished: [] });
  });

  it('refuses to guess a price where the book prices the model but not its meters', async () => {
    const line = { type: 'ai.compute.usage', model: 'azure-llm*', meters: { input_tokens: { price: '1', per: '1' } } };
    await fetch(`${cli.server.url}/v1/price-books/1`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${cli.server.key}`, 'idempotency-key': 'k' },
      body: JSON.stringify({ effectiveAt: '2022-01-01T00:00:00Z', prices: [line] }),
    });
    const { code, stderr } = await importFile('azure-llm', cli.folder.write('t.csv', azureTrace(ROWS)));
    expect(code).toBe(2);
    expect(stderr).toContain('has no price for meter output_tokens');
    expect(sentTo('/v1/usage')).toEqual([]);
  });

  it('leaves the service as it is with --no-setup, and reports what it refuses', async () => {
    const { code, report } = await importJson('azure-llm', cli.folder.write('t.csv', azureTrace(ROWS)), '--no-setup');
    expect(code).toBe(1);
    expect(new Set(cli.server.requests.map((request) => request.path))).toEqual(new Set(['/v1/usage']));
    expect(report).toMatchObject({ rejected: 700, rejectedByCode: { UNKNOWN_CUSTOMER: { count: 700 } }, addsUp: true });
  });

  it('funds each customer once for a file', async () => {
    const file = cli.folder.write('t.csv', azureTrace(ROWS));
    expect((await importFile('azure-llm', file, '--customer', 'acme', '--fund', '1000')).code).toBe(0);
    const available = cli.server.available('acme');
    expect(available).toBeGreaterThan(0n);
    expect(cli.server.receivable('acme')).toBe(0n);

    expect((await importFile('azure-llm', file, '--customer', 'acme', '--fund', '1000')).code).toBe(0);
    expect(cli.server.available('acme')).toBe(available);

    const other = await importFile('azure-llm', file, '--customer', 'acme', '--fund', '1001');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('IDEMPOTENCY_CONFLICT');
  });

  it('calls it a conflict when the same rows come for another customer', async () => {
    const file = cli.folder.write('t.csv', azureTrace(ROWS.slice(0, 20)));
    await importFile('azure-llm', file, '--customer', 'acme');
    const { code, report } = await importJson('azure-llm', file, '--customer', 'globex');
    expect(code).toBe(1);
    expect(report).toMatchObject({ accepted: 0, conflicts: 20, addsUp: true });
  });

  it('accounts for every row of a trace with failures, and keeps them in the file of rejects', async () => {
    const file = cli.folder.write(
      'trace.csv',
      alibabaTrace([{}, {}, { status: 'FAILED' }, { status: 'PENDING', model: '' }, { model: '' }, { seconds: '9.0' }]),
    );
    const { code, report } = await importJson('alibaba-genai', file, '--rejects', 'rejects.jsonl');
    expect(code).toBe(0);
    expect(report).toMatchObject({
      rows: 6,
      accepted: 2,
      duplicates: 1,
      skipped: 3,
      skippedByClass: {
        failed: { count: 1, firstLines: [4] },
        unfinished: { count: 1, firstLines: [5] },
        blank: { count: 1, firstLines: [6] },
      },
      addsUp: true,
    });
    const rejects = readFileSync(join(cli.folder.path, 'rejects.jsonl'), 'utf8').trimEnd().split('\n');
    expect(rejects.map((line) => JSON.parse(line) as object)).toMatchObject([
      { class: 'failed', line: 4, row: { predict_status: 'FAILED' } },
      { class: 'unfinished', line: 5 },
      { class: 'blank', line: 6 },
    ]);
    expect((await importFile('alibaba-genai', file)).stdout).toContain('6 rows = 0 + 3 + 0 + 0 + 3');
  });

  it('says per line why the service refused CloudEvents, and isolates one that it cannot even read', async () => {
    await importFile('azure-llm', cli.folder.write('t.csv', azureTrace([[1, 1, 1]])), '--customer', 'acme');
    const event = (id: string, rest = {}) => ({
      ...cloudEvent({ id }),
      time: '2023-11-16T12:00:00Z',
      data: { provider: 'azure-llm', model: 'azure-llm-code', meters: { input_tokens: '1' } },
      ...rest,
    });
    const lines = [
      event('a'),
      event('b', { subject: 'nobody' }),
      event('c', { data: { unreadable: true } }),
      event('a'),
      event('d', { time: undefined }),
    ].map((value) => JSON.stringify(value));
    const { code, report } = await importJson(
      'cloudevents',
      cli.folder.write('e.jsonl', [...lines, 'oops'].join('\n')),
    );
    expect(code).toBe(1);
    expect(report).toMatchObject({
      rows: 6,
      accepted: 1,
      duplicates: 1,
      rejectedByCode: {
        UNKNOWN_CUSTOMER: { count: 1, firstLines: [2] },
        JSON_TOO_DEEP: { count: 1, firstLines: [3] },
        VALIDATION_FAILED: { count: 1, firstLines: [5] },
      },
      skippedByClass: { malformed: { count: 1, firstLines: [6] } },
      addsUp: true,
    });
  });

  it('ends with the same books when the service refuses, cuts connections and restarts', async () => {
    const file = cli.folder.write('t.csv', azureTrace(ROWS));
    const calm = new ContractServer();
    await calm.start();
    await cli.folder.run([
      'usage',
      'import',
      '--format',
      'azure-llm',
      file,
      '--fund',
      '0.001',
      '--url',
      calm.url,
      '--key',
      calm.key,
    ]);
    await calm.stop();

    let usages = 0;
    let restart: Promise<void> | undefined;
    cli.server.disturb = ({ path }) => {
      if (path !== '/v1/usage') return undefined;
      usages += 1;
      if (usages === 9) restart = cli.server.stop().then(() => cli.server.start());
      // Every other request is answered: enough harm, and the pauses between repetitions stay short.
      return usages % 2 === 0
        ? undefined
        : ([{ status: 503 }, 'cut before', 'cut after', { status: 429 }] as const)[((usages - 1) / 2) % 4];
    };
    const { code, report, stderr } = await importJson('azure-llm', file, '--fund', '0.001', '--batch-size', '40');
    await restart;
    expect(code).toBe(0);
    expect(report).toMatchObject({ rows: 700, rejected: 0, unsent: 0, addsUp: true });
    expect(Number(report['accepted']) + Number(report['duplicates'])).toBe(700);
    expect(Number(report['resent'])).toBeGreaterThan(0);
    expect(stderr).toContain('the service is away');
    for (const customer of AZURE_CUSTOMERS) {
      expect(cli.server.receivable(customer)).toBe(calm.receivable(customer));
      expect(cli.server.available(customer)).toBe(calm.available(customer));
    }
    expect(cli.server.ledger.balances).toEqual(calm.ledger.balances);
  });

  it('reports what was done when the service stays away, and what is left', async () => {
    cli.server.disturb = ({ path }) =>
      path === '/v1/usage' && sentTo('/v1/usage').length > 3 ? { status: 503 } : undefined;
    const file = cli.folder.write('t.csv', azureTrace(ROWS));
    const { code, report, stderr } = await importJson('azure-llm', file, '--batch-size', '20', '--retry-for', '0');
    expect(code).toBe(2);
    expect(stderr).toContain('airtime: HTTP_503');
    expect(report).toMatchObject({ ok: false, addsUp: true });
    expect(Number(report['unsent'])).toBeGreaterThan(0);
  });

  it('reads and counts without a service on a dry run', async () => {
    await cli.server.stop();
    const finished = await cli.folder.run([
      'usage',
      'import',
      '--format',
      'azure-llm',
      '--dry-run',
      '--json',
      cli.folder.write('t.csv', azureTrace(ROWS)),
    ]);
    expect(finished.code).toBe(0);
    expect(JSON.parse(finished.stdout)).toMatchObject({
      rows: 700,
      events: 700,
      meters: { sent: { input_tokens: INPUT_TOKENS } },
    });
  });

  it.each([
    [
      'a format that it does not read',
      ['--format', 'openmeter', 'f.csv'],
      'Allowed choices are cloudevents, azure-llm, alibaba-genai',
    ],
    ['a missing file', ['--format', 'azure-llm', 'nowhere.csv'], 'cannot read nowhere.csv (ENOENT)'],
    ['a folder', ['--format', 'azure-llm', '.'], 'is no file'],
    ['a batch too large', ['--format', 'azure-llm', '--batch-size', '1001', 'f.csv'], 'from 1 to 1000'],
    ['an amount with a sign', ['--format', 'azure-llm', '--fund', '-1', 'f.csv'], 'AMOUNT|amount'],
    ['another format’s options', ['--format', 'cloudevents', '--provider', 'p', 'f.csv'], 'leave these options out'],
  ])('refuses %s with exit code 2', async (_, argv, message) => {
    cli.folder.write('f.csv', azureTrace(ROWS));
    const finished = await cli.ask(['usage', 'import', ...argv]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(new RegExp(message.replace(/[()]/g, '\\$&')));
    expect(cli.server.requests).toEqual([]);
  });
});
