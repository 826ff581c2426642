/** `GET /v1/holds/{id}` and `GET /v1/holders/{id}/holds`: what is reserved, and how it ended. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { formatAmount, type RowOf } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  HolderParam,
  isHiddenFrom,
  listAnswerOf,
  ResourceParam,
  type KeyGrant,
  type ListAnswer,
} from '#platform';
import { Books, KnownParties, PositionListQuery, PositionQuery, TableList } from '#reading';
import { readUses } from '../grants/uses.js';
import type { HoldState } from './hold-events.js';
import { holdRefusal } from './hold-refusals.js';
import { HOLDS } from './hold.rows.js';

const STATES: readonly HoldState[] = ['open', 'captured', 'released', 'expired'];

class HoldsQuery extends PositionListQuery {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES, { message: `state must be one of ${STATES.join(', ')}` })
  state?: HoldState;
}

class HeldGrant {
  @ApiProperty({ example: '2-17-0' }) grant!: string;
  @ApiProperty({ example: '2.5' }) amount!: string;
}

class HoldItem {
  @ApiProperty({ example: '2-19-0', description: 'The id of the entry that made it' }) hold!: string;
  @ApiProperty({ example: 'acme' }) customer!: string;
  @ApiProperty({ enum: STATES }) state!: HoldState;
  @ApiProperty({ description: 'All that it reserved' }) amount!: string;
  @ApiProperty({ description: 'What was charged or captured by it, whatever paid' }) captured!: string;
  @ApiProperty({ description: 'What went back to its grants, or where the rest of them had gone' }) released!: string;
  @ApiProperty({ description: 'What of the captured amount was owed then' }) receivable!: string;
  @ApiProperty({ type: [HeldGrant] }) receipt!: HeldGrant[];
  @ApiProperty({ nullable: true, type: String }) budget!: string | null;
  @ApiProperty({ nullable: true, type: String }) reference!: string | null;
  @ApiProperty() reservedAt!: string;
  @ApiProperty({ nullable: true, type: String }) expiresAt!: string | null;
}

const HoldsAnswer = listAnswerOf(HoldItem, 'HoldsAnswer');
const HOLD_LIST = new TableList('holds', HOLDS, { orderBy: ['reservedAt', 'hold'], direction: 'downwards' });

function present({ amountHeld: _, ...row }: RowOf<typeof HOLDS>): HoldItem {
  return {
    ...row,
    amount: formatAmount(row.amount),
    captured: formatAmount(row.captured),
    released: formatAmount(row.released),
    receivable: formatAmount(row.receivable),
    receipt: readUses(row.receipt, row.amount).map(({ grant, amount }) => ({ grant, amount: formatAmount(amount) })),
  };
}

class ListHolds extends Query<ListAnswer<HoldItem>> {
  constructor(
    readonly customer: string,
    readonly query: HoldsQuery,
  ) {
    super();
  }
}

@QueryHandler(ListHolds)
class ListHoldsHandler implements IQueryHandler<ListHolds> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
  ) {}

  async execute({ customer, query }: ListHolds): Promise<ListAnswer<HoldItem>> {
    await this.parties.holder(customer);
    return this.books.list(HOLD_LIST, query, { customer, state: query.state }, (rows) => rows.map(present));
  }
}

class GetHold extends Query<HoldItem> {
  constructor(
    readonly hold: string,
    readonly query: PositionQuery,
    readonly caller: KeyGrant,
  ) {
    super();
  }
}

@QueryHandler(GetHold)
class GetHoldHandler implements IQueryHandler<GetHold> {
  constructor(private readonly books: Books) {}

  async execute({ hold, query, caller }: GetHold): Promise<HoldItem> {
    const row = await this.books.read(query, (books) => books.find(HOLDS, { hold }));
    if (row === undefined || isHiddenFrom(caller, row.customer))
      throw holdRefusal('UNKNOWN_HOLD', `There is no hold ${hold}.`, 'id');
    return present(row);
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller()
class HoldReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('holds/:id')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'One hold: what it reserves of which grants, and how it ended' })
  @ApiOkResponse({ type: HoldItem })
  hold(
    @ResourceParam('id', 'hold', (message) => holdRefusal('UNKNOWN_HOLD', message, 'hold')) id: string,
    @FromQuery() query: PositionQuery,
    @Caller() caller: KeyGrant,
  ): Promise<HoldItem> {
    return this.queries.execute(new GetHold(id, query, caller));
  }

  @Get('holders/:id/holds')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'A customer’s holds, newest first' })
  @ApiOkResponse({ type: HoldsAnswer })
  list(
    @HolderParam() id: string,
    @FromQuery() query: HoldsQuery,
    @Caller() caller: KeyGrant,
  ): Promise<ListAnswer<HoldItem>> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new ListHolds(id, query));
  }
}

@Module({ controllers: [HoldReadsController], providers: [ListHoldsHandler, GetHoldHandler] })
export class HoldReportModule {}
