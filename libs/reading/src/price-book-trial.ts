/** What a price book would change, were it published: nothing is written. */
import { Injectable } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  differenceOf,
  IN_USE_DAYS,
  lostPrices,
  Rerating,
  type Compared,
  type CompiledPriceBook,
  type MeterUse,
  type RatingPart,
  type Unrated,
} from '#concepts';
import { formatAmount } from '#domain';
import { PositionAnswer } from '#platform';
import { MetersInUse } from './meters-in-use.js';
import { ENTRIES_MAX, RecordedUsage } from './recorded-usage.js';

const DAY_MS = 86_400_000;
/** An answer names so many customers, and so many providers: those that the book changes most. */
const NAMED_MAX = 1_000;

class LostPriceItem {
  @ApiProperty() usageType!: string;
  @ApiProperty() model!: string;
  @ApiProperty() provider!: string;
  @ApiPropertyOptional() region?: string;
  @ApiProperty() meter!: string;
  @ApiProperty({ description: 'What usage of it would be refused with' }) code!: string;
}

class ChangedLines {
  @ApiProperty() added!: number;
  @ApiProperty() removed!: number;
  @ApiProperty() changed!: number;
}

class ComparedAmount {
  @ApiProperty() events!: number;
  @ApiProperty({ description: 'Tokens, as recorded' }) before!: string;
  @ApiProperty({ description: 'Tokens, by the new price book' }) after!: string;
  @ApiProperty({ description: 'after less before' }) difference!: string;
}

class ComparedCustomer extends ComparedAmount {
  @ApiProperty() customer!: string;
}

class ComparedProvider extends ComparedAmount {
  @ApiProperty() provider!: string;
}

class UnratedItem {
  @ApiProperty({ description: '* where more kinds than an answer tells apart are counted together' })
  usageType!: string;
  @ApiProperty() model!: string;
  @ApiProperty() provider!: string;
  @ApiPropertyOptional() region?: string;
  @ApiProperty() code!: string;
  @ApiPropertyOptional({ description: 'The member of the usage that is in the way' }) path?: string;
  @ApiProperty() events!: number;
  @ApiProperty({ description: 'Tokens that were charged for it' }) before!: string;
}

class ReratedUsage {
  @ApiProperty({ description: 'All charges recorded after this instant are rated again, and no others' })
  after!: string;
  @ApiProperty({
    description: `Whether these are all of the last ${IN_USE_DAYS} days; else more than ${ENTRIES_MAX} entries were recorded, and the newest are rated`,
  })
  complete!: boolean;
  @ApiProperty({ type: ComparedAmount, description: 'Of what could be rated' }) total!: ComparedAmount;
  @ApiProperty({ type: [ComparedCustomer], description: `What they pay; at most ${NAMED_MAX}, the most changed first` })
  customers!: readonly ComparedCustomer[];
  @ApiProperty({ type: [ComparedProvider], description: 'Their shares of it, likewise' })
  providers!: readonly ComparedProvider[];
  @ApiProperty({ type: [UnratedItem], description: 'What the new price book has no price for; in no sum above' })
  unrated!: readonly UnratedItem[];
}

/** The answer to a dry run. */
export class PriceBookTrial {
  @ApiProperty({ enum: [true] }) dryRun!: true;
  @ApiProperty() version!: number;
  @ApiProperty() effectiveAt!: string;
  @ApiPropertyOptional({ description: 'The code by which the book would be refused as it was sent' })
  wouldRefuse?: string;
  @ApiPropertyOptional({ description: 'The book in force at effectiveAt; absent: there is none' })
  comparedWith?: number;
  @ApiProperty({ type: ChangedLines, description: 'Lines that differ from that book' }) lines!: ChangedLines;
  @ApiProperty({
    type: [LostPriceItem],
    description: `Meters used in the last ${IN_USE_DAYS} days that would lose their price, at least at some time of the day`,
  })
  lost!: readonly LostPriceItem[];
  @ApiProperty({ type: ReratedUsage }) rerated!: ReratedUsage;
  @ApiProperty({ type: [PositionAnswer], description: 'What the answer includes of each shard' })
  position!: readonly PositionAnswer[];
}

@Injectable()
export class PriceBookTrials {
  constructor(
    private readonly inUse: MetersInUse,
    private readonly recorded: RecordedUsage,
  ) {}

  /**
   * Compares a book with the one that is in force where it begins, and rates recorded usage by it as if it had been in force.
   *
   * @param rating what is published
   * @param registry number of the shard that holds no usage
   * @throws Unavailable when what was used lately cannot be read now
   */
  async run(
    rating: RatingPart,
    book: CompiledPriceBook,
    registry: number,
    nowMs: number,
  ): Promise<Omit<PriceBookTrial, 'wouldRefuse'> & { readonly uses: readonly MeterUse[] }> {
    const { uses, position } = await this.inUse.find(nowMs);
    const before = rating.findPriceBook(book.effectiveAtMs);
    const lost = before === undefined ? [] : lostPrices(before, book, uses, rating.hasUsdRate(book.effectiveAtMs));
    const since = new Date(nowMs - IN_USE_DAYS * DAY_MS).toISOString();
    const stretch = await this.recorded.newest(
      position.filter(({ shard }) => shard !== registry),
      since,
    );
    const rerating = new Rerating(rating, { book });
    for await (const charge of this.recorded.charges(stretch)) rerating.add(charge);
    return {
      ...{ dryRun: true, version: book.version, effectiveAt: book.effectiveAt },
      ...(before === undefined ? {} : { comparedWith: before.version }),
      lines: countLines(before, book),
      ...{ lost, uses },
      rerated: { after: stretch.after, complete: stretch.after === since, ...present(rerating) },
      position,
    };
  }
}

function countLines(before: CompiledPriceBook | undefined, { book }: CompiledPriceBook): ChangedLines {
  if (before === undefined) return { added: book.prices.length, removed: 0, changed: 0 };
  const { added, removed, changed } = differenceOf(before.book, book);
  return { added: added.length, removed: removed.length, changed: changed.length };
}

function present({ total, customers, providers, unrated }: Rerating): Omit<ReratedUsage, 'after' | 'complete'> {
  return {
    total: presentSum(total),
    customers: mostChanged(customers).map(([customer, sum]) => ({ customer, ...presentSum(sum) })),
    providers: mostChanged(providers).map(([provider, sum]) => ({ provider, ...presentSum(sum) })),
    unrated: unrated.map((one: Unrated) => ({ ...one, before: formatAmount(one.before) })),
  };
}

function mostChanged(sums: ReadonlyMap<string, Compared>): [string, Compared][] {
  const change = ({ before, after }: Compared) => (after > before ? after - before : before - after);
  const sorted = [...sums].sort(([a, one], [b, other]) => {
    const [left, right] = [change(one), change(other)];
    if (left !== right) return left > right ? -1 : 1;
    return a < b ? -1 : 1;
  });
  return sorted.slice(0, NAMED_MAX);
}

function presentSum({ events, before, after }: Compared): ComparedAmount {
  return {
    events,
    before: formatAmount(before),
    after: formatAmount(after),
    difference: formatAmount(after - before),
  };
}
