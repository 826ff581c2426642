/**
 * Tables as plain data. A read model is defined once, beside its concept; what PostgreSQL, the projection and the desks
 * need to know of it is derived from that definition: its DDL, the type of its rows, the lists of its columns, TypeORM's
 * `EntitySchema`, its digest.
 */
import type { AccountKind } from './account.js';

/** PostgreSQL's types that the tables use. */
export type SqlType =
  | 'bigint'
  | 'bytea'
  | 'date'
  | 'int'
  | 'json'
  | 'jsonb'
  | 'numeric'
  | 'numeric(60,9)'
  | 'text'
  | 'text[]'
  | 'timestamptz(3)';

/** How values pass between a program and a column. */
export type ColumnForm = 'plain' | 'key' | 'digest' | 'number' | 'amount' | 'instant' | 'json';

/** One column; `Value` is the type of its values in a program. */
export interface Column<Value = unknown> {
  readonly type: SqlType;
  readonly form: ColumnForm;
  readonly isNullable: boolean;
  /** Compared byte by byte, so that sorting and digests are the same on every machine. */
  readonly collation?: 'C' | undefined;
  /** Kept outside of the row, uncompressed. */
  readonly storage?: 'external' | undefined;
  /** Never there: it carries the type of the values. */
  readonly value?: Value;
}

export type Columns = Readonly<Record<string, Column>>;

export interface Index<Name extends string = string> {
  readonly on: readonly Name[];
  /** SQL: only rows for which it holds are in the index. */
  readonly where?: string;
}

export interface Trigger {
  /** SQL: when it fires, and at what. */
  readonly when: string;
  readonly level: 'ROW' | 'STATEMENT';
  /** The function that it calls. */
  readonly call: string;
}

interface TableOptions<Name extends string> {
  /** Of PostgreSQL; `books`, the read models, when not given. */
  readonly schema?: string;
  /** The primary key. */
  readonly key: readonly Name[];
  /** A partition for each value of this column. */
  readonly partitionBy?: Name;
  /** Per cent of a page that inserts fill: the rest is room for updates in place. */
  readonly fillfactor?: number;
  readonly indexes?: Readonly<Record<string, Index<Name>>>;
  /** SQL conditions by the name of their constraint. */
  readonly checks?: Readonly<Record<string, string>>;
  readonly triggers?: Readonly<Record<string, Trigger>>;
  /**
   * The control account of each column of amounts that has one: the kind of account whose balances over all shards are the
   * sum of the column. Null: the amounts tell of entries, and no balance is made of them. A read model that has amounts says it.
   */
  readonly control?: Readonly<Partial<Record<Name, AccountKind>>> | null;
}

/** A table: its columns by the name that a program uses; {@link columnName} gives PostgreSQL's. */
export interface Table<C extends Columns = Columns> extends TableOptions<keyof C & string> {
  readonly schema: string;
  readonly name: string;
  readonly columns: C;
}

/** A table whatever its columns are. */
export type AnyTable = Omit<Table, 'key' | 'partitionBy' | 'indexes'> & TableOptions<string>;

/** A row of a table, by the names that a program uses. */
export type RowOf<T extends { readonly columns: Columns }> = {
  -readonly [Name in keyof T['columns']]: T['columns'][Name] extends Column<infer Value> ? Value : never;
};

/** Defines a read model, in the schema `books` unless the options say otherwise. */
export function table<const C extends Columns>(
  name: string,
  columns: C,
  options: TableOptions<keyof C & string>,
): Table<C> {
  return { schema: 'books', ...options, name, columns };
}

/** PostgreSQL's name of a column: `recordedAt` is `recorded_at`. */
export function columnName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const define = <Value>(
  type: SqlType,
  form: ColumnForm,
  more: Pick<Column, 'collation' | 'storage'> = {},
): Column<Value> => ({ type, form, isNullable: false, ...more });

/** The kinds of column that tables are made of. */
export const column = {
  /** The same column, in which a value may be missing. */
  optional: <Value>(defined: Column<Value>) => ({ ...defined, isNullable: true }) as Column<Value | null>,
  /** Any text that no index holds. */
  text: <Value extends string = string>() => define<Value>('text', 'plain', { collation: 'C' }),
  /** A text that an index holds: a long one keeps its beginning and a digest, since keys of PostgreSQL are bounded. */
  key: <Value extends string = string>() => define<Value>('text', 'key', { collation: 'C' }),
  /** SHA-256, hex, of the text that is written: finds again what is not bounded itself. */
  digest: () => define<string>('text', 'digest', { collation: 'C' }),
  /** A short list of texts. */
  texts: <Value extends string = string>() => define<readonly Value[]>('text[]', 'plain'),
  /** A whole number below 2^31. */
  integer: () => define<number>('int', 'number'),
  /** A height, a count, an offset: a whole number below 2^53. */
  wholeNumber: () => define<number>('bigint', 'number'),
  /**
   * Atto-tokens, signed. Without a declared precision: no amount that the domain lets through may ever stop the
   * projection.
   */
  amount: () => define<bigint>('numeric', 'amount'),
  /** A whole number that a chain counts, as decimal text: it has no bound of ours. */
  chainNumber: () => define<string>('numeric', 'plain'),
  /** A metered quantity: decimal text with nine fraction digits. */
  quantity: () => define<string>('numeric(60,9)', 'plain'),
  /** RFC 3339 UTC, milliseconds. */
  instant: () => define<string>('timestamptz(3)', 'instant'),
  /** A UTC day, `YYYY-MM-DD`. */
  day: () => define<string>('date', 'plain'),
  /** A JSON value that is read as a whole. */
  json: <Value>() => define<Value>('jsonb', 'json'),
  /** JSON text, kept as it was written. */
  jsonText: () => define<string>('json', 'plain'),
  /** Bytes, kept outside of the row as they are. */
  bytes: () => define<Uint8Array>('bytea', 'plain', { storage: 'external' }),
} as const;
