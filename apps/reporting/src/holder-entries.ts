/** `GET /v1/holders/{id}/entries`: whatever concerns a holder in one line. `GET /v1/entries/{id}/balances`: what one entry did to each account. */
import { Controller, Get, Inject, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ACCOUNT_KINDS } from '#concepts';
import { entryId, groupOf, holderAccount, isOfHolders } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  CONFIGURATION,
  HolderParam,
  ListCursor,
  PositionAnswer,
  TextParam,
  type Configuration,
  type KeyGrant,
} from '#platform';
import {
  Books,
  includedHeights,
  isEntryHiddenFrom,
  JournalEntries,
  KnownParties,
  PostingBalances,
  postingsWithBalances,
} from '#reading';
import { EntriesAnswer, EntriesQuery, EntryItem, EntryLines, KEY } from './entry-lines.js';
import { ENTRY_ID, ENTRY_ID_MESSAGE, findEntry } from './entry.js';

class HolderEntriesAnswer extends EntriesAnswer {
  @ApiProperty({ type: [EntryItem] }) items!: readonly EntryItem[];
}

class EntryBalances {
  @ApiProperty({ example: '2-17-0' }) id!: string;
  @ApiProperty({ type: [PostingBalances] }) postings!: PostingBalances[];
  @ApiProperty({ type: [PositionAnswer] }) position!: PositionAnswer[];
}

export class ListHolderEntries extends Query<HolderEntriesAnswer> {
  constructor(
    readonly holder: string,
    readonly query: EntriesQuery,
    readonly caller: KeyGrant,
  ) {
    super();
  }
}

const ENTRIES = new ListCursor('holder-entries', KEY);
/** Whose accounts each holder has; those of a customer are what its own key sees. */
const KINDS = ACCOUNT_KINDS.filter(isOfHolders);
const OWN = KINDS.filter((kind) => groupOf(kind).startsWith('customer:'));

@QueryHandler(ListHolderEntries)
export class ListHolderEntriesHandler implements IQueryHandler<ListHolderEntries> {
  constructor(
    private readonly lines: EntryLines,
    private readonly parties: KnownParties,
  ) {}

  async execute({ holder, query, caller }: ListHolderEntries): Promise<HolderEntriesAnswer> {
    await this.parties.holder(holder);
    const isCustomer = caller.role === 'customer';
    const accounts = (isCustomer ? OWN : KINDS).map((kind) => holderAccount(kind)(holder));
    const isHidden = isCustomer
      ? { isHidden: (event: Parameters<typeof isEntryHiddenFrom>[1]) => isEntryHiddenFrom(caller, event) }
      : {};
    const listed = { cursor: ENTRIES, accounts, holder, ...isHidden };
    return this.lines.answer(listed, query, caller, (_, items) => Promise.resolve(items));
  }
}

export class ReadEntryBalances extends Query<EntryBalances> {
  constructor(
    readonly id: string,
    readonly caller: KeyGrant,
  ) {
    super();
  }
}

@QueryHandler(ReadEntryBalances)
export class ReadEntryBalancesHandler implements IQueryHandler<ReadEntryBalances> {
  constructor(
    private readonly books: Books,
    private readonly entries: JournalEntries,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async execute({ id, caller }: ReadEntryBalances): Promise<EntryBalances> {
    const { position, page, event } = await findEntry(this.entries, this.configuration.shards, id, caller);
    const line = { ...position, recordedAt: page.recordedAt };
    return this.books.read({ position: [`${line.shard}:${line.height}`] }, async (books) => {
      const [postings] = await postingsWithBalances(books, caller, [{ line, event }]);
      return { id: entryId(position), postings: postings!, position: includedHeights(books) };
    });
  }
}

@ApiTags('finance')
@ApiBearerAuth()
@Controller()
export class HolderEntriesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('holders/:id/entries')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({
    summary:
      'All entries that concern a holder, with the balances before and after, in both directions from any instant',
  })
  @ApiOkResponse({ type: HolderEntriesAnswer })
  list(
    @HolderParam() id: string,
    @FromQuery() query: EntriesQuery,
    @Caller() caller: KeyGrant,
  ): Promise<HolderEntriesAnswer> {
    assertMayReadCustomer(caller, id);
    return this.queries.execute(new ListHolderEntries(id, query, caller));
  }

  @Get('entries/:id/balances')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'An entry’s postings with the balances before and after each' })
  @ApiOkResponse({ type: EntryBalances })
  balances(
    @TextParam('id', ENTRY_ID, ENTRY_ID_MESSAGE) id: string,
    @Caller() caller: KeyGrant,
  ): Promise<EntryBalances> {
    return this.queries.execute(new ReadEntryBalances(id, caller));
  }
}
