/** `GET /v1/holders/{id}/explanation`: a balance as the path of sums down to the entries that make it. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { ACCOUNT_KINDS } from '#concepts';
import { ASSET, commonRefusal, entryId, formatAmount, holderAccount, isOfHolders } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  HolderParam,
  listAnswerOf,
  ListCursor,
  PositionAnswer,
  type KeyGrant,
  type ListAnswer,
} from '#platform';
import { listMovementsOfType, readAccountBalances, sumMovementsByType, type MovingEntry } from '#postgres';
import {
  AsOfListQuery,
  AsOfQuery,
  Books,
  describeMoment,
  HolderLists,
  KnownParties,
  SaysWhetherClosed,
  type HolderList,
} from '#reading';

const HOLDERS_ACCOUNTS = ACCOUNT_KINDS.filter(isOfHolders).map((kind) => ({ ...kind, accountOf: holderAccount(kind) }));

class BalanceExplanationSum {
  @ApiProperty({ example: 'UsageCharged' }) type!: string;
  @ApiProperty({ description: 'Signed: what these entries added to the account' }) amount!: string;
  @ApiProperty({ description: 'How many they are' }) entries!: number;
  @ApiProperty({ description: 'Lists them, each with its explanation' }) href!: string;
}

class BalanceExplanationAccount {
  @ApiProperty({ example: 'customer:acme:available' }) account!: string;
  @ApiProperty({ nullable: true, type: String, description: 'The member of the balance that it is, or is part of' })
  kind!: string | null;
  @ApiProperty({ description: 'Signed, credits minus debits; what is owed stands below zero' }) balance!: string;
  @ApiProperty({ type: [BalanceExplanationSum] }) sums!: BalanceExplanationSum[];
  @ApiProperty({ description: 'The sums add up to the balance' }) addsUp!: boolean;
}

class BalanceExplanation {
  @ApiProperty({ example: 'acme' }) holder!: string;
  @ApiProperty({ example: ASSET }) asset!: string;
  @ApiProperty({ nullable: true, type: String, description: 'null: now' }) asOf!: string | null;
  @ApiProperty({ type: [BalanceExplanationAccount], description: 'Every account of the holder that was ever moved' })
  accounts!: BalanceExplanationAccount[];
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

class ExplainedEntry {
  @ApiProperty({ example: '2-17-0' }) id!: string;
  @ApiProperty({ nullable: true, type: String, description: 'By the one who reported it; null: it is no time' })
  time!: string | null;
  @ApiProperty() recordedAt!: string;
  @ApiProperty({ description: 'Signed: what it added to the account' }) amount!: string;
  @ApiProperty({ description: 'What made it' }) href!: string;
}

const ExplainedEntries = listAnswerOf(ExplainedEntry, 'ExplainedEntries');

class ExplainedEntriesQuery extends AsOfListQuery {
  @ApiProperty({ example: 'customer:acme:available', description: 'An account of the holder' })
  @IsString()
  @MaxLength(200)
  account!: string;

  @ApiProperty({ example: 'UsageCharged' })
  @IsString()
  @MaxLength(100)
  type!: string;
}

class ExplainBalance extends Query<BalanceExplanation> {
  constructor(
    readonly holder: string,
    readonly query: AsOfQuery,
    readonly customersOnly: boolean,
  ) {
    super();
  }
}

@QueryHandler(ExplainBalance)
export class ExplainBalanceHandler implements IQueryHandler<ExplainBalance> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
  ) {}

  async execute({ holder, query, customersOnly }: ExplainBalance): Promise<BalanceExplanation> {
    await this.parties.holder(holder);
    const kinds = accountsOf(holder, customersOnly);
    const accounts = [...kinds.keys()];
    return this.books.read(query, async (books) => {
      const balances = await readAccountBalances(books, accounts);
      const sums = await sumMovementsByType(books, accounts);
      const moved = new Set(sums.map(({ account }) => account));
      return {
        ...{ holder, asset: ASSET, asOf: query.asOf ?? null },
        accounts: accounts
          .filter((account) => moved.has(account) || balances.has(account))
          .map((account) => {
            const balance = balances.get(account) ?? 0n;
            const parts = sums.filter((sum) => sum.account === account);
            return {
              ...{ account, kind: kinds.get(account) ?? null, balance: formatAmount(balance) },
              sums: parts.map(({ type, amount, entries }) => ({
                ...{ type, amount: formatAmount(amount), entries },
                href: entriesHref(holder, account, type, query.asOf),
              })),
              addsUp: parts.reduce((sum, { amount }) => sum + amount, 0n) === balance,
            };
          }),
        ...describeMoment(books),
      };
    });
  }
}

/** The holder's accounts, with the member of its balance that each is. A customer's key sees those of the customer. */
function accountsOf(holder: string, customersOnly: boolean): Map<string, string | undefined> {
  const all = HOLDERS_ACCOUNTS.map(({ balance, accountOf }) => [accountOf(holder), balance] as const);
  return new Map(customersOnly ? all.filter(([account]) => account.startsWith('customer:')) : all);
}

function entriesHref(holder: string, account: string, type: string, asOf: string | undefined): string {
  const moment = asOf === undefined ? {} : { asOf };
  return `/v1/holders/${holder}/explanation/entries?${new URLSearchParams({ account, type, ...moment }).toString()}`;
}

class ListExplainedEntries extends Query<ListAnswer<ExplainedEntry>> {
  constructor(
    readonly holder: string,
    readonly query: ExplainedEntriesQuery,
    readonly customersOnly: boolean,
  ) {
    super();
  }
}

const BY_PLACE = ['int4', 'int8', 'int4'] as const;

const entriesOf = (account: string, type: string): HolderList<typeof BY_PLACE, MovingEntry, ExplainedEntry> => ({
  cursor: new ListCursor('explained-entries', BY_PLACE),
  find: (books, _holder, { after: key, limit }) => {
    const after = key === undefined ? undefined : { shard: key[0], height: key[1], index: key[2] };
    return listMovementsOfType(books, account, type, { after, limit });
  },
  keyOf: ({ shard, height, index }) => [shard, height, index],
  present: (rows) =>
    rows.map(({ time, recordedAt, amount, ...at }) => ({
      ...{ id: entryId(at), time, recordedAt, amount: formatAmount(amount) },
      href: `/v1/entries/${entryId(at)}/explanation`,
    })),
});

@QueryHandler(ListExplainedEntries)
export class ListExplainedEntriesHandler implements IQueryHandler<ListExplainedEntries> {
  constructor(
    private readonly lists: HolderLists,
    private readonly parties: KnownParties,
  ) {}

  async execute({ holder, query, customersOnly }: ListExplainedEntries): Promise<ListAnswer<ExplainedEntry>> {
    const { account, type } = query;
    // Whoever is not known has no accounts either, and is told so.
    await this.parties.holder(holder);
    if (!accountsOf(holder, customersOnly).has(account))
      throw commonRefusal('NOT_FOUND', `${holder} has no account ${account}.`, 'account');
    return this.lists.answer(entriesOf(account, type), holder, query);
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('holders')
export class BalanceExplanationController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/explanation')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'Each of a holder’s accounts as sums by type of entry that add up to its balance' })
  @ApiOkResponse({ type: BalanceExplanation })
  explain(
    @HolderParam() id: string,
    @FromQuery() query: AsOfQuery,
    @Caller() caller: KeyGrant,
  ): Promise<BalanceExplanation> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new ExplainBalance(id, query, caller.role === 'customer'));
  }

  @Get(':id/explanation/entries')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'The entries of one type that make a part of an account’s balance, oldest first' })
  @ApiOkResponse({ type: ExplainedEntries })
  entries(
    @HolderParam() id: string,
    @FromQuery() query: ExplainedEntriesQuery,
    @Caller() caller: KeyGrant,
  ): Promise<ListAnswer<ExplainedEntry>> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new ListExplainedEntries(id, query, caller.role === 'customer'));
  }
}
