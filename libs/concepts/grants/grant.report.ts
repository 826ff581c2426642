/** `GET /v1/holders/{id}/grants`: a holder's grants and what is left of each, now or as of any past instant. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ASSET, formatAmount } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  HolderParam,
  listAnswerOf,
  ListCursor,
  type KeyGrant,
  type ListAnswer,
} from '#platform';
import { readAccountBalances, type BooksSnapshot } from '#postgres';
import { AsOfListQuery, HolderLists, type HolderList } from '#reading';
import { customerAvailable } from '../supply/funds.js';
import type { GrantKind } from './burn-order.js';
import { foldGrants, type GrantState, type GrantStep, type GrantView } from './grant-history.js';

const STATES: readonly GrantState[] = ['pending', 'active', 'spent', 'expired', 'voided'];

class GrantsQuery extends AsOfListQuery {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES, { message: `state must be one of ${STATES.join(', ')}` })
  state?: GrantState;
}

class GrantItem {
  @ApiProperty({ example: '2-17-0', description: 'The id of the entry that made it' }) grant!: string;
  @ApiProperty({ enum: ['purchased', 'promotional', 'earned'] }) kind!: GrantKind;
  @ApiProperty({ example: 500, description: 'Lower is used first, then what ends soonest, then what is older' })
  priority!: number;
  @ApiProperty({ example: '25', description: 'used + remaining + held + lapsed' }) amount!: string;
  @ApiProperty() used!: string;
  @ApiProperty({ description: 'Can be spent; of all active grants together it is what is available' })
  remaining!: string;
  @ApiProperty({ description: 'Reserved by holds' }) held!: string;
  @ApiProperty({ description: 'Left at its end; of a pending grant what has not begun' }) lapsed!: string;
  @ApiProperty() effectiveAt!: string;
  @ApiProperty({ nullable: true, type: String }) expiresAt!: string | null;
  @ApiProperty({ enum: STATES }) state!: GrantState;
}

const GrantsAnswer = listAnswerOf(GrantItem, 'GrantsAnswer');
const BY_PLACE = ['int8', 'int4'] as const;

interface StepRow extends Omit<GrantStep, 'height' | 'amount' | 'available' | 'effectiveAt' | 'expiresAt'> {
  readonly height: string;
  readonly amount: string;
  readonly available: string;
  readonly effective_at: Date | null;
  readonly expires_at: Date | null;
}

/** What changed a holder's grants, with what was available after each. */
async function readSteps(books: BooksSnapshot, holder: string): Promise<GrantStep[]> {
  const rows = await books.rows<StepRow>(
    `SELECT one.height::text AS height, one.index, one."grant", one.change, one.amount::text AS amount, one.kind,
       one.priority, one.effective_at, one.expires_at, coalesce(last.balance_after, 0)::text AS available
     FROM books.grant_changes AS one
     JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) ON at.shard = one.shard AND one.height <= at.height
     LEFT JOIN LATERAL (
       SELECT balance_after FROM books.movements AS moved
       WHERE moved.account = $4 AND moved.asset = $5 AND moved.shard = one.shard
         AND (moved.height, moved.index) <= (one.height, one.index)
       ORDER BY moved.height DESC, moved.index DESC LIMIT 1
     ) AS last ON true
     WHERE one.holder = $3
     ORDER BY one.shard, one.height, one.index, one.ordinal`,
    [...books.at, holder, customerAvailable(holder), ASSET],
  );
  return rows.map(({ effective_at, expires_at, ...row }) => ({
    ...row,
    height: Number(row.height),
    amount: BigInt(row.amount),
    available: BigInt(row.available),
    effectiveAt: effective_at?.toISOString() ?? null,
    expiresAt: expires_at?.toISOString() ?? null,
  }));
}

/** A holder's grants as of a snapshot, in the order in which they were booked. */
async function readGrants(books: BooksSnapshot, holder: string): Promise<GrantView[]> {
  const account = customerAvailable(holder);
  const available = (await readAccountBalances(books, [account])).get(account) ?? 0n;
  return foldGrants(await readSteps(books, holder), available);
}

function present({ height: _height, index: _index, ...view }: GrantView): GrantItem {
  return {
    ...view,
    amount: formatAmount(view.amount),
    used: formatAmount(view.used),
    remaining: formatAmount(view.remaining),
    held: formatAmount(view.held),
    lapsed: formatAmount(view.lapsed),
  };
}

/** @param state which of them; undefined: all */
const grantsIn = (state: GrantState | undefined): HolderList<typeof BY_PLACE, GrantView, GrantItem> => ({
  cursor: new ListCursor('grants', BY_PLACE),
  find: async (books, holder, { after: [height, index] = [-1, 0], limit }) => {
    const isWanted = (one: GrantView) =>
      (state === undefined || one.state === state) &&
      (one.height > height || (one.height === height && one.index > index));
    return (await readGrants(books, holder)).filter(isWanted).slice(0, limit);
  },
  keyOf: ({ height, index }) => [height, index],
  present: (grants) => grants.map(present),
});

class ListGrants extends Query<ListAnswer<GrantItem>> {
  constructor(
    readonly holder: string,
    readonly query: GrantsQuery,
  ) {
    super();
  }
}

@QueryHandler(ListGrants)
class ListGrantsHandler implements IQueryHandler<ListGrants> {
  constructor(private readonly lists: HolderLists) {}

  execute({ holder, query }: ListGrants): Promise<ListAnswer<GrantItem>> {
    return this.lists.answer(grantsIn(query.state), holder, query);
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('holders')
class GrantReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/grants')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'A holder’s grants, oldest first: whatever arrived, and what is left of it' })
  @ApiOkResponse({ type: GrantsAnswer })
  list(
    @HolderParam() id: string,
    @FromQuery() query: GrantsQuery,
    @Caller() caller: KeyGrant,
  ): Promise<ListAnswer<GrantItem>> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new ListGrants(id, query));
  }
}

@Module({ controllers: [GrantReadsController], providers: [ListGrantsHandler] })
export class GrantReportModule {}
