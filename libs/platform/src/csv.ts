/** CSV (RFC 4180) that is safe to open in a spreadsheet: the one writer of every file and report. */

export type CsvValue = string | number | null | undefined;

/** The values of a line by their columns; a column without a value is empty. */
export type CsvRow = Readonly<Record<string, CsvValue>>;

/**
 * A cell that begins so is a formula to Excel, LibreOffice or Google Sheets (OWASP, "CSV Injection"): they pass over blanks,
 * control characters and characters without a width, and read the full-width and small forms of a sign as the sign.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠﹦﹢﹣﹫])/u;
/** Signed decimals begin with a minus and are what they are. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** One line with its end. A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

/** One line with its end, its values in the order of the columns. */
export function csvRow(columns: readonly string[], row: CsvRow): string {
  return csvLine(columns.map((column) => row[column]));
}

function cell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  const harmless = FORMULA.test(text) && !DECIMAL.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
