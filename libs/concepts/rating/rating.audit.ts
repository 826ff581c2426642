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
    PriceBookPublished: ({ version, book }: PriceBookPublished): void => void this.priceBooks.set(version, book),
    SplitPolicyPublished: ({ version, policy }: SplitPolicyPublished): void =>
      void this.splitPolicies.set(version, policy),
  };

  constructor(private readonly walk: AuditWalk) {}

  private publish<T>(versions: Map<number, T>, version: number, content: T, place: Place): [] {
    if (versions.has(version)) {
      this.walk.find('EVENT_UNREADABLE', place, `version ${version} is published a second time`);
    } else {
      versions.set(version, content);
    }
    return [];
  }
}
