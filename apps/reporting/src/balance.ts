/** `GET /v1/holders/{id}/balance`: what a holder has, by kind, now or as of any past instant. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ACCOUNT_KINDS } from '#concepts';
import { ASSET, formatAmount, holderAccount, isOfHolders } from '#domain';
import { Allow, assertMayReadCustomer, Caller, HolderParam, PositionAnswer, type KeyGrant } from '#platform';
import { readAccountBalances } from '#postgres';
import { AsOfQuery, Books, describeMoment, KnownParties, SaysWhetherClosed, type ReadOptions } from '#reading';

/** The kinds of accounts that a holder has; one holder may be a customer and a provider, and a balance sums over both. */
const HOLDERS_ACCOUNTS = ACCOUNT_KINDS.filter(isOfHolders).map((kind) => ({ ...kind, accountOf: holderAccount(kind) }));

interface AnswerPart {
  readonly description?: string;
  readonly example?: string;
}

/**
 * The kinds of balance in the order of the answer. A kind that only the chart of accounts has comes after them, in the
 * chart's words.
 */
const SAID: Readonly<Record<string, AnswerPart>> = {
  available: { example: '12.5', description: 'Can be spent' },
  // No account holds these yet.
  held: { description: 'Reserved for usage that has not been reported' },
  staked: {},
  unbonding: {},
  payable: { description: 'Earned as a provider and not yet in a settlement batch' },
  withheld: { description: 'Earned as a provider and kept out of payouts by the compliance gate' },
  receivable: { description: 'What the customer owes for usage that no balance covered; positive' },
  uncovered: { description: 'Earned as a provider, payable once its customers cover it' },
  clawback: {
    description: 'What a provider was paid for what was taken back since; its next earnings fill it; positive',
  },
};

const KINDS = new Map<string, AnswerPart>([
  ...Object.entries(SAID),
  ...HOLDERS_ACCOUNTS.flatMap(({ balance, holds }) =>
    balance === undefined || balance in SAID ? [] : [[balance, { description: holds }] as const],
  ),
]);

/** The amounts of {@link KINDS} stand before the position. */
class BalanceAnswer {
  @ApiProperty({ example: 'acme' }) holder!: string;
  @ApiProperty({ example: ASSET }) asset!: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: now' }) asOf!: string | null;
  closed!: boolean;
  position!: PositionAnswer[];
}
for (const [kind, said] of KINDS) ApiProperty({ type: String, ...said })(BalanceAnswer.prototype, kind);
SaysWhetherClosed()(BalanceAnswer.prototype, 'closed');
ApiProperty({ type: [PositionAnswer] })(BalanceAnswer.prototype, 'position');

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
      const sumOf = (kind: string) =>
        accounts
          .filter(({ balance }) => balance === kind)
          .reduce((sum, { account, sign }) => sum + sign * (balances.get(account) ?? 0n), 0n);
      const amounts = [...KINDS.keys()].map((kind) => [kind, formatAmount(sumOf(kind))] as const);
      return {
        holder,
        asset: ASSET,
        asOf: options.asOf ?? null,
        ...Object.fromEntries(amounts),
        ...describeMoment(books),
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
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'A holder’s balances, now or as of any past instant; a customer’s key sees its own' })
  @ApiOkResponse({ type: BalanceAnswer })
  balance(
    @HolderParam() id: string,
    @FromQuery() query: AsOfQuery,
    @Caller() caller: KeyGrant,
  ): Promise<BalanceAnswer> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new GetBalance(id, query));
  }
}
