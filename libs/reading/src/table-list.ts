/** Lists of a table's rows over HTTP: a condition, an order, a cursor and a limit. */
import type { AnyTable, Column, RowOf } from '#domain';
import { ListCursor, type CursorPart, type ListAnswer, type ListQuery } from '#platform';
import type { BooksSnapshot, Where } from '#postgres';

/** How a list is ordered, and what it leaves out. */
interface ListOrder<T extends AnyTable, Without extends keyof RowOf<T>> {
  /** Columns that put the rows in one order; the last ones tell equal ones apart. */
  readonly orderBy: readonly (keyof RowOf<T> & string)[];
  readonly direction: 'upwards' | 'downwards';
  /** Columns that no item shows. */
  readonly without?: readonly Without[];
}

/** One answer that is asked for: where it begins and how long it may be. */
export interface ListPage {
  readonly after: readonly unknown[] | undefined;
  readonly limit: number;
}

export class TableList<T extends AnyTable, Without extends keyof RowOf<T> = never> {
  private readonly cursor: ListCursor<readonly CursorPart[]>;

  /** @param name a name of its own, so that a cursor of another list is refused */
  constructor(
    name: string,
    private readonly table: T,
    private readonly order: ListOrder<T, Without>,
  ) {
    this.cursor = new ListCursor(
      name,
      order.orderBy.map((column) => partOf(table.columns[column]!)),
    );
  }

  /** @throws RequestError `CURSOR_INVALID` */
  page({ cursor, limit }: ListQuery): ListPage {
    return { after: this.cursor.after(cursor), limit };
  }

  async read(
    books: BooksSnapshot,
    { after, limit }: ListPage,
    where: Where<T> = {},
  ): Promise<ListAnswer<Omit<RowOf<T>, Without>>> {
    // One row more than the answer holds says that there are more.
    const rows = await books.list(this.table, { ...this.order, where, after, limit: limit + 1 });
    return this.cursor.answer(rows, limit, (row) =>
      this.order.orderBy.map((column) => row[column as keyof typeof row] as string | number),
    );
  }
}

function partOf({ type, form }: Column): CursorPart {
  if (form === 'instant') return 'instant';
  if (form === 'number') return type === 'int' ? 'int4' : 'int8';
  return 'text';
}
