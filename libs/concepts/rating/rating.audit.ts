/** Published price books, split policies and rates of the token: each version stands once, and charges name those that were in force. */
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { PriceBook } from './price-book.js';
import type { PriceBookPublished, RatingEvent, SplitPolicyPublished, UsdRatePublished } from './rating.js';
import { weightsOf } from './rerating.audit.js';
import type { SplitPolicy } from './split-policy.js';
import type { UsdRate } from './usd-rate.js';

/** A published version. */
export interface Published<Content> {
  readonly version: number;
  readonly content: Content;
  /** Of the registry's page that holds it. */
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly effectiveAtMs: number;
}

/** The published versions of one kind. */
export class Versions<Content extends { readonly effectiveAt: string }> {
  private readonly byVersion = new Map<number, Published<Content>>();
  /** Those in force first stand first: the latest instant, then the highest version. */
  private readonly ranked: Published<Content>[] = [];

  get(version: number): Published<Content> | undefined {
    return this.byVersion.get(version);
  }

  /** The version in force for an instant as the registry stood at a height. */
  inForce(atMs: number, height: number): Published<Content> | undefined {
    return this.ranked.find((one) => one.effectiveAtMs <= atMs && one.height <= height);
  }

  add(published: Published<Content>): void {
    this.byVersion.set(published.version, published);
    this.ranked.push(published);
    this.ranked.sort((a, b) => b.effectiveAtMs - a.effectiveAtMs || b.version - a.version);
  }
}

/**
 * - `PriceBookPublished`, `SplitPolicyPublished`, `UsdRatePublished`: a version is published once. A token is worth more than nothing. The four shares of a policy are basis points that sum to 10,000, and so are those of each of its `types`, in which no `type` stands twice.
 *
 * **In force.** For an instant, at a height of the registry: of the versions published up to that height whose `effectiveAt` is not after the
 * instant the one with the latest `effectiveAt`, of equal ones the highest version. Instants are compared in milliseconds; what is finer is cut off.
 */
export class RatingAudit implements ConceptAudit<never, RatingEvent> {
  readonly laws = {
    RATING_WRONG: 'A version is published once, from an instant on, and the shares of a policy sum to the whole.',
  };

  readonly priceBooks = new Versions<PriceBook>();
  readonly splitPolicies = new Versions<SplitPolicy>();
  readonly usdRates = new Versions<UsdRate>();

  readonly registry: AuditTable<RatingEvent> = {
    PriceBookPublished: ({ version, book }, place) => this.publish(this.priceBooks, version, book, place),
    SplitPolicyPublished: ({ version, policy }, place) => {
      const types = policy.types?.map(({ type }) => type) ?? [];
      for (const type of [undefined, ...types]) {
        const sum = weightsOf(policy, type).reduce((all, weight) => all + weight, 0n);
        if (sum !== 10_000n) this.wrong(place, `the shares of policy ${version} sum to ${sum} basis points`);
      }
      if (new Set(types).size !== types.length) this.wrong(place, `policy ${version} has a type twice`);
      return this.publish(this.splitPolicies, version, policy, place);
    },
    UsdRatePublished: ({ version, rate }, place) => {
      if (!/[1-9]/.test(rate.usdPerToken)) this.wrong(place, `rate ${version} says that a token is worth nothing`);
      return this.publish(this.usdRates, version, rate, place);
    },
  };

  readonly later = {
    PriceBookPublished: ({ version, book }: PriceBookPublished, place: Place): void => {
      this.publish(this.priceBooks, version, book, place);
    },
    SplitPolicyPublished: ({ version, policy }: SplitPolicyPublished, place: Place): void => {
      this.publish(this.splitPolicies, version, policy, place);
    },
    UsdRatePublished: ({ version, rate }: UsdRatePublished, place: Place): void => {
      this.publish(this.usdRates, version, rate, place);
    },
  };

  constructor(private readonly walk: AuditWalk) {}

  private publish<Content extends PriceBook | SplitPolicy | UsdRate>(
    versions: Versions<Content>,
    version: number,
    content: Content,
    { height, ...place }: Place,
  ): [] {
    const effectiveAtMs = this.walk.instantOf(content.effectiveAt);
    if (versions.get(version) !== undefined) {
      this.wrong({ height, ...place }, `version ${version} is published a second time`);
    } else if (effectiveAtMs === undefined) {
      this.wrong(
        { height, ...place },
        `version ${version} is in force from ${content.effectiveAt}, which is no instant`,
      );
    } else {
      versions.add({ version, content, height, effectiveAtMs });
    }
    return [];
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('RATING_WRONG', place, detail);
  }
}
