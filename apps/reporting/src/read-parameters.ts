/** Query parameters that several reads share. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { parseTime } from '#domain';
import { ListQuery, RequestError } from '#platform';
import type { BooksSnapshot } from '#postgres';

const POSITIONS_MAX = 65;

const AcceptsPositions = () =>
  applyDecorators(
    ApiPropertyOptional({
      type: String,
      isArray: true,
      example: ['2:17'],
      description: 'shard:height of earlier writes; the read waits up to five seconds until the books include them all',
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value)),
    IsArray(),
    ArrayMaxSize(POSITIONS_MAX),
    Matches(/^\d{1,2}:\d{1,15}$/, { each: true, message: 'position must be shard:height, such as 2:17' }),
  );

/** A read that takes nothing but positions. */
export class PositionQuery {
  @AcceptsPositions()
  position?: string[];
}

/** A list that takes positions. */
export class PositionListQuery extends ListQuery {
  @AcceptsPositions()
  position?: string[];
}

/** RFC 3339; its form is checked by `parseTime`, which names the path. */
export const AcceptsInstant = (description: string) =>
  applyDecorators(
    ApiPropertyOptional({ type: String, format: 'date-time', example: '2026-11-22T10:00:00Z', description }),
    IsOptional(),
    IsString({ message: 'write one RFC 3339 time, such as 2026-11-22T10:00:00Z' }),
    MaxLength(40, { message: 'write the time as RFC 3339, such as 2026-11-22T10:00:00Z' }),
  );

export const AS_OF = 'Any past instant; the answer includes what was recorded until then. Without it: now';

export const REPORT_FORMATS = ['json', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export const AcceptsFormat = () =>
  applyDecorators(
    ApiPropertyOptional({
      enum: REPORT_FORMATS,
      default: 'json',
      description: 'csv answers the whole report at once, without a cursor',
    }),
    IsOptional(),
    IsIn(REPORT_FORMATS, { message: 'format must be json or csv' }),
  );

/** A plain day stands for its first instant, in UTC. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads a bound of a report: an RFC 3339 instant or a plain UTC day.
 *
 * @returns RFC 3339 UTC with milliseconds
 * @throws DomainError `TIME_INVALID`
 */
export function parseBound(text: string | undefined, path: string): string | undefined {
  if (text === undefined) return undefined;
  const ms = parseTime(DAY.test(text) ? `${text}T00:00:00Z` : text, path);
  return new Date(Math.max(ms, 0)).toISOString();
}

/** A cursor is the caller's text: what claims to be its time must be one. */
export function parseCursorTime(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new RequestError('CURSOR_INVALID', 'The cursor does not belong to this list; leave it out to start over.', [
    { path: 'cursor', message: 'use the nextCursor of an earlier answer of the same list' },
  ]);
}

/** One shard's height that an answer includes. */
export class IncludedHeight {
  @ApiProperty({ example: 2 }) shard!: number;
  @ApiProperty({ example: 17 }) height!: number;
}

/** What an answer includes, for answers that are read from the books. */
export function includedHeights(books: BooksSnapshot): IncludedHeight[] {
  return books.heights.map(({ shard, height }) => ({ shard, height }));
}
