/**
 * Stretches of pages whose signatures were checked before. A replay recognises a stretch by the hash of its last page, which
 * fixes all of it by the chain, before it shows any of its pages: so it need not check their signatures again.
 */
import type { ShardHead } from '#domain';
import type { Page } from './page.js';

/** Pages of a stretch: those above a multiple of it, up to the next. As many as {@link readPages} reads at once. */
export const STRETCH_PAGES = 64;

/** What is remembered of them outside of the journal, by this installation alone. */
export interface VerifiedStretches {
  /**
   * The hash of a stretch's last page, as readers are shown it; undefined: nothing is remembered.
   *
   * @param end height of that page, a multiple of {@link STRETCH_PAGES}
   */
  hashOf(shard: number, end: number): string | undefined;
  /** Notes the last page of a stretch, all of whose signatures have been checked. */
  remember(end: ShardHead): void;
}

/** Pages in ascending order, cut where a stretch ends. */
export function* inStretches(pages: readonly Page[]): Iterable<readonly Page[]> {
  for (let from = 0; from < pages.length;) {
    let to = from + 1;
    while (to < pages.length && stretchOf(pages[to]!) === stretchOf(pages[from]!)) to++;
    yield pages.slice(from, to);
    from = to;
  }
}

/** Whether pages of one stretch are all of it. */
export function isWhole(pages: readonly Page[]): boolean {
  return pages.length === STRETCH_PAGES;
}

function stretchOf({ height }: Page): number {
  return Math.ceil(height / STRETCH_PAGES);
}
