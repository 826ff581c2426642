/** Published price books and split policies: each version stands once, and charges name versions that stand. */
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PriceBook } from './price-book.js';
import type { PriceBookPublished, RatingEvent, SplitPolicyPublished } from './rating.js';
import type { SplitPolicy } from './split-policy.js';

/**
 * - `PriceBookPublished`, `SplitPolicyPublished`: a version is published once. The four shares of a policy are basis points that sum to 10,000.
 */
export class RatingAudit implements ConceptAudit<never, RatingEvent> {
  readonly priceBooks = new Map<number, PriceBook>();
  readonly splitPolicies = new Map<number, SplitPolicy>();

  readonly registry: AuditTable<RatingEvent> = {
    PriceBookPublished: ({ version, book }, place) => this.publish(this.priceBooks, version, book, place),
    SplitPolicyPublished: ({ version, policy }, place) => this.publish(this.splitPolicies, version, policy, place),
  };

  readonly later = {
    PriceBookPublished: ({ version, book }: PriceBookPublished, { height }: Place): void =>
      this.add(this.priceBooks, version, book, height),
    SplitPolicyPublished: ({ version, policy }: SplitPolicyPublished, { height }: Place): void =>
      this.add(this.splitPolicies, version, policy, height),
  };

  /** The height of the registry at which each was published. */
  private readonly heights = new Map<PriceBook | SplitPolicy, number>();

  constructor(private readonly walk: AuditWalk) {}

  /** Whether it was published in what the page being read rests on. */
  isKnown(content: PriceBook | SplitPolicy): boolean {
    return (this.heights.get(content) ?? 0) <= this.walk.restsOn;
  }

  private add<T extends PriceBook | SplitPolicy>(
    versions: Map<number, T>,
    version: number,
    content: T,
    height: number,
  ): void {
    versions.set(version, content);
    this.heights.set(content, height);
  }

  private publish<T extends PriceBook | SplitPolicy>(
    versions: Map<number, T>,
    version: number,
    content: T,
    place: Place,
  ): [] {
    if (versions.has(version)) {
      this.walk.find('EVENT_UNREADABLE', place, `version ${version} is published a second time`);
    } else {
      this.add(versions, version, content, place.height);
    }
    return [];
  }
}
