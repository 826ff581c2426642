import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { RequestError } from './problem.js';
import { WholeNumber } from './request-fields.js';

export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 500;
/** The longest key of a list has two texts; escaped and in base64 they stay below. */
const CURSOR_LENGTH_MAX = 8_192;

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The query of every list: `?limit=&cursor=`, or `?export=` for all of it. Lists with filters extend it. */
export class ListQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: LIST_LIMIT_MAX, default: LIST_LIMIT_DEFAULT })
  @IsOptional()
  @WholeNumber()
  @IsInt({ message: `limit must be a whole number from 1 to ${LIST_LIMIT_MAX}` })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(LIST_LIMIT_MAX, { message: `limit must be at most ${LIST_LIMIT_MAX}; follow nextCursor for more` })
  limit: number = LIST_LIMIT_DEFAULT;

  @ApiPropertyOptional({ description: 'nextCursor of the answer before; opaque' })
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  cursor?: string;

  @ApiPropertyOptional({
    enum: EXPORT_FORMATS,
    description: 'Answers the whole list to its end as a file, with the SHA-256 of it in its last line',
  })
  @IsOptional()
  @IsIn(EXPORT_FORMATS, { message: 'export must be csv or jsonl' })
  export?: ExportFormat;

  @ApiPropertyOptional({
    description: 'With export=csv: the zone that times are written in, such as Asia/Tokyo',
    default: 'UTC',
  })
  @IsOptional()
  @IsString({ message: 'zone must be the name of a time zone' })
  @MaxLength(64, { message: 'zone must be the name of a time zone' })
  zone?: string;
}

/** One answer of a list. `nextCursor` is null on the last one. */
export interface ListAnswer<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Describes the answer of a list of such items, under a name of its own. */
export function listAnswerOf<Item>(item: Type<Item>, name: string): Type<ListAnswer<Item>> {
  class Answer implements ListAnswer<Item> {
    @ApiProperty({ type: [item] }) items!: readonly Item[];
    @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  }
  Object.defineProperty(Answer, 'name', { value: name });
  return Answer;
}

/**
 * What a part of a sort key is. `text` holds what a database can compare with, `instant` is RFC 3339 UTC with
 * milliseconds, `int4` and `int8` are whole numbers from 0 that fit PostgreSQL's types (and JavaScript's numbers).
 */
export type CursorPart = 'text' | 'instant' | 'int4' | 'int8';

type PartType<P extends CursorPart> = P extends 'text' | 'instant' ? string : number;
/** A sort key of the given parts. */
export type CursorKey<S extends readonly CursorPart[]> = { -readonly [K in keyof S]: PartType<S[K]> };

const TEXT_LENGTH_MAX = 600;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const FITS: Readonly<Record<CursorPart, (part: unknown) => boolean>> = {
  // NUL and lone surrogates are no text to PostgreSQL.
  text: (part) => typeof part === 'string' && part.length <= TEXT_LENGTH_MAX && !/[\0\p{Cs}]/u.test(part),
  instant: (part) => typeof part === 'string' && INSTANT.test(part) && isCalendarInstant(part),
  int4: (part) => isWhole(part) && (part as number) <= 2_147_483_647,
  int8: isWhole,
};

function isWhole(part: unknown): boolean {
  return Number.isSafeInteger(part) && (part as number) >= 0;
}

function isCalendarInstant(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

/**
 * The cursor of one list: where an answer ended, packed into an opaque, URL-safe text. A cursor is the caller's text and
 * is checked here and nowhere else: one of another list, forged or cut is `CURSOR_INVALID`, never a wrong page.
 */
export class ListCursor<const S extends readonly CursorPart[]> {
  /**
   * @param list a name of its own, so that a cursor of another list is refused even where the keys look alike
   * @param shape the parts of the list's sort key
   */
  constructor(
    private readonly list: string,
    private readonly shape: S,
  ) {}

  /**
   * The key after which the list goes on; undefined to begin.
   *
   * @throws RequestError `CURSOR_INVALID`
   */
  after(cursor: string | undefined): CursorKey<S> | undefined {
    if (cursor === undefined) return undefined;
    const [list, ...key] = unpack(cursor);
    if (
      list !== this.list ||
      key.length !== this.shape.length ||
      !this.shape.every((part, place) => FITS[part](key[place]))
    ) {
      throw cursorInvalid();
    }
    return key as CursorKey<S>;
  }

  encode(key: CursorKey<S>): string {
    return Buffer.from(JSON.stringify([this.list, ...key]), 'utf8').toString('base64url');
  }

  /**
   * Builds the answer from one row more than the limit, which is how the query learns whether there are more.
   *
   * @param rows up to `limit + 1` rows in list order.
   * @param keyOf the sort key of a row, from which the next query goes on.
   */
  answer<T>(rows: readonly T[], limit: number, keyOf: (row: T) => CursorKey<S>): ListAnswer<T> {
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last !== undefined ? this.encode(keyOf(last)) : null };
  }

  /** Lists numbered things downwards; the cursor is the last number shown. */
  listDownwards<T, A>(
    this: ListCursor<readonly ['int8']>,
    numbered: ReadonlyMap<number, T>,
    { limit, cursor }: ListQuery,
    present: (thing: T) => A,
  ): ListAnswer<A> {
    const before = this.after(cursor)?.[0] ?? Number.POSITIVE_INFINITY;
    const rows = [...numbered]
      .filter(([number]) => number < before)
      .sort(([a], [b]) => b - a)
      .slice(0, limit + 1);
    const { items, nextCursor } = this.answer(rows, limit, ([number]) => [number]);
    return { items: items.map(([, thing]) => present(thing)), nextCursor };
  }
}

function unpack(cursor: string): unknown[] {
  if (cursor.length > CURSOR_LENGTH_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw cursorInvalid();
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(key) ? key : [];
  } catch {
    return [];
  }
}

/** The refusal of a cursor that no answer of the list gave. */
export function cursorInvalid(): RequestError {
  const message = 'use the nextCursor of an earlier answer of the same list, or leave cursor out to start over';
  return new RequestError('CURSOR_INVALID', `The cursor does not belong to this list; ${message}.`, [
    { path: 'cursor', message },
  ]);
}
