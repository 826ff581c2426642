/**
 * The yardstick: a plain COPY of the very rows that a run produced, into tables without an index, in one transaction.
 * It is the most that this PostgreSQL on this machine takes; what Airtime reaches is told as a part of it.
 */
import { pipeline } from 'node:stream/promises';
import { Readable, Writable } from 'node:stream';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Rows of about so many events are copied: they wait in this process's memory. */
const EVENTS_MAX = 250_000;

export interface PlainCopy {
  readonly events: number;
  readonly bytes: number;
  readonly ms: number;
}

/** COPY of the pages alone, header and body. */
export async function copyPages(url: string): Promise<PlainCopy> {
  return copyAgain(url, ['journal.pages']);
}

/** COPY of the entries and their movements. */
export async function copyBooks(url: string): Promise<PlainCopy> {
  return copyAgain(url, ['books.entries', 'books.movements']);
}

async function copyAgain(url: string, tables: readonly string[]): Promise<PlainCopy> {
  // Not the services' pool: its time limits are for short statements.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE SCHEMA IF NOT EXISTS plain');
    const height = await heightBelow(client, EVENTS_MAX);
    const { rows } = await client.query<{ events: string }>(
      'SELECT sum(count)::text AS events FROM journal.pages WHERE height <= $1',
      [height],
    );
    const copies: { target: string; chunks: Buffer[] }[] = [];
    for (const table of tables) {
      const target = table.replace(/^\w+/, 'plain');
      await client.query(`CREATE TABLE ${target} (LIKE ${table} INCLUDING STORAGE)`);
      copies.push({ target, chunks: await readOut(client, `SELECT * FROM ${table} WHERE height <= ${height}`) });
    }
    const begunAt = performance.now();
    await client.query('BEGIN');
    for (const { target, chunks } of copies) {
      await pipeline(Readable.from(chunks), client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`)));
    }
    await client.query('COMMIT');
    const ms = performance.now() - begunAt;
    const bytes = copies.flatMap(({ chunks }) => chunks).reduce((sum, chunk) => sum + chunk.length, 0);
    return { events: Number(rows[0]!.events), bytes, ms };
  } finally {
    await client.end();
  }
}

/** The height up to which all shards together hold about so many events. */
async function heightBelow(client: pg.Client, events: number): Promise<number> {
  const { rows } = await client.query<{ height: string }>(
    `SELECT coalesce(max(height), 1)::text AS height FROM (
       SELECT height, sum(sum(count)) OVER (ORDER BY height) AS total FROM journal.pages GROUP BY height) AS sums
     WHERE total <= $1`,
    [events],
  );
  return Number(rows[0]!.height);
}

async function readOut(client: pg.Client, select: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await pipeline(client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT binary)`)), collect);
  return chunks;
}
