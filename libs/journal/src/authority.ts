/**
 * Who may write what. Being able to write a row is no authority: a page counts only when a writer signed it whom the
 * registry had admitted, for its shard and for every kind of event in it, at the height of the registry that the page
 * names. What the registry says of writers is the concept `writers`; here it is only asked.
 */
import type { PageHead, Page } from './page.js';
import { eventTypes, findChainFaults, findPageFaults, headerText } from './page.js';
import { isSignedBy } from '#signing';

/** A writer as the registry had admitted it at some height. */
export interface AdmittedWriter {
  /** 64 hex digits. */
  readonly publicKey: string;
  mayWriteIn(shard: number): boolean;
  mayWrite(eventType: string): boolean;
}

/** What a reader has of the registry: all that judging a page takes. */
export interface Authority {
  /** The registry's number. */
  readonly shard: number;
  /** The journal's id; undefined before the founding was read. */
  readonly journal: string | undefined;
  /** Height of the registry that this picture includes. */
  readonly height: number;
  /**
   * The hash of the newest page of the registry at or below a height that is not void; zeros below the first. Undefined
   * beyond {@link height}.
   */
  hashAt(height: number): string | undefined;
  /** The writer as admitted at a height that this picture includes; undefined: not admitted there. */
  writerAt(writer: string, height: number): AdmittedWriter | undefined;
  /** Whether a root key declared this very page void. */
  isVoid(page: Pick<Page, 'shard' | 'height' | 'hash'>): boolean;
  /** Whether any page of a shard was declared void. */
  hasVoid(shard: number): boolean;
}

/**
 * A page that no admitted writer can have written, or that does not follow the one before. Nothing is folded from here on
 * until a root key voids it.
 */
export class PageRefused extends Error {
  constructor(
    readonly page: Pick<Page, 'shard' | 'height' | 'hash'>,
    readonly faults: readonly string[],
  ) {
    super(`page ${page.height} of shard ${page.shard} is refused: ${faults.join('; ')}`);
    this.name = 'PageRefused';
  }
}

/**
 * Why a page does not count. The picture must include the height that the page names.
 *
 * @param previous the page before it, as a reader is shown it
 * @param find of what is left when its digests and its chain are sound
 */
export function findFaults(
  authority: Authority,
  previous: PageHead | undefined,
  page: Page,
  find: (authority: Authority, page: Page) => string[] = findAuthorityFaults,
): string[] {
  return [...findPageFaults(page), ...findChainFaults(previous, page), ...find(authority, page)];
}

/** Why a page has no authority, whatever its digests and its chain say. */
export function findAuthorityFaults(authority: Authority, page: Page): string[] {
  const faults = findAdmissionFaults(authority, page);
  if (faults.length > 0) return faults;
  const { publicKey } = authority.writerAt(page.writer, page.registry.height)!;
  return isSignedBy(publicKey, headerText(page), page.signature) ? [] : [`${page.writer} did not sign it`];
}

/** Why the writer that a page names may not write it; whether it did is for its signature to say. */
export function findAdmissionFaults(authority: Authority, page: Page): string[] {
  const { journal, registry, shard, writer } = page;
  if (journal !== authority.journal) return [`it belongs to the journal ${journal}`];
  if (registry.height > authority.height) {
    return [`it rests on height ${registry.height} of the registry, which has ${authority.height} that count`];
  }
  if (shard === authority.shard && registry.height !== page.height - 1) return ['it does not rest on the page before'];
  if (authority.hashAt(registry.height) !== registry.hash) {
    return ['it rests on a page that the registry does not have'];
  }
  const admitted = authority.writerAt(writer, registry.height);
  if (admitted === undefined) {
    return [`its writer ${writer} is not admitted at height ${registry.height} of the registry`];
  }
  if (!admitted.mayWriteIn(shard)) return [`${writer} may not write in shard ${shard}`];
  const foreign = eventTypes(page.body).find((type) => !admitted.mayWrite(type));
  return foreign === undefined ? [] : [`${writer} may not write ${foreign}`];
}
