/**
 * Whether a shard's stream shows all its pages. A stream that was deleted softly looks like none, one that was cut off
 * (`$tb`, `$maxCount`, `$maxAge` in its metadata) like one that goes on: its head stays, and its first pages are gone
 * for whoever reads it anew.
 */
import { AccessDeniedError, BACKWARDS, END, FORWARDS, START, type ReadStreamOptions } from '@eventstore/db-client';
import type { RecordedEvent } from '@eventstore/db-client';
import { ShardLost } from '#journal';

/** A look is as good as new for so long; an append waits for a newer one. */
const LOOK_AGE_MAX_MS = 1_000;
/** How EventStoreDB writes that a stream was deleted: "truncate before" the largest signed 64-bit number. */
const DELETED_FROM = Number('9223372036854775807');
const LIMITS = ['$tb', '$maxCount', '$maxAge'] as const;
const MEND =
  'the pages are there until the server is scavenged: write its metadata without "$tb", "$maxCount" and "$maxAge"; after that only a backup has them';

interface Look {
  readonly atMs: number;
  readonly hidden: Promise<string | undefined>;
}

export interface WholeStreamsOptions {
  /** Events of a stream; none when it does not exist. */
  readonly read: (stream: string, options: ReadStreamOptions) => Promise<readonly RecordedEvent[]>;
  readonly onTrouble?: ((message: string, error: unknown) => void) | undefined;
}

export class WholeStreams {
  private readonly looks = new Map<string, Look>();
  /** Streams whose first page was seen: without limits they keep it. */
  private readonly begun = new Set<string>();
  private isDenied = false;

  constructor(private readonly options: WholeStreamsOptions) {}

  /** @throws ShardLost when the stream does not show all its pages, or will not; StoreUnavailable */
  async assertWhole(shard: number, stream: string): Promise<void> {
    const hidden = await this.lookAt(stream);
    if (hidden !== undefined) throw new ShardLost({ shard, head: undefined, memories: [], hidden });
  }

  /** Whatever was looked at may be another server's by now. */
  forget(): void {
    this.looks.clear();
    this.begun.clear();
  }

  private async lookAt(stream: string): Promise<string | undefined> {
    const known = this.looks.get(stream);
    if (known !== undefined && performance.now() - known.atMs < LOOK_AGE_MAX_MS) return known.hidden;
    const look = { atMs: performance.now(), hidden: this.findHidden(stream) };
    this.looks.set(stream, look);
    look.hidden.catch(() => {
      if (this.looks.get(stream) === look) this.looks.delete(stream);
    });
    return look.hidden;
  }

  private async findHidden(stream: string): Promise<string | undefined> {
    const metadata = await this.metadataOf(stream);
    if (metadata['$tb'] !== undefined && Number(metadata['$tb']) >= DELETED_FROM)
      return `the stream ${stream} was deleted softly; ${MEND}`;
    const limits = LIMITS.filter((limit) => metadata[limit] !== undefined && metadata[limit] !== 0);
    if (limits.length > 0) {
      const what = limits.map((limit) => `${limit} ${JSON.stringify(metadata[limit])}`).join(' and ');
      return `the metadata of the stream ${stream} says ${what}, which hides pages now or later; ${MEND}`;
    }
    return this.begun.has(stream) ? undefined : this.findFirst(stream);
  }

  private async findFirst(stream: string): Promise<string | undefined> {
    const [first] = await this.options.read(stream, { direction: FORWARDS, fromRevision: START, maxCount: 1 });
    if (first === undefined) return undefined;
    if (first.revision > 0n)
      return `the stream ${stream} begins at revision ${first.revision}: the pages before it were removed; only a backup has them`;
    this.begun.add(stream);
    return undefined;
  }

  /** Empty where there is none, or none that this user may read. */
  private async metadataOf(stream: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      const [newest] = await this.options.read(`$$${stream}`, {
        direction: BACKWARDS,
        fromRevision: END,
        maxCount: 1,
      });
      if (newest === undefined || !newest.isJson) return {};
      const { data } = newest as { readonly data: unknown };
      return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
    } catch (error) {
      if (!(error instanceof AccessDeniedError)) throw error;
      if (!this.isDenied)
        this.options.onTrouble?.(`the metadata of ${stream} may not be read: cut-off pages are found late`, error);
      this.isDenied = true;
      return {};
    }
  }
}
