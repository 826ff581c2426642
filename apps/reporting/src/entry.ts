/** `GET /v1/entries/{id}`: one journal event as it stands in its page, with what an auditor needs to recompute it. */
import { Controller, Get, Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { JournalEvent } from '#concepts';
import { commonRefusal, entryId, registryShard, type DomainError, type EntryPosition } from '#domain';
import { headerText, type Page } from '#journal';
import { Allow, Caller, CONFIGURATION, TextParam, type Configuration, type KeyGrant } from '#platform';
import {
  ApiEntrySource,
  ENTRY_SOURCES,
  eventOf,
  isEntryHiddenFrom,
  JournalEntries,
  lineOf,
  parseOrigin,
  PostingAnswer,
  postingsFor,
  type EntrySource,
} from '#reading';

class EntryVersions {
  @ApiProperty() priceBook!: number;
  @ApiProperty() splitPolicy!: number;
}

class PageHeader {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty() recordedAt!: string;
  @ApiProperty() previousHash!: string;
  @ApiProperty() count!: number;
  @ApiProperty() bodyDigest!: string;
  @ApiProperty() hash!: string;
}

class EntryProof {
  @ApiProperty() header!: string;
  @ApiProperty() line!: number;
  @ApiProperty() lines!: number;
  @ApiProperty() event!: string;
  @ApiProperty({ description: 'The path of the page that holds the body' }) body!: string;
}

class EntryDetails {
  @ApiProperty({ example: '2-17-0' }) id!: string;
  @ApiProperty({ example: 'UsageCharged' }) type!: string;
  @ApiProperty({ description: 'When it happened, by the one who reported it' }) time!: string;
  @ApiProperty() recordedAt!: string;
  @ApiProperty({ example: 'key:k-3f9a' }) actor!: string;
  @ApiEntrySource() source!: EntrySource;
  @ApiProperty({ type: [PostingAnswer] }) postings!: PostingAnswer[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'Quantities by meter, for usage',
  })
  meters!: Readonly<Record<string, string>> | null;
  @ApiProperty({ type: EntryVersions, nullable: true, description: 'The versions that made the amount, for usage' })
  versions!: EntryVersions | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'The event as recorded; amounts in it are atto-tokens. Null for a customer’s key',
  })
  event!: JournalEvent | null;
  @ApiProperty({ type: PageHeader }) page!: PageHeader;
  @ApiProperty({
    type: EntryProof,
    nullable: true,
    description:
      'Null for a customer’s key. hash = SHA-256 of header; header names bodyDigest = SHA-256 of the body; event is line `line` (from 0) of the body, which GET /v1/journal/pages gives',
  })
  proof!: EntryProof | null;
}

/** The form of an entry's id. */
export const ENTRY_ID = /^\d{1,2}-\d{1,15}-\d{1,4}$/;
export const ENTRY_ID_MESSAGE = 'The id of an entry is shard-height-index, such as 2-17-0.';

export class GetEntry extends Query<EntryDetails> {
  constructor(
    readonly id: string,
    readonly caller: KeyGrant,
  ) {
    super();
  }
}

@QueryHandler(GetEntry)
export class GetEntryHandler implements IQueryHandler<GetEntry> {
  constructor(
    private readonly entries: JournalEntries,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async execute({ id, caller }: GetEntry): Promise<EntryDetails> {
    const { position, page, line, event } = await findEntry(this.entries, this.configuration.shards, id, caller);
    const isWhole = caller.role !== 'customer';
    const { body: _, offsets: __, ...header } = page;
    const proof = {
      header: headerText(page),
      line: position.index,
      lines: page.count,
      event: line,
      body: `/v1/journal/pages?shard=${page.shard}&from=${page.height}&limit=1`,
    };
    return {
      id: entryId(position),
      type: event.type,
      time: event.time,
      recordedAt: page.recordedAt,
      actor: event.actor,
      source: parseOrigin(event.origin),
      postings: postingsFor(caller, event),
      meters: 'meters' in event ? event.meters : null,
      versions: versionsOf(event),
      event: isWhole ? event : null,
      page: header,
      proof: isWhole ? proof : null,
    };
  }
}

/** Whatever was rated and split says with what, of whatever type it is. */
function versionsOf(event: JournalEvent): EntryVersions | null {
  if (!('priceBook' in event && 'splitPolicy' in event)) return null;
  return { priceBook: event.priceBook, splitPolicy: event.splitPolicy };
}

interface FoundEntry {
  readonly position: EntryPosition;
  readonly page: Page;
  readonly line: string;
  readonly event: JournalEvent;
}

/**
 * An entry of the journal.
 *
 * @param shards holder shards of the journal
 * @throws DomainError `NOT_FOUND` where there is none, or none that the caller may see
 */
export async function findEntry(
  entries: JournalEntries,
  shards: number,
  id: string,
  caller: KeyGrant,
): Promise<FoundEntry> {
  const [shard, height, index] = id.split('-').map(Number) as [number, number, number];
  const page = height === 0 || shard > registryShard(shards) ? undefined : await entries.page(shard, height);
  const line = page === undefined ? undefined : lineOf(page, index);
  if (page === undefined || line === undefined) throw unknownEntry(id);
  const event = eventOf(line);
  if (isEntryHiddenFrom(caller, event)) throw unknownEntry(id);
  return { position: { shard, height, index }, page, line, event };
}

function unknownEntry(id: string): DomainError {
  return commonRefusal('NOT_FOUND', `The journal has no entry ${id}.`, 'id');
}

@ApiTags('finance')
@ApiBearerAuth()
@ApiExtraModels(...ENTRY_SOURCES)
@Controller('entries')
export class EntriesController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @Allow('finance', 'operator', 'customer')
  @ApiOperation({ summary: 'One entry with its postings, versions, source, page and proof' })
  @ApiOkResponse({ type: EntryDetails })
  entry(@TextParam('id', ENTRY_ID, ENTRY_ID_MESSAGE) id: string, @Caller() caller: KeyGrant): Promise<EntryDetails> {
    return this.queries.execute(new GetEntry(id, caller));
  }
}
