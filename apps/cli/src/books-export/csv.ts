/** Postings as CSV: one row per posting, with everything about its entry. */
import { entryId, formatAmount } from '#domain';
import { csvLine, csvRow, type CsvValue } from '#platform';
import type { BookEntry, BookWriter } from './book-entry.js';

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
        return csvRow(COLUMNS, row);
      })
      .join('');
  }

  end(): string {
    return '';
  }
}
