/** Reports as CSV files. */
import type { FastifyReply } from 'fastify';
import { csvLine, csvRow, RequestError, type CsvRow } from '#platform';

/** A file has at most so many lines; a longer report is asked for in parts. */
export const CSV_ROWS_MAX = 50_000;

/**
 * Answers a report as a file.
 *
 * @param rows up to `CSV_ROWS_MAX + 1` of them: one more than fits says that there are more
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
