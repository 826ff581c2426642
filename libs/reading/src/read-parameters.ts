/** Query parameters that several reads share. */
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { isPlainDay, parseInstantOrDay, parsePastTime } from '#domain';
import { ListQuery, type PositionAnswer } from '#platform';
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

/** RFC 3339 or a plain day; its form is checked by {@link parsePeriod} and {@link parseAsOf}, which name the path. */
export const AcceptsInstant = (description: string) =>
  applyDecorators(
    ApiPropertyOptional({ type: String, description }),
    IsOptional(),
    IsString({ message: 'write one RFC 3339 time, such as 2026-11-22T10:00:00Z' }),
    MaxLength(40, { message: 'write the time as RFC 3339, such as 2026-11-22T10:00:00Z' }),
  );

const AS_OF =
  'Any past instant, RFC 3339, or a past day such as 2026-10-31 (UTC, to its end); the answer includes what was recorded until then. Without it: now';
const FROM = 'Time of record, included; an RFC 3339 instant or a UTC day. Without it: from the beginning';
const TO = 'Time of record; an instant is excluded, a UTC day that has ended is included whole. Without it: to now';

/** A read of any past moment. */
export class AsOfQuery extends PositionQuery {
  @AcceptsInstant(AS_OF)
  asOf?: string;
}

/** A list of any past moment. */
export class AsOfListQuery extends PositionListQuery {
  @AcceptsInstant(AS_OF)
  asOf?: string;
}

/** A report about a period. */
export class PeriodQuery extends PositionQuery {
  @AcceptsInstant(FROM)
  from?: string;

  @AcceptsInstant(TO)
  to?: string;
}

/** A list about a period. */
export class PeriodListQuery extends PositionListQuery {
  @AcceptsInstant(FROM)
  from?: string;

  @AcceptsInstant(TO)
  to?: string;
}

const REPORT_FORMATS = ['json', 'csv'] as const;
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

/** No page is older: an earlier instant is answered like this one. */
const EARLIEST_MS = 0;
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function toInstant(ms: number): string {
  return new Date(Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS)).toISOString();
}

/**
 * Reads the bounds of a report's period. Each is an RFC 3339 instant or a plain UTC day, and a day is included whole.
 *
 * @returns RFC 3339 UTC with milliseconds: `from` is included, `to` is not
 * @throws DomainError `TIME_INVALID`; `TIME_IN_FUTURE` for a day in `to` that has not ended
 */
export function parsePeriod(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
): { readonly from: string | undefined; readonly to: string | undefined } {
  const { from, to } = query;
  return {
    from: from === undefined ? undefined : toInstant(parseInstantOrDay(from, 'from', 'start')),
    to: to === undefined ? undefined : toInstant(parseEnd(to, nowMs)),
  };
}

/** The first instant that does not belong to a period any more. An instant may be yet to come: the period is open then. */
function parseEnd(to: string, nowMs: number): number {
  return isPlainDay(to) ? parsePastTime(to, 'to', nowMs) + 1 : parseInstantOrDay(to, 'to', 'end');
}

/**
 * Reads the instant that an answer is asked for: RFC 3339, or a plain UTC day, which is seen as it ended.
 *
 * @returns RFC 3339 UTC with milliseconds
 * @throws DomainError `TIME_INVALID`; `TIME_IN_FUTURE`, also for a day that has not ended
 */
export function parseAsOf(text: string, nowMs: number, path = 'asOf'): string {
  return toInstant(parsePastTime(text, path, nowMs));
}

/** The instant that is asked about, milliseconds since 1970: now without `asOf`. @throws as {@link parseAsOf} */
export function momentOf({ asOf }: AsOfQuery): number {
  const nowMs = Date.now();
  return asOf === undefined ? nowMs : Date.parse(parseAsOf(asOf, nowMs));
}

/**
 * The last instant of a period that is over: what is answered for the period is closed like an instant.
 *
 * @param to as asked; its form is checked
 * @returns RFC 3339 UTC with milliseconds; undefined for a period that has not ended, or has no end
 * @throws as {@link parsePeriod}
 */
export function lastInstantOf(to: string | undefined, nowMs: number): string | undefined {
  const end = parsePeriod({ to }, nowMs).to;
  if (end === undefined) return undefined;
  const last = Date.parse(end) - 1;
  return last > nowMs ? undefined : toInstant(last);
}

/** What an answer includes, for answers that are read from the books. */
export function includedHeights(books: BooksSnapshot): PositionAnswer[] {
  return books.heights.map(({ shard, height }) => ({ shard, height }));
}

/** Whether an answer is for ever, and what it includes: for answers about an instant or a period. */
export function describeMoment(books: BooksSnapshot): {
  readonly closed: boolean;
  readonly position: PositionAnswer[];
} {
  return { closed: books.isClosed, position: includedHeights(books) };
}

/** The member of an answer about an instant or a period that says whether it is for ever. */
export const SaysWhetherClosed = () =>
  ApiProperty({
    type: Boolean,
    description:
      'true: the instant or period is over and closed, nothing can be recorded in it any more; false: more may come',
  });
