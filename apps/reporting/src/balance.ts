/** `GET /v1/holders/{id}/balance`: what a holder has, by kind, now or as of any past instant. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ASSET, formatAmount } from '#domain';
import { Allow, HolderParam } from '#platform';
import { readAccountBalances } from '#postgres';
import { Books, type ReadOptions } from './books.js';
import { KnownParties } from './parties.js';
import { AcceptsInstant, AS_OF, IncludedHeight, includedHeights, PositionQuery } from './read-parameters.js';

class BalanceQuery extends PositionQuery {
  @AcceptsInstant(AS_OF)
  asOf?: string;
}

export const BALANCE_KINDS = [
  'available',
  'held',
  'staked',
  'unbonding',
  'payable',
  'receivable',
  'uncovered',
] as const;
type BalanceKind = (typeof BALANCE_KINDS)[number];
/** A holder may be several of these at once; a kind sums over them. */
const CAPACITIES = ['customer', 'provider', 'staker'] as const;

class BalanceAnswer implements Record<BalanceKind, string> {
  @ApiProperty({ example: 'acme' }) holder!: string;
  @ApiProperty({ example: ASSET }) asset!: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: now' }) asOf!: string | null;
  @ApiProperty({ example: '12.5', description: 'Can be spent' }) available!: string;
  @ApiProperty({ description: 'Reserved, or kept out of payouts by the compliance gate' }) held!: string;
  @ApiProperty() staked!: string;
  @ApiProperty() unbonding!: string;
  @ApiProperty({ description: 'Earned as a provider and not yet in a settlement batch' }) payable!: string;
  @ApiProperty({ description: 'What the customer owes for usage that no balance covered; positive' })
  receivable!: string;
  @ApiProperty({ description: 'Earned as a provider, payable once its customers cover it' }) uncovered!: string;
  @ApiProperty({ type: [IncludedHeight] }) position!: IncludedHeight[];
}

export class GetBalance extends Query<BalanceAnswer> {
  constructor(
    readonly holder: string,
    readonly options: ReadOptions,
  ) {
    super();
  }
}

@QueryHandler(GetBalance)
export class GetBalanceHandler implements IQueryHandler<GetBalance> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
  ) {}

  async execute({ holder, options }: GetBalance): Promise<BalanceAnswer> {
    await this.parties.holder(holder);
    return this.books.read(options, async (books) => {
      const accounts = CAPACITIES.flatMap((capacity) => BALANCE_KINDS.map((kind) => `${capacity}:${holder}:${kind}`));
      const balances = await readAccountBalances(books, accounts);
      const sumOf = (kind: BalanceKind) =>
        CAPACITIES.reduce((sum, capacity) => sum + (balances.get(`${capacity}:${holder}:${kind}`) ?? 0n), 0n);
      return {
        holder,
        asset: ASSET,
        asOf: options.asOf ?? null,
        available: formatAmount(sumOf('available')),
        held: formatAmount(sumOf('held')),
        staked: formatAmount(sumOf('staked')),
        unbonding: formatAmount(sumOf('unbonding')),
        payable: formatAmount(sumOf('payable')),
        // Owed to us, so the account stands below zero.
        receivable: formatAmount(-sumOf('receivable')),
        uncovered: formatAmount(sumOf('uncovered')),
        position: includedHeights(books),
      };
    });
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('holders')
export class BalanceController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/balance')
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'A holder’s balances, now or as of any past instant' })
  @ApiOkResponse({ type: BalanceAnswer })
  balance(@HolderParam() id: string, @FromQuery() query: BalanceQuery): Promise<BalanceAnswer> {
    return this.queries.execute(new GetBalance(id, query));
  }
}
