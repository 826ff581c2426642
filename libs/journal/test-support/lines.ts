/** Lines of a page as events whose members have names, to be looked at and changed. */
import { CODEC, type JournalEvent } from '#concepts';

export type NamedEvent = Record<string, unknown> & { readonly type: string };

/** The event of a line. */
export function eventOf<Event extends object = NamedEvent>(line: string): Event {
  return CODEC.decode(JSON.parse(line)) as unknown as Event;
}

/** The line of an event. What no layout has a place for is lost. */
export function lineOf(event: object): string {
  return CODEC.encode(event as JournalEvent);
}

/** A line with some members of its event changed. */
export function reworded(line: string, change: (event: NamedEvent) => object): string {
  return lineOf(change(eventOf(line)));
}

/** A line with its elements changed, whatever that makes of it. */
export function altered(line: string, change: (elements: unknown[]) => unknown): string {
  return JSON.stringify(change(JSON.parse(line) as unknown[]));
}
