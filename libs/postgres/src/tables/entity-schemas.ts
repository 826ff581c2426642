/** TypeORM's view of the tables, made from their definitions. */
import { EntitySchema, type EntitySchemaColumnOptions, type ValueTransformer } from 'typeorm';
import { columnName, type AnyTable, type Column, type ColumnForm, type RowOf, type SqlType, type Table } from '#domain';

const TYPES: Readonly<Record<SqlType, Pick<EntitySchemaColumnOptions, 'type'> & Partial<EntitySchemaColumnOptions>>> = {
  bigint: { type: 'bigint' },
  bytea: { type: 'bytea' },
  date: { type: 'date' },
  int: { type: 'int' },
  json: { type: 'json' },
  jsonb: { type: 'jsonb' },
  numeric: { type: 'numeric' },
  'numeric(60,9)': { type: 'numeric', precision: 60, scale: 9 },
  text: { type: 'text' },
  'text[]': { type: 'text', array: true },
  'timestamptz(3)': { type: 'timestamptz', precision: 3 },
};

const present = <From, To>(read: (value: From) => To, write: (value: To) => unknown): ValueTransformer => ({
  from: (value: From | null) => (value === null ? null : read(value)),
  to: (value: To | null | undefined) => (value === null || value === undefined ? value : write(value)),
});

/** From the driver's values to those that {@link Column} promises. */
const TRANSFORMERS: Readonly<Partial<Record<ColumnForm, ValueTransformer>>> = {
  number: present(Number, String),
  amount: present((digits: string) => BigInt(digits), String),
  instant: present(
    (time: Date) => time.toISOString(),
    (time) => time,
  ),
};

/** For the repositories of a `DataSource`: rows by the definition's names, values as the definition types them. */
export function entitySchemaOf<T extends AnyTable & Pick<Table, 'columns'>>(table: T): EntitySchema<RowOf<T>> {
  return new EntitySchema<RowOf<T>>({
    name: `${table.schema}.${table.name}`,
    schema: table.schema,
    tableName: table.name,
    columns: Object.fromEntries(
      Object.entries(table.columns).map(([property, column]) => [
        property,
        columnOptions(property, column, table.key.includes(property)),
      ]),
    ) as never,
  });
}

function columnOptions(
  property: string,
  { type, form, isNullable, collation }: Column,
  isKey: boolean,
): EntitySchemaColumnOptions {
  const transformer = TRANSFORMERS[form];
  return {
    ...TYPES[type],
    name: columnName(property),
    primary: isKey,
    nullable: isNullable,
    ...(collation === undefined ? {} : { collation }),
    ...(transformer === undefined ? {} : { transformer }),
  };
}
