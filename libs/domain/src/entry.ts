/**
 * What every entry of the journal has, whatever concept it belongs to. Events are plain JSON: amounts are decimal integer
 * strings of atto-tokens, times are RFC 3339 UTC. Every event that moves value carries its own balanced postings.
 */
import type { Posting } from './account.js';
import { commonRefusal } from './errors.js';
import type { InstantText } from './time.js';

/** Who caused an event and how it came in. */
export interface Provenance {
  /** The key that asked (`key:<id>`), `kafka`, or the internal process (`system:<name>`). */
  readonly actor: string;
  /** `kafka:<name of the topic>/<partition>/<offset>`, `replay:` likewise, `request:<id>` or `system:<name>`. */
  readonly origin: string;
}

/** An `Idempotency-Key` and the digest of the request that used it. */
export interface RequestIdentity {
  readonly key: string;
  readonly digest: string;
}

/** The members that all events share. */
export interface Recorded extends Provenance {
  /** When it happened, by the one who reported it; the page says when it was recorded. */
  readonly time: InstantText;
  readonly request?: RequestIdentity;
}

/** An event of whatever concept. */
export interface RecordedEvent extends Recorded {
  readonly type: string;
}

/** The members that commands share: when, on whose behalf, and which request asked. */
export interface Requested {
  readonly time: string;
  readonly provenance: Provenance;
  readonly request?: RequestIdentity;
}

/** A command without its time and its author, which are added by whoever gives it. */
export type Ordered<Command> = Command extends unknown ? Omit<Command, 'time' | 'provenance'> : never;

/** An internal process as an author. */
export function systemAuthor(name: string): Provenance {
  const actor = `system:${name}`;
  return { actor, origin: actor };
}

/** Where an event stands: its entry id is `shard-height-index`. */
export interface EntryPosition {
  readonly shard: number;
  readonly height: number;
  readonly index: number;
}

export function entryId(position: EntryPosition): string {
  return `${position.shard}-${position.height}-${position.index}`;
}

/**
 * SHA-256, in hexadecimal.
 *
 * @pattern ^[0-9a-f]{64}$
 */
export type HashText = string;

/** The newest page of a shard: its height and its hash. */
export interface ShardHead {
  readonly shard: number;
  readonly height: number;
  readonly hash: HashText;
}

/** Offsets `[from, to)` of one partition, of which a command holds everything that belongs to its shard. */
export interface OffsetRange {
  /** The name that the topic is registered under: 1 to 249 of `A-Z a-z 0-9 . _ -`. */
  readonly name: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * An {@link OffsetRange} as a page keeps it. `fingerprint`: the first 16 hex digits of SHA-256 over key and value of the
 * last message in the range, each with its length before it, by which a topic that was made anew is told from the old one.
 */
export interface AppliedOffsets extends OffsetRange {
  readonly fingerprint: string;
}

/** The fingerprint where the last message of a range was never read. */
export const UNREAD = '0'.repeat(16);

/** The postings of an event, none for events that move no value. */
export function postingsOf(event: object): readonly Posting[] {
  return 'postings' in event ? (event.postings as readonly Posting[]) : [];
}

/** Which entry answered a request with an `Idempotency-Key`. */
export interface AnsweredRequest {
  readonly digest: string;
  readonly entry: string;
  readonly position: EntryPosition;
}

/** The recorded answer to a request, if it was answered. @throws DomainError `IDEMPOTENCY_CONFLICT` */
export function findAnswer(
  answers: ReadonlyMap<string, AnsweredRequest>,
  request: RequestIdentity | undefined,
): AnsweredRequest | undefined {
  const known = request === undefined ? undefined : answers.get(request.key);
  if (known !== undefined && known.digest !== request!.digest) {
    throw commonRefusal(
      'IDEMPOTENCY_CONFLICT',
      'This Idempotency-Key was used for another request; use a new key for a new request.',
      'Idempotency-Key',
    );
  }
  return known;
}
