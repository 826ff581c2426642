/** Whether a charge stands: it may have been taken back, and that undone, any number of times. */
import { entryId, type EntryPosition } from '#domain';

/** What a shard knows of entries that were taken back, and by which. */
export interface Corrected {
  get(entry: string): EntryPosition | undefined;
}

/** The newest of the entries that took back or restored a charge, or the charge itself; it is void after an odd number of them. */
export function standingOf(
  corrections: Corrected,
  charge: string,
): { readonly newest: string; readonly at?: EntryPosition; readonly isVoid: boolean } {
  let newest = charge;
  let at: EntryPosition | undefined;
  let isVoid = false;
  for (let next = corrections.get(newest); next !== undefined; next = corrections.get(newest)) {
    newest = entryId((at = next));
    isVoid = !isVoid;
  }
  return { newest, isVoid, ...(at === undefined ? {} : { at }) };
}

/** What the index of usage keeps of the height of a page: its last 32 bits. */
export const pageWord = (height: number): number => height % 2 ** 32;
