/** `GET /v1/holders/{id}/stakes`: what a holder has staked and what is on its way back, now or as of any past instant. */
import { Controller, Get, Module, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { formatAmount } from '#domain';
import { Allow, assertMayReadCustomer, Caller, HolderParam, PositionAnswer, type KeyGrant } from '#platform';
import type { BooksSnapshot } from '#postgres';
import { AsOfQuery, Books, describeMoment, KnownParties, SaysWhetherClosed } from '#reading';

class UnbondingItem {
  @ApiProperty({ example: '2-21-0', description: 'The id of the entry that unstaked it' }) unbonding!: string;
  @ApiProperty({ description: 'What slashes left of it' }) amount!: string;
  @ApiProperty() completesAt!: string;
}

class StakesAnswer {
  @ApiProperty({ example: 'acme' }) holder!: string;
  @ApiProperty({ nullable: true, type: String }) asOf!: string | null;
  @ApiProperty({ description: 'What earns' }) staked!: string;
  @ApiProperty({ description: 'On its way back: it earns nothing, and can be slashed' }) unbonding!: string;
  @ApiProperty({ type: [UnbondingItem], description: 'The soonest completing first' }) unbondings!: UnbondingItem[];
  @ApiProperty({ description: 'Whether its yield is staked at once: PUT /v1/holders/{id}/compounding' })
  compounding!: boolean;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

/** What is on its way back. */
interface Unbonding {
  readonly unbonding: string;
  readonly amount: bigint;
  readonly completesAt: string;
}

async function readStaked(books: BooksSnapshot, holder: string): Promise<bigint> {
  const [row] = await books.rows<{ readonly staked: string }>(
    `SELECT coalesce(sum(staked), 0)::text AS staked FROM books.stake_changes AS one
     JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) ON at.shard = one.shard AND one.height <= at.height
     WHERE holder = $3`,
    [...books.at, holder],
  );
  return BigInt(row!.staked);
}

async function readUnbondings(books: BooksSnapshot, holder: string): Promise<Unbonding[]> {
  const rows = await books.rows<{ readonly id: string; readonly amount: string; readonly completes_at: Date }>(
    `SELECT unbonding_id AS id, sum(unbonding)::text AS amount, max(completes_at) AS completes_at
     FROM books.stake_changes AS one
     JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) ON at.shard = one.shard AND one.height <= at.height
     WHERE holder = $3 AND unbonding_id IS NOT NULL
     GROUP BY unbonding_id HAVING sum(unbonding) > 0
     ORDER BY max(completes_at), min(one.height), min(one.index)`,
    [...books.at, holder],
  );
  return rows.map(({ id, amount, completes_at: completesAt }) => ({
    ...{ unbonding: id, amount: BigInt(amount), completesAt: completesAt.toISOString() },
  }));
}

async function readCompounding(books: BooksSnapshot, holder: string): Promise<boolean> {
  const [row] = await books.rows<{ readonly compounding: number }>(
    `SELECT compounding FROM books.compounding_changes AS one
     JOIN unnest($1::int[], $2::bigint[]) AS at (shard, height) ON at.shard = one.shard AND one.height <= at.height
     WHERE holder = $3 ORDER BY one.height DESC, one.index DESC LIMIT 1`,
    [...books.at, holder],
  );
  return row?.compounding === 1;
}

class GetStakes extends Query<StakesAnswer> {
  constructor(
    readonly holder: string,
    readonly query: AsOfQuery,
  ) {
    super();
  }
}

@QueryHandler(GetStakes)
class GetStakesHandler implements IQueryHandler<GetStakes> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
  ) {}

  async execute({ holder, query }: GetStakes): Promise<StakesAnswer> {
    await this.parties.holder(holder);
    return this.books.read(query, async (books) => {
      const unbondings = await readUnbondings(books, holder);
      const unbonding = unbondings.reduce((sum, { amount }) => sum + amount, 0n);
      return {
        ...{ holder, asOf: query.asOf ?? null, staked: formatAmount(await readStaked(books, holder)) },
        unbonding: formatAmount(unbonding),
        unbondings: unbondings.map((one) => ({ ...one, amount: formatAmount(one.amount) })),
        compounding: await readCompounding(books, holder),
        ...describeMoment(books),
      };
    });
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('holders')
class StakeReadsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/stakes')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'What a holder has staked, and what is on its way back' })
  @ApiOkResponse({ type: StakesAnswer })
  stakes(@HolderParam() id: string, @FromQuery() query: AsOfQuery, @Caller() caller: KeyGrant): Promise<StakesAnswer> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new GetStakes(id, query));
  }
}

@Module({ controllers: [StakeReadsController], providers: [GetStakesHandler] })
export class StakeReportModule {}
