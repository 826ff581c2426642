import type { PoolClient } from '../connection.js';
import { plainText } from './text.js';

/** One write of a projection. Table names are unqualified: the transaction's search path names the schema. */
export interface Statement {
  readonly text: string;
  /** Texts may hold any character: {@link runStatement} makes them writable. */
  readonly values: readonly unknown[];
  /** How many rows it must touch; another number means that the books do not hold what the journal says. */
  readonly rows?: number;
}

/** @throws BooksInconsistent */
export async function runStatement(client: PoolClient, statement: Statement): Promise<void> {
  const { rowCount } = await client.query(statement.text, statement.values.map(writable));
  if (statement.rows !== undefined && rowCount !== statement.rows) {
    throw new BooksInconsistent(
      `a statement touched ${rowCount} rows instead of ${statement.rows}: ${statement.text.trim().split('\n')[0]}`,
    );
  }
}

function writable(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  return Array.isArray(value) ? value.map(writable) : value;
}

/** The read models contradict the journal; a rebuild makes them right. */
export class BooksInconsistent extends Error {
  constructor(what: string) {
    super(`the read models do not fit the journal (${what}); rebuild them with \`airtime rebuild\``);
    this.name = 'BooksInconsistent';
  }
}
