/** `GET /v1/journal/shards` and `/v1/journal/pages`: the journal itself, for auditors and `airtime journal export`. */
import { Controller, Get, Inject, Query as FromQuery, Res } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { registryShard } from '#domain';
import { exportPage, FIRST_PREVIOUS_HASH, type JournalStore } from '#journal';
import { Allow, CONFIGURATION, cursorInvalid, RequestError, type Configuration, WholeNumber } from '#platform';
import { AcceptsInstant, Books, parseAsOf } from '#reading';
import { UNTRUSTED_READ_JOURNAL } from '#wiring';

const PAGES_DEFAULT = 20;
const PAGES_MAX = 200;
/** An answer ends with the page that reaches this; a page has at most a megabyte of body. */
const ANSWER_BYTES = 4 * 1024 * 1024;
const PAGES_AT_A_TIME = 4;
const HEIGHT_MAX = 10 ** 15;

class PagesQuery {
  @ApiProperty({ type: 'integer', example: 2 })
  @WholeNumber(15)
  @IsInt({ message: 'shard must be the number of a shard; GET /v1/journal/shards lists them' })
  @Min(0)
  @Max(64)
  shard!: number;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1, description: 'Height of the first page' })
  @IsOptional()
  @WholeNumber(15)
  @IsInt({ message: 'from must be a height' })
  @Min(1, { message: 'from must be at least 1: heights begin there' })
  @Max(HEIGHT_MAX)
  from: number = 1;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: PAGES_MAX, default: PAGES_DEFAULT })
  @IsOptional()
  @WholeNumber(15)
  @IsInt({ message: `limit must be a whole number from 1 to ${PAGES_MAX}` })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(PAGES_MAX, { message: `limit must be at most ${PAGES_MAX}; follow nextCursor for more` })
  limit: number = PAGES_DEFAULT;

  @ApiPropertyOptional({ description: 'nextCursor of the answer before, instead of from' })
  @IsOptional()
  @IsString({ message: 'cursor must be given once' })
  cursor?: string;
}

class ShardItem {
  @ApiProperty() shard!: number;
  @ApiProperty({ enum: ['holders', 'registry'] }) kind!: 'holders' | 'registry';
  @ApiProperty({ description: '0: the shard is empty' }) height!: number;
  @ApiProperty({ description: 'Of the newest page; zeros for an empty shard' }) hash!: string;
  @ApiProperty({ nullable: true, type: String }) recordedAt!: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The last instant at which nothing can be recorded any more; null for an empty shard',
  })
  closedTo!: string | null;
}

class ShardsQuery {
  @AcceptsInstant(
    'A past instant, RFC 3339, or a past day: every shard is closed up to it before it is answered. Without it: as they are',
  )
  asOf?: string;
}

class ShardsAnswer {
  @ApiProperty({ type: [ShardItem] }) items!: ShardItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: null;
}

class PageOffsets {
  @ApiProperty({ description: 'The name that the topic is registered under' }) name!: string;
  @ApiProperty() partition!: number;
  @ApiProperty() from!: number;
  @ApiProperty() to!: number;
  @ApiProperty({ description: 'Of the last message of the range' }) fingerprint!: string;
}

class PageRegistryHead {
  @ApiProperty() height!: number;
  @ApiProperty() hash!: string;
}

class PageItem {
  @ApiProperty({ description: 'The journal’s id' }) journal!: string;
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty() recordedAt!: string;
  @ApiProperty() previousHash!: string;
  @ApiProperty({ type: [PageOffsets] }) offsets!: PageOffsets[];
  @ApiProperty() count!: number;
  @ApiProperty() bodyDigest!: string;
  @ApiProperty({ description: 'The id of the key that signed the page' }) writer!: string;
  @ApiProperty({ description: 'The page of the registry that it was decided on' }) registry!: PageRegistryHead;
  @ApiProperty() hash!: string;
  @ApiProperty({ description: 'Ed25519 over the header’s text' }) signature!: string;
  @ApiProperty({ description: 'The exact text that bodyDigest covers: one event per line' }) body!: string;
}

class PagesAnswer {
  @ApiProperty({ type: [PageItem] }) items!: PageItem[];
  @ApiProperty({ nullable: true, type: String, description: 'The next height; null at the head' })
  nextCursor!: string | null;
}

export class ListShards extends Query<ShardsAnswer> {
  constructor(readonly query: ShardsQuery) {
    super();
  }
}

@QueryHandler(ListShards)
export class ListShardsHandler implements IQueryHandler<ListShards> {
  constructor(private readonly books: Books) {}

  async execute({ query: { asOf } }: ListShards): Promise<ShardsAnswer> {
    if (asOf !== undefined) await this.books.includeInstant(parseAsOf(asOf, Date.now()));
    const heads = await this.books.heads();
    return {
      items: heads.map((head, shard) => ({
        shard,
        kind: shard === heads.length - 1 ? 'registry' : 'holders',
        height: head?.height ?? 0,
        hash: head?.hash ?? FIRST_PREVIOUS_HASH,
        recordedAt: head?.recordedAt ?? null,
        closedTo: head === undefined ? null : new Date(Date.parse(head.recordedAt) - 1).toISOString(),
      })),
      nextCursor: null,
    };
  }
}

/** Answers a JSON text: the pages' lines are joined as they are, so that not a byte of them is written anew. */
export class ExportPages extends Query<string> {
  constructor(readonly query: PagesQuery) {
    super();
  }
}

@QueryHandler(ExportPages)
export class ExportPagesHandler implements IQueryHandler<ExportPages> {
  constructor(
    @Inject(UNTRUSTED_READ_JOURNAL) private readonly journal: JournalStore,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  async execute({ query }: ExportPages): Promise<string> {
    const { shard, limit } = query;
    if (shard > registryShard(this.configuration.shards)) {
      const message = `there is no shard ${shard}; GET /v1/journal/shards lists them`;
      throw new RequestError('VALIDATION_FAILED', `The request is not valid: ${message}.`, [
        { path: 'shard', message },
      ]);
    }
    let next = query.cursor === undefined ? query.from : readCursor(query.cursor);
    const head = (await this.journal.head(shard))?.height ?? 0;
    const lines: string[] = [];
    let bytes = 0;
    while (next <= head && lines.length < limit && bytes < ANSWER_BYTES) {
      const pages = await this.journal.read(shard, next, Math.min(PAGES_AT_A_TIME, limit - lines.length));
      if (pages.length === 0) throw new Error(`page ${next} of shard ${shard} is missing below its head ${head}`);
      for (const page of pages) {
        if (bytes >= ANSWER_BYTES) break;
        const line = exportPage(page);
        lines.push(line);
        bytes += line.length;
        next = page.height + 1;
      }
    }
    return `{"items":[${lines.join(',')}],"nextCursor":${next <= head ? `"${next}"` : 'null'}}`;
  }
}

/** The cursor is the next height, in clear: who exports a shard sees how far it is. */
function readCursor(cursor: string): number {
  if (!/^[1-9]\d{0,14}$/.test(cursor)) throw cursorInvalid();
  return Number.parseInt(cursor, 10);
}

@ApiTags('audit')
@ApiBearerAuth()
@Controller('journal')
export class JournalPagesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('shards')
  @Allow('auditor')
  @ApiOperation({ summary: 'The journal’s shards and where each ends' })
  @ApiOkResponse({ type: ShardsAnswer })
  shards(@FromQuery() query: ShardsQuery): Promise<ShardsAnswer> {
    return this.queries.execute(new ListShards(query));
  }

  @Get('pages')
  @Allow('auditor')
  @ApiOperation({ summary: 'Pages of a shard, with everything their digests cover; about four megabytes an answer' })
  @ApiOkResponse({ type: PagesAnswer })
  async pages(@FromQuery() query: PagesQuery, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.type('application/json; charset=utf-8');
    return this.queries.execute(new ExportPages(query));
  }
}
