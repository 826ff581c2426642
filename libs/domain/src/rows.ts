/**
 * From an event to rows: closed tables from an event's `type` to what the read models hold of it. A concept makes its own;
 * the projection puts them together and takes them as an argument.
 */
import type { AccountKind } from './account.js';
import type { Typed } from './dispatch.js';
import type { EntryPosition } from './entry.js';
import type { EventCodec } from './event-codec.js';
import type { AnyTable, Columns, RowOf } from './table.js';

/** Who an entry concerns, and how much it moves. */
export interface EntryParties {
  readonly holder?: string | undefined;
  readonly counterparty?: string | undefined;
  /** Atto-tokens. */
  readonly amount?: string | undefined;
}

/** An entry that is one movement of value: of which kind it is for each of its parties. */
export interface EntryMovement {
  readonly holder: string;
  /** The same movement as its counterparty sees it; absent when there is none, or none that counts. */
  readonly counterparty?: string;
  /** See {@link TableMovements}. */
  readonly table?: never;
}

/** Movements that stand in a table, a row each, because one entry makes many. */
export interface TableMovements {
  readonly kind: string;
  readonly table: AnyTable;
  /** Only rows with these values. */
  readonly where: Readonly<Record<string, string>>;
  /** The columns, by the table's own names: what tells a movement from others, when it was, whose, how much. */
  readonly key: readonly string[];
  readonly at: string;
  readonly holder: string;
  readonly counterparty: string;
  readonly amount: string;
}

/** How compliance's reports count an event: as one movement, or as those of a table. */
export type CountedMovement = EntryMovement | TableMovements;

/** Counts the rows of a table as movements. */
export function movementsIn<T extends AnyTable>(
  table: T,
  kind: string,
  columns: {
    readonly where: Readonly<Partial<Record<keyof T['columns'] & string, string>>>;
    readonly key: readonly (keyof T['columns'] & string)[];
  } & Readonly<Record<'at' | 'holder' | 'counterparty' | 'amount', keyof T['columns'] & string>>,
): TableMovements {
  return { ...columns, kind, table, where: columns.where as Readonly<Record<string, string>> };
}

/** What the read models hold of one type of event. */
export interface RowWriter<Event, Run> {
  /** Its row of `entries`. */
  readonly entry: (event: Event) => EntryParties;
  /**
   * What compliance's reports of movements count it as: value that entered, left or changed hands at somebody's word.
   * Null for everything else: what moves no value, metered usage, and the second entry of what was counted with the first.
   */
  readonly movement: CountedMovement | null;
  /** The running total that the entry's amount adds to. */
  readonly total?: string;
  /** What it changes in other tables; null when its entry and its movements say it all. */
  readonly changes:
    ((event: Event, position: EntryPosition, recordedAt: string, run: Run) => readonly RowChange[]) | null;
}

/** A writer for each event. `Run`: the parts of {@link RowTables} that a writer needs. */
export type Rows<Event extends Typed, Run = unknown> = {
  readonly [Type in Event['type']]: RowWriter<Extract<Event, { readonly type: Type }>, Run>;
};

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

/** The read models of all concepts, as the projection takes them. */
export interface RowTables {
  readonly tables: readonly AnyTable[];
  /** How the events are written that become rows. */
  readonly codec: EventCodec;
  /** By event type, without what every object inherits; what it lacks stops the projection. */
  readonly writers: Readonly<Record<string, RowWriter<never, never> | undefined>>;
  /** The parts of a run, made anew for each; their changes are written in this order. */
  readonly createParts: (context: RowsContext) => Readonly<Record<string, RowsPart>>;
  /**
   * Kinds of accounts whose credits are added up as running totals: of each account under its name, and of all holders'
   * accounts of a kind together under their group's.
   */
  readonly totals: readonly AccountKind[];
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
