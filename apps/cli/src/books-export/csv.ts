/** Postings as CSV: one row per posting, with everything about its entry. */
import type { JournalEvent } from '#concepts';
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

type Detail = 'usageSource' | 'usageId' | 'customer' | 'provider' | 'model' | 'priceBook' | 'splitPolicy';

/** What an event has of these, whatever its type. */
function detailsOf(event: JournalEvent): Pick<Row, Detail> {
  const usage = 'usage' in event ? event.usage : undefined;
  return {
    ...{ usageSource: usage?.source, usageId: usage?.id },
    customer: 'customer' in event ? event.customer : undefined,
    provider: 'provider' in event ? event.provider : undefined,
    model: 'model' in event ? event.model : undefined,
    priceBook: 'priceBook' in event ? event.priceBook : undefined,
    splitPolicy: 'splitPolicy' in event ? event.splitPolicy : undefined,
  };
}

export class CsvWriter implements BookWriter {
  records = 0;

  begin(): string {
    return csvLine(COLUMNS);
  }

  write({ event, position, postings, recordedAt }: BookEntry): string {
    const { time, type, actor, origin } = event;
    const details = detailsOf(event);
    this.records += postings.length;
    return postings
      .map(({ debit, credit, amount, asset }) => {
        const row: Row = {
          entry: entryId(position),
          ...position,
          ...{ recordedAt, time, type, debit, credit, amount: formatAmount(BigInt(amount)), asset, actor, origin },
          ...details,
        };
        return csvRow(COLUMNS, row);
      })
      .join('');
  }

  end(): string {
    return '';
  }
}
