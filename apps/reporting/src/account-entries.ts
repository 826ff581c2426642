/** `GET /v1/accounts/{account}/entries`: an account's statement, newest first, with the balance after each entry. */
import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { accountKind } from '#concepts';
import { commonRefusal, entryId, formatAmount } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  ListCursor,
  PositionAnswer,
  RequestError,
  TextParam,
  type KeyGrant,
} from '#platform';
import { listAccountEntries, type AccountEntry } from '#postgres';
import {
  ApiEntrySource,
  Books,
  includedHeights,
  JournalEntries,
  KnownParties,
  parseOrigin,
  PositionListQuery,
  PostingAnswer,
  postingsFor,
  type EntrySource,
} from '#reading';

/** Entries in one answer when postings are included: those are read from the journal's pages, up to a megabyte each. */
const ENTRIES_WITH_POSTINGS_MAX = 100;

const ACCOUNT = /^(?=.{1,200}$)[a-z]+(:[A-Za-z0-9._@+-]{1,128}){0,2}$/;
const ACCOUNT_MESSAGE = 'Write an account as its parts joined by colons, such as customer:acme:available.';

class EntriesQuery extends PositionListQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'true',
    description: `With the entry’s postings; then limit is at most ${ENTRIES_WITH_POSTINGS_MAX}`,
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'postings must be true or false' })
  postings: 'true' | 'false' = 'true';
}

class AccountEntryItem {
  @ApiProperty({ example: '2-17-0' }) id!: string;
  @ApiProperty({ example: 'UsageCharged' }) type!: string;
  @ApiProperty({ nullable: true, type: String, description: 'By the one who reported it; null: it is no time' })
  time!: string | null;
  @ApiProperty() recordedAt!: string;
  @ApiProperty({ description: 'Signed: what the entry added to the account' }) amount!: string;
  @ApiProperty({ description: 'Of the account over all shards, in the order of this list' }) balanceAfter!: string;
  @ApiProperty({ description: 'Of the account’s part in the entry’s shard' }) shardBalanceAfter!: string;
  @ApiProperty() actor!: string;
  @ApiEntrySource() source!: EntrySource;
  @ApiProperty({ nullable: true, type: String }) holder!: string | null;
  @ApiProperty({ nullable: true, type: String }) counterparty!: string | null;
  @ApiPropertyOptional({ type: [PostingAnswer], description: 'The whole entry: both sides' })
  postings?: PostingAnswer[];
}

class AccountEntriesAnswer {
  @ApiProperty({ type: [AccountEntryItem] }) items!: readonly AccountEntryItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
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

@QueryHandler(ListEntries)
export class ListEntriesHandler implements IQueryHandler<ListEntries> {
  constructor(
    private readonly books: Books,
    private readonly parties: KnownParties,
    private readonly entries: JournalEntries,
  ) {}

  async execute({ account, query, caller }: ListEntries): Promise<AccountEntriesAnswer> {
    await this.check(account, query);
    const after = readCursor(query.cursor);
    const { rows, position } = await this.books.read(query, async (books) => ({
      rows: await listAccountEntries(books, account, { limit: query.limit + 1, after }),
      position: includedHeights(books),
    }));
    // A misspelt account must not look like one that nothing was ever booked to. What stands in the books is shown.
    if (rows.length === 0 && after === undefined && accountKind(account) === undefined) {
      throw commonRefusal('NOT_FOUND', `There is no account ${account}.`, 'account');
    }
    const { items, nextCursor } = ENTRIES.answer(rows, query.limit, (row) => [
      row.recordedAt,
      row.shard,
      row.height,
      row.index,
    ]);
    const events = query.postings === 'true' ? await this.entries.events(items) : undefined;
    return {
      items: items.map((row, place) => ({
        ...present(row),
        ...(events === undefined ? {} : { postings: postingsFor(caller, events[place]!) }),
      })),
      nextCursor,
      position,
    };
  }

  private async check(account: string, query: EntriesQuery): Promise<void> {
    const [kind, holder, ...rest] = account.split(':');
    if ((kind === 'customer' || kind === 'provider') && rest.length === 1)
      await this.parties.holder(holder!, 'account');
    if (query.postings === 'true' && query.limit > ENTRIES_WITH_POSTINGS_MAX) {
      const message = `limit must be at most ${ENTRIES_WITH_POSTINGS_MAX} with postings; add postings=false for longer answers`;
      throw new RequestError('VALIDATION_FAILED', `The request is not valid: ${message}.`, [
        { path: 'limit', message },
      ]);
    }
  }
}

const ENTRIES = new ListCursor('account-entries', ['instant', 'int4', 'int8', 'int4']);

function readCursor(cursor: string | undefined) {
  const key = ENTRIES.after(cursor);
  if (key === undefined) return undefined;
  const [recordedAt, shard, height, index] = key;
  return { recordedAt, shard, height, index };
}

function present(row: AccountEntry): AccountEntryItem {
  return {
    id: entryId(row),
    type: row.type,
    time: row.time,
    recordedAt: row.recordedAt,
    amount: formatAmount(row.amount),
    balanceAfter: formatAmount(row.balanceAfter),
    shardBalanceAfter: formatAmount(row.shardBalanceAfter),
    actor: row.actor,
    source: parseOrigin(row.origin),
    holder: row.holder,
    counterparty: row.counterparty,
  };
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
  @ApiOperation({ summary: 'An account’s entries, newest first' })
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
