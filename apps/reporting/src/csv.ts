/** Reports as CSV (RFC 4180) that is safe to open in a spreadsheet. */
import type { FastifyReply } from 'fastify';
import { RequestError } from '#platform';

/** A file has at most so many lines; a longer report is asked for in parts. */
export const CSV_ROWS_MAX = 50_000;

export type CsvRow = Readonly<Record<string, string | number | null | undefined>>;

/** A cell that begins so is a formula to Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n]/;
/** Signed decimals begin with a minus and are what they are. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Writes rows with a heading. A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function writeCsv(columns: readonly string[], rows: readonly CsvRow[]): string {
  const lines = [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))];
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: CsvRow[string]): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  const harmless = FORMULA.test(text) && !DECIMAL.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

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
  return writeCsv(columns, rows);
}
