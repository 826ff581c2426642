/** What a holder has, listed now or as of any past instant: one way for all of it. */
import { Injectable } from '@nestjs/common';
import type { CursorKey, CursorPart, ListAnswer, ListCursor } from '#platform';
import type { BooksSnapshot } from '#postgres';
import { Books } from './books.js';
import { KnownParties } from './known-parties.js';
import { momentOf, type AsOfListQuery } from './read-parameters.js';

/** From where on rows are wanted, and how many. */
export interface ListPart<Key extends readonly CursorPart[]> {
  readonly after: CursorKey<Key> | undefined;
  readonly limit: number;
}

/** What an answer is about, and the state that all of it is of. */
export interface HolderReading {
  readonly books: BooksSnapshot;
  readonly holder: string;
  /** The instant that is asked about, or now: milliseconds since 1970. */
  readonly nowMs: number;
}

/** How rows are found and shown. */
export interface HolderList<Key extends readonly CursorPart[], Row, Item> {
  readonly cursor: ListCursor<Key>;
  /** The rows behind `after` in list order, at most `limit` of them. */
  readonly find: (books: BooksSnapshot, holder: string, part: ListPart<Key>) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => CursorKey<Key>;
  readonly present: (rows: readonly Row[], reading: HolderReading) => readonly Item[] | Promise<readonly Item[]>;
}

@Injectable()
export class HolderLists {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
  ) {}

  /**
   * Answers a part of a list.
   *
   * @param besides what else is answered
   * @throws DomainError `UNKNOWN_HOLDER`; RequestError `CURSOR_INVALID`; as {@link Books.read}
   */
  async answer<Key extends readonly CursorPart[], Row, Item, Besides extends object = object>(
    { cursor, find, keyOf, present }: HolderList<Key, Row, Item>,
    holder: string,
    query: AsOfListQuery,
    besides?: (reading: HolderReading) => Promise<Besides>,
  ): Promise<ListAnswer<Item> & Besides> {
    await this.parties.holder(holder);
    const after = cursor.after(query.cursor);
    const nowMs = momentOf(query);
    return this.books.read(query, async (books) => {
      // One row more than the answer holds says that there are more.
      const rows = await find(books, holder, { after, limit: query.limit + 1 });
      const { items, nextCursor } = cursor.answer(rows, query.limit, keyOf);
      const reading = { books, holder, nowMs };
      const more = ((await besides?.(reading)) ?? {}) as Besides;
      return { items: await present(items, reading), nextCursor, ...more };
    });
  }
}
