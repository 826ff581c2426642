/** How long receivables have been owed: whole days since they were booked, in four classes. */
import { parseTime, writeInstant } from '#domain';

const DAY_MS = 86_400_000;

/** Each class with the first whole day that does not belong to it any more; the last one has no end. */
const CLASSES = { days0To30: 31, days31To60: 61, days61To90: 91, over90Days: undefined } as const;

export type AgeClass = keyof typeof CLASSES;

/** From the youngest on. */
export const AGE_CLASSES = Object.keys(CLASSES) as readonly AgeClass[];

/** Whole days between a booking and an instant, rounded down; 0 for a booking by a clock that is ahead. */
export function ageInDays(recordedAt: string, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - parseTime(recordedAt, 'recordedAt')) / DAY_MS));
}

/**
 * The bookings of each class: those after `after` and not after `until`.
 *
 * @returns RFC 3339 UTC with milliseconds; null: without bound
 */
export function boundsOf(
  nowMs: number,
): readonly { readonly name: AgeClass; readonly after: string | null; readonly until: string | null }[] {
  let until: string | null = null;
  return AGE_CLASSES.map((name) => {
    const days = CLASSES[name];
    const after = days === undefined ? null : writeInstant(nowMs - days * DAY_MS);
    const bounds = { name, after, until };
    until = after;
    return bounds;
  });
}
