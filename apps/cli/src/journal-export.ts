/** `airtime journal export`: every page of the journal, one JSON line each, with everything its digest covers. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ListAnswer } from '#platform';
import type { ApiClient } from './api-client.js';
import { EXIT, ServiceUnreachable, UsageMistake, type ExitCode } from './failures.js';
import { OutputFile } from './output-file.js';
import { groupDigits, type Terminal } from './terminal.js';

export interface ExportOptions {
  readonly shard?: number;
  readonly out?: string;
  readonly workingDirectory: string;
}

interface ExportedPage {
  readonly shard: number;
  readonly height: number;
}

interface Counts {
  readonly pages: number;
  /** Height of the last page by shard. */
  readonly heads: Readonly<Record<string, number>>;
}

/** Pages are up to a megabyte each; the service may answer fewer. */
const PAGES_AT_ONCE = 20;

export async function exportJournal(
  client: ApiClient,
  terminal: Terminal,
  { shard, out, workingDirectory }: ExportOptions,
): Promise<ExitCode> {
  if (out === undefined && terminal.json) {
    throw new UsageMistake('the pages themselves go to stdout; give --out FILE together with --json');
  }
  const shards = shard === undefined ? await listShards(client) : [shard];
  if (out === undefined) {
    await writePages(client, shards, async (line) => {
      if (!terminal.stdout.write(`${line}\n`)) await once(terminal.stdout, 'drain');
    });
    return EXIT.fine;
  }
  const file = await OutputFile.open(resolve(workingDirectory, out), { whole: true });
  let counts: Counts;
  try {
    counts = await writePages(client, shards, (line) => file.writeLine(line));
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

async function listShards(client: ApiClient): Promise<number[]> {
  const items = await client.list<{ shard: number }>('/journal/shards');
  const shards = items.map(({ shard }) => shard);
  if (shards.some((shard) => !Number.isSafeInteger(shard))) {
    throw new ServiceUnreachable('GET /journal/shards answered a shard without a number');
  }
  return shards.sort((left, right) => left - right);
}

/** Heights must follow each other without a gap: a page left out would only be noticed by whoever verifies the export. */
async function writePages(
  client: ApiClient,
  shards: readonly number[],
  writeLine: (line: string) => Promise<void>,
): Promise<Counts> {
  let pages = 0;
  const heads: Record<string, number> = {};
  for (const shard of shards) {
    let height = 0;
    for (let isMore = true; isMore;) {
      const query = { shard, from: height + 1, limit: PAGES_AT_ONCE };
      const { items, nextCursor } = await client.get<ListAnswer<ExportedPage>>('/journal/pages', { query });
      for (const page of items) {
        if (page.height !== height + 1 || page.shard !== shard) {
          throw new ServiceUnreachable(
            `the service answered page ${page.height} where ${height + 1} of shard ${shard} must stand`,
          );
        }
        await writeLine(JSON.stringify(page));
        height = page.height;
        pages += 1;
      }
      isMore = items.length > 0 && nextCursor !== null;
    }
    heads[shard] = height;
  }
  return { pages, heads };
}
