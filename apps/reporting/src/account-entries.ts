/** `GET /v1/accounts/{account}/entries`: an account's entries with the balance after each, in both directions from any instant. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { accountKind } from '#concepts';
import { commonRefusal, formatAmount } from '#domain';
import { Allow, assertMayReadCustomer, Caller, ListCursor, TextParam, type KeyGrant } from '#platform';
import { readMoved } from '#postgres';
import { KnownParties } from '#reading';
import { EntriesAnswer, EntriesQuery, EntryItem, EntryLines, KEY } from './entry-lines.js';

const ACCOUNT = /^(?=.{1,200}$)[a-z]+(:[A-Za-z0-9._@+-]{1,128}){0,2}$/;
const ACCOUNT_MESSAGE = 'Write an account as its parts joined by colons, such as customer:acme:available.';

class AccountEntryItem extends EntryItem {
  @ApiProperty({ description: 'Signed: what the entry added to the account' }) amount!: string;
  @ApiProperty({ description: 'Of the account over all shards, in the order of this list' }) balanceAfter!: string;
  @ApiProperty({ description: 'Of the account’s part in the entry’s shard' }) shardBalanceAfter!: string;
}

class AccountEntriesAnswer extends EntriesAnswer {
  @ApiProperty({ type: [AccountEntryItem] }) items!: readonly AccountEntryItem[];
}

export class ListEntries extends Query<AccountEntriesAnswer> {
  constructor(
    readonly account: string,
    readonly query: EntriesQuery,
    readonly caller: KeyGrant,
  ) {
    super();
  }
}

const ENTRIES = new ListCursor('account-entries', KEY);

@QueryHandler(ListEntries)
export class ListEntriesHandler implements IQueryHandler<ListEntries> {
  constructor(
    private readonly lines: EntryLines,
    private readonly parties: KnownParties,
  ) {}

  async execute({ account, query, caller }: ListEntries): Promise<AccountEntriesAnswer> {
    const [kind, holder, ...rest] = account.split(':');
    if ((kind === 'customer' || kind === 'provider') && rest.length === 1)
      await this.parties.holder(holder!, 'account');
    const listed = { cursor: ENTRIES, accounts: [account] };
    const answer = await this.lines.answer(listed, query, caller, async (books, items, lines) => {
      const moved = await readMoved(
        books,
        lines.map((line) => ({ account, line })),
      );
      return items.map((item, place) => ({
        ...item,
        amount: formatAmount(moved[place]!.amount),
        balanceAfter: formatAmount(moved[place]!.balanceAfter),
        shardBalanceAfter: formatAmount(moved[place]!.shardBalanceAfter),
      }));
    });
    // A misspelt account must not look like one that nothing was ever booked to. What stands in the books is shown.
    if (answer.items.length === 0 && query.cursor === undefined && accountKind(account) === undefined) {
      throw commonRefusal('NOT_FOUND', `There is no account ${account}.`, 'account');
    }
    return answer;
  }
}
/** Whose account it is as a customer; of any other account nobody's, which is no holder's id. */
function customerOf(account: string): string {
  const [kind, holder = ''] = account.split(':');
  return kind === 'customer' ? holder : '';
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller('accounts')
export class AccountEntriesController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':account/entries')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'An account’s entries with the balance after each, in both directions from any instant' })
  @ApiOkResponse({ type: AccountEntriesAnswer })
  list(
    @TextParam('account', ACCOUNT, ACCOUNT_MESSAGE) account: string,
    @FromQuery() query: EntriesQuery,
    @Caller() caller: KeyGrant,
  ): Promise<AccountEntriesAnswer> {
    assertMayReadCustomer(caller, customerOf(account));
    return this.queries.execute(new ListEntries(account, query, caller));
  }
}
