/** Postings as CSV (RFC 4180) that is safe to open in a spreadsheet: one row per posting, with everything about its entry. */
import { entryId, formatAmount } from '#domain';
import type { BookEntry, BookWriter } from './book-entry.js';

export type CsvValue = string | number | undefined;

/** A cell that begins so is a formula to Excel, LibreOffice and Google Sheets (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n]/;
/** Signed decimals begin with a minus and are what they are. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** One line with its end. A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: CsvValue): string {
  if (value === undefined) return '';
  const text = String(value);
  const harmless = FORMULA.test(text) && !DECIMAL.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const COLUMNS = [
  'entry',
  'shard',
  'height',
  'index',
  'recordedAt',
  'time',
  'type',
  'debit',
  'credit',
  'amount',
  'asset',
  'actor',
  'origin',
  'usageSource',
  'usageId',
  'customer',
  'provider',
  'model',
  'priceBook',
  'splitPolicy',
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], CsvValue>>;

export class CsvWriter implements BookWriter {
  records = 0;

  begin(): string {
    return csvLine(COLUMNS);
  }

  write({ event, position, postings, recordedAt }: BookEntry): string {
    const charge = event.type === 'UsageCharged' ? event : undefined;
    const { time, type, actor, origin } = event;
    this.records += postings.length;
    return postings
      .map(({ debit, credit, amount, asset }) => {
        const row: Row = {
          entry: entryId(position),
          ...position,
          ...{ recordedAt, time, type, debit, credit, amount: formatAmount(BigInt(amount)), asset, actor, origin },
          ...{ usageSource: charge?.usage.source, usageId: charge?.usage.id, model: charge?.model },
          customer: 'customer' in event ? event.customer : undefined,
          provider: charge?.provider,
          ...{ priceBook: charge?.priceBook, splitPolicy: charge?.splitPolicy },
        };
        return csvLine(COLUMNS.map((column) => row[column]));
      })
      .join('');
  }

  end(): string {
    return '';
  }
}
