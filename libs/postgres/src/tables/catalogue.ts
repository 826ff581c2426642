/**
 * Compares PostgreSQL's own catalogue with the definitions of the tables. The definitions are made into tables of a
 * schema that is rolled back, so that PostgreSQL writes both sides in its own words.
 */
import type { AnyTable } from '#domain';
import type { Pool, PoolClient } from '../connection.js';
import { createTableStatements } from './ddl.js';

/** What only one side knows, or both differently. */
export interface CatalogueDifference {
  /** `books.parties column country`, `books.entries index entries_by_type`, … */
  readonly what: string;
  /** In PostgreSQL's words; absent when the definitions do not know it. */
  readonly defined?: string;
  /** In PostgreSQL's words; absent when the database has no such thing. */
  readonly found?: string;
}

/**
 * Everything of the schemas that the definitions name: tables, columns (type, collation, nullability, default, storage),
 * keys and checks, partition keys, storage options, indexes and triggers. Partitions follow their table and are left out.
 * Changes nothing.
 */
export async function compareCatalogue(pool: Pool, tables: readonly AnyTable[]): Promise<CatalogueDifference[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const differences: CatalogueDifference[] = [];
    for (const schema of new Set(tables.map((table) => table.schema))) {
      const defined = await readDefined(
        client,
        schema,
        tables.filter((table) => table.schema === schema),
      );
      differences.push(...difference(schema, defined, await readFacts(client, schema)));
    }
    return differences;
  } finally {
    await client.query('ROLLBACK').finally(() => client.release());
  }
}

async function readDefined(
  client: PoolClient,
  schema: string,
  tables: readonly AnyTable[],
): Promise<Map<string, string>> {
  const scratch = `${schema}_defined`;
  await client.query(`CREATE SCHEMA ${scratch}`);
  for (const table of tables) {
    for (const statement of createTableStatements(table, scratch)) await client.query(statement);
  }
  return readFacts(client, scratch);
}

function difference(schema: string, defined: Map<string, string>, found: Map<string, string>): CatalogueDifference[] {
  return [...new Set([...defined.keys(), ...found.keys()])]
    .sort()
    .filter((what) => defined.get(what) !== found.get(what))
    .map((what) => ({
      what: `${schema}.${what}`,
      ...(defined.has(what) ? { defined: defined.get(what)! } : {}),
      ...(found.has(what) ? { found: found.get(what)! } : {}),
    }));
}

/** One row for each thing of a schema: what it is, and how it is. Names of the schema itself are left out of both. */
const FACTS = `
  WITH relation AS (
    SELECT * FROM pg_class WHERE relnamespace = $1::regnamespace AND NOT relispartition
  ), owned AS (
    SELECT oid, relname FROM relation WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
  )
  SELECT relname AS what, concat_ws(', ',
    CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'S' THEN 'sequence' ELSE 'relation ' || relkind::text END,
    CASE relpersistence WHEN 'p' THEN 'logged' ELSE 'not logged' END,
    'partitions: ' || coalesce(pg_get_partkeydef(oid), 'none'),
    'options: ' || coalesce(array_to_string(reloptions, ' '), 'none'),
    CASE WHEN relrowsecurity THEN 'row security' END) AS fact
  FROM relation WHERE relkind NOT IN ('i', 'I', 't', 'c')
  UNION ALL
  SELECT relname || ' column ' || attname, concat_ws(' ', format_type(atttypid, atttypmod),
    CASE WHEN attnotnull THEN 'NOT NULL' END,
    'COLLATE ' || (SELECT collname FROM pg_collation WHERE oid = attcollation),
    'STORAGE ' || attstorage::text, 'COMPRESSION ' || nullif(attcompression::text, ''), 'IDENTITY ' || nullif(attidentity::text, ''),
    'GENERATED ' || nullif(attgenerated::text, ''),
    'DEFAULT ' || (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum))
  FROM owned JOIN pg_attribute ON attrelid = owned.oid WHERE attnum > 0 AND NOT attisdropped
  UNION ALL
  -- PostgreSQL 18 lists NOT NULL here as well; the columns say it.
  SELECT relname || ' constraint ' || conname, pg_get_constraintdef(c.oid) || CASE WHEN convalidated THEN '' ELSE ' unproven' END
  FROM owned JOIN pg_constraint AS c ON conrelid = owned.oid WHERE contype <> 'n'
  UNION ALL
  SELECT owned.relname || ' index ' || i.relname, concat_ws(', ',
    regexp_replace(pg_get_indexdef(i.oid), ' ON (ONLY )?\\S+ USING', ' ON USING'),
    'options: ' || coalesce(array_to_string(i.reloptions, ' '), 'none'), CASE WHEN indisvalid THEN NULL ELSE 'not valid' END)
  FROM owned JOIN pg_index ON indrelid = owned.oid JOIN pg_class AS i ON i.oid = indexrelid
  WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
  UNION ALL
  SELECT relname || ' trigger ' || tgname, concat_ws(', ',
    regexp_replace(pg_get_triggerdef(t.oid), ' ON \\S+ ', ' ON '), 'enabled: ' || tgenabled::text)
  FROM owned JOIN pg_trigger AS t ON tgrelid = owned.oid WHERE NOT tgisinternal`;

async function readFacts(client: PoolClient, schema: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ what: string; fact: string }>(FACTS, [schema]);
  return new Map(rows.map(({ what, fact }) => [what, fact]));
}
