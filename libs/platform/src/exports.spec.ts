import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Module, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  createLogger,
  createService,
  listAnswerOf,
  ListCursor,
  ListQuery,
  loadConfiguration,
  Public,
} from './index.js';
import { RequestError } from './problem.js';

class ThingItem {
  @ApiProperty() id!: string;
  @ApiProperty() recordedAt!: string;
  @ApiProperty() amount!: string;
  @ApiPropertyOptional() note?: string;
}
const ThingsAnswer = listAnswerOf(ThingItem, 'ThingsAnswer');
const THINGS = new ListCursor('things', ['int8']);
const NOTES = ['=1+1', '-12.5', 'a "b", c', '2026-10-31T14:59:59.000Z'];

let things = 0;
let answers = 0;

@Controller('things')
class ThingsController {
  @Get()
  @Public()
  @ApiOkResponse({ type: ThingsAnswer })
  list(@Query() query: ListQuery) {
    answers += 1;
    const [after = 0] = THINGS.after(query.cursor) ?? [];
    const rows = Array.from({ length: Math.min(query.limit + 1, things - after) }, (_, place) => after + place + 1);
    if (answers > 3 && things === 999) throw new RequestError('CURSOR_INVALID', 'Away.', []);
    const { items, nextCursor } = THINGS.answer(rows, query.limit, (row) => [row]);
    return { items: items.map(present), nextCursor, position: [{ shard: 0, height: things }] };
  }

  @Get('one')
  @Public()
  one(@Query() query: ListQuery) {
    return { limit: query.limit };
  }
}

const present = (row: number) => ({
  ...{ id: `t-${row}`, recordedAt: '2026-10-31T14:59:59.001Z', amount: '1.000000000000000001' },
  ...(row > 1 ? { note: NOTES[row % NOTES.length]! } : {}),
});

@Module({ controllers: [ThingsController] })
class ThingsModule {}

describe('the export of a list', () => {
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    const logger = createLogger('silent');
    const options = { configuration: loadConfiguration({}), logger, name: 'things', refusals: {} };
    app = await createService(ThingsModule, { ...options, rateLimits: { perKey: 1000, perAddress: 1000 } });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  beforeEach(() => (answers = 0));

  afterAll(() => app.close());

  const get = async (path: string) => {
    const response = await fetch(`${url}/v1/things${path}`);
    return { response, text: await response.text() };
  };
  /** Everything but the last line, and what that says of it. */
  const taken = (text: string) => {
    const end = text.trimEnd().lastIndexOf('\n') + 1;
    return { body: text.slice(0, end), said: /[0-9a-f]{64}/.exec(text.slice(end))?.[0] };
  };

  it('is the whole list as CSV with query, heights, rows, sum and hash, and runs in no spreadsheet', async () => {
    things = 205;
    const { response, text } = await get('?export=csv&zone=Asia/Tokyo&limit=50');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="airtime-things-.*\.csv"$/);
    const lines = text.split('\r\n');
    expect(lines.slice(0, 5)).toEqual([
      '# export of,GET /v1/things',
      expect.stringMatching(/^# begun,20/),
      '# times in,Asia/Tokyo',
      '# heights,0:205',
      'id,recordedAt,amount,note',
    ]);
    expect(lines.slice(5, 9)).toEqual([
      't-1,2026-10-31T23:59:59.001+09:00,1.000000000000000001,',
      't-2,2026-10-31T23:59:59.001+09:00,1.000000000000000001,"a ""b"", c"',
      't-3,2026-10-31T23:59:59.001+09:00,1.000000000000000001,2026-10-31T14:59:59.000Z',
      "t-4,2026-10-31T23:59:59.001+09:00,1.000000000000000001,'=1+1",
    ]);
    expect(lines[9]).toMatch(/,-12.5$/);
    expect(lines.slice(-5)).toEqual([
      '# rows,205',
      '# sum of amount,205.000000000000000205',
      '# heights at the end,0:205',
      expect.stringMatching(/^# sha-256 of all lines above,[0-9a-f]{64}$/),
      '',
    ]);
    const { body, said } = taken(text);
    expect(createHash('sha256').update(body).digest('hex')).toBe(said);
    expect(answers).toBe(5);
  });

  it('is the same items as JSON lines', async () => {
    things = 7;
    const { response, text } = await get('?export=jsonl');
    expect(response.headers.get('content-type')).toBe('application/jsonl');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines.slice(1, -2)).toEqual((JSON.parse((await get('')).text) as { items: object[] }).items);
    expect(lines.at(-2)).toEqual({ end: { rows: 7, sums: { amount: '7.000000000000000007' }, heights: '0:7' } });
    const { body, said } = taken(text);
    expect(createHash('sha256').update(body).digest('hex')).toBe(said);
  });

  it('reads no further than its reader takes, however many there are', async () => {
    things = 1_000_000;
    const { body } = await fetch(`${url}/v1/things?export=csv&limit=500`);
    const reader = body!.getReader();
    await reader.read();
    await pause(200);
    const ahead = answers;
    // What the sockets between hold is some megabytes of 40.
    expect(ahead).toBeLessThan(400);
    await reader.cancel();
    await pause(200);
    expect(answers).toBeLessThanOrEqual(ahead + 2);
  });

  it('breaks off without its last line where the list fails, and is refused as JSON where it fails at once', async () => {
    things = 999;
    await expect(get('?export=csv&limit=100')).rejects.toThrow();
    things = 3;
    for (const query of ['?export=pdf', '?export=csv&zone=Mars/Base', '/one?export=csv', '?export=csv&limit=0']) {
      const { response, text } = await get(query);
      expect([query, response.status, (JSON.parse(text) as { code: string }).code]).toEqual([
        query,
        400,
        'VALIDATION_FAILED',
      ]);
    }
  });
});
