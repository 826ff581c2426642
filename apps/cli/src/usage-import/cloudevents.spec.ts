import fc from 'fast-check';
import { cloudEvent, collect, inPieces } from '../../test-support/generated-traces.js';
import { UsageMistake } from '../failures.js';
import { cloudevents } from './cloudevents.js';
import { VALUE_BYTES_MAX } from './json-values.js';
import type { Row, UsageRow } from './row.js';

const OPTIONS = { fileName: 'events.json', customers: [] };

const read = (text: string | Buffer, sizes?: readonly number[]) =>
  collect(cloudevents.read(inPieces(text, sizes), OPTIONS));

const summary = (rows: readonly Row[]) =>
  rows.map((row) => [row.line, row.kind === 'skipped' ? row.class : (JSON.parse(row.event) as { id: string }).id]);

describe('cloudevents file', () => {
  it('sends the events of JSON lines as they stand', async () => {
    const first = '{"id":"a", "subject":"acme","data":{"meters":{"input_tokens":1e0}}}';
    const rows = await read(`${first}\r\n\r\n${JSON.stringify(cloudEvent({ id: 'b' }))}`);
    expect(summary(rows)).toEqual([
      [1, 'a'],
      [3, 'b'],
    ]);
    expect((rows[0] as UsageRow).event).toBe(first);
  });

  it('classes spoilt lines with their numbers and keeps the others', async () => {
    const good = JSON.stringify(cloudEvent({ id: 'good' }));
    const bytes = Buffer.concat([
      Buffer.from(`${good}\n{"id":\n[1]\n"text"\n`),
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a]),
      Buffer.from(`{"id":"${'x'.repeat(VALUE_BYTES_MAX)}"}\n${good}\n`),
    ]);
    expect(summary(await read(bytes))).toEqual([
      [1, 'good'],
      [2, 'malformed'],
      [3, 'malformed'],
      [4, 'malformed'],
      [5, 'malformed'],
      [6, 'too_large'],
      [7, 'good'],
    ]);
  });

  it.each([
    ['a name twice', '"id":', '"id":"x","id":'],
    ['a member named constructor', '"meters":{', '"meters":{"constructor":{"a":1},'],
    ['a member named __proto__', '"meters":{', '"meters":{"__proto__":"5",'],
    ['more levels than are read', '"meters":{', `"meters":{"x":${'['.repeat(2_000)}${']'.repeat(2_000)},`],
  ])('sends an event with %s for the service to refuse, and takes nothing out of it', async (_, from, to) => {
    const spoilt = JSON.stringify(cloudEvent({ id: 'a' })).replace(from, () => to);
    const [row] = (await read(spoilt)) as UsageRow[];
    expect(row).toEqual({
      ...{ kind: 'usage', line: 1, event: spoilt },
      ...{ customer: '', provider: '', model: '', type: '', time: '', meters: {} },
    });
  });

  it('keeps back what nests deep and never ends', async () => {
    expect(summary(await read(`${'{"a":['.repeat(40)}\n`))).toEqual([[1, 'malformed']]);
  });

  it('reads one event written over many lines', async () => {
    expect(summary(await read(JSON.stringify(cloudEvent({ id: 'pretty' }), null, 2)))).toEqual([[1, 'pretty']]);
  });

  it('reads a single event without a line end', async () => {
    expect(summary(await read(JSON.stringify(cloudEvent({ id: 'one' }))))).toEqual([[1, 'one']]);
  });

  it('reads a JSON array, and classes what in it is no event', async () => {
    const text = `\n[\n${JSON.stringify(cloudEvent({ id: 'a' }))},\n 17, "x,]", null,\n{"id": bad},\n${JSON.stringify(cloudEvent({ id: 'b' }))}\n]\n`;
    expect(summary(await read(text))).toEqual([
      [3, 'a'],
      [4, 'malformed'],
      [4, 'malformed'],
      [4, 'malformed'],
      [5, 'malformed'],
      [6, 'b'],
    ]);
  });

  it('says when an array ends too early', async () => {
    const event = JSON.stringify(cloudEvent({ id: 'a' }));
    expect(summary(await read(`[${event},\n{"id":"cut`))).toEqual([
      [1, 'a'],
      [2, 'malformed'],
    ]);
    expect(summary(await read(`[${event}`))).toEqual([
      [1, 'a'],
      [1, 'malformed'],
    ]);
  });

  it('finds nothing in an empty array or file', async () => {
    expect(await read('[]')).toEqual([]);
    expect(await read(' \n')).toEqual([]);
    expect(await read('')).toEqual([]);
  });

  it('reads the same events in every shape and in whatever pieces the bytes arrive', async () => {
    const events = fc.array(
      fc.record({ id: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), note: fc.json() }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        async (list, sizes) => {
          const ids = list.map(({ id }) => id);
          for (const text of [
            list.map((event) => JSON.stringify(event)).join('\n'),
            JSON.stringify(list),
            JSON.stringify(list, null, 2),
            list.map((event) => JSON.stringify(event, null, 1)).join('\n'),
          ]) {
            const rows = await read(text, sizes);
            expect(rows.map((row) => (JSON.parse((row as UsageRow).event) as { id: string }).id)).toEqual(ids);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has no use for options that the events themselves answer', () => {
    expect(() => cloudevents.checkOptions({ ...OPTIONS, provider: 'p1' })).toThrow(UsageMistake);
  });
});
