/** One row per journal event: when, whose, how much, by whom. */
import { instantText, integerText, type EntryParties, type EntryPosition, type RecordedEvent } from '#domain';
import { COPY_NULL, copyText, keyText } from './text.js';

/** A type of event that this release does not know: a newer one wrote it, and only a newer one can project it. */
export class UnknownEvent extends Error {
  constructor(type: string, { shard, height, index }: EntryPosition) {
    super(`event ${shard}-${height}-${index} has the type ${type}, which this release cannot project; update it`);
    this.name = 'UnknownEvent';
  }
}

/** The entry as a line of COPY text, its fields in the order of {@link ENTRIES}. */
export function entryLine(
  event: RecordedEvent,
  { holder, counterparty, amount }: EntryParties,
  position: EntryPosition,
  recordedAt: string,
): string {
  return (
    `${position.shard}\t${position.height}\t${position.index}\t${event.type}\t${recordedAt}\t${instantText(event.time) ?? COPY_NULL}\t` +
    `${field(holder)}\t${field(counterparty)}\t${integerText(amount) ?? COPY_NULL}\t${copyText(event.actor)}\t${copyText(event.origin)}\n`
  );
}

function field(text: string | undefined): string {
  return text === undefined ? COPY_NULL : copyText(keyText(text));
}
