/** The list that a page was opened from: what stands before and after it there. Of this window alone; a link does without. */
import { useSyncExternalStore } from 'react';

/** So many to each side are remembered, of a list of any length. */
const REACH = 200;

interface Opened {
  /** What the list is called. */
  readonly label: string;
  /** The address of its page, as it stood. */
  readonly back: string;
  readonly paths: readonly string[];
}

let opened: Opened | undefined;
const listeners = new Set<() => void>();

/** Told by a list when one of its rows is opened. @param paths of its rows, without what goes along from page to page */
export function openedFrom(label: string, back: string, paths: readonly string[], at: number): void {
  opened = { label, back, paths: paths.slice(Math.max(at - REACH, 0), at + REACH + 1) };
  for (const listener of listeners) listener();
}

export interface Neighbours {
  readonly label: string;
  readonly back: string;
  readonly previous: string | undefined;
  readonly next: string | undefined;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What is beside a page in the list that it was opened from; undefined when it was opened in another way. */
export function useNeighbours(path: string): Neighbours | undefined {
  const list = useSyncExternalStore(subscribe, () => opened);
  const at = list?.paths.findIndex((one) => one === path || decodeURI(one) === path) ?? -1;
  if (list === undefined || at === -1) return undefined;
  return { label: list.label, back: list.back, previous: list.paths[at - 1], next: list.paths[at + 1] };
}
