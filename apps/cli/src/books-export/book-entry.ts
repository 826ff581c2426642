/** One entry of the journal as the export formats read it, and what a format is. */
import { CODEC, type JournalEvent } from '#concepts';
import { ASSET, LineUnreadable, postingsOf, type EntryPosition, type Posting } from '#domain';
import { ServiceUnreachable } from '#client';
import type { ReadPage } from '../journal-pages.js';

export interface BookEntry {
  readonly event: JournalEvent;
  readonly position: EntryPosition;
  /** When the entry became durable, RFC 3339 UTC with milliseconds: the booking time of every format. */
  readonly recordedAt: string;
  /** None for entries that move no value. */
  readonly postings: readonly Posting[];
}

/** How far an export reaches: the last page of a shard that it holds. */
export interface IncludedHead {
  readonly shard: number;
  /** 0: no page of the shard is included. */
  readonly height: number;
  /** Hash of that page, which fixes all pages before; empty when there is none. */
  readonly hash: string;
}

/** Writes one format, entry by entry. Texts end with their own line ends. What it keeps must not grow with the entries. */
export interface BookWriter {
  /** @param asOf RFC 3339 UTC, when the export is for a past instant */
  begin(asOf: string | undefined): string;
  write(entry: BookEntry): string;
  end(heads: readonly IncludedHead[]): string;
  /** It reads the registry's entries before those of any other shard. */
  readonly isRegistryFirst?: boolean;
  /** Records written so far: transactions, or rows without the heading. */
  readonly records: number;
  /** What the reader of the file should know beside it, when there is something. */
  readonly caution?: string | undefined;
}

const POSITIVE_INTEGER = /^[1-9]\d*$/;

/**
 * Reads the entries of a page. What this program cannot read is refused: an export that leaves it out would look whole.
 *
 * @throws ServiceUnreachable for a body that does not hold what the page says, or events of a later schema
 */
export function* readEntries(page: ReadPage): Iterable<BookEntry> {
  const place = `page ${page.height} of shard ${page.shard}`;
  for (const [index, event] of readEventsOf(page).entries()) {
    const postings = postingsOf(event);
    for (const { amount, asset } of postings) {
      if (asset !== ASSET || !POSITIVE_INTEGER.test(amount)) {
        throw new ServiceUnreachable(
          `event ${index} of ${place} moves ${amount} ${asset}; this program knows only ${ASSET}`,
        );
      }
    }
    yield {
      event,
      position: { shard: page.shard, height: page.height, index },
      recordedAt: page.recordedAt,
      postings,
    };
  }
}

/** The events of a page with the names of their members. @throws ServiceUnreachable as {@link readEntries} */
export function readEventsOf(page: ReadPage): JournalEvent[] {
  const place = `page ${page.height} of shard ${page.shard}`;
  const lines = page.body === '' ? [] : page.body.replace(/\n$/, '').split('\n');
  if (lines.length !== page.count) {
    throw new ServiceUnreachable(`${place} holds ${lines.length} events, not ${page.count}; run airtime verify`);
  }
  return lines.map((line, index) => parseEvent(line, `event ${index} of ${place}`));
}

/** @throws ServiceUnreachable for what is no event that this program knows */
function parseEvent(line: string, place: string): JournalEvent {
  try {
    return CODEC.decode(JSON.parse(line)) as JournalEvent;
  } catch (error) {
    const isLater = error instanceof LineUnreadable;
    const reason = isLater ? `is not readable: ${error.message}` : 'is not JSON';
    throw new ServiceUnreachable(`${place} ${reason}; run airtime verify`);
  }
}
