/**
 * A journal written anew, as somebody could who has the writers' keys and the whole table: every page is sealed again, and
 * whatever names a page by its hash names the new one. So a mutation breaks the law that it is about, and no other.
 */
import { digestHeads } from '#concepts/testing';
import { registryShard, type ShardHead } from '#domain';
import { FIRST_PREVIOUS_HASH, sealPage, type Page, type PageContent } from '#journal';
import { eventOf, lineOf, type NamedEvent } from '../lines.js';
import { SPEC_WRITER } from '../spec-writers.js';

/** A page before it is sealed. What is not given follows from its place. */
export interface PageDraft {
  readonly shard: number;
  readonly height: number;
  readonly lines: readonly string[];
  /** The height of the registry that it rests on; in the registry itself the page before. */
  readonly restsOn: number;
  readonly content: Pick<PageContent, 'journal' | 'recordedAt' | 'offsets'> & Partial<PageContent>;
  readonly key: typeof SPEC_WRITER;
}

export const linesOf = ({ body }: Page): string[] => body.toString('utf8').split('\n').slice(0, -1);

/** @param shards of holders */
export function draftsOf(pages: readonly Page[]): PageDraft[] {
  return pages.map((page) => {
    const { journal, recordedAt, offsets, shard, height, registry } = page;
    const content = { journal, recordedAt, offsets };
    return { shard, height, lines: linesOf(page), restsOn: registry.height, content, key: SPEC_WRITER };
  });
}

/**
 * Seals drafts. Heads that events name follow their pages.
 *
 * @param sound the pages whose hashes the drafts' events name
 * @param shards of holders
 */
export function sealAll(drafts: readonly PageDraft[], sound: readonly Page[], shards: number): Page[] {
  const sealed = new Map<string, Page>();
  const byPlace = new Map(drafts.map((draft) => [placeOf(draft), draft]));
  const known = new Map(sound.map((page) => [placeOf(page), page.hash]));

  const hashAt = (shard: number, height: number): string | undefined => {
    if (height === 0) return FIRST_PREVIOUS_HASH;
    const draft = byPlace.get(placeOf({ shard, height }));
    return draft === undefined ? undefined : seal(draft).hash;
  };
  const followed = (head: ShardHead): ShardHead => {
    const isOfSound = known.get(placeOf(head)) === head.hash;
    const hash = isOfSound ? hashAt(head.shard, head.height) : undefined;
    return hash === undefined ? head : { ...head, hash };
  };
  const seal = (draft: PageDraft): Page => {
    const place = placeOf(draft);
    const done = sealed.get(place);
    if (done !== undefined) return done;
    const { shard, height, content, restsOn, key } = draft;
    const previousHash = hashAt(shard, height - 1) ?? FIRST_PREVIOUS_HASH;
    const isRegistry = shard === registryShard(shards);
    const registry = isRegistry
      ? { height: height - 1, hash: previousHash }
      : { height: restsOn, hash: hashAt(registryShard(shards), restsOn) ?? FIRST_PREVIOUS_HASH };
    const lines = draft.lines.map((line) => (isRegistry ? headsFollowed(line, followed) : line));
    const page = sealPage({ shard, height, previousHash, registry, ...content }, lines, key);
    sealed.set(place, page);
    return page;
  };
  return drafts.map(seal);
}

function headsFollowed(line: string, followed: (head: ShardHead) => ShardHead): string {
  if (!/^\["(?:Settlement|Reconciliation|MintAllowed|EmissionAllowed|YieldPlanned)/.test(line)) return line;
  let event: NamedEvent & { readonly heads?: readonly ShardHead[]; readonly headsDigest?: string };
  try {
    event = eventOf(line);
    // A line that is spelt in a way of its own stays as it is.
    if (event.heads === undefined || lineOf(event) !== line) return line;
  } catch {
    return line;
  }
  const heads = event.heads.map(followed);
  // A digest that was of these heads stays so.
  const isTrue = event.headsDigest !== undefined && event.headsDigest === digestHeads(event.heads);
  return lineOf({ ...event, heads, ...(isTrue ? { headsDigest: digestHeads(heads) } : {}) });
}

const placeOf = ({ shard, height }: { readonly shard: number; readonly height: number }): string =>
  `${shard}:${height}`;
