/**
 * From an event to rows: closed tables from an event's `type` to what the read models hold of it. A concept makes its own;
 * the projection puts them together and takes them as an argument.
 */
import type { Typed } from './dispatch.js';
import type { EntryPosition } from './entry.js';
import type { AnyTable, Columns, RowOf } from './table.js';

/** Who an entry concerns, and how much it moves. */
export interface EntryParties {
  readonly holder?: string | undefined;
  readonly counterparty?: string | undefined;
  /** Atto-tokens. */
  readonly amount?: string | undefined;
}

/** What the read models hold of one type of event. */
export interface RowWriter<Event, Run> {
  /** Its row of `entries`. */
  readonly entry: (event: Event) => EntryParties;
  /** What it changes in other tables; null when its entry and its movements say it all. */
  readonly changes:
    ((event: Event, position: EntryPosition, recordedAt: string, run: Run) => readonly RowChange[]) | null;
}

/** A writer for each event. `Run`: what a writer needs of the {@link RowsRun}. */
export type Rows<Event extends Typed, Run = unknown> = {
  readonly [Type in Event['type']]: RowWriter<Extract<Event, { readonly type: Type }>, Run>;
};

/** Running totals: what came to a name since the first page, by the page in which it last grew. */
export interface RunningTotals {
  /** Amounts of 0 or less are left out. */
  add(name: string, height: number, amount: bigint): void;
}

/** Gathers over a run of pages what would be too many changes one by one. */
export interface RowsPart {
  /** What the run came to. Asked once, at its end. */
  changes(): readonly RowChange[];
}

/** How the projection writes texts. */
export interface RowsContext {
  readonly shard: number;
  /** A text as an indexed column holds it; what is equal here is one row there. */
  readonly keyText: (text: string) => string;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
}

/** What writers share while a run of pages becomes rows. */
export interface RowsRun {
  readonly totals: RunningTotals;
}

/** The read models of all concepts, as the projection takes them. */
export interface RowTables {
  readonly tables: readonly AnyTable[];
  /** By event type, without what every object inherits; what it lacks stops the projection. */
  readonly writers: Readonly<Record<string, RowWriter<never, never> | undefined>>;
  /** The parts of a run, made anew for each; their changes are written in this order. */
  readonly createParts: (context: RowsContext) => Readonly<Record<string, RowsPart>>;
  /** The running totals that a credit of an account adds to. */
  readonly totalsOf: (account: string, asset: string) => readonly string[];
}

type Values = Readonly<Record<string, unknown>>;

/** One write, as data. */
export type RowChange =
  | { readonly kind: 'insert'; readonly table: AnyTable; readonly rows: readonly Values[] }
  /** A row with the same key gets the given values. */
  | { readonly kind: 'upsert'; readonly table: AnyTable; readonly rows: readonly Values[] }
  /**
   * The columns that are no key are added to those of the row with the same key. By column, each with a value for every
   * row: there may be thousands. Their texts are in the form that {@link RowsContext} writes.
   */
  | { readonly kind: 'add'; readonly table: AnyTable; readonly columns: Readonly<Record<string, readonly unknown[]>> }
  /** `rows`: how many it must find. A list in `where` means any of its values. */
  | {
      readonly kind: 'update';
      readonly table: AnyTable;
      readonly where: Values;
      readonly set: Values;
      readonly rows?: number;
    }
  /** For what the others cannot say. Names of tables are unqualified: the transaction's search path names the schema. */
  | { readonly kind: 'sql'; readonly text: string; readonly values: readonly unknown[]; readonly rows?: number };

type Nullable<C extends Columns> = {
  [Name in keyof C]: null extends RowOf<{ columns: C }>[Name] ? Name : never;
}[keyof C];

/** A row to be written: what may be missing may be left out. */
export type NewRow<T extends { readonly columns: Columns }> = Readonly<
  Omit<RowOf<T>, Nullable<T['columns']>> & Partial<Pick<RowOf<T>, Nullable<T['columns']>>>
>;

export const NO_CHANGES: readonly RowChange[] = [];

export function insert<T extends AnyTable>(table: T, ...rows: readonly NewRow<T>[]): RowChange {
  return { kind: 'insert', table, rows: rows as unknown as readonly Values[] };
}

export function upsert<T extends AnyTable>(table: T, ...rows: readonly NewRow<T>[]): RowChange {
  return { kind: 'upsert', table, rows: rows as unknown as readonly Values[] };
}

export function addTo<T extends AnyTable>(
  table: T,
  columns: { readonly [Name in keyof RowOf<T>]: readonly RowOf<T>[Name][] },
): RowChange {
  return { kind: 'add', table, columns };
}

/** Changes the one row that must be there. */
export function updateOne<T extends AnyTable>(table: T, where: Partial<RowOf<T>>, set: Partial<RowOf<T>>): RowChange {
  return { kind: 'update', table, where, set, rows: 1 };
}

/** Changes all rows there are; a list of values means any of them. */
export function updateAll<T extends AnyTable>(
  table: T,
  where: { readonly [Name in keyof RowOf<T>]?: RowOf<T>[Name] | readonly RowOf<T>[Name][] },
  set: Partial<RowOf<T>>,
): RowChange {
  return { kind: 'update', table, where, set };
}
