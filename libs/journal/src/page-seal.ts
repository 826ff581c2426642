/** What every page of a shard is begun with, how it is sealed, and whether this writer may write it. */
import type { Draft } from './draft.js';
import { sealPage, type Page, type PageContent, type RegistryHead } from './page.js';
import type { Sealing } from './sequencer-options.js';

/** A page before its events are decided. */
export type BegunPage = Omit<PageContent, 'offsets'>;

export class PageSeal {
  constructor(
    private readonly sealing: Sealing,
    private readonly shard: number,
  ) {}

  /**
   * Begins the next page.
   *
   * @param newest where the shard ends
   * @param recordedAt RFC 3339 UTC with milliseconds: fixed before anything is decided, since it is decided at that time
   */
  begin(newest: RegistryHead, recordedAt: string): BegunPage {
    const { journal, registry } = this.sealing;
    return {
      journal,
      shard: this.shard,
      height: newest.height + 1,
      recordedAt,
      previousHash: newest.hash,
      registry: registry?.() ?? newest,
    };
  }

  seal(begun: BegunPage, draft: Pick<Draft<unknown, unknown>, 'lines' | 'offsets'>): Page {
    return sealPage({ ...begun, offsets: draft.offsets() }, draft.lines, this.sealing.key);
  }

  /** Why this writer may not write a sealed page; undefined: it may. */
  refusalOf(page: Page): string | undefined {
    return this.sealing.refuse?.(page);
  }

  /** Why it may not write these events, where it may write others; undefined also where it may write nothing at all. */
  refusalOfEvents(page: Page): string | undefined {
    const refusal = this.refusalOf(page);
    return refusal !== undefined && this.refusalOf({ ...page, body: Buffer.alloc(0) }) === undefined
      ? refusal
      : undefined;
  }
}
