/** How an explanation is answered: its members, in tokens, and what may be seen of it by whom. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { entryId, formatAmount, type Explanation } from '#domain';
import type { KeyGrant } from '#platform';
import type { Covering } from '#postgres';
import { ApiEntrySource, PostingAnswer, type EntrySource } from '#reading';
import { levelsOf } from './budgets-over.js';

const hrefOf = (entry: string): string => `/v1/entries/${entry}/explanation`;

class ExplanationUse {
  @ApiProperty({ example: '2-17-0' }) grant!: string;
  @ApiProperty() amount!: string;
  @ApiProperty({ description: 'Explains what was granted' }) href!: string;
}

class ExplanationProvenance {
  @ApiPropertyOptional() dataset?: string;
  @ApiPropertyOptional() licence?: string;
  @ApiPropertyOptional({ description: 'SHA-256' }) contentHash?: string;
}

class ExplanationUsage {
  @ApiProperty() source!: string;
  @ApiProperty() id!: string;
  @ApiProperty() type!: string;
  @ApiProperty() subject!: string;
  @ApiProperty() provider!: string;
  @ApiProperty() model!: string;
  @ApiPropertyOptional() region?: string;
  @ApiPropertyOptional({ type: ExplanationProvenance, description: 'Of the data that was used' })
  provenance?: ExplanationProvenance;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) meters!: Readonly<Record<string, string>>;
}

class ExplanationLinePart {
  @ApiProperty() quantity!: string;
  @ApiProperty() price!: string;
}

class ExplanationLine {
  @ApiProperty({ description: 'A meter, or minimum' }) meter!: string;
  @ApiProperty() quantity!: string;
  @ApiProperty({ description: 'Of the tier in which the quantity ends, for so many units' }) price!: string;
  @ApiProperty({ example: '1000000' }) per!: string;
  @ApiProperty({ enum: ['token', 'usd'] }) currency!: 'token' | 'usd';
  @ApiProperty({ description: 'Tokens, rounded down to the atto' }) amount!: string;
  @ApiPropertyOptional({ type: [ExplanationLinePart], description: 'Where several tiers price the quantity' })
  parts?: ExplanationLinePart[];
}

class ExplanationRating {
  @ApiProperty() priceBook!: number;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: '`version` and `usdPerToken`' })
  usdRate?: NonNullable<Explanation['rating']>['usdRate'];
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What the customer’s month had of each meter before the usage, and with it',
  })
  counted?: NonNullable<Explanation['rating']>['counted'];
  @ApiProperty({ type: [ExplanationLine] }) lines!: ExplanationLine[];
  @ApiProperty({ description: 'What rating again by these versions gives: the sum of the lines' }) amount!: string;
}

class ExplanationShare {
  @ApiProperty({ enum: ['provider', 'treasury', 'stakers', 'burn'] }) of!: string;
  @ApiProperty() basisPoints!: number;
  @ApiProperty() amount!: string;
  @ApiProperty({ description: 'What of it is the remainder of the division' }) remainder!: string;
  @ApiProperty({ description: 'What the postings gave, paid or waiting to be covered' }) posted!: string;
}

class ExplanationSplit {
  @ApiProperty() splitPolicy!: number;
  @ApiProperty({ type: [ExplanationShare] }) shares!: ExplanationShare[];
}

class ExplanationPaid {
  @ApiProperty({ description: 'What funds paid, of the hold or of what was available' }) amount!: string;
  @ApiProperty({ type: [ExplanationUse] }) grants!: ExplanationUse[];
}

class ExplanationHold {
  @ApiProperty() hold!: string;
  @ApiProperty({ description: 'What it was: one that was not open paid nothing' }) state!: string;
  @ApiProperty() reserved!: string;
  @ApiProperty({ type: [ExplanationUse] }) used!: ExplanationUse[];
  @ApiProperty({ type: [ExplanationUse], description: 'Went back to its grants' }) returned!: ExplanationUse[];
  @ApiProperty({ type: [ExplanationUse], description: 'Of grants that had ended' }) lapsed!: ExplanationUse[];
}

class ExplanationBudget {
  @ApiProperty({ example: 'acme/research/key-7' }) path!: string;
  @ApiProperty({ description: 'UTC, by booking' }) day!: string;
  @ApiProperty() used!: string;
  @ApiProperty({ description: 'What no ceiling had room for: it is owed' }) exceeded!: string;
  @ApiProperty({ type: [String], description: 'The path and all above it' }) paths!: string[];
  @ApiProperty({ type: [String], description: 'Those of them that were budgets when it was booked: each counts it' })
  budgets!: readonly string[];
}

class ExplanationCovering {
  @ApiProperty({ example: '2-17-0' }) entry!: string;
  @ApiProperty() amount!: string;
  @ApiProperty() href!: string;
}

class ExplanationOwed {
  @ApiProperty({ description: 'What was owed when it was booked' }) amount!: string;
  @ApiProperty({ description: 'What of it the covers below paid' }) covered!: string;
  @ApiProperty({ type: [ExplanationCovering] }) covers!: ExplanationCovering[];
  @ApiProperty({ description: 'There are more covers than are listed' }) truncated!: boolean;
}

class ExplanationCover {
  @ApiProperty() source!: string;
  @ApiProperty() id!: string;
  @ApiProperty() provider!: string;
  @ApiProperty() amount!: string;
  @ApiPropertyOptional({ description: 'The entry that left it owed' }) entry?: string;
  @ApiPropertyOptional() href?: string;
}

class ExplanationPart {
  @ApiProperty() of!: string;
  @ApiProperty() amount!: string;
}

class ExplanationCheck {
  @ApiProperty({ example: 'lines sum to the amount' }) rule!: string;
  @ApiProperty() holds!: boolean;
}

class ExplanationPage {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty({ description: 'The entry’s line in the page, from 0' }) index!: number;
  @ApiProperty() recordedAt!: string;
  @ApiProperty() hash!: string;
  @ApiProperty({ description: 'The key that signed the page' }) writer!: string;
  @ApiProperty({ description: 'Ed25519 over the page’s header' }) signature!: string;
}

class ExplanationProof {
  @ApiProperty({ description: 'Its SHA-256 is the page’s hash, and the signature is over it' }) header!: string;
  @ApiProperty() bodyDigest!: string;
  @ApiProperty() previousHash!: string;
  @ApiProperty({ description: 'The entry’s line of the body, whose SHA-256 is bodyDigest' }) event!: string;
  @ApiProperty({ description: 'The path of the page that holds the body' }) body!: string;
}

export class EntryExplanation {
  @ApiProperty({ example: '2-17-0' }) id!: string;
  @ApiProperty({ example: 'UsageCharged' }) type!: string;
  @ApiProperty({ description: 'What happened and why, in a sentence' }) summary!: string;
  @ApiProperty({ description: 'When it happened, by the one who reported it' }) time!: string;
  @ApiProperty() recordedAt!: string;
  @ApiProperty({ example: 'key:k-3f9a' }) actor!: string;
  @ApiEntrySource() origin!: EntrySource;
  @ApiPropertyOptional({ description: 'What the entry is about; missing: it moves nothing' }) amount?: string;
  @ApiPropertyOptional({ description: 'By which rule usage was booked whose own time lies in an earlier state' })
  late?: string;
  @ApiPropertyOptional({ type: ExplanationUsage }) usage?: ExplanationUsage;
  @ApiPropertyOptional({ type: ExplanationRating }) rating?: ExplanationRating;
  @ApiPropertyOptional({ type: ExplanationSplit, description: 'Not for a customer’s key' }) split?: ExplanationSplit;
  @ApiPropertyOptional({ type: ExplanationPaid }) paid?: ExplanationPaid;
  @ApiPropertyOptional({ type: ExplanationHold }) hold?: ExplanationHold;
  @ApiPropertyOptional({ type: ExplanationBudget }) budget?: ExplanationBudget;
  @ApiPropertyOptional({ type: ExplanationOwed }) owed?: ExplanationOwed;
  @ApiPropertyOptional({ type: [ExplanationCover], description: 'What a covering paid for' })
  covers?: ExplanationCover[];
  @ApiPropertyOptional({ type: [ExplanationPart], description: 'Each holder’s part of an entry about several' })
  parts?: ExplanationPart[];
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'What else it says of why' })
  facts?: Readonly<Record<string, string | number>>;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'Paths of the explanations of entries that it names, and of what took it back since (`reversedBy`) and the charge that took its place (`replacedBy`)',
  })
  entries?: Record<string, string>;
  @ApiProperty({ type: [ExplanationCheck], description: 'Whether the parts add up to what was recorded' })
  checks!: ExplanationCheck[];
  @ApiProperty({ type: [PostingAnswer] }) postings!: PostingAnswer[];
  @ApiProperty({ type: ExplanationPage }) page!: ExplanationPage;
  @ApiPropertyOptional({ type: ExplanationProof, description: 'Not for a customer’s key' }) proof?: ExplanationProof;
}

const present = (parts: readonly { readonly grant: string; readonly amount: bigint }[]): ExplanationUse[] =>
  parts.map(({ grant, amount }) => ({ grant, amount: formatAmount(amount), href: hrefOf(grantsEntry(grant)) }));

/** A grant's id is its entry's, with a number behind it where one entry made several. */
const grantsEntry = (grant: string): string => grant.split('.')[0]!;

function presentRating({ priceBook, usdRate, counted, lines, amount }: NonNullable<Explanation['rating']>) {
  return {
    priceBook,
    ...(usdRate === undefined ? {} : { usdRate }),
    ...(counted === undefined ? {} : { counted }),
    lines: lines.map((line) => ({
      ...{ meter: line.meter, quantity: line.quantity, price: formatAmount(line.price), per: `${line.per}` },
      currency: line.isUsd ? ('usd' as const) : ('token' as const),
      amount: formatAmount(line.amount),
      ...(line.parts.length === 0
        ? {}
        : { parts: line.parts.map(({ quantity, price }) => ({ quantity, price: formatAmount(price) })) }),
    })),
    amount: formatAmount(amount),
  };
}

function presentSplit({ splitPolicy, shares }: NonNullable<Explanation['split']>): ExplanationSplit {
  return {
    splitPolicy,
    shares: shares.map(({ of, basisPoints, amount, remainder, posted }) => ({
      ...{ of, basisPoints, amount: formatAmount(amount) },
      ...{ remainder: formatAmount(remainder), posted: formatAmount(posted) },
    })),
  };
}

function presentHold({
  hold,
  state,
  reserved,
  used,
  returned,
  lapsed,
}: NonNullable<Explanation['hold']>): ExplanationHold {
  return {
    ...{ hold, state, reserved: formatAmount(reserved) },
    ...{ used: present(used), returned: present(returned), lapsed: present(lapsed) },
  };
}

function presentBudget(
  { path, day, used, exceeded }: NonNullable<Explanation['budget']>,
  budgets: readonly string[],
): ExplanationBudget {
  return {
    ...{ path, day, used: formatAmount(used), exceeded: formatAmount(exceeded) },
    ...{ paths: levelsOf(path), budgets },
  };
}

/** So many coverings of one entry are listed. */
export const COVERS_MAX = 200;

function presentOwed({ amount }: NonNullable<Explanation['owed']>, covering: readonly Covering[]): ExplanationOwed {
  const shown = covering.slice(0, COVERS_MAX);
  return {
    amount: formatAmount(amount),
    covered: formatAmount(shown.reduce((sum, cover) => sum + cover.amount, 0n)),
    covers: shown.map((cover) => ({
      ...{ entry: entryId(cover), amount: formatAmount(cover.amount), href: hrefOf(entryId(cover)) },
    })),
    truncated: covering.length > COVERS_MAX,
  };
}

/** A covering names what it covers in the order of the journal, as the books list it. */
function presentCovers(covers: NonNullable<Explanation['covers']>, covering: readonly Covering[]): ExplanationCover[] {
  return covers.map(({ amount, ...named }, i) => {
    const debt = covering[i];
    const found = debt?.amount === amount ? { entry: entryId(debt), href: hrefOf(entryId(debt)) } : {};
    return { ...named, amount: formatAmount(amount), ...found };
  });
}

/** What the books know of an entry. */
export interface BesideEntry {
  /** The entries that cover what it left owed, or that it covers. */
  readonly covering: readonly Covering[];
  /** The budgets that count it. */
  readonly budgets: readonly string[];
  /** The entry that took it back or restored what it had taken back, and the charge that took its place. */
  readonly since: { readonly reversedBy?: string; readonly replacedBy?: string };
}

/** The members of an answer that an explanation has. */
export function presentExplanation(
  explanation: Explanation,
  { covering, budgets, since }: BesideEntry,
  { role }: KeyGrant,
): Partial<EntryExplanation> {
  const { amount, rating, split, paid, hold, budget, owed, covers, sum, usage, facts, late } = explanation;
  const entries = Object.entries({ ...explanation.entries, ...since });
  return {
    ...(amount === undefined ? {} : { amount: formatAmount(amount) }),
    ...(late === undefined ? {} : { late }),
    ...(usage === undefined ? {} : { usage }),
    ...(rating === undefined ? {} : { rating: presentRating(rating) }),
    ...(split === undefined || role === 'customer' ? {} : { split: presentSplit(split) }),
    ...(paid === undefined ? {} : { paid: { amount: formatAmount(paid.amount), grants: present(paid.grants) } }),
    ...(hold === undefined ? {} : { hold: presentHold(hold) }),
    ...(budget === undefined ? {} : { budget: presentBudget(budget, budgets) }),
    ...(owed === undefined ? {} : { owed: presentOwed(owed, covering) }),
    ...(covers === undefined ? {} : { covers: presentCovers(covers, covering) }),
    ...(sum === undefined
      ? {}
      : { parts: sum.parts.map((part) => ({ of: part.of, amount: formatAmount(part.amount) })) }),
    ...(facts === undefined ? {} : { facts }),
    ...(entries.length === 0
      ? {}
      : { entries: Object.fromEntries(entries.map(([name, id]) => [name, hrefOf(grantsEntry(id))])) }),
  };
}
