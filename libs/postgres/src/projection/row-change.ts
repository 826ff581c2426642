/** SQL for the writes that concepts give as data. */
import { columnName, type AnyTable, type RowChange } from '#domain';
import type { Statement } from './statement.js';
import { digest, jsonText, keyText } from './text.js';

type Values = Readonly<Record<string, unknown>>;
type RowsChange = Extract<RowChange, { readonly rows: readonly Values[] }>;
type AddChange = Extract<RowChange, { readonly kind: 'add' }>;
type UpdateChange = Extract<RowChange, { readonly kind: 'update' }>;

const sqlName = (property: string): string => `"${columnName(property)}"`;

export function toStatement(change: RowChange): Statement {
  switch (change.kind) {
    case 'sql':
      return change;
    case 'update':
      return update(change);
    case 'insert':
    case 'upsert':
      return writeRows(change);
    case 'add':
      return addRows(change);
  }
}

function writeRows(change: RowsChange): Statement {
  const { table, rows } = change;
  const properties = Object.keys(rows[0]!);
  const types = properties.map((property) => table.columns[property]!.type);
  const one = rows.length === 1;
  // Arrays of arrays do not come apart as rows: a table with a list in it is written row by row.
  const source = one
    ? `VALUES (${types.map((type, place) => `$${place + 1}::${type}`).join(', ')})`
    : `SELECT * FROM unnest(${types.map((type, place) => `$${place + 1}::${type}[]`).join(', ')})`;
  const values = properties.map((property) => {
    const column = rows.map((row) => written(table, property, row[property]));
    return one ? column[0] : column;
  });
  return {
    text: insertInto(change, properties, source),
    values,
    rows: rows.length,
  };
}

function addRows(change: AddChange): Statement {
  const { table, columns } = change;
  const properties = Object.keys(columns);
  const types = properties.map((property, place) => `$${place + 1}::${table.columns[property]!.type}[]`);
  return {
    text: insertInto(change, properties, `SELECT * FROM unnest(${types.join(', ')})`),
    values: properties.map((property) =>
      table.columns[property]!.form === 'amount' ? columns[property]!.map(String) : columns[property],
    ),
    rows: columns[properties[0]!]!.length,
  };
}

function insertInto({ kind, table }: RowsChange | AddChange, properties: readonly string[], source: string): string {
  const insert = `INSERT INTO ${table.name} AS known (${properties.map(sqlName).join(', ')}) ${source}`;
  if (kind === 'insert') return insert;
  const others = properties.filter((property) => !table.key.includes(property)).map(sqlName);
  const changes = others.map((name) =>
    kind === 'upsert' ? `${name} = excluded.${name}` : `${name} = known.${name} + excluded.${name}`,
  );
  return `${insert} ON CONFLICT (${table.key.map(sqlName).join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}

function update({ table, where, set, rows }: UpdateChange): Statement {
  const values: unknown[] = [];
  const place = (property: string, value: unknown): string =>
    `$${values.push(written(table, property, value))}::${table.columns[property]!.type}`;
  const changes = Object.entries(set).map(([property, value]) => `${sqlName(property)} = ${place(property, value)}`);
  const conditions = Object.entries(where).map(([property, value]) =>
    Array.isArray(value)
      ? `${sqlName(property)} = ANY (${place(property, value)}[])`
      : `${sqlName(property)} = ${place(property, value)}`,
  );
  return {
    text: `UPDATE ${table.name} SET ${changes.join(', ')} WHERE ${conditions.join(' AND ')}`,
    values,
    ...(rows === undefined ? {} : { rows }),
  };
}

/** A value, or each of several, as its column takes it. */
function written(table: AnyTable, property: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  const { form } = table.columns[property]!;
  if (form === 'json') return jsonText(value);
  if (Array.isArray(value)) return value.map((one) => written(table, property, one));
  switch (form) {
    case 'key':
      return keyText(value as string);
    case 'digest':
      return digest(value as string);
    case 'amount':
      return (value as bigint).toString();
    case 'number':
    case 'instant':
    case 'plain':
      return value;
  }
}
