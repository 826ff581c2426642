/** `GET /v1/yield-distributions` and `/v1/yield-distributions/{id}`: distributions, and the share of each staker. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { commonRefusal, formatAmount, type RowOf } from '#domain';
import { Allow, listAnswerOf, PositionAnswer, ResourceParam, type ListAnswer } from '#platform';
import { Books, includedHeights, PositionListQuery, TableList } from '#reading';
import { shareOf } from './distribution.js';
import { DISTRIBUTION_STATES, YIELD_DISTRIBUTIONS, YIELD_STAKERS } from './yield.rows.js';

class DistributionItem {
  @ApiProperty({ example: '4-31-0' }) distribution!: string;
  @ApiProperty({ description: 'The epoch begins' }) from!: string;
  @ApiProperty({ description: 'It ends before this instant' }) to!: string;
  @ApiProperty({ enum: DISTRIBUTION_STATES, description: 'paid: every staker has its share' }) state!: string;
  @ApiProperty() openedAt!: string;
  @ApiProperty({ nullable: true, type: String }) closedAt!: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description:
      'The rewards of all shards as of the end, and what was carried. Once it is there, all figures are final',
  })
  funded!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'The sum of the shares, each rounded down' })
  paid!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'funded minus paid: for the next distribution' })
  carried!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'Of all stakers: tokens times milliseconds' })
  stakeTime!: string | null;
}

class YieldStakerItem {
  @ApiProperty({ example: 'acme' }) holder!: string;
  @ApiProperty({ example: '30000', description: 'Tokens staked times milliseconds within the epoch' })
  stakeTime!: string;
  @ApiProperty({ example: '0.7' }) amount!: string;
}

class DistributionAnswer extends DistributionItem {
  @ApiProperty({ type: [YieldStakerItem], description: 'By holder; there once the figures are final' })
  stakers!: readonly YieldStakerItem[];
  @ApiProperty({ nullable: true, type: String, description: 'Of the stakers' }) nextCursor!: string | null;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

const DistributionsAnswer = listAnswerOf(DistributionItem, 'DistributionsAnswer');

const DISTRIBUTIONS = new TableList('yield-distributions', YIELD_DISTRIBUTIONS, {
  orderBy: ['openedAt', 'distribution'],
  direction: 'downwards',
});

const STAKERS = new TableList('yield-stakers', YIELD_STAKERS, { orderBy: ['holder'], direction: 'upwards' });

type DistributionRow = RowOf<typeof YIELD_DISTRIBUTIONS>;

const tokens = (amount: bigint | null): string | null => (amount === null ? null : formatAmount(amount));

function present({ funded, stakeTime, paid, carried, beginsAt, endsAt, ...row }: DistributionRow): DistributionItem {
  return {
    ...{ ...row, from: beginsAt, to: endsAt, funded: tokens(funded), paid: tokens(paid) },
    ...{ carried: tokens(carried), stakeTime: tokens(stakeTime) },
  };
}

class ListDistributions extends Query<ListAnswer<DistributionItem>> {
  constructor(readonly query: PositionListQuery) {
    super();
  }
}

@QueryHandler(ListDistributions)
class ListDistributionsHandler implements IQueryHandler<ListDistributions> {
  constructor(private readonly books: Books) {}

  execute({ query }: ListDistributions): Promise<ListAnswer<DistributionItem>> {
    return this.books.list(DISTRIBUTIONS, query, {}, (rows) => rows.map(present));
  }
}

class GetDistribution extends Query<DistributionAnswer> {
  constructor(
    readonly id: string,
    readonly query: PositionListQuery,
  ) {
    super();
  }
}

@QueryHandler(GetDistribution)
class GetDistributionHandler implements IQueryHandler<GetDistribution> {
  constructor(private readonly books: Books) {}

  execute({ id, query }: GetDistribution): Promise<DistributionAnswer> {
    const page = STAKERS.page(query);
    return this.books.read(query, async (books) => {
      const found = await books.find(YIELD_DISTRIBUTIONS, { distribution: id });
      if (found === undefined) throw commonRefusal('NOT_FOUND', `There is no yield distribution ${id}.`, 'id');
      const { funded, stakeTime } = found;
      const answer = { ...present(found), position: includedHeights(books) };
      if (funded === null || stakeTime === null) return { ...answer, stakers: [], nextCursor: null };
      const { items, nextCursor } = await STAKERS.read(books, page, { distribution: id });
      const stakers = items.map(({ holder, stakeTime: own }) => ({
        ...{ holder, stakeTime: formatAmount(own), amount: formatAmount(shareOf(funded, own, stakeTime)) },
      }));
      return { ...answer, stakers, nextCursor };
    });
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('yield-distributions')
class YieldReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'Distributions of yield, newest first' })
  @ApiOkResponse({ type: DistributionsAnswer })
  list(@FromQuery() query: PositionListQuery): Promise<ListAnswer<DistributionItem>> {
    return this.queries.execute(new ListDistributions(query));
  }

  @Get(':id')
  @Allow('finance', 'operator')
  @ApiOperation({
    summary: 'One distribution: what there was, what was paid and carried, and the share of each staker',
  })
  @ApiOkResponse({ type: DistributionAnswer })
  distribution(
    @ResourceParam('id', 'yield distribution') id: string,
    @FromQuery() query: PositionListQuery,
  ): Promise<DistributionAnswer> {
    return this.queries.execute(new GetDistribution(id, query));
  }
}

@Module({
  controllers: [YieldReadsController],
  providers: [ListDistributionsHandler, GetDistributionHandler],
})
export class YieldReportModule {}
