/** Entries in one line: what the lists of an account and of a holder have in common. */
import { Injectable } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { LAYOUTS, type JournalEvent } from '#concepts';
import { entryId, parseInstantOrDay } from '#domain';
import { ListCursor, PositionAnswer, RequestError, type KeyGrant } from '#platform';
import { listEntryLines, type BooksSnapshot, type EntryLine, type LineKey, type LineOrder } from '#postgres';
import {
  AcceptsInstant,
  ApiEntrySource,
  Books,
  describeMoment,
  JournalEntries,
  parseOrigin,
  parsePeriod,
  PeriodListQuery,
  PostingBalances,
  postingsWithBalances,
  SaysWhetherClosed,
  type EntrySource,
} from '#reading';

/** Entries in one answer when postings are included: those are read from the journal's pages, up to a megabyte each. */
export const ENTRIES_WITH_POSTINGS_MAX = 100;

const ORDERS = ['newest', 'oldest'] as const;
const EVENT_TYPES = Object.keys(LAYOUTS).sort();

export class EntriesQuery extends PeriodListQuery {
  @ApiPropertyOptional({
    enum: EVENT_TYPES,
    description: 'Entries of this type alone. An answer may have few of them, or none, and still a nextCursor',
  })
  @IsOptional()
  @IsIn(EVENT_TYPES, { message: 'type must be one of the events of the journal, such as Minted' })
  type?: string;

  @ApiPropertyOptional({ enum: ORDERS, default: 'newest', description: 'Which entries come first' })
  @IsOptional()
  @IsIn(ORDERS, { message: `order must be ${ORDERS.join(' or ')}` })
  order: LineOrder = 'newest';

  @AcceptsInstant(
    'Begins in the middle: half of the answer is of before this instant, or of a UTC day’s end, and half of after. A cursor goes on from there',
  )
  around?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'true',
    description: `With the entry’s postings; then limit is at most ${ENTRIES_WITH_POSTINGS_MAX}`,
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'postings must be true or false' })
  postings: 'true' | 'false' = 'true';
}

export class EntryItem {
  @ApiProperty({ example: '2-17-0' }) id!: string;
  @ApiProperty({ example: 'UsageCharged' }) type!: string;
  @ApiProperty({ nullable: true, type: String, description: 'By the one who reported it; null: it is no time' })
  time!: string | null;
  @ApiProperty() recordedAt!: string;
  @ApiProperty() actor!: string;
  @ApiEntrySource() source!: EntrySource;
  @ApiProperty({ nullable: true, type: String }) holder!: string | null;
  @ApiProperty({ nullable: true, type: String }) counterparty!: string | null;
  @ApiPropertyOptional({
    type: [PostingBalances],
    description: 'The whole entry, both sides, with what was there before and after each',
  })
  postings?: PostingBalances[];
}

export class EntriesAnswer {
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @ApiPropertyOptional({
    nullable: true,
    type: String,
    description: 'With around: the cursor of what comes before this answer, for the same list in the other order',
  })
  previousCursor?: string | null;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

/** Whose entries are listed. */
interface Listed {
  readonly cursor: ListCursor<typeof KEY>;
  readonly accounts: readonly string[];
  readonly holder?: string;
  /** Left out, as if it were not there. */
  readonly isHidden?: (event: JournalEvent) => boolean;
}

interface Read {
  readonly lines: readonly EntryLine[];
  readonly nextCursor: string | null;
  readonly previousCursor?: string | null;
}

export const KEY = ['instant', 'int4', 'int8', 'int4'] as const;

@Injectable()
export class EntryLines {
  constructor(
    private readonly books: Books,
    private readonly entries: JournalEntries,
  ) {}

  /**
   * A part of the line.
   *
   * @param present makes items of lines, with what else it reads of the same state
   * @throws RequestError `CURSOR_INVALID`, `VALIDATION_FAILED`; DomainError `TIME_INVALID`; as {@link Books.read}
   */
  async answer<Item>(
    listed: Listed,
    query: EntriesQuery,
    caller: KeyGrant,
    present: (
      books: BooksSnapshot,
      items: readonly EntryItem[],
      lines: readonly EntryLine[],
    ) => Promise<readonly Item[]>,
  ): Promise<EntriesAnswer & { readonly items: readonly Item[] }> {
    const { isHidden } = listed;
    if ((query.postings === 'true' || isHidden !== undefined) && query.limit > ENTRIES_WITH_POSTINGS_MAX) {
      const message = `limit must be at most ${ENTRIES_WITH_POSTINGS_MAX} with postings; add postings=false for longer answers`;
      throw new RequestError('VALIDATION_FAILED', `The request is not valid: ${message}.`, [
        { path: 'limit', message },
      ]);
    }
    const after = keyIn(listed.cursor, query.cursor);
    return this.books.read(query, async (books) => {
      const { lines: found, ...cursors } = await read(books, listed, query, after);
      if (query.postings === 'false' && isHidden === undefined)
        return { items: await present(books, found.map(presentLine), found), ...cursors, ...describeMoment(books) };
      const events = await this.entries.events(found);
      const entries = found.map((line, place) => ({ line, event: events[place]! }));
      const seen = entries.filter(({ event }) => isHidden?.(event) !== true);
      const lines = seen.map(({ line }) => line);
      const postings = query.postings === 'true' ? await postingsWithBalances(books, caller, seen) : undefined;
      const items = lines.map((line, place) => ({
        ...presentLine(line),
        ...(postings === undefined ? {} : { postings: postings[place]! }),
      }));
      return { items: await present(books, items, lines), ...cursors, ...describeMoment(books) };
    });
  }
}

async function read(
  books: BooksSnapshot,
  { cursor, accounts, holder }: Listed,
  query: EntriesQuery,
  after: LineKey | undefined,
): Promise<Read> {
  const { order, type, limit } = query;
  const wanted = { ...parsePeriod(query, Date.now()), accounts, holder, type };
  const encode = (key: LineKey | undefined) =>
    key === undefined ? null : cursor.encode([key.recordedAt, key.shard, key.height, key.index]);
  if (query.around === undefined || after !== undefined) {
    const { lines, next } = await listEntryLines(books, { ...wanted, order, after, limit });
    return { lines, nextCursor: encode(next) };
  }
  const at = new Date(parseInstantOrDay(query.around, 'around', 'end')).toISOString();
  const back = order === 'newest' ? 'oldest' : 'newest';
  const half = Math.floor(limit / 2);
  const before = half === 0 ? undefined : await listEntryLines(books, { ...wanted, order: back, at, limit: half });
  const behind = await listEntryLines(books, { ...wanted, order, at, limit: limit - half });
  return {
    lines: [...(before?.lines ?? []).toReversed(), ...behind.lines],
    ...{ nextCursor: encode(behind.next), previousCursor: encode(before?.next) },
  };
}

function keyIn(cursors: ListCursor<typeof KEY>, cursor: string | undefined): LineKey | undefined {
  const key = cursors.after(cursor);
  if (key === undefined) return undefined;
  const [recordedAt, shard, height, index] = key;
  return { recordedAt, shard, height, index };
}

function presentLine(line: EntryLine): EntryItem {
  const { type, time, recordedAt, actor, origin, holder, counterparty } = line;
  return { id: entryId(line), type, time, recordedAt, actor, source: parseOrigin(origin), holder, counterparty };
}
