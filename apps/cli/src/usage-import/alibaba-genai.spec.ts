import fc from 'fast-check';
import {
  alibabaLine,
  ALIBABA_HEADER,
  alibabaTrace,
  collect,
  inPieces,
  type AlibabaRow,
} from '../../test-support/generated-traces.js';
import { UsageMistake } from '../failures.js';
import { alibabaGenai } from './alibaba-genai.js';
import type { FormatOptions, SkippedRow, UsageRow } from './row.js';

const OPTIONS: FormatOptions = { fileName: 'trace.csv', customers: [] };

const read = (rows: readonly AlibabaRow[], options = OPTIONS) =>
  collect(alibabaGenai.read(inPieces(alibabaTrace(rows)), options));

const idOf = (row: unknown) => (JSON.parse((row as UsageRow).event) as { id: string }).id;

describe('alibaba-genai trace', () => {
  it('charges a request that succeeded to its group, with images, steps and GPU time', async () => {
    const [row] = await read([{ seconds: '12.5', group: 'G9', model: 'M1', images: '4.0', steps: '30' }]);
    expect(JSON.parse((row as UsageRow).event)).toMatchObject({
      source: 'import/alibaba-genai',
      time: '2024-12-01T10:00:00Z',
      subject: 'G9',
      data: {
        provider: 'alibaba-genai',
        model: 'alibaba-genai/M1',
        meters: { images: '4', inference_steps: '30', gpu_ms: '12500' },
      },
    });
  });

  it('turns decimal seconds into whole milliseconds without loss', async () => {
    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.nat({ max: 4 }), async (milliseconds, zeros) => {
        const digits = milliseconds.toString().padStart(4, '0');
        const seconds = `${digits.slice(0, -3)}.${digits.slice(-3)}${'0'.repeat(zeros)}`;
        const [row] = await read([{ seconds }]);
        expect((row as UsageRow).meters['gpu_ms']).toBe(milliseconds.toString());
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, AlibabaRow]>([
    ['failed', { status: 'FAILED' }],
    ['unfinished', { status: 'PENDING', images: '', steps: '', model: '' }],
    ['unfinished', { status: 'PROCESSING' }],
    ['blank', { model: '' }],
    ['blank', { group: '' }],
    ['blank', { status: '' }],
    ['malformed', { status: 'LOST' }],
    ['malformed', { seconds: '1.0005' }],
    ['malformed', { seconds: '-1' }],
    ['malformed', { images: 'two' }],
    ['malformed', { steps: '1e3' }],
    ['malformed', { time: '2024-02-30 10:00:00' }],
    ['malformed', { group: 'no:colon' }],
    ['malformed', { model: 'no space' }],
  ])('classes as %s a row with %p', async (expected, row) => {
    const [skipped] = await read([row]);
    expect(skipped).toMatchObject({ kind: 'skipped', class: expected, line: 2 });
    expect((skipped as SkippedRow).reason).not.toBe('');
  });

  it('needs no negative prompt', async () => {
    expect(await read([{ negative: '' }, { negative: '3.0' }])).toMatchObject([{ kind: 'usage' }, { kind: 'usage' }]);
  });

  it('gives an exact repetition the id of the first, and any other row another', async () => {
    const [first, again, other] = await read([{}, {}, { seconds: '13.0' }]);
    expect(idOf(again)).toBe(idOf(first));
    expect(idOf(other)).not.toBe(idOf(first));
  });

  it('passes over columns that it does not know', async () => {
    const text = `extra,${ALIBABA_HEADER}\nx,${alibabaLine()}\n`;
    const rows = await collect(alibabaGenai.read(inPieces(text), OPTIONS));
    expect(rows).toMatchObject([{ kind: 'usage', customer: 'G7' }]);
  });

  it('charges everything to one customer when asked, and refuses several', async () => {
    const [row] = await read([{}], { ...OPTIONS, customers: ['acme'] });
    expect((row as UsageRow).customer).toBe('acme');
    expect(() => alibabaGenai.checkOptions({ ...OPTIONS, customers: ['a', 'b'] })).toThrow(UsageMistake);
  });
});
