/** `GET /v1/search`: what a text names, among what the caller may read. */
import { Controller, Get, Inject, Query as FromQuery } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Length } from 'class-validator';
import { ROUTE_ROLES } from '#client';
import { accountKind } from '#concepts';
import { DomainError } from '#domain';
import { Allow, Caller, CONFIGURATION, isHiddenFrom, type Configuration, type KeyGrant } from '#platform';
import { JournalEntries, KnownParties } from '#reading';
import { ENTRY_ID, findEntry } from './entry.js';

const TEXT_MAX = 200;
const KINDS = ['entry', 'party', 'account'] as const;

class SearchQuery {
  @ApiProperty({ example: '2-17-0', description: 'An id of an entry, a party, an account' })
  @Length(1, TEXT_MAX, { message: `q must be a text of 1 to ${TEXT_MAX} characters` })
  q!: string;
}

class FoundItem {
  @ApiProperty({ enum: KINDS }) kind!: (typeof KINDS)[number];
  @ApiProperty({ example: '2-17-0' }) id!: string;
  @ApiProperty({ example: 'UsageCharged' }) title!: string;
  @ApiProperty({ description: 'The path of the route that answers it' }) href!: string;
}

class SearchAnswer {
  @ApiProperty({ type: [FoundItem], description: 'A text may name several things; none is named by an empty list' })
  items!: FoundItem[];
}

export class Search extends Query<SearchAnswer> {
  constructor(
    readonly text: string,
    readonly caller: KeyGrant,
  ) {
    super();
  }
}

@QueryHandler(Search)
export class SearchHandler implements IQueryHandler<Search> {
  constructor(
    private readonly entries: JournalEntries,
    private readonly parties: KnownParties,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async execute({ text, caller }: Search): Promise<SearchAnswer> {
    const wanted = text.trim();
    const found = [
      await this.entry(wanted, caller),
      await this.party(wanted, caller),
      await this.account(wanted, caller),
    ];
    return { items: found.filter((item) => item !== undefined) };
  }

  private async entry(id: string, caller: KeyGrant): Promise<FoundItem | undefined> {
    if (!ENTRY_ID.test(id) || !mayCall(caller, 'get /v1/entries/{id}')) return undefined;
    const found = await orNothing(findEntry(this.entries, this.configuration.shards, id, caller));
    return found && { kind: 'entry', id, title: found.event.type, href: `/v1/entries/${id}` };
  }

  private async party(id: string, caller: KeyGrant): Promise<FoundItem | undefined> {
    if (!mayReadHolder(caller, id)) return undefined;
    const party = await orNothing(this.parties.holder(id));
    const href = `/v1/holders/${encodeURIComponent(id)}/balance`;
    return party && { kind: 'party', id, title: party.roles.join(', '), href };
  }

  private async account(account: string, caller: KeyGrant): Promise<FoundItem | undefined> {
    const [kind, holder] = account.split(':');
    if (accountKind(account) === undefined || !mayCall(caller, 'get /v1/accounts/{account}/entries')) return undefined;
    if (isHiddenFrom(caller, kind === 'customer' ? (holder ?? '') : '')) return undefined;
    if (kind === 'customer' || kind === 'provider') {
      if ((await orNothing(this.parties.holder(holder!))) === undefined) return undefined;
    }
    const href = `/v1/accounts/${encodeURIComponent(account)}/entries`;
    return { kind: 'account', id: account, title: accountKind(account)!, href };
  }
}

const mayCall = ({ role }: KeyGrant, route: string): boolean => ROUTE_ROLES[route]?.includes(role) === true;

const mayReadHolder = (caller: KeyGrant, holder: string): boolean =>
  mayCall(caller, 'get /v1/holders/{id}/balance') && !isHiddenFrom(caller, holder);

/** What is refused as unknown or malformed is not what the text names. */
async function orNothing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

@ApiTags('console')
@ApiBearerAuth()
@Controller('search')
export class SearchController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'What a text names: an entry, a party, an account' })
  @ApiOkResponse({ type: SearchAnswer })
  search(@FromQuery() { q }: SearchQuery, @Caller() caller: KeyGrant): Promise<SearchAnswer> {
    return this.queries.execute(new Search(q, caller));
  }
}
