/** Column kinds that the read models share. */
import type { ColumnOptions, PrimaryColumnOptions } from 'typeorm';

/** PostgreSQL's `bigint` arrives as text; heights, counts and offsets stay below 2^53. */
const asNumber = {
  to: (value: unknown) => value,
  from: (text: string | null) => (text === null ? null : Number(text)),
};

export const wholeNumber = (options: ColumnOptions = {}): ColumnOptions => ({
  type: 'bigint',
  transformer: asNumber,
  ...options,
});

/** A {@link wholeNumber} that is part of the primary key. */
export const wholeNumberKey = (options: PrimaryColumnOptions = {}): PrimaryColumnOptions => ({
  type: 'bigint',
  transformer: asNumber,
  ...options,
});

/**
 * Atto-tokens, signed, always whole; arrives as decimal text, ready for `BigInt`. Without a declared precision: no
 * amount that the domain lets through may ever stop the projection.
 */
export const amount = (options: ColumnOptions = {}): ColumnOptions => ({ type: 'numeric', ...options });

/** An instant of millisecond precision. */
export const instant = (options: ColumnOptions = {}): ColumnOptions => ({
  type: 'timestamptz',
  precision: 3,
  ...options,
});

export const optional = { nullable: true } as const;
