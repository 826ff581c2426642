/** CSV with a header line, read as a stream. One line is one row: no field of these traces holds a comma or a line end. */
import { Readable } from 'node:stream';
import { parse, type CsvError, type Info } from 'csv-parse';
import { UsageMistake } from '../failures.js';
import type { SkippedRow } from './row.js';

const LINE_BYTES_MAX = 64 * 1024;

export interface CsvRow<Column extends string> {
  readonly kind: 'fields';
  readonly line: number;
  /** By column, without surrounding blanks and quotes. */
  readonly fields: Readonly<Record<Column, string>>;
}

/**
 * @param columns the columns that the header must name, in any order; others are passed over
 * @throws UsageMistake for an empty file, a header without these columns, or a line longer than 64 KiB
 */
export async function* readCsvRows<Column extends string>(
  bytes: AsyncIterable<Buffer>,
  columns: readonly Column[],
): AsyncIterable<CsvRow<Column> | SkippedRow> {
  const parser = parse({
    bom: true,
    info: true,
    // Without quoting a stray quote spoils its own line and never those after it.
    quote: null,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LINE_BYTES_MAX,
  });
  const source = Readable.from(bytes, { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let places: ReadonlyMap<Column, number> | undefined;
  let width = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const texts = record.map(unquote);
      if (places === undefined) {
        places = placeColumns(texts, columns);
        width = texts.length;
      } else if (texts.some((text) => text.includes('\u{fffd}'))) {
        // Bytes that are no UTF-8: two different rows would become one text, and one usage.
        yield {
          kind: 'skipped',
          line: info.lines,
          class: 'malformed',
          reason: 'not UTF-8 text',
          row: record.join(','),
        };
      } else if (texts.length !== width) {
        yield {
          kind: 'skipped',
          line: info.lines,
          class: 'malformed',
          reason: `${texts.length} fields where the header names ${width}`,
          row: record.join(','),
        };
      } else {
        const fields = Object.fromEntries([...places].map(([column, place]) => [column, texts[place]!]));
        yield { kind: 'fields', line: info.lines, fields: fields as Record<Column, string> };
      }
    }
  } catch (error) {
    if ((error as CsvError).code === 'CSV_MAX_RECORD_SIZE') {
      throw new UsageMistake('a line is longer than 64 KiB: this is no such trace');
    }
    throw error;
  } finally {
    source.destroy();
    parser.destroy();
  }
  if (places === undefined) throw new UsageMistake('the file is empty');
}

function placeColumns<Column extends string>(header: string[], columns: readonly Column[]): Map<Column, number> {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new UsageMistake(`the header lacks ${missing.join(', ')}; this format has the columns ${columns.join(', ')}`);
  }
  return new Map(columns.map((column) => [column, header.indexOf(column)]));
}

function unquote(text: string): string {
  const trimmed = text.trim();
  return trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed;
}
