/**
 * What made an amount, as the concept says it whose entry it is. A closed table from an event's `type` to its explanation: a
 * forgotten event does not compile. Pure, so that an explanation is derived again from what the entry recorded.
 */
import type { Typed } from './dispatch.js';
import type { EntryPosition } from './entry.js';

/** How each event is explained. */
export type Explain<Event extends Typed, Context> = {
  readonly [Type in Event['type']]: (
    event: Extract<Event, { readonly type: Type }>,
    context: Context,
    position: EntryPosition,
  ) => Explanation;
};

/** A part of an amount, in atto-tokens, of what is named. */
export interface ExplainedPart {
  readonly of: string;
  readonly amount: bigint;
}

/** Parts that must add up to what they are parts of, as they were recorded or are derived again. */
export interface ExplainedSum {
  /** What they come to, by the entry. Atto-tokens. */
  readonly amount: bigint;
  readonly parts: readonly ExplainedPart[];
}

/** A usage as its producer reported it. */
export interface ExplainedUsage {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly provider: string;
  readonly model: string;
  readonly region?: string;
  /** Of the data that was used. */
  readonly provenance?: { readonly dataset?: string; readonly licence?: string; readonly contentHash?: string };
  readonly meters: Readonly<Record<string, string>>;
}

/** A line of a rated amount. */
export interface ExplainedLine {
  readonly meter: string;
  readonly quantity: string;
  /** 10^-18 tokens or dollars for `per` units: of the tier in which the quantity ends. */
  readonly price: bigint;
  readonly per: bigint;
  readonly isUsd: boolean;
  /** Where graduated tiers shared the quantity. */
  readonly parts: readonly { readonly quantity: string; readonly price: bigint }[];
  /** Atto-tokens, rounded down. */
  readonly amount: bigint;
}

/** A usage that was rated again by the versions that its charge names. */
export interface ExplainedRating {
  readonly priceBook: number;
  readonly usdRate?: { readonly version: number; readonly usdPerToken: string };
  /** What the customer's month had of each meter when it was charged, and with it. */
  readonly counted?: {
    readonly month: string;
    readonly meters: Readonly<Record<string, { readonly before: string; readonly after: string }>>;
  };
  readonly lines: readonly ExplainedLine[];
  /** What rating gives now; the entry's own amount is what it should be. */
  readonly amount: bigint;
}

/** How an amount was shared out, derived again by the policy that the entry names. */
export interface ExplainedSplit {
  readonly splitPolicy: number;
  readonly shares: readonly {
    readonly of: string;
    readonly basisPoints: number;
    readonly amount: bigint;
    /** What of it is the remainder of the division, which goes to the largest fractions. */
    readonly remainder: bigint;
    /** What the entry's postings gave to it, paid or waiting to be covered. */
    readonly posted: bigint;
  }[];
}

/** Tokens of a grant that an entry used, reserved, or gave back. */
export interface ExplainedUse {
  readonly grant: string;
  readonly amount: bigint;
}

/** What an entry took of a hold, and what became of the rest. */
export interface ExplainedHold {
  readonly hold: string;
  readonly state: string;
  /** Everything that the hold had, where it was open: `used`, `returned` and `lapsed` add up to it. */
  readonly reserved: bigint;
  readonly used: readonly ExplainedUse[];
  readonly returned: readonly ExplainedUse[];
  readonly lapsed: readonly ExplainedUse[];
}

/** Budgets that an entry counts in: the path and everything above it. */
export interface ExplainedBudget {
  readonly path: string;
  /** UTC, by booking: it says the period of each budget. */
  readonly day: string;
  readonly used: bigint;
  /** What no ceiling had room for. */
  readonly exceeded: bigint;
}

/** Usage that funds covered later. */
export interface ExplainedCover {
  readonly source: string;
  readonly id: string;
  readonly provider: string;
  readonly amount: bigint;
}

/** What a concept says of its entry. Amounts are atto-tokens. */
export interface Explanation {
  /** One sentence that says what happened and why, for people. It names nobody but whom the entry is about. */
  readonly summary: string;
  /** Whose it is, where it is one holder's. */
  readonly holder?: string;
  /** What the entry is about; missing: it moves nothing. */
  readonly amount?: bigint;
  /** What else it says of why: a reason, a kind, an instant. */
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly usage?: ExplainedUsage;
  readonly rating?: ExplainedRating;
  readonly split?: ExplainedSplit;
  /** What funds paid, and of which grants; the uses add up to it. */
  readonly paid?: { readonly amount: bigint; readonly grants: readonly ExplainedUse[] };
  readonly hold?: ExplainedHold;
  readonly budget?: ExplainedBudget;
  /** What is owed of the amount, and to which usage's name its covers refer. */
  readonly owed?: { readonly amount: bigint; readonly source: string; readonly id: string };
  readonly covers?: readonly ExplainedCover[];
  /** The shares of many, for an entry about several holders at once. */
  readonly sum?: ExplainedSum;
  /** Versions that it names and that were never published: nothing is derived again by them. */
  readonly unpublished?: readonly string[];
  /** Booked in another state than that of its own time. */
  readonly late?: string;
  /** Entries that it names: a hold's, a grant's. */
  readonly entries?: Readonly<Record<string, string>>;
}

/** A rule of an explanation, and whether the entry keeps it. */
export interface ExplanationCheck {
  readonly rule: string;
  readonly holds: boolean;
}

const total = (parts: readonly { readonly amount: bigint }[]): bigint =>
  parts.reduce((sum, { amount }) => sum + amount, 0n);

/** Whether the parts of an explanation add up to what the entry recorded: each rule that applies. */
export function checkExplanation(explanation: Explanation): readonly ExplanationCheck[] {
  const { amount = 0n, rating, split, paid, owed, hold, covers, budget, sum, unpublished = [] } = explanation;
  const checks: ExplanationCheck[] = [];
  const check = (rule: string, holds: boolean) => checks.push({ rule, holds });
  for (const version of unpublished) check(`${version} was published`, false);
  if (rating !== undefined) {
    check('lines sum to the amount', total(rating.lines) === rating.amount);
    check('rating again by the recorded versions gives the recorded amount', rating.amount === amount);
  }
  if (split !== undefined) {
    check('shares sum to the amount', total(split.shares) === amount);
    check(
      'shares are what was posted',
      split.shares.every((share) => share.amount === share.posted),
    );
  }
  if (paid !== undefined) {
    check('grants used sum to what was paid', total(paid.grants) === paid.amount);
    check('paid and owed sum to the amount', paid.amount + (owed?.amount ?? 0n) === amount);
  }
  if (hold !== undefined)
    check('used, returned and lapsed sum to what was held', total(partsOf(hold)) === hold.reserved);
  if (covers !== undefined) check('covers sum to the amount', total(covers) === amount);
  if (budget !== undefined) check('used and exceeded sum to the amount', budget.used + budget.exceeded === amount);
  if (sum !== undefined) check('parts sum to the amount', total(sum.parts) === sum.amount);
  return checks;
}

const partsOf = ({ used, returned, lapsed }: ExplainedHold) => [...used, ...returned, ...lapsed];
