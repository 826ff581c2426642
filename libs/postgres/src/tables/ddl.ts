/** SQL that follows from a table's definition. */
import { columnName, type AnyTable, type Column } from '#domain';

const quoted = (name: string): string => `"${name}"`;
const sqlName = (name: string): string => quoted(columnName(name));
const list = (names: readonly string[]): string => names.map(sqlName).join(', ');

/** All columns, in the order of the definition: for COPY, INSERT and SELECT. */
export function columnList({ columns }: Pick<AnyTable, 'columns'>): string {
  return list(Object.keys(columns));
}

/** The columns of the primary key. */
export function keyList({ key }: Pick<AnyTable, 'key'>): string {
  return list(key);
}

/** The statements that make a table in a schema, which its name does not fix. */
export function createTableStatements(table: AnyTable, schema: string): string[] {
  const { name, key, partitionBy, fillfactor, columns, checks = {}, indexes = {}, triggers = {} } = table;
  const full = `${quoted(schema)}.${quoted(name)}`;
  const parts = [
    ...Object.entries(columns).map(([property, column]) => `${sqlName(property)} ${columnType(column)}`),
    ...Object.entries(checks).map(([check, condition]) => `CONSTRAINT ${quoted(check)} CHECK (${condition})`),
    `PRIMARY KEY (${list(key)})`,
  ];
  return [
    `CREATE TABLE ${full} (${parts.join(', ')})` +
      (partitionBy === undefined ? '' : ` PARTITION BY LIST (${sqlName(partitionBy)})`) +
      (fillfactor === undefined ? '' : ` WITH (fillfactor = ${fillfactor})`),
    ...Object.entries(columns)
      .filter(([, { storage }]) => storage !== undefined)
      .map(([property, { storage }]) => `ALTER TABLE ${full} ALTER ${sqlName(property)} SET STORAGE ${storage}`),
    ...Object.entries(indexes).map(
      ([index, { on, where }]) =>
        `CREATE INDEX ${quoted(index)} ON ${full} (${list(on)})${where === undefined ? '' : ` WHERE ${where}`}`,
    ),
    ...Object.entries(triggers).map(
      ([trigger, { when, level, call }]) =>
        `CREATE TRIGGER ${quoted(trigger)} ${when} ON ${full} FOR EACH ${level} EXECUTE FUNCTION ${call}`,
    ),
  ];
}

function columnType({ type, collation, isNullable }: Column): string {
  return `${type}${collation === undefined ? '' : ` COLLATE "${collation}"`}${isNullable ? '' : ' NOT NULL'}`;
}
