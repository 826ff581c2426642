/** `GET /v1/ledger/trial-balance`: every account in groups, and one by one; debits and credits are equal in sound books. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Matches } from 'class-validator';
import { ACCOUNT_KINDS, accountKind } from '#concepts';
import { commonRefusal, formatAmount } from '#domain';
import { Allow, ListCursor, PositionAnswer, RequestError } from '#platform';
import {
  listAccountBalances,
  readAccountBalances,
  readBalanceGroups,
  type AccountBalance,
  type BalanceGroup,
  type BooksSnapshot,
} from '#postgres';
import {
  AcceptsInstant,
  AsOfListQuery,
  AsOfQuery,
  Books,
  describeMoment,
  parseAsOf,
  SaysWhetherClosed,
} from '#reading';

class TrialBalanceAccountsQuery extends AsOfListQuery {
  @ApiPropertyOptional({ example: 'customer:*:available', description: 'Only accounts of this group' })
  @IsOptional()
  @IsString({ message: 'group must be given once' })
  @Matches(/^[a-z]+(:[A-Za-z0-9*._@+-]{1,128}){0,2}$/, {
    message: 'group must be one of the trial balance, such as customer:*:available',
  })
  group?: string;

  @AcceptsInstant('Also what changed since this instant, or this UTC day’s end; not after asOf')
  since?: string;
}

class TrialBalanceLine {
  @ApiProperty({ example: 'customer:*:available' }) group!: string;
  @ApiProperty({ example: 'AIR' }) asset!: string;
  @ApiProperty({ description: 'How many accounts the group has' }) accounts!: number;
  @ApiProperty({ description: 'Sum of its balances below zero' }) debit!: string;
  @ApiProperty({ description: 'Sum of its balances above zero' }) credit!: string;
  @ApiProperty({ description: 'credit minus debit' }) balance!: string;
}

class TrialBalanceTotal {
  @ApiProperty() asset!: string;
  @ApiProperty() debit!: string;
  @ApiProperty() credit!: string;
  @ApiProperty({ description: '0 in sound books' }) difference!: string;
}

class UnbalancedShard {
  @ApiProperty() shard!: number;
  @ApiProperty() asset!: string;
  @ApiProperty() sum!: string;
}

class TrialBalanceAnswer {
  @ApiProperty({ nullable: true, type: String }) asOf!: string | null;
  @ApiProperty({ description: 'Debits equal credits for every asset, and in every shard' }) balanced!: boolean;
  @ApiProperty({ type: [TrialBalanceLine] }) groups!: TrialBalanceLine[];
  @ApiProperty({ type: [TrialBalanceTotal] }) totals!: TrialBalanceTotal[];
  @ApiProperty({
    type: [UnbalancedShard],
    description: 'Shards whose balances do not sum to zero; empty in sound books',
  })
  unbalancedShards!: UnbalancedShard[];
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

class AccountBalanceItem {
  @ApiProperty({ example: 'customer:acme:available' }) account!: string;
  @ApiProperty() asset!: string;
  @ApiProperty() debit!: string;
  @ApiProperty() credit!: string;
  @ApiProperty() balance!: string;
  @ApiPropertyOptional({ description: 'With since: balance minus what it was then' }) change?: string;
}

class AccountBalancesAnswer {
  @ApiProperty({ nullable: true, type: String }) asOf!: string | null;
  @ApiProperty({ nullable: true, type: String }) since!: string | null;
  @ApiProperty({ type: [AccountBalanceItem] }) items!: readonly AccountBalanceItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @SaysWhetherClosed() closed!: boolean;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

const ACCOUNTS = new ListCursor('trial-balance', ['text', 'text']);

export class GetTrialBalance extends Query<TrialBalanceAnswer> {
  constructor(readonly query: AsOfQuery) {
    super();
  }
}

@QueryHandler(GetTrialBalance)
export class GetTrialBalanceHandler implements IQueryHandler<GetTrialBalance> {
  constructor(private readonly books: Books) {}

  execute({ query }: GetTrialBalance): Promise<TrialBalanceAnswer> {
    return this.books.read(query, async (books) => {
      const { groups, shardSums } = await readBalanceGroups(books, ACCOUNT_KINDS);
      const totals = totalsOf(groups);
      const unbalancedShards = shardSums
        .filter(({ sum }) => sum !== 0n)
        .map(({ shard, asset, sum }) => ({ shard, asset, sum: formatAmount(sum) }));
      return {
        asOf: query.asOf ?? null,
        balanced: totals.every(({ debit, credit }) => debit === credit) && unbalancedShards.length === 0,
        groups: groups.map(({ group, asset, accounts, debit, credit }) => ({
          group,
          asset,
          accounts,
          debit: formatAmount(debit),
          credit: formatAmount(credit),
          balance: formatAmount(credit - debit),
        })),
        totals: totals.map(({ asset, debit, credit }) => ({
          asset,
          debit: formatAmount(debit),
          credit: formatAmount(credit),
          difference: formatAmount(credit - debit),
        })),
        unbalancedShards,
        ...describeMoment(books),
      };
    });
  }
}

function totalsOf(groups: readonly BalanceGroup[]): { asset: string; debit: bigint; credit: bigint }[] {
  const totals = new Map<string, { asset: string; debit: bigint; credit: bigint }>();
  for (const { asset, debit, credit } of groups) {
    const total = totals.get(asset) ?? { asset, debit: 0n, credit: 0n };
    totals.set(asset, { asset, debit: total.debit + debit, credit: total.credit + credit });
  }
  return [...totals.values()];
}

export class ListTrialBalanceAccounts extends Query<AccountBalancesAnswer> {
  constructor(readonly query: TrialBalanceAccountsQuery) {
    super();
  }
}

@QueryHandler(ListTrialBalanceAccounts)
export class ListTrialBalanceAccountsHandler implements IQueryHandler<ListTrialBalanceAccounts> {
  constructor(private readonly books: Books) {}

  async execute({ query }: ListTrialBalanceAccounts): Promise<AccountBalancesAnswer> {
    const { limit, cursor, group } = query;
    const since = sinceOf(query);
    // What it was then is for ever only where nothing can be recorded then any more.
    if (since !== undefined) await this.books.includeInstant(since);
    const [account, asset] = ACCOUNTS.after(cursor) ?? [];
    const after = account === undefined || asset === undefined ? undefined : { account, asset };
    return this.books.read(query, async (books) => {
      const rows = await listAccountBalances(books, ACCOUNT_KINDS, { limit: limit + 1, after, group });
      if (rows.length === 0 && after === undefined && group !== undefined && accountKind(group) === undefined) {
        throw commonRefusal('NOT_FOUND', `There is no group ${group}.`, 'group');
      }
      const then = since === undefined ? undefined : await readThen(books, rows, since);
      const items = rows.map((row) => ({
        account: row.account,
        asset: row.asset,
        debit: formatAmount(row.balance < 0n ? -row.balance : 0n),
        credit: formatAmount(row.balance > 0n ? row.balance : 0n),
        balance: formatAmount(row.balance),
        ...(then === undefined ? {} : { change: formatAmount(row.balance - (then.get(row.account) ?? 0n)) }),
      }));
      return {
        asOf: query.asOf ?? null,
        since: since ?? null,
        ...ACCOUNTS.answer(items, limit, (item) => [item.account, item.asset]),
        ...describeMoment(books),
      };
    });
  }
}

/** @throws DomainError `TIME_INVALID`, `TIME_IN_FUTURE`; RequestError `VALIDATION_FAILED` for an instant after `asOf` */
function sinceOf({ since: text, asOf }: TrialBalanceAccountsQuery): string | undefined {
  if (text === undefined) return undefined;
  const since = parseAsOf(text, Date.now(), 'since');
  if (asOf === undefined || since <= parseAsOf(asOf, Date.now())) return since;
  const message = 'since must not be after asOf';
  throw new RequestError('VALIDATION_FAILED', `The request is not valid: ${message}.`, [{ path: 'since', message }]);
}

const readThen = async (books: BooksSnapshot, rows: readonly AccountBalance[], since: string) =>
  readAccountBalances(
    books,
    rows.map(({ account }) => account),
    await books.heightsAt(since),
  );

@ApiTags('finance')
@ApiBearerAuth()
@Controller('ledger/trial-balance')
export class TrialBalanceController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'All accounts in groups, with totals' })
  @ApiOkResponse({ type: TrialBalanceAnswer })
  groups(@FromQuery() query: AsOfQuery): Promise<TrialBalanceAnswer> {
    return this.queries.execute(new GetTrialBalance(query));
  }

  @Get('accounts')
  @Allow('finance', 'operator')
  @ApiOperation({
    summary: 'All accounts, or those of one group; give asOf so that all pages of the list belong together',
  })
  @ApiOkResponse({ type: AccountBalancesAnswer })
  accounts(@FromQuery() query: TrialBalanceAccountsQuery): Promise<AccountBalancesAnswer> {
    return this.queries.execute(new ListTrialBalanceAccounts(query));
  }
}
