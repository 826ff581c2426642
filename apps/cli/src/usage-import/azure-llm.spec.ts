import fc from 'fast-check';
import { azureTrace, collect, inPieces } from '../../test-support/generated-traces.js';
import { UsageMistake } from '../failures.js';
import { AZURE_CUSTOMERS, azureLlm } from './azure-llm.js';
import type { FormatOptions, UsageRow } from './row.js';

const OPTIONS: FormatOptions = { fileName: 'trace_code.csv', customers: [] };

const read = (text: string, options: FormatOptions = OPTIONS, sizes?: number[]) =>
  collect(azureLlm.read(inPieces(text, sizes), options));

const eventsOf = async (text: string, options?: FormatOptions) =>
  (await read(text, options)).map((row) => JSON.parse((row as UsageRow).event) as Record<string, string>);

describe('azure-llm trace', () => {
  it('makes each row one event with its time to the last digit and both token counts', async () => {
    const [event] = await eventsOf(azureTrace([[5, 4000, 12]]));
    expect(event).toMatchObject({
      specversion: '1.0',
      source: 'import/azure-llm',
      type: 'ai.compute.usage',
      time: '2023-11-16T12:00:05.1234567Z',
      data: {
        provider: 'azure-llm',
        model: 'azure-llm-code',
        meters: { input_tokens: '4000', output_tokens: '12' },
      },
    });
    expect(AZURE_CUSTOMERS).toContain(event!['subject']);
  });

  it('tells identical rows apart, and gives the same ids to the same file', async () => {
    const trace = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      { minLength: 1, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(trace, async (rows) => {
        const ids = (await eventsOf(azureTrace(rows))).map((event) => event['id']);
        const again = (await eventsOf(azureTrace(rows, '\n'))).map((event) => event['id']);
        expect(new Set(ids).size).toBe(rows.length);
        expect(again).toEqual(ids);
      }),
      { numRuns: 50 },
    );
  });

  it('passes over a row that is no UTF-8: two of them would become one id', async () => {
    const [header] = azureTrace([[1, 5, 5]]).split('\n');
    const row = (byte: number) => Buffer.concat([Buffer.from('2023-11-16 12:00:01.0,5,5'), Buffer.from([byte, 0x0a])]);
    const bytes = Buffer.concat([Buffer.from(`${header!.trim()}\n`), row(0xff), row(0xfe), row(0x20)]);
    const rows = await collect(azureLlm.read(inPieces(bytes), OPTIONS));
    expect(rows.map(({ kind }) => kind)).toEqual(['skipped', 'skipped', 'usage']);
    expect(rows[0]).toMatchObject({ class: 'malformed', reason: 'not UTF-8 text' });
  });

  it('takes a leap second that was', async () => {
    const [header] = azureTrace([[1, 5, 5]]).split('\n');
    const text = `${header!.trim()}\n2016-12-31 23:59:60,5,5\n2016-12-30 23:59:60,5,5\n`;
    expect((await read(text)).map(({ kind }) => kind)).toEqual(['usage', 'skipped']);
  });

  it('gives a row to the same customer whatever else is in the file', async () => {
    const alone = await eventsOf(azureTrace([[9, 77, 7]]));
    const among = await eventsOf(
      azureTrace([
        [1, 5, 5],
        [9, 77, 7],
      ]),
    );
    expect(among[1]!['subject']).toBe(alone[0]!['subject']);
  });

  it('spreads rows over the named customers only', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => [index, index + 1, 1] as const);
    const events = await eventsOf(azureTrace(rows), { ...OPTIONS, customers: ['left', 'right'] });
    const subjects = events.map((event) => event['subject']);
    expect(new Set(subjects)).toEqual(new Set(['left', 'right']));
    expect(subjects.filter((subject) => subject === 'left').length).toBeGreaterThan(50);
  });

  it('takes the model from the option, else from the name of the file', async () => {
    const modelOf = async (options: Partial<FormatOptions>) =>
      ((await read(azureTrace([[1, 1, 1]]), { ...OPTIONS, ...options }))[0] as UsageRow).model;
    expect(await modelOf({ fileName: 'AzureLLMInferenceTrace_conv.csv' })).toBe('azure-llm-conv');
    expect(await modelOf({ fileName: 'whatever.csv' })).toBe('azure-llm-code');
    expect(await modelOf({ model: 'mine' })).toBe('mine');
  });

  it('classes spoilt rows with their lines and goes on', async () => {
    const text = [
      'TIMESTAMP,ContextTokens,GeneratedTokens',
      '2023-11-16 12:00:00.1000000,1,1',
      '2023-11-16 12:00:01.1000000,,1',
      '2023-11-16 25:00:01.1000000,1,1',
      '2023-11-16 12:00:01.1000000,-4,1',
      '2023-11-16 12:00:01.1000000,1.5,1',
      '"2023-11-16 12:00:01.1000000,1,1',
      '2023-11-16 12:00:01.1000000,1',
      '',
      '2023-11-16 12:00:02.1000000,2,2',
    ].join('\n');
    const rows = await read(text);
    expect(rows.map((row) => [row.line, row.kind === 'skipped' ? row.class : 'usage'])).toEqual([
      [2, 'usage'],
      [3, 'blank'],
      [4, 'malformed'],
      [5, 'malformed'],
      [6, 'malformed'],
      [7, 'malformed'],
      [8, 'malformed'],
      [10, 'usage'],
    ]);
  });

  it('reads the same whatever pieces the bytes arrive in, with a byte order mark and quoted fields too', async () => {
    const text = `\ufeff"TIMESTAMP","ContextTokens","GeneratedTokens"\r\n"2023-11-16 12:00:00.5000000","3","4"\r\n`;
    const whole = await read(text);
    expect(whole).toHaveLength(1);
    expect((whole[0] as UsageRow).meters).toEqual({ input_tokens: '3', output_tokens: '4' });
    expect(await read(text, OPTIONS, [1])).toEqual(whole);
  });

  it.each([
    ['an empty file', ''],
    ['another header', 'a,b\n1,2\n'],
    ['an endless line', `TIMESTAMP,ContextTokens,GeneratedTokens\n${'x'.repeat(100_000)}`],
  ])('refuses %s as no such trace', async (_, text) => {
    await expect(read(text)).rejects.toThrow(UsageMistake);
  });
});
