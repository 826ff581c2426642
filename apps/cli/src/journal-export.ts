/** `airtime journal export`: every page of the journal, one JSON line each, with everything its digest covers. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ApiClient } from '#client';
import { readEventsOf } from './books-export/book-entry.js';
import { EXIT, UsageMistake, type ExitCode } from './failures.js';
import { listShards, readPages, type ReadPage } from './journal-pages.js';
import { OutputFile } from './output-file.js';
import { groupDigits, type Terminal } from './terminal.js';

export interface ExportOptions {
  readonly shard?: number;
  readonly out?: string;
  /** Events with the names of their members, for people: no digest covers this text. */
  readonly named?: boolean;
  readonly workingDirectory: string;
}

interface Counts {
  readonly pages: number;
  /** Height of the last page by shard. */
  readonly heads: Readonly<Record<string, number>>;
}

export async function exportJournal(
  client: ApiClient,
  terminal: Terminal,
  { shard, out, named = false, workingDirectory }: ExportOptions,
): Promise<ExitCode> {
  if (out === undefined && terminal.json) {
    throw new UsageMistake('the pages themselves go to stdout; give --out FILE together with --json');
  }
  const shards = shard === undefined ? (await listShards(client)).map((end) => end.shard) : [shard];
  const lineOf = named ? namedLine : JSON.stringify;
  if (out === undefined) {
    await writePages(client, shards, lineOf, async (line) => {
      if (!terminal.stdout.write(`${line}\n`)) await once(terminal.stdout, 'drain');
    });
    return EXIT.fine;
  }
  const file = await OutputFile.open(resolve(workingDirectory, out), { whole: true });
  let counts: Counts;
  try {
    counts = await writePages(client, shards, lineOf, (line) => file.writeLine(line));
    await file.close();
  } catch (error) {
    await file.discard();
    throw error;
  }
  terminal.result(
    { command: 'journal export', ok: true, file: out, ...counts },
    `${groupDigits(counts.pages)} pages of ${shards.length} shards written to ${out}`,
  );
  return EXIT.fine;
}

/** A page with `events` in place of its body: what nobody can read without the document, by name. */
function namedLine(page: ReadPage): string {
  const { body: _, ...header } = page;
  return JSON.stringify({ ...header, events: readEventsOf(page) });
}

async function writePages(
  client: ApiClient,
  shards: readonly number[],
  lineOf: (page: ReadPage) => string,
  writeLine: (line: string) => Promise<void>,
): Promise<Counts> {
  let pages = 0;
  const heads: Record<string, number> = {};
  for (const shard of shards) {
    heads[shard] = 0;
    for await (const page of readPages(client, shard)) {
      await writeLine(lineOf(page));
      heads[shard] = page.height;
      pages += 1;
    }
  }
  return { pages, heads };
}
