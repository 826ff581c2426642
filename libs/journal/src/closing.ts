/**
 * Closed instants. A shard is closed up to an instant when its newest page is later: page times never go back, so nothing
 * can be written any more that belongs to it. Readers ask through the store of the journal; a process with sequencers
 * answers with a page.
 */
import type { PageHead } from './page.js';

/** Instants by shard, RFC 3339 UTC with milliseconds. */
export type Instants = ReadonlyMap<number, string>;

/** The port through which readers ask that shards be closed. Every adapter passes `closing.contract.ts`. */
export interface ClosingWishes {
  /**
   * Asks that shards be closed up to instants. Wishes are joined: of one shard only the latest instant counts.
   *
   * @throws StoreUnavailable
   */
  wish(instants: Instants): Promise<void>;

  /**
   * Gives what is wished and not taken back, then again whenever that may have changed, until the signal aborts. The same
   * wish may be given again. While the store is away it waits.
   */
  follow(signal: AbortSignal): AsyncIterable<Instants>;

  /**
   * Takes back what was wished for a shard up to an instant: it is closed, or it never will be. Whoever follows here is not
   * given it again. @throws StoreUnavailable
   */
  takeBack(shard: number, instant: string): Promise<void>;

  /** Releases connections. */
  close(): Promise<void>;
}

/** Whether no page with this time or an earlier one can be appended to a shard any more. */
export function isClosedUpTo(head: Pick<PageHead, 'recordedAt'> | undefined, instant: string): boolean {
  return head !== undefined && head.recordedAt > instant;
}

/** The later instant of each shard. */
export function joinInstants(into: Map<number, string>, instants: Instants): void {
  for (const [shard, instant] of instants) {
    const known = into.get(shard);
    if (known === undefined || known < instant) into.set(shard, instant);
  }
}
