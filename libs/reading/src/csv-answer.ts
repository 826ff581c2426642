/** Reports as CSV files. */
import type { FastifyReply } from 'fastify';
import {
  csvLine,
  csvRow,
  RequestError,
  type CsvRow,
  type CursorKey,
  type CursorPart,
  type ListAnswer,
  type ListCursor,
} from '#platform';
import type { ReportFormat } from './read-parameters.js';

/** A file has at most so many lines; a longer report is asked for in parts. */
const CSV_ROWS_MAX = 50_000;

interface ReportQuery {
  readonly format: ReportFormat;
  readonly limit: number;
}

/** How many rows a report reads: one more than its answer may hold, which says that there are more. */
export function reportRows({ format, limit }: ReportQuery): number {
  return (format === 'csv' ? CSV_ROWS_MAX : limit) + 1;
}

/** The list in a report: an answer with a cursor, or for a file everything, which {@link answerCsv} refuses if too long. */
export function answerReport<Item, const S extends readonly CursorPart[]>(
  cursor: ListCursor<S>,
  { format, limit }: ReportQuery,
  items: readonly Item[],
  keyOf: (item: Item) => CursorKey<S>,
): ListAnswer<Item> {
  return format === 'csv' ? { items, nextCursor: null } : cursor.answer(items, limit, keyOf);
}

/**
 * Answers a report as a file.
 *
 * @param rows {@link reportRows} of them at most
 * @throws RequestError `VALIDATION_FAILED` when the report is too long for one file
 */
export function answerCsv(
  reply: FastifyReply,
  name: string,
  columns: readonly string[],
  rows: readonly CsvRow[],
): string {
  if (rows.length > CSV_ROWS_MAX) {
    const message = `narrow the period: a file has at most ${CSV_ROWS_MAX} lines`;
    throw new RequestError('VALIDATION_FAILED', `The report is too long for one file; ${message}.`, [
      { path: 'from', message },
    ]);
  }
  reply.header('content-disposition', `attachment; filename="${name}.csv"`).type('text/csv; charset=utf-8');
  return csvLine(columns) + rows.map((row) => csvRow(columns, row)).join('');
}
