/** Whole lists as files: any list, asked for with `export`, is answered row by row to its end, however long it is. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { formatAmount } from '#domain';
import { csvLine, type CsvValue } from './csv.js';
import { EXPORT_FORMATS, type ExportFormat } from './lists.js';
import { RequestError } from './problem.js';

type Item = Readonly<Record<string, unknown>>;

/** What an answer of a list has; most say what they include as well. */
interface Answer {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly position?: readonly { readonly shard: number; readonly height: number }[];
  readonly closed?: boolean;
}

/** Rows are read so many at a time unless `limit` says otherwise: every list takes so many. */
const ROWS_AT_ONCE = '100';
const ATTO = 18;
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,18}))?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
/** Columns of these names hold instants; a text from outside that looks like one stays as it is. */
const INSTANTS = /(?:At|Start|End|^time|^at|^from|^to|^since|^until|^asOf)$/;
/** Columns of amounts that can be added up: a balance after an entry cannot. */
const ADDABLE: ReadonlySet<string> = new Set(['amount', 'debit', 'credit', 'balance', 'receivable', 'difference']);

/**
 * Answers a list as a file. The route runs as often as the list has answers, each time for its next cursor, as the reader takes the file: what is
 * held of it is one answer. The first one runs before the file begins, so a refusal is answered as one. A file that broke off lacks its last line.
 */
@Injectable()
export class ExportInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const query = request.query as Record<string, string>;
    const format = EXPORT_FORMATS.find((one) => one === query['export']);
    if (format === undefined || request.method !== 'GET') return next.handle();
    const asked = describeRequest(request);
    query['limit'] ??= ROWS_AT_ONCE;
    const read = async (cursor?: string): Promise<Answer> => {
      if (cursor !== undefined) query['cursor'] = cursor;
      return assertList(await lastValueFrom(next.handle()));
    };
    const first = await read();
    const columns = columnsOf(context) ?? Object.keys(first.items[0] ?? {});
    const file = FILES[format](asked, columns, zonedBy(query['zone'] ?? 'UTC'), query['zone'] ?? 'UTC');
    const name = `${asked.name}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${format}`;
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl';
    const stream = Readable.from(write(file, first, read), { objectMode: false, highWaterMark: 64 * 1024 });
    return from([new StreamableFile(stream, { type, disposition: `attachment; filename="${name}"` })]);
  }
}

/** One file under way: what it begins with, its rows, and what is known at its end alone. */
interface File {
  head(first: Answer): string;
  row(item: Item): string;
  foot(end: { readonly rows: number; readonly last: Answer }): string;
  digest(sha256: string): string;
}

async function* write(file: File, first: Answer, read: (cursor: string) => Promise<Answer>): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const hashed = (text: string) => {
    hash.update(text);
    return text;
  };
  yield hashed(file.head(first));
  let rows = 0;
  let answer = first;
  for (;;) {
    rows += answer.items.length;
    if (answer.items.length > 0) yield hashed(answer.items.map((item) => file.row(item)).join(''));
    if (answer.nextCursor === null) break;
    answer = await read(answer.nextCursor);
  }
  yield hashed(file.foot({ rows, last: answer }));
  yield file.digest(hash.digest('hex'));
}

interface Asked {
  /** The last word of the path. */
  readonly name: string;
  /** The request without what is about the file. */
  readonly request: string;
}

type Zoned = (instant: string) => string;

const FILES: Readonly<
  Record<ExportFormat, (asked: Asked, columns: readonly string[], zoned: Zoned, zone: string) => File>
> = {
  csv: (asked, columns, zoned, zone) => {
    const sums = new Sums();
    return {
      head: (first) =>
        [
          ['# export of', asked.request],
          ['# begun', new Date().toISOString()],
          ['# times in', zone],
          ...includedIn(first).map(([name, value]) => [`# ${name}`, value]),
        ]
          .map((line) => csvLine(line))
          .join('') + csvLine(columns),
      row: (item) => {
        sums.add(item);
        return csvLine(columns.map((column) => cellOf(column, item[column], zoned)));
      },
      foot: ({ rows, last }) =>
        [
          ['# rows', String(rows)],
          ...sums.entries().map(([column, sum]) => [`# sum of ${column}`, sum]),
          ...includedIn(last).map(([name, value]) => [`# ${name} at the end`, value]),
        ]
          .map((line) => csvLine(line))
          .join(''),
      digest: (sha256) => csvLine(['# sha-256 of all lines above', sha256]),
    };
  },
  jsonl: (asked) => {
    const sums = new Sums();
    const line = (value: unknown) => `${JSON.stringify(value)}\n`;
    return {
      head: (first) =>
        line({
          export: { of: asked.request, begun: new Date().toISOString(), ...Object.fromEntries(includedIn(first)) },
        }),
      row: (item) => {
        sums.add(item);
        return line(item);
      },
      foot: ({ rows, last }) =>
        line({ end: { rows, sums: Object.fromEntries(sums.entries()), ...Object.fromEntries(includedIn(last)) } }),
      digest: (sha256) => line({ sha256 }),
    };
  },
};

function includedIn({ position, closed }: Answer): [name: string, value: string][] {
  const heights = position?.map(({ shard, height }) => `${shard}:${height}`).join(' ');
  return [
    ...(heights === undefined ? [] : [['heights', heights] as [string, string]]),
    ...(closed === undefined ? [] : [['closed', String(closed)] as [string, string]]),
  ];
}

function cellOf(column: string, value: unknown, zoned: Zoned): CsvValue {
  if (value === null || value === undefined || typeof value === 'number') return value;
  if (typeof value === 'string') return INSTANTS.test(column) && INSTANT.test(value) ? zoned(value) : value;
  return JSON.stringify(value);
}

/** Sums of the columns that can be added up, exactly. */
class Sums {
  private readonly sums = new Map<string, bigint>();

  add(item: Item): void {
    for (const column of ADDABLE) {
      const value = item[column];
      const [, sign, whole, fraction = ''] = (typeof value === 'string' ? DECIMAL.exec(value) : null) ?? [];
      if (whole === undefined) continue;
      const atto = BigInt(whole + fraction.padEnd(ATTO, '0'));
      this.sums.set(column, (this.sums.get(column) ?? 0n) + (sign === '-' ? -atto : atto));
    }
  }

  entries(): [column: string, sum: string][] {
    return [...this.sums].map(([column, sum]) => [column, formatAmount(sum)]);
  }
}

/**
 * How instants are written: as RFC 3339 with the zone's offset, so that they are the same instants still.
 *
 * @throws RequestError `VALIDATION_FAILED` for a zone that nobody knows
 */
function zonedBy(zone: string): Zoned {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    });
  } catch {
    const message = 'zone must be the name of a time zone, such as Asia/Tokyo';
    throw new RequestError('VALIDATION_FAILED', `The request is not valid: ${message}.`, [{ path: 'zone', message }]);
  }
  return (instant) => {
    const ms = Date.parse(instant);
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    const wall = `${part['year']!.padStart(4, '0')}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}`;
    const minutes = Math.round((Date.parse(`${wall}Z`) - Math.floor(ms / 1_000) * 1_000) / 60_000);
    const two = (value: number) => String(value).padStart(2, '0');
    const far = Math.abs(minutes);
    const offset = minutes === 0 ? 'Z' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`;
    return `${wall}${instant.slice(19, -1)}${offset}`;
  };
}

function describeRequest({ url }: FastifyRequest): Asked {
  const { pathname, searchParams } = new URL(url, 'http://here');
  for (const name of ['export', 'zone', 'limit']) searchParams.delete(name);
  const query = searchParams.toString();
  const name = pathname
    .split('/')
    .at(-1)!
    .replace(/[^\w-]/g, '');
  return { name: `airtime-${name}`, request: `GET ${pathname}${query === '' ? '' : `?${query}`}` };
}

/** @throws RequestError `VALIDATION_FAILED` for a route that is no list */
function assertList(answer: unknown): Answer {
  if (typeof answer === 'object' && answer !== null && 'items' in answer && Array.isArray(answer.items))
    return { nextCursor: null, ...(answer as Omit<Answer, 'nextCursor'>) };
  const message = 'export is for lists that are answered as JSON; leave it out here';
  throw new RequestError('VALIDATION_FAILED', `The request is not valid: ${message}.`, [{ path: 'export', message }]);
}

/** The members of an item by its class, in their order: an item need not have all of them, and the first may lack some. */
function columnsOf(context: ExecutionContext): string[] | undefined {
  const responses = Reflect.getMetadata('swagger/apiResponse', context.getHandler()) as
    Record<string, { readonly type?: { readonly prototype: object } }> | undefined;
  const list = responses?.['200']?.type?.prototype;
  if (list === undefined) return undefined;
  const items = Reflect.getMetadata('swagger/apiModelProperties', list, 'items') as
    { readonly type?: { readonly prototype?: object } } | undefined;
  const item = items?.type?.prototype;
  if (item === undefined) return undefined;
  const names = Reflect.getMetadata('swagger/apiModelPropertiesArray', item) as readonly string[] | undefined;
  return names?.map((name) => name.replace(/^:/, ''));
}
