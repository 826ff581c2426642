import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { RequestError } from './problem.js';

export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 500;
const CURSOR_LENGTH_MAX = 1024;

/** The query of every list: `?limit=&cursor=`. Lists with filters extend it. */
export class ListQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: LIST_LIMIT_MAX, default: LIST_LIMIT_DEFAULT })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => wholeNumber(value))
  @IsInt({ message: `limit must be a whole number from 1 to ${LIST_LIMIT_MAX}` })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(LIST_LIMIT_MAX, { message: `limit must be at most ${LIST_LIMIT_MAX}; follow nextCursor for more` })
  limit: number = LIST_LIMIT_DEFAULT;

  @ApiPropertyOptional({ description: 'nextCursor of the answer before; opaque' })
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  @MaxLength(CURSOR_LENGTH_MAX, { message: 'cursor must be the nextCursor of an earlier answer' })
  @Matches(/^[A-Za-z0-9_-]*$/, { message: 'cursor must be the nextCursor of an earlier answer, unchanged' })
  cursor?: string;
}

/** One answer of a list. `nextCursor` is null on the last one. */
export interface ListAnswer<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/**
 * Builds the answer from one row more than the limit, which is how the query learns whether there are more.
 *
 * @param rows up to `limit + 1` rows in list order.
 * @param keyOf the sort key of a row, from which the next query goes on.
 */
export function listAnswer<T>(rows: readonly T[], limit: number, keyOf: (row: T) => CursorKey): ListAnswer<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

/** The sort key after which a list goes on; each list defines its own parts. */
export type CursorKey = readonly (string | number)[];

/** Packs a sort key into an opaque, URL-safe cursor. */
export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');
}

/**
 * The sort key inside a cursor.
 *
 * @param shape the expected type of each part; a cursor of another list is refused instead of misread.
 * @throws RequestError `CURSOR_INVALID`
 */
export function decodeCursor<const S extends readonly ('string' | 'number')[]>(
  cursor: string,
  shape: S,
): { -readonly [K in keyof S]: S[K] extends 'string' ? string : number } {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    key = undefined;
  }
  const fits =
    Array.isArray(key) &&
    key.length === shape.length &&
    key.every(
      (part, index) => typeof part === shape[index] && (typeof part !== 'number' || Number.isSafeInteger(part)),
    );
  if (!fits) {
    const message = 'use the nextCursor of an earlier answer of the same list, or leave cursor out to start over';
    throw new RequestError('CURSOR_INVALID', `The cursor does not belong to this list; ${message}.`, [
      { path: 'cursor', message },
    ]);
  }
  return key as { -readonly [K in keyof S]: S[K] extends 'string' ? string : number };
}

/** Query strings carry text; anything but plain digits is left as it is for the validator to refuse. */
function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number.parseInt(value, 10) : value;
}
