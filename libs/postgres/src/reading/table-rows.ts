/**
 * Plain reads of a table through TypeORM: rows by the names and types of the table's definition. TypeORM opens no
 * connection for them: it runs on the snapshot's own, in its transaction.
 */
import { DataSource, QueryFailedError, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import type { AnyTable, RowOf } from '#domain';
import type { PoolClient } from '../connection.js';
import { entitySchemaOf } from '../tables/entity-schemas.js';

/** Stands for any value, as null stands for none. */
export const PRESENT: unique symbol = Symbol('present');

/** What a column must hold: a value, any of several, none (null) or some ({@link PRESENT}); of a list, one member. */
type Wanted<Value> = Value extends readonly (infer Member)[] ? Member : Value | readonly Value[] | typeof PRESENT;

/** What the rows must hold; undefined: whatever. */
export type Where<T extends AnyTable> = {
  readonly [Name in keyof RowOf<T>]?: Wanted<RowOf<T>[Name]> | undefined;
};

export interface RowsQuery<T extends AnyTable, Without extends keyof RowOf<T> = never> {
  readonly where?: Where<T> | undefined;
  /** Columns that put the rows in one order, all of them upwards or all downwards. */
  readonly orderBy?: readonly (keyof RowOf<T> & string)[];
  readonly direction?: 'upwards' | 'downwards';
  /** Only rows beyond this one: the values of its `orderBy` columns. */
  readonly after?: readonly unknown[] | undefined;
  readonly limit?: number;
  /** Columns that are not read. */
  readonly without?: readonly Without[];
}

/** Rows of one table, in order. */
export async function selectRows<T extends AnyTable, Without extends keyof RowOf<T> = never>(
  client: PoolClient,
  table: T,
  query: RowsQuery<T, Without>,
): Promise<Omit<RowOf<T>, Without>[]> {
  const { where = {}, orderBy = [], direction = 'upwards', after, limit, without = [] } = query;
  const metadata = await TableMetadata.of(table);
  const select = metadata.createQueryBuilder<ObjectLiteral>(entityName(table), ROW, metadata.runnerOn(client));
  if (without.length > 0) {
    const names = Object.keys(table.columns).filter((name) => !(without as readonly string[]).includes(name));
    select.select(names.map(property));
  }
  for (const [name, wanted] of Object.entries(where)) addCondition(select, table, name, wanted);
  if (after !== undefined) {
    const places = after.map((_, place) => `:after${place}`);
    const compare = direction === 'upwards' ? '>' : '<';
    select.andWhere(
      `(${orderBy.map(property).join(', ')}) ${compare} (${places.join(', ')})`,
      Object.fromEntries(after.map((value, place) => [`after${place}`, value])),
    );
  }
  for (const name of orderBy) select.addOrderBy(property(name), direction === 'upwards' ? 'ASC' : 'DESC');
  if (limit !== undefined) select.limit(limit);
  return (await select.getMany()) as Omit<RowOf<T>, Without>[];
}

const ROW = 'row';
const property = (name: string): string => `${ROW}.${name}`;
const entityName = ({ schema, name }: AnyTable): string => `${schema}.${name}`;

function addCondition(select: SelectQueryBuilder<ObjectLiteral>, table: AnyTable, name: string, wanted: unknown): void {
  if (wanted === undefined) return;
  const column = property(name);
  if (wanted === null) select.andWhere(`${column} IS NULL`);
  else if (wanted === PRESENT) select.andWhere(`${column} IS NOT NULL`);
  else if (table.columns[name]!.type === 'text[]') select.andWhere(`:${name} = ANY (${column})`, { [name]: wanted });
  else if (Array.isArray(wanted)) select.andWhere(`${column} = ANY (:${name})`, { [name]: wanted });
  else select.andWhere(`${column} = :${name}`, { [name]: wanted });
}

/** What TypeORM knows of one table. It is never connected: whoever queries brings a runner. */
class TableMetadata extends DataSource {
  private static readonly known = new WeakMap<AnyTable, Promise<TableMetadata>>();

  static of(table: AnyTable): Promise<TableMetadata> {
    let metadata = this.known.get(table);
    if (metadata === undefined) {
      metadata = new TableMetadata(table).build();
      this.known.set(table, metadata);
    }
    return metadata;
  }

  private constructor(table: AnyTable) {
    super({ type: 'postgres', entities: [entitySchemaOf(table)], logging: false });
  }

  runnerOn(client: PoolClient): PostgresQueryRunner {
    return new ClientRunner(this.driver as PostgresDriver, client);
  }

  private async build(): Promise<this> {
    await this.buildMetadatas();
    return this;
  }
}

/** Runs queries on a connection that somebody else took and gives back. */
class ClientRunner extends PostgresQueryRunner {
  constructor(
    driver: PostgresDriver,
    private readonly client: PoolClient,
  ) {
    super(driver, 'master');
  }

  override connect(): Promise<PoolClient> {
    return Promise.resolve(this.client);
  }

  /** @throws what the driver throws, so that errors are told apart as everywhere */
  override async query(text: string, values?: unknown[] | ObjectLiteral, structured?: boolean): Promise<unknown> {
    try {
      return await super.query(text, values, structured);
    } catch (error) {
      throw error instanceof QueryFailedError ? error.driverError : error;
    }
  }
}
