/** What an entry is about, as one line for people. */
import type { JournalEvent } from '#concepts';

/** Source and id of usage, else reason, else the batch or customer that it belongs to; one line without control characters. */
export function describeEntry(event: JournalEvent): string {
  return oneLine(subjectOf(event));
}

function subjectOf(event: JournalEvent): string {
  if ('usage' in event) return `${event.usage.source} ${event.usage.id}`;
  if ('reason' in event) return event.reason;
  if ('batch' in event) return `batch ${event.batch}`;
  if ('customer' in event) return `customer ${event.customer}`;
  return '';
}

/** Reasons and ids are somebody's free text; a line end in them must not begin a line of the file. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
