/** A change of a sound export that breaks a law, and how it is said. */
import type { ShardHead } from '#domain';
import { hashHeader, headerText, type Page } from '#journal';
import { altered, eventOf, reworded, type NamedEvent } from '../lines.js';
import { SPEC_WRITER } from '../spec-writers.js';
import { draftsOf, sealAll, type PageDraft } from './rewriting.js';

/** So many holder shards has the export that mutations change. */
export const SHARDS = 3;

export type Event = NamedEvent;
export type Where = (event: Event) => boolean;

/** A list that an event has. */
export const list = <T>(event: Event, name: string): readonly T[] => event[name] as T[];
/** An amount that is larger by one. */
export const more = (amount: unknown): string => `${BigInt(amount as string) + 1n}`;
/** An event with the first element of a list changed. */
export const firstOf = <T extends object>(event: Event, name: string, change: (one: T) => object) => ({
  ...event,
  [name]: list<T>(event, name).map((one, i) => (i === 0 ? change(one) : one)),
});

/** What the verifiers are given. */
export interface Mutated {
  readonly pages: readonly Page[];
  /** What somebody remembers. */
  readonly heads?: readonly ShardHead[];
  /** Whether the finding rests on signatures of pages. */
  readonly signatures?: boolean;
}

/** @param sound the export */
export type Mutation = (sound: readonly Page[]) => Mutated;

export const any: Where = () => true;

/** A change of pages before they are sealed anew. */
export const redrafted =
  (change: (drafts: readonly PageDraft[], sound: readonly Page[]) => readonly PageDraft[]): Mutation =>
  (sound) => ({ pages: sealAll(change(draftsOf(sound), sound), sound, SHARDS) });

/** A change of one sealed page, as it stands; what follows it stays. */
export const tampered =
  (find: (page: Page) => boolean, change: (page: Page) => Page, signatures = false): Mutation =>
  (sound) => {
    const at = sound.findIndex(find);
    if (at === -1) throw new Error('no page fits');
    return { pages: sound.with(at, change(sound[at]!)), signatures };
  };

/** A change of the first fitting line of a type: lines in its place. */
export function lines(type: string, change: (line: string) => readonly string[], where: Where = any): Mutation {
  return redrafted((drafts) => {
    for (const [at, draft] of drafts.entries()) {
      const index = draft.lines.findIndex((line) => {
        const event = eventOf(line);
        return event.type === type && where(event);
      });
      if (index === -1) continue;
      const changed = draft.lines.toSpliced(index, 1, ...change(draft.lines[index]!));
      return drafts.with(at, { ...draft, lines: changed });
    }
    throw new Error(`no ${type} fits`);
  });
}

/** A change of the first fitting event: of its members, */
export const members = (type: string, change: (event: Event) => object, where: Where = any): Mutation =>
  lines(type, (line) => [reworded(line, change)], where);
/** of the elements of its line, */
export const elements = (type: string, change: (all: unknown[]) => unknown[], where: Where = any): Mutation =>
  lines(type, (line) => [altered(line, change)], where);
/** or of its text, which must change. */
export const text = (type: string, from: string | RegExp, to: string, where: Where = any): Mutation =>
  lines(
    type,
    (line) => {
      const changed = line.replace(from, to);
      if (changed === line) throw new Error(`nothing to change in ${line}`);
      return [changed];
    },
    where,
  );
/** The event is taken out, or stands twice. */
export const without = (type: string, where: Where = any): Mutation => lines(type, () => [], where);
export const twice = (type: string, where: Where = any): Mutation => lines(type, (line) => [line, line], where);

/** Lines in a page of their own at the end of a shard, resting on the newest page of the registry. */
export const appended = (shard: number, added: readonly string[], change: Partial<PageDraft> = {}): Mutation =>
  redrafted((drafts, sound) => {
    const last = drafts.findLast((draft) => draft.shard === shard)!;
    const restsOn = sound.findLast((page) => page.shard === SHARDS)!.height;
    const content = { ...last.content, offsets: [] };
    return [...drafts, { ...last, content, height: last.height + 1, lines: added, restsOn, ...change }];
  });

/** A draft of a shard changed: its first that fits. */
export const draft = (
  find: (draft: PageDraft) => boolean,
  change: (draft: PageDraft) => PageDraft,
  signatures = false,
): Mutation => {
  const mutation = redrafted((drafts) => {
    const at = drafts.findIndex(find);
    if (at === -1) throw new Error('no page fits');
    return drafts.with(at, change(drafts[at]!));
  });
  return (sound) => ({ ...mutation(sound), signatures });
};

/** A page whose header says something else, with its hash and its signature made anew. */
export function reheaded(page: Page, change: Partial<Page>, key = SPEC_WRITER): Page {
  const changed = { ...page, ...change };
  return { ...changed, hash: hashHeader(changed), signature: key.sign(headerText(changed)) };
}
