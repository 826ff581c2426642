/** What the verifier finds: each finding names one place and one broken law. */

/** The laws of every journal, whatever its events mean, by the code under which their breach is reported. */
export const JOURNAL_LAWS = {
  PAGE_UNSOUND: 'Body, digest, header and hash of a page belong together.',
  CHAIN_BROKEN: 'Heights have no gap; each previous hash and each time follows.',
  WRITER_WRONG: 'A writer signed each page whom the registry had admitted, for it, at the height that it names.',
  HEAD_MISSING: 'The journal contains every remembered head: no page was removed.',
  HEAD_REWRITTEN: 'Where a remembered head, a plan or a reconciliation saw a page, the same page stands.',
  EVENT_UNREADABLE: 'Each line is an event that this version knows, with the members that it has, spelt in one way.',
  SHARD_WRONG: 'An event stands in the shard of its holder.',
  OFFSETS_WRONG: 'Kafka offsets ascend without overlap and cover every event that claims to come from them.',
  POSTINGS_WRONG: 'Postings are those that the event’s own fields demand.',
  REQUEST_TWICE: 'An Idempotency-Key is used for one request, and one request is done once.',
  OVERSPENT: 'An account that can only be spent from what is there never falls below zero.',
  SUM_WRONG: 'Balances sum to zero, and the supply law holds.',
} as const satisfies Readonly<Record<string, string>>;

export interface Finding {
  /** A code of {@link JOURNAL_LAWS} or of an audit's `laws`. */
  readonly class: string;
  readonly shard: number;
  /** 0 when the finding is about the shard as a whole. */
  readonly height: number;
  /** The event's place in its page, where the finding is about one event. */
  readonly index?: number;
  readonly detail: string;
}

export interface Place {
  readonly shard: number;
  readonly height: number;
  readonly index?: number;
}

/** Keeps the first findings and counts all of them. */
export class Findings {
  readonly kept: Finding[] = [];
  count = 0;

  constructor(private readonly keptMax: number) {}

  add(law: string, place: Place, detail: string): void {
    this.count++;
    if (this.kept.length >= this.keptMax) return;
    const { shard, height, index } = place;
    this.kept.push({ class: law, shard, height, ...(index === undefined ? {} : { index }), detail });
  }
}
