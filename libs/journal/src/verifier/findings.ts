/** What the verifier finds: each finding names one place and one broken law. */

/** The laws, by the name under which their breach is reported. */
export const FINDING_CLASSES = [
  /** Body, digest, header or hash of a page do not belong together. */
  'PAGE_UNSOUND',
  /** Heights have a gap, a previous hash or a time does not follow. */
  'CHAIN_BROKEN',
  /** A remembered head lies beyond the journal's end: pages were removed. */
  'HEAD_MISSING',
  /** Another page stands where a remembered head, a plan or a reconciliation saw one. */
  'HEAD_REWRITTEN',
  /** A line is no event that this version knows. */
  'EVENT_UNREADABLE',
  /** Kafka offsets overlap, go back, or do not cover an event that claims to come from them. */
  'OFFSETS_WRONG',
  /** Postings are not those that the event's own fields demand. */
  'POSTINGS_WRONG',
  /** Re-rating with the recorded versions gives another amount, or a version is unknown. */
  'AMOUNT_WRONG',
  /** The covered part or its shares are not what the balance and the policy gave. */
  'SHARES_WRONG',
  /** One usage id was charged twice. */
  'USAGE_TWICE',
  /** An Idempotency-Key was used for two requests, or one request was done twice. */
  'REQUEST_TWICE',
  /** An account that can only be spent from what is there fell below zero. */
  'OVERSPENT',
  /** A receivable was covered that was not the oldest, or by the wrong shares. */
  'RECEIVABLE_WRONG',
  /** A transfer arrived without having been sent, twice, or not as it was sent. */
  'TRANSFER_WRONG',
  /** A cut is not what the shard owed, or a plan is not the sum of its cuts. */
  'CUT_WRONG',
  /** Steps of a settlement batch out of order, or a second confirmation. */
  'SETTLEMENT_WRONG',
  /** Balances do not sum to zero, or the supply law does not hold. */
  'SUM_WRONG',
] as const;

export type FindingClass = (typeof FINDING_CLASSES)[number];

export interface Finding {
  readonly class: FindingClass;
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

  add(law: FindingClass, place: Place, detail: string): void {
    this.count++;
    if (this.kept.length >= this.keptMax) return;
    const { shard, height, index } = place;
    this.kept.push({ class: law, shard, height, ...(index === undefined ? {} : { index }), detail });
  }
}
