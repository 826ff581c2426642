/** `airtime export`: the books in a format of other programs, straight from the journal's pages. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { parsePastTime } from '#domain';
import { ServiceUnreachable, type ApiClient } from '#client';
import { EXIT, UsageMistake, type ExitCode } from '../failures.js';
import { listShards, readPages, type ReadPage, type ShardEnd } from '../journal-pages.js';
import { OutputFile } from '../output-file.js';
import { groupDigits, type Terminal } from '../terminal.js';
import { BeancountWriter } from './beancount.js';
import { readEntries, type BookWriter, type IncludedHead } from './book-entry.js';
import { HledgerWriter } from './hledger.js';

/** CSV comes with all of #platform: only an export in such a format waits for it. */
const WRITERS = {
  hledger: () => new HledgerWriter(),
  beancount: () => new BeancountWriter(),
  csv: async () => new (await import('./csv.js')).CsvWriter(),
  focus: async () => new (await import('./focus/focus.js')).FocusWriter(),
} as const satisfies Record<string, () => BookWriter | Promise<BookWriter>>;

export type BookFormat = keyof typeof WRITERS;
export const BOOK_FORMATS = Object.keys(WRITERS) as BookFormat[];

export interface ExportBooksOptions {
  readonly format: BookFormat;
  /** RFC 3339 or a plain UTC day, to its end: include what was recorded until then. */
  readonly asOf?: string;
  readonly out?: string;
  readonly workingDirectory: string;
}

type Write = (text: string) => Promise<void>;

interface Counts {
  readonly pages: number;
  /** Entries of the journal that were read, also those that the format has nothing to say about. */
  readonly entries: number;
  readonly records: number;
  readonly heads: readonly IncludedHead[];
}

/** @throws UsageMistake, DomainError `TIME_INVALID` or `TIME_IN_FUTURE`, ServiceUnreachable */
export async function exportBooks(
  client: ApiClient,
  terminal: Terminal,
  { format, asOf, out, workingDirectory }: ExportBooksOptions,
): Promise<ExitCode> {
  if (out === undefined && terminal.json) {
    throw new UsageMistake('the export itself goes to stdout; give --out FILE together with --json');
  }
  const instant = asOf === undefined ? undefined : parsePastInstant(asOf);
  const writer = await WRITERS[format]();
  if (out === undefined) {
    const print = async (text: string) => {
      if (!terminal.stdout.write(text)) await once(terminal.stdout, 'drain');
    };
    // On the terminal that the export itself scrolls over, a bar would only be in its way.
    await writeBooks(client, terminal, writer, instant, print, terminal.stdout.isTTY !== true);
    cautionOf(writer, terminal);
    return EXIT.fine;
  }
  const file = await OutputFile.open(resolve(workingDirectory, out), { whole: true });
  let counts: Counts;
  try {
    counts = await writeBooks(client, terminal, writer, instant, (text) => file.write(text), true);
    await file.close();
  } catch (error) {
    await file.discard();
    throw error;
  }
  cautionOf(writer, terminal);
  const what = format === 'hledger' || format === 'beancount' ? 'transactions' : 'rows';
  terminal.result(
    { command: 'export', ok: true, format, file: out, asOf: instant ?? null, ...counts },
    `${groupDigits(counts.records)} ${what} from ${groupDigits(counts.entries)} entries in ${groupDigits(counts.pages)} pages written to ${out}`,
  );
  return EXIT.fine;
}

/** As the service reads `asOf`: a plain day to its end, in UTC with milliseconds, as pages carry them; finer digits are cut off. */
function parsePastInstant(text: string): string {
  const ms = parsePastTime(text, '--as-of', Date.now());
  return new Date(Math.max(ms, 0)).toISOString();
}

async function writeBooks(
  client: ApiClient,
  terminal: Terminal,
  writer: BookWriter,
  instant: string | undefined,
  write: Write,
  isShown: boolean,
): Promise<Counts> {
  const ends = await listShards(client, instant);
  if (ends.some(({ height }) => !Number.isSafeInteger(height))) {
    throw new ServiceUnreachable('GET /journal/shards answered a shard without a height');
  }
  const total = ends.reduce((sum, { height }) => sum + height, 0);
  const progress = isShown ? terminal.progress(total) : undefined;
  try {
    const counts = { pages: 0, entries: 0, heads: [] as IncludedHead[] };
    await write(writer.begin(instant));
    let pagesBefore = 0;
    for (const end of orderFor(writer, ends)) {
      const head = await writeShard(client, end, writer, instant, write, (page) => {
        counts.pages += 1;
        counts.entries += page.count;
        progress?.advanceTo(pagesBefore + page.height, `${groupDigits(counts.entries)} entries`);
      });
      counts.heads.push(head);
      pagesBefore += end.height;
    }
    counts.heads.sort((left, right) => left.shard - right.shard);
    await write(writer.end(counts.heads));
    return { ...counts, records: writer.records };
  } finally {
    progress?.stop();
  }
}

/** The registry is the last shard. @param ends ascending by number */
function orderFor({ isRegistryFirst = false }: BookWriter, ends: readonly ShardEnd[]): readonly ShardEnd[] {
  return isRegistryFirst ? [...ends.slice(-1), ...ends.slice(0, -1)] : ends;
}

/**
 * Ends where the shard ended when the export began: what is recorded meanwhile would otherwise be in the shards that are
 * read late and missing from those read early.
 */
async function writeShard(
  client: ApiClient,
  { shard, height }: ShardEnd,
  writer: BookWriter,
  instant: string | undefined,
  write: Write,
  onPage: (page: ReadPage) => void,
): Promise<IncludedHead> {
  let head: IncludedHead = { shard, height: 0, hash: '' };
  if (height === 0) return head;
  for await (const page of readPages(client, shard)) {
    // Within a shard the time of recording never goes back: nothing later can belong to the instant.
    if (instant !== undefined && page.recordedAt > instant) return head;
    let text = '';
    for (const entry of readEntries(page)) text += writer.write(entry);
    if (text !== '') await write(text);
    head = { shard, height: page.height, hash: page.hash };
    onPage(page);
    if (page.height === height) return head;
  }
  throw new ServiceUnreachable(`shard ${shard} ends at page ${head.height}, and the service said ${height}`);
}

function cautionOf({ caution }: BookWriter, terminal: Terminal): void {
  if (caution !== undefined) terminal.note(caution);
}
