/** Migrations for tables that are defined and that no migration makes yet. */
import { BOOKS_SCHEMA } from '../src/projection/projection.js';
import { createTableStatements } from '../src/tables/ddl.js';
import type { AnyTable } from '#domain';

export interface NewMigration {
  readonly file: string;
  readonly text: string;
}

/**
 * A migration for each of the read models that none of the migrations names.
 *
 * @param migrations the sources of all migrations, by file
 */
export function newMigrations(
  tables: readonly AnyTable[],
  migrations: Readonly<Record<string, string>>,
): readonly NewMigration[] {
  const last = Math.max(...Object.keys(migrations).map((file) => Number(file.slice(0, 13))));
  const sources = Object.values(migrations).join('\n');
  return tables
    .filter(({ name }) => !new RegExp(`(["'\`]|${BOOKS_SCHEMA}\\.)${name}\\b`).test(sources))
    .map((table, i) => describeMigration(table, last + 1 + i));
}

function describeMigration(table: AnyTable, time: number): NewMigration {
  const words = ['create', ...table.name.split('_')];
  const name = words.map((word) => `${word[0]!.toUpperCase()}${word.slice(1)}`).join('');
  const statements = createTableStatements(table, BOOKS_SCHEMA).map(
    (sql) => `    await runner.query(\`${inLines(sql)}\`);\n`,
  );
  const text = `import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Makes \`${table.name}\` as it was first defined. */
export class ${name}${time} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
${statements.join('')}  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ${BOOKS_SCHEMA}.${table.name}');
  }
}
`;
  return { file: `${time}-${words.join('-')}.ts`, text };
}

/** A column or constraint a line. */
function inLines(sql: string): string {
  const [head, ...parts] = sql.split(/(?:, | \()(?="\w+" [a-z]|PRIMARY KEY|CONSTRAINT)/);
  if (parts.length === 0) return sql.replace(/[`\\]|\$\{/g, '\\$&');
  return `\n      ${head} (\n        ${parts.join(',\n        ')}`.replace(/[`\\]|\$\{/g, '\\$&');
}
