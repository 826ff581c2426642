/** `GET /v1/entries/{id}`: one journal event as it stands in its page, with what an auditor needs to recompute it. */
import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import {
  DomainError,
  entryId,
  formatAmount,
  postingsOf,
  registryShard,
  type EntryPosition,
  type JournalEvent,
} from '#domain';
import { headerText, type JournalStore, type Page } from '#journal';
import { Allow, CONFIGURATION, TextParam, type Configuration } from '#platform';
import { READ_JOURNAL } from '#wiring';

export class PostingAnswer {
  @ApiProperty({ example: 'customer:acme:available' }) debit!: string;
  @ApiProperty({ example: 'provider:p7:payable' }) credit!: string;
  @ApiProperty({ example: '0.0012' }) amount!: string;
  @ApiProperty({ example: 'AIR' }) asset!: string;
}

class KafkaSource {
  @ApiProperty({ enum: ['kafka'] }) kind!: 'kafka';
  @ApiProperty() topic!: string;
  @ApiProperty() partition!: number;
  @ApiProperty() offset!: number;
}

class RequestSource {
  @ApiProperty({ enum: ['request'] }) kind!: 'request';
  @ApiProperty() id!: string;
}

class SystemSource {
  @ApiProperty({ enum: ['system'] }) kind!: 'system';
  @ApiProperty() name!: string;
}

/** Where an event came from. */
export type EntrySource = Readonly<KafkaSource> | Readonly<RequestSource> | Readonly<SystemSource>;

/** Describes an {@link EntrySource}; its controller declares {@link ENTRY_SOURCES} as extra models. */
export function ApiEntrySource(): PropertyDecorator {
  return ApiProperty({ oneOf: ENTRY_SOURCES.map((source) => ({ $ref: getSchemaPath(source) })) });
}

export const ENTRY_SOURCES = [KafkaSource, RequestSource, SystemSource];

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
    description: 'The event as recorded; amounts in it are atto-tokens',
  })
  event!: JournalEvent;
  @ApiProperty({ type: PageHeader }) page!: PageHeader;
  @ApiProperty({
    type: EntryProof,
    description:
      'hash = SHA-256 of header; header names bodyDigest = SHA-256 of the body; event is line `line` (from 0) of the body, which GET /v1/journal/pages gives',
  })
  proof!: EntryProof;
}

/** Where an event came from, taken apart. */
export function parseOrigin(origin: string): EntrySource {
  const kafka = /^kafka:(.+)\/(\d+)\/(\d+)$/.exec(origin);
  if (kafka !== null) {
    return { kind: 'kafka', topic: kafka[1]!, partition: Number(kafka[2]), offset: Number(kafka[3]) };
  }
  const colon = origin.indexOf(':');
  const [kind, name] = colon === -1 ? [origin, ''] : [origin.slice(0, colon), origin.slice(colon + 1)];
  return kind === 'request' ? { kind, id: name } : { kind: 'system', name: kind === 'system' ? name : origin };
}

export function presentPostings(event: JournalEvent): PostingAnswer[] {
  return postingsOf(event).map(({ debit, credit, amount, asset }) => ({
    debit,
    credit,
    amount: formatAmount(BigInt(amount)),
    asset,
  }));
}

/** Entries as they stand in the journal, whatever the books say. */
@Injectable()
export class JournalEntries {
  constructor(@Inject(READ_JOURNAL) private readonly journal: JournalStore) {}

  /** The page at a height; undefined beyond the head. */
  async page(shard: number, height: number): Promise<Page | undefined> {
    const [page] = await this.journal.read(shard, height, 1);
    return page?.height === height ? page : undefined;
  }

  /** The events at some positions, in their order. A page is read once and one at a time: it may hold a megabyte. */
  async events(positions: readonly EntryPosition[]): Promise<JournalEvent[]> {
    const byPage = new Map<string, { readonly at: EntryPosition; readonly places: number[] }>();
    positions.forEach((at, place) => {
      const key = `${at.shard}-${at.height}`;
      const group = byPage.get(key) ?? { at, places: [] };
      group.places.push(place);
      byPage.set(key, group);
    });
    const events = new Array<JournalEvent>(positions.length);
    for (const { at, places } of byPage.values()) {
      const page = await this.page(at.shard, at.height);
      for (const place of places) {
        const line = page === undefined ? undefined : lineOf(page, positions[place]!.index);
        if (line === undefined) throw new Error(`the journal lacks entry ${entryId(positions[place]!)} of the books`);
        events[place] = JSON.parse(line) as JournalEvent;
      }
    }
    return events;
  }
}

/** One line of a page's body, without its line feed, found without reading the others. */
export function lineOf(page: Page, index: number): string | undefined {
  if (index >= page.count) return undefined;
  let start = 0;
  for (let line = 0; line < index; line++) {
    const end = page.body.indexOf(10, start);
    if (end === -1) return undefined;
    start = end + 1;
  }
  const end = page.body.indexOf(10, start);
  return end === -1 ? undefined : page.body.toString('utf8', start, end);
}

const ENTRY_ID = /^\d{1,2}-\d{1,15}-\d{1,4}$/;
const ENTRY_ID_MESSAGE = 'The id of an entry is shard-height-index, such as 2-17-0.';

export class GetEntry extends Query<EntryDetails> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetEntry)
export class GetEntryHandler implements IQueryHandler<GetEntry> {
  constructor(
    private readonly entries: JournalEntries,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async execute({ id }: GetEntry): Promise<EntryDetails> {
    const position = this.parseId(id);
    const page = position.height === 0 ? undefined : await this.entries.page(position.shard, position.height);
    const line = page === undefined ? undefined : lineOf(page, position.index);
    if (page === undefined || line === undefined) throw unknownEntry(id);
    const event = JSON.parse(line) as JournalEvent;
    const { body: _, offsets: __, ...header } = page;
    return {
      id: entryId(position),
      type: event.type,
      time: event.time,
      recordedAt: page.recordedAt,
      actor: event.actor,
      source: parseOrigin(event.origin),
      postings: presentPostings(event),
      meters: event.type === 'UsageCharged' ? event.meters : null,
      versions: event.type === 'UsageCharged' ? { priceBook: event.priceBook, splitPolicy: event.splitPolicy } : null,
      event,
      page: header,
      proof: {
        header: headerText(page),
        line: position.index,
        lines: page.count,
        event: line,
        body: `/v1/journal/pages?shard=${page.shard}&from=${page.height}&limit=1`,
      },
    };
  }

  private parseId(id: string): EntryPosition {
    const [shard, height, index] = id.split('-').map(Number) as [number, number, number];
    if (shard > registryShard(this.configuration.shards)) throw unknownEntry(id);
    return { shard, height, index };
  }
}

function unknownEntry(id: string): DomainError {
  return new DomainError('NOT_FOUND', `The journal has no entry ${id}.`, 'id');
}

@ApiTags('finance')
@ApiBearerAuth()
@ApiExtraModels(...ENTRY_SOURCES)
@Controller('entries')
export class EntriesController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @Allow('finance', 'operator')
  @ApiOperation({ summary: 'One entry with its postings, versions, source, page and proof' })
  @ApiOkResponse({ type: EntryDetails })
  entry(@TextParam('id', ENTRY_ID, ENTRY_ID_MESSAGE) id: string): Promise<EntryDetails> {
    return this.queries.execute(new GetEntry(id));
  }
}
