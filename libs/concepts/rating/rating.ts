/**
 * The published versions of price books, split policies and rates of the token in dollars. A version never changes; which one is in force follows from
 * the time of the usage, so a charge can be rated again and gives the same amount.
 */
import {
  named,
  optional,
  parseTime,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type DecideEvent,
  type EntryPosition,
  type Evolve,
  type Layouts,
  type Recorded,
  type Refusals,
  type Requested,
  type UndoLog,
} from '#domain';
import { extendBook, type LineName } from './book-changes.js';
import { refuseRemovals, retroactiveReason, type PublicationGuard } from './publishing.js';
import { compilePriceBook, priceBookRefusal, type CompiledPriceBook, type PriceBook } from './price-book.js';
import { compileUsdRate, usdRateRefusal, type CompiledUsdRate, type UsdRate } from './usd-rate.js';
import { compileSplitPolicy, type CompiledSplitPolicy, type SplitPolicy } from './split-policy.js';

export const ratingRefusals = {
  NO_PRICE_BOOK: 'refused',
  NO_SPLIT_POLICY: 'refused',
  VERSION_EXISTS: 'conflict',
} as const satisfies Refusals;
export const ratingRefusal = refusalsOf(ratingRefusals);

/** A version of the prices; it never changes. */
export interface PriceBookPublished extends Recorded {
  readonly type: 'PriceBookPublished';
  readonly version: number;
  readonly book: PriceBook;
  /** Whoever published it said that prices of what was used lately may go. */
  readonly confirmRemoved?: boolean;
  /** Why it is in force for a time that was over, and for which another one had been. */
  readonly retroactive?: string;
}

/** A version of the shares; it never changes. */
export interface SplitPolicyPublished extends Recorded {
  readonly type: 'SplitPolicyPublished';
  readonly version: number;
  readonly policy: SplitPolicy;
}

/** A version of what a token is worth in dollars; it never changes. */
export interface UsdRatePublished extends Recorded {
  readonly type: 'UsdRatePublished';
  readonly version: number;
  readonly rate: UsdRate;
}

export type RatingEvent = PriceBookPublished | SplitPolicyPublished | UsdRatePublished;

export const ratingLayouts = {
  PriceBookPublished: {
    ...{ version: plain, book: named, request: optional(requestLayout) },
    ...{ confirmRemoved: optional(plain), retroactive: optional(plain) },
  },
  SplitPolicyPublished: { version: plain, policy: named, request: optional(requestLayout) },
  UsdRatePublished: { version: plain, rate: named, request: optional(requestLayout) },
} as const satisfies Layouts<RatingEvent>;

/** A price book to be published. */
export interface PublishPriceBook {
  readonly type: 'PublishPriceBook';
  readonly version: number;
  readonly book: PriceBook;
  /** The version whose lines the book has too, where its own do not replace them. */
  readonly base?: { readonly version: number; readonly remove: readonly LineName[] };
  /** What it may do to prices that are in force. Absent: whatever its author, a history that is being made, wants. */
  readonly guard?: PublicationGuard;
}

export type RatingCommand = Requested &
  (
    | PublishPriceBook
    | { readonly type: 'PublishSplitPolicy'; readonly version: number; readonly policy: SplitPolicy }
    | { readonly type: 'PublishUsdRate'; readonly version: number; readonly rate: UsdRate }
  );

interface Versioned {
  readonly version: number;
  readonly effectiveAtMs: number;
}

/** Every published version, ready for rating. */
export class RatingPart {
  readonly priceBooks: UndoableMap<number, CompiledPriceBook>;
  readonly splitPolicies: UndoableMap<number, CompiledSplitPolicy>;
  readonly usdRates: UndoableMap<number, CompiledUsdRate>;

  constructor(undo?: UndoLog) {
    this.priceBooks = new UndoableMap(undo);
    this.splitPolicies = new UndoableMap(undo);
    this.usdRates = new UndoableMap(undo);
  }

  /** The price book in force at an instant: the latest `effectiveAt` not after it, then the highest version. */
  priceBookAt(timeMs: number): CompiledPriceBook {
    const book = this.findPriceBook(timeMs);
    if (book === undefined) {
      throw ratingRefusal(
        'NO_PRICE_BOOK',
        'No price book was in force at that time; publish one with PUT /v1/price-books/{version}.',
        'time',
      );
    }
    return book;
  }

  /** As {@link priceBookAt}; undefined where none was. */
  findPriceBook(timeMs: number): CompiledPriceBook | undefined {
    return inForce(this.priceBooks, timeMs);
  }

  /** Whether a rate of the token was in force at an instant. */
  hasUsdRate(timeMs: number): boolean {
    return inForce(this.usdRates, timeMs) !== undefined;
  }

  /** The split policy in force at an instant, chosen like the price book. */
  splitPolicyAt(timeMs: number): CompiledSplitPolicy {
    const policy = inForce(this.splitPolicies, timeMs);
    if (policy === undefined) {
      throw ratingRefusal(
        'NO_SPLIT_POLICY',
        'No split policy was in force at that time; publish one with PUT /v1/policies/split/{version}.',
        'time',
      );
    }
    return policy;
  }

  /** The rate of the token in force at an instant, chosen like the price book. */
  usdRateAt(timeMs: number): CompiledUsdRate {
    const rate = inForce(this.usdRates, timeMs);
    if (rate === undefined) {
      throw usdRateRefusal(
        'NO_USD_RATE',
        'The price is in dollars, and no rate of the token was in force at that time; publish one with PUT /v1/rates/{version}.',
        'time',
      );
    }
    return rate;
  }
}

/** Of versions the one in force at an instant: the latest `effectiveAt` not after it, then the highest version. */
export function inForce<T extends Versioned>(versions: ReadonlyMap<number, T>, timeMs: number): T | undefined {
  let best: T | undefined;
  for (const candidate of versions.values()) {
    if (candidate.effectiveAtMs > timeMs) continue;
    if (
      best === undefined ||
      candidate.effectiveAtMs > best.effectiveAtMs ||
      (candidate.effectiveAtMs === best.effectiveAtMs && candidate.version > best.version)
    ) {
      best = candidate;
    }
  }
  return best;
}

/** What every shard reads of this concept. */
export interface RatingState {
  readonly rating: RatingPart;
}

export const evolveRating: Evolve<RatingEvent, RatingState> = {
  PriceBookPublished: ({ rating }, { version, book }) => {
    rating.priceBooks.set(version, compilePriceBook(version, book));
  },
  SplitPolicyPublished: ({ rating }, { version, policy }) => {
    rating.splitPolicies.set(version, compileSplitPolicy(version, policy));
  },
  UsdRatePublished: ({ rating }, { version, rate }) => {
    rating.usdRates.set(version, compileUsdRate(version, rate));
  },
};

/** Content and place of every published version, so that putting the very same there again changes nothing. */
export class PublicationsPart {
  private readonly published: UndoableMap<string, { readonly content: string; readonly position: EntryPosition }>;

  constructor(undo: UndoLog) {
    this.published = new UndoableMap(undo);
  }

  /** Where the very same content was published. */
  find(name: string, content: object): EntryPosition | undefined {
    const known = this.published.get(name);
    return known?.content === JSON.stringify(content) ? known.position : undefined;
  }

  add(name: string, content: object, position: EntryPosition): void {
    this.published.set(name, { content: JSON.stringify(content), position });
  }
}

/** What the registry shard keeps beside it. */
export interface PublishingState {
  readonly catalogue: RatingState;
  readonly publications: PublicationsPart;
}

export const evolvePublications: Evolve<RatingEvent, PublishingState> = {
  PriceBookPublished: ({ publications }, { version, book }, position) => {
    publications.add(bookName(version), book, position);
  },
  SplitPolicyPublished: ({ publications }, { version, policy }, position) => {
    publications.add(policyName(version), policy, position);
  },
  UsdRatePublished: ({ publications }, { version, rate }, position) => {
    publications.add(rateName(version), rate, position);
  },
};

export const decideRating: DecideEvent<RatingCommand, PublishingState, RatingEvent> = {
  PublishPriceBook: ({ catalogue, publications }, { time, provenance, ...command }) => {
    const { version, guard } = command;
    const book = bookOf(catalogue, command);
    return publishOnce<RatingEvent>(publications, catalogue.rating.priceBooks, bookName(version), version, book, () => {
      const compiled = compilePriceBook(version, book);
      const reason = guard === undefined ? undefined : checkPublication(catalogue, compiled, guard, time);
      return {
        ...{ type: 'PriceBookPublished', time, ...provenance, version, book },
        ...(guard?.removing === 'confirmed' ? { confirmRemoved: true } : {}),
        ...(reason === undefined ? {} : { retroactive: reason }),
      };
    });
  },
  PublishSplitPolicy: ({ catalogue, publications }, { version, policy, time, provenance }) =>
    publishOnce<RatingEvent>(publications, catalogue.rating.splitPolicies, policyName(version), version, policy, () => {
      compileSplitPolicy(version, policy);
      return { type: 'SplitPolicyPublished', time, ...provenance, version, policy };
    }),
  PublishUsdRate: ({ catalogue, publications }, { version, rate, time, provenance }) =>
    publishOnce<RatingEvent>(publications, catalogue.rating.usdRates, rateName(version), version, rate, () => {
      compileUsdRate(version, rate);
      return { type: 'UsdRatePublished', time, ...provenance, version, rate };
    }),
};

/**
 * What publishing has in common, whatever is published: the very same content under its number is found again, other
 * content is refused.
 *
 * @param decide checks the content and makes the event
 * @throws DomainError `VERSION_EXISTS`, and what `decide` throws
 */
export function publishOnce<Event>(
  publications: PublicationsPart,
  versions: ReadonlyMap<number, unknown>,
  name: string,
  version: number,
  content: object,
  decide: () => Event,
): Event | EntryPosition {
  const known = publications.find(name, content);
  if (known !== undefined) return known;
  refuseKnownVersion(versions, version);
  return decide();
}

/**
 * The book that a command would publish, with the lines of the one that it extends.
 *
 * @throws DomainError `PRICE_BOOK_INVALID`
 */
export function bookOf(catalogue: RatingState, { book, base }: PublishPriceBook): PriceBook {
  return base === undefined ? book : extendBook(baseOf(catalogue, base.version), book, base.remove);
}

/**
 * Whether a book may be published as the registry stands.
 *
 * @param time of the command, RFC 3339
 * @returns why it replaces prices of a time that is over, where it does
 * @throws DomainError `VERSION_EXISTS`, `RETROACTIVE_PRICES`, `PRICES_REMOVED`, `PRICE_BOOK_OVERTAKEN`
 */
export function checkPublication(
  { rating }: RatingState,
  book: CompiledPriceBook,
  { removing, retroactive }: PublicationGuard,
  time: string,
): string | undefined {
  refuseKnownVersion(rating.priceBooks, book.version);
  const before = rating.findPriceBook(book.effectiveAtMs);
  const reason = retroactiveReason(before, book, parseTime(time, 'time'), retroactive);
  refuseRemovals(before, book, removing, rating.hasUsdRate(book.effectiveAtMs));
  return reason;
}

function baseOf({ rating }: RatingState, version: number): PriceBook {
  const base = rating.priceBooks.get(version);
  if (base === undefined) {
    throw priceBookRefusal(
      'PRICE_BOOK_INVALID',
      `No price book ${version} was published; extend one that was.`,
      'extends',
    );
  }
  return base.book;
}

const bookName = (version: number) => `price book ${version}`;
const policyName = (version: number) => `split policy ${version}`;
const rateName = (version: number) => `rate ${version}`;

function refuseKnownVersion(versions: ReadonlyMap<number, unknown>, version: number): void {
  if (versions.has(version)) {
    throw ratingRefusal(
      'VERSION_EXISTS',
      `Version ${version} is published and never changes; publish the next version.`,
      'version',
    );
  }
}
