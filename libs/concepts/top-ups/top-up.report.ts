/** `GET /v1/top-up-requests`: who fell below its threshold, for the payment system that acts on it. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { formatAmount, type RowOf } from '#domain';
import { Allow, IsHolder, listAnswerOf, type ListAnswer } from '#platform';
import { Books, PositionListQuery, TableList } from '#reading';
import { TOP_UP_REQUESTS } from './top-up.rows.js';

class TopUpsQuery extends PositionListQuery {
  @ApiPropertyOptional({ example: 'acme' })
  @IsOptional()
  @IsHolder()
  customer?: string;
}

class TopUpItem {
  @ApiProperty({ example: '2-19-1', description: 'The id of the entry: act on each once' }) request!: string;
  @ApiProperty({ example: 'acme' }) customer!: string;
  @ApiProperty({ example: '5' }) threshold!: string;
  @ApiProperty({ example: '4', description: 'What was available and held then' }) funds!: string;
  @ApiProperty() recordedAt!: string;
}

const TopUpsAnswer = listAnswerOf(TopUpItem, 'TopUpsAnswer');
const TOP_UP_LIST = new TableList('top-ups', TOP_UP_REQUESTS, {
  orderBy: ['recordedAt', 'shard', 'height', 'index'],
  direction: 'downwards',
});

function present({ shard, height, index, threshold, funds, ...row }: RowOf<typeof TOP_UP_REQUESTS>): TopUpItem {
  return {
    ...{ request: `${shard}-${height}-${index}`, ...row },
    ...{ threshold: formatAmount(threshold), funds: formatAmount(funds) },
  };
}

class ListTopUps extends Query<ListAnswer<TopUpItem>> {
  constructor(readonly query: TopUpsQuery) {
    super();
  }
}

@QueryHandler(ListTopUps)
class ListTopUpsHandler implements IQueryHandler<ListTopUps> {
  constructor(private readonly books: Books) {}

  execute({ query }: ListTopUps): Promise<ListAnswer<TopUpItem>> {
    return this.books.list(TOP_UP_LIST, query, { customer: query.customer }, (rows) => rows.map(present));
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('top-up-requests')
class TopUpReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'Customers whose funds fell below their threshold, newest first: each is told once' })
  @ApiOkResponse({ type: TopUpsAnswer })
  list(@FromQuery() query: TopUpsQuery): Promise<ListAnswer<TopUpItem>> {
    return this.queries.execute(new ListTopUps(query));
  }
}

@Module({ controllers: [TopUpReadsController], providers: [ListTopUpsHandler] })
export class TopUpReportModule {}
