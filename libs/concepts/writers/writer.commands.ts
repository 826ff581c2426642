/** `/v1/writers`: who may write the journal, what it has lost, and what its roots state about both. */
import { Body, Controller, Get, HttpCode, Inject, Module, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { writerRefusal, type LossAccepted, type RootStatement, type Stated, type StatedEvent } from '#concepts';
import { commonRefusal } from '#domain';
import { FIRST_PREVIOUS_HASH, PageRefused, type JournalStore, type Memory, type Page } from '#journal';
import { Allow, EntryAnswer, WholeNumber, Write, type WriteRequest } from '#platform';
import { answerInTime, CatalogueFollower, HeadMemories, JOURNAL_STORE, RegistryCommands, Sequencers } from '#wiring';

const PUBLIC_KEY = /^[0-9a-f]{64}$/;
const STATEMENTS = ['WriterAdmitted', 'WriterDismissed', 'PageVoided', 'LossAccepted', 'RootsChanged'] as const;
const LOST_MAX = 100;
const SHARD_MAX = 64;
const HEIGHT_MAX = 10 ** 15;
const TEXT_MAX = 200;

class WriterItem {
  @ApiProperty({ description: 'How pages name it' }) id!: string;
  @ApiProperty() publicKey!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ type: [String], nullable: true, description: 'Types of events; null: all' }) events!:
    readonly string[] | null;
  @ApiProperty({ type: [Number], nullable: true, description: 'Shards; null: all' }) shards!: readonly number[] | null;
  @ApiProperty({ description: 'Height of the registry from which on it may write' }) from!: number;
  @ApiProperty({ type: Number, nullable: true, description: 'Height from which on it may write no more' }) to!:
    number | null;
}

class WritersAnswer {
  @ApiProperty({ description: 'The journal’s id' }) journal!: string;
  @ApiProperty({ description: 'Statements that roots have made; the next is numbered one above' }) statements!: number;
  @ApiProperty({ type: [String], description: 'Public keys of the roots' }) roots!: readonly string[];
  @ApiProperty({ type: [WriterItem] }) items!: WriterItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: null;
}

class RememberedItem {
  @ApiProperty() height!: number;
  @ApiProperty({ description: 'Of that page, or its first digits' }) hash!: string;
  @ApiProperty({ description: 'Who remembers it' }) source!: string;
}

class LossItem {
  @ApiProperty() shard!: number;
  @ApiProperty({ description: 'Of the newest page that the journal has; 0: it has none' }) height!: number;
  @ApiProperty({ description: 'Of that page; zeros where there is none' }) hash!: string;
  @ApiProperty({ type: [RememberedItem], description: 'Pages that the journal lacks' }) remembered!: RememberedItem[];
  @ApiProperty({ type: [String], description: 'What else shows that pages are missing' }) evidence!: string[];
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the store does not show pages that it may still have, and what to do; null: they are gone',
  })
  detail!: string | null;
}

class LossesAnswer {
  @ApiProperty({ type: [LossItem] }) items!: LossItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: null;
}

class RefusedPagesQuery {
  @ApiProperty({ type: 'integer', example: 2, description: 'As the health check names it' })
  @WholeNumber(15)
  @IsInt({ message: 'shard must be the number of a shard' })
  @Min(0)
  @Max(SHARD_MAX)
  shard!: number;

  @ApiProperty({ type: 'integer', example: 41, description: 'As the health check names it' })
  @WholeNumber(15)
  @IsInt({ message: 'height must be a height' })
  @Min(1, { message: 'height must be at least 1: heights begin there' })
  @Max(HEIGHT_MAX)
  height!: number;
}

class RefusedPageItem {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
  @ApiProperty({ description: 'What a statement that the page is void names' }) hash!: string;
  @ApiProperty({ type: [String], description: 'Why no reader counts it' }) faults!: readonly string[];
}

class RefusedPagesAnswer {
  @ApiProperty({ type: [RefusedPageItem] }) items!: RefusedPageItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: null;
}

class LostPage {
  @ApiProperty()
  @IsInt()
  @Min(1)
  height!: number;

  @ApiProperty()
  @Matches(PUBLIC_KEY, { message: 'hash must have 64 lower-case hex digits' })
  hash!: string;
}

class StatementBody {
  @ApiProperty({ enum: STATEMENTS })
  @IsIn(STATEMENTS, { message: `type must be one of ${STATEMENTS.join(', ')}` })
  type!: (typeof STATEMENTS)[number];

  @ApiPropertyOptional({ description: 'Of the writer that is admitted or dismissed' })
  @IsOptional()
  @Matches(PUBLIC_KEY, { message: 'publicKey must have 64 lower-case hex digits' })
  publicKey?: string;

  @ApiPropertyOptional({ maxLength: TEXT_MAX })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_MAX)
  name?: string;

  @ApiPropertyOptional({ type: [String], description: 'Types of events that the writer may write; absent: all' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  events?: string[];

  @ApiPropertyOptional({ type: [Number], description: 'Shards that it may write in; absent: all' })
  @IsOptional()
  @IsArray()
  @IsInt({ each: true })
  shards?: number[];

  @ApiPropertyOptional({ description: 'Of the page that is void, or of the head that a shard goes on from' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(64)
  shard?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  @Min(0)
  height?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @Matches(PUBLIC_KEY, { message: 'hash must have 64 lower-case hex digits' })
  hash?: string;

  @ApiPropertyOptional({ type: [LostPage], description: 'Pages that are remembered and given up' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(LOST_MAX)
  @ValidateNested({ each: true })
  @Type(() => LostPage)
  lost?: LostPage[];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @Matches(PUBLIC_KEY, { each: true, message: 'a root is a public key of 64 lower-case hex digits' })
  roots?: string[];

  @ApiPropertyOptional({ maxLength: TEXT_MAX })
  @IsOptional()
  @IsString()
  @MaxLength(TEXT_MAX)
  reason?: string;

  @ApiProperty({ description: 'Public key of the root that signed' })
  @Matches(PUBLIC_KEY, { message: 'root must have 64 lower-case hex digits' })
  root!: string;

  @ApiProperty({ description: 'One above that of the statement before' })
  @IsInt()
  @Min(1)
  number!: number;

  @ApiProperty({ description: 'Ed25519 over the statement’s text, see docs/journal.md' })
  @Matches(/^[0-9a-f]{128}$/, { message: 'signature must have 128 lower-case hex digits' })
  signature!: string;
}

@ApiTags('writers')
@ApiBearerAuth()
@Controller('writers')
class WritersController {
  constructor(
    private readonly follower: CatalogueFollower,
    private readonly commands: RegistryCommands,
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
    private readonly memories: HeadMemories,
  ) {}

  @Get()
  @Allow('auditor')
  @ApiOperation({ summary: 'Who may write the journal' })
  @ApiOkResponse({ type: WritersAnswer })
  writers(): WritersAnswer {
    const { writers } = this.follower.catalogue;
    const items = [...writers.all].map(([id, { grant, from, to }]): WriterItem => {
      const { publicKey, name, events, shards } = grant;
      return { id, publicKey, name, events: events ?? null, shards: shards ?? null, from, to: to ?? null };
    });
    const { rootKeys, stated } = writers;
    return { journal: this.follower.journal!, statements: stated, roots: rootKeys, items, nextCursor: null };
  }

  @Get('losses')
  @Allow('auditor')
  @ApiOperation({
    summary: 'Shards that are halted since pages are missing that somebody remembers',
    description: 'As this service sees it; a service that remembers more says so in its health check.',
  })
  @ApiOkResponse({ type: LossesAnswer })
  losses(): LossesAnswer {
    const items = this.memories.watch.losses.map(({ loss: { shard, head, memories, evidence, hidden } }): LossItem => {
      const remembered = memories.map(({ height, hash, source }) => ({ height, hash, source }));
      const { height, hash } = head ?? { height: 0, hash: FIRST_PREVIOUS_HASH };
      return { shard, height, hash, remembered, evidence: [...(evidence ?? [])], detail: hidden ?? null };
    });
    return { items, nextCursor: null };
  }

  @Get('refused-pages')
  @Allow('auditor')
  @ApiOperation({
    summary: 'The page at a height, if it is refused, and why',
    description: 'Empty where the journal has no such page, or where it counts.',
  })
  @ApiOkResponse({ type: RefusedPagesAnswer })
  async refusedPages(@Query() { shard, height }: RefusedPagesQuery): Promise<RefusedPagesAnswer> {
    const found = await this.lookAt(shard, height);
    if (!(found instanceof PageRefused)) return { items: [], nextCursor: null };
    const { page, faults } = found;
    return { items: [{ shard: page.shard, height: page.height, hash: page.hash, faults }], nextCursor: null };
  }

  @Post('statements')
  @HttpCode(201)
  @Allow()
  @ApiOperation({
    summary: 'Record what a root key has stated: on writers, void pages, accepted losses and the root keys themselves',
  })
  @ApiCreatedResponse({ type: EntryAnswer })
  async state(@Body() body: StatementBody, @Write({ key: 'none' }) write: WriteRequest): Promise<EntryAnswer> {
    const stated = statedOf(body);
    if (stated.type === 'PageVoided') await this.refuseCounted(stated);
    if (stated.type === 'LossAccepted') await this.refuseUnlessLost(stated);
    const { root, number, signature } = body;
    const statement: RootStatement = { root, number, signature };
    const answer = await this.commands.run({ type: 'StateAsRoot', stated, statement }, write);
    // Only then can the dismissed writer date nothing before its dismissal, in any shard.
    if (stated.type === 'WriterDismissed') await answerInTime(this.sequencers.restOn(this.follower.height));
    // The shard goes on with a page that rests on the statement.
    if (stated.type === 'LossAccepted' && stated.shard < this.sequencers.shards)
      await answerInTime(this.sequencers.ledger(stated.shard).restOn(this.follower.height));
    return answer;
  }

  /**
   * What is accepted is what the journal has now, and all that is remembered beyond it. Where only another service knows of
   * a loss, the root that names this very head has seen it there: here nothing is given up.
   */
  private async refuseUnlessLost({ shard, height, hash, lost }: Stated<LossAccepted>): Promise<void> {
    if (shard > this.follower.shard) throw commonRefusal('NOT_FOUND', `There is no shard ${shard}.`, 'shard');
    const loss = this.memories.watch.lossOf(shard)?.loss;
    const known = loss === undefined ? await answerInTime(this.journal.head(shard)) : loss.head;
    const head = known ?? { height: 0, hash: FIRST_PREVIOUS_HASH };
    if (head.height !== height || head.hash !== hash)
      throw writerRefusal(
        'NOTHING_LOST',
        `Shard ${shard} ends at height ${head.height} (${head.hash}); accept that.`,
        'height',
      );
    if (loss === undefined && lost.length > 0)
      throw writerRefusal('NOTHING_LOST', `Shard ${shard} lacks nothing that is remembered here.`, 'lost');
    const isNamed = (memory: Memory) =>
      memory.asOf !== undefined || lost.some((one) => one.height === memory.height && one.hash === memory.hash);
    const open = loss?.memories.find((memory) => !isNamed(memory));
    if (open !== undefined)
      throw writerRefusal(
        'NOTHING_LOST',
        `${open.source} remembers page ${open.height}, which lost does not name.`,
        'lost',
      );
  }

  /** Later pages may follow a page that counts: it is corrected by entries, never by declaring it void. */
  private async refuseCounted({ shard, height }: { readonly shard: number; readonly height: number }): Promise<void> {
    const found = await this.lookAt(shard, height);
    if (found === undefined) throw commonRefusal('NOT_FOUND', `Shard ${shard} has no page ${height}.`, 'height');
    if (found instanceof PageRefused) return;
    throw writerRefusal(
      'PAGE_COUNTS',
      `Page ${height} of shard ${shard} counts; only a refused page can be void.`,
      'height',
    );
  }

  private async lookAt(shard: number, height: number): Promise<Page | PageRefused | undefined> {
    try {
      return (await this.journal.read(shard, height, 1))[0];
    } catch (error) {
      if (error instanceof PageRefused) return error;
      throw error;
    }
  }
}

function statedOf(body: StatementBody): Stated<StatedEvent> {
  const need = <Name extends keyof StatementBody>(name: Name): NonNullable<StatementBody[Name]> => {
    const value = body[name];
    if (value === undefined) throw commonRefusal('IDENTIFIER_INVALID', `A ${body.type} names ${name}.`, name);
    return value as NonNullable<StatementBody[Name]>;
  };
  const { type, events, shards } = body;
  if (type === 'WriterAdmitted') {
    const lists = { ...(events === undefined ? {} : { events }), ...(shards === undefined ? {} : { shards }) };
    return { type, writer: { publicKey: need('publicKey'), name: need('name'), ...lists } };
  }
  const reason = need('reason');
  if (type === 'WriterDismissed') return { type, publicKey: need('publicKey'), reason };
  if (type === 'LossAccepted') {
    const lost = need('lost').map(({ height, hash }) => ({ height, hash }));
    return { type, shard: need('shard'), height: need('height'), hash: need('hash'), lost, reason };
  }
  if (type === 'RootsChanged') return { type, roots: need('roots'), reason };
  return { type, shard: need('shard'), height: need('height'), hash: need('hash'), reason };
}

@Module({ controllers: [WritersController] })
export class WriterCommandsModule {}
