/** `GET /v1/holders/{id}/balance`: what a holder has, by kind, now or as of any past instant. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ACCOUNT_KINDS, type BalanceKind } from '#concepts';
import { ASSET, formatAmount, holderAccount, isOfHolders } from '#domain';
import { Allow, HolderParam, PositionAnswer } from '#platform';
import { readAccountBalances } from '#postgres';
import { AsOfQuery, Books, includedHeights, KnownParties, type ReadOptions } from '#reading';

/** What the answer calls a kind. What is withheld keeps its older name until the journal's next format (ADR 21). */
type NameOf<Kind extends BalanceKind> = Kind extends 'withheld' ? 'held' : Kind;

/** The kinds of accounts that a holder has; one holder may be a customer and a provider, and a balance sums over both. */
const HOLDERS_ACCOUNTS = ACCOUNT_KINDS.filter(isOfHolders).map((kind) => ({ ...kind, accountOf: holderAccount(kind) }));

class BalanceAnswer implements Record<NameOf<BalanceKind>, string> {
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
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
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
      const accounts = HOLDERS_ACCOUNTS.map(({ balance, root, accountOf }) => ({
        ...{ balance, account: accountOf(holder) },
        // Owed to us, so the account stands below zero.
        sign: root === 'assets' ? -1n : 1n,
      }));
      const balances = await readAccountBalances(
        books,
        accounts.map(({ account }) => account),
      );
      const sumOf = (kind: BalanceKind) =>
        accounts
          .filter(({ balance }) => balance === kind)
          .reduce((sum, { account, sign }) => sum + sign * (balances.get(account) ?? 0n), 0n);
      return {
        holder,
        asset: ASSET,
        asOf: options.asOf ?? null,
        available: formatAmount(sumOf('available')),
        held: formatAmount(sumOf('withheld')),
        // No account holds these yet.
        staked: formatAmount(0n),
        unbonding: formatAmount(0n),
        payable: formatAmount(sumOf('payable')),
        receivable: formatAmount(sumOf('receivable')),
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
  balance(@HolderParam() id: string, @FromQuery() query: AsOfQuery): Promise<BalanceAnswer> {
    return this.queries.execute(new GetBalance(id, query));
  }
}
