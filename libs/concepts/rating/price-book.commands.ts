/** Price books: published as versions that never change, and read. */
import { Body, Controller, Get, HttpCode, Module, Put, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
  getSchemaPath,
  PickType,
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsBoolean,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import {
  differenceOf,
  matches,
  PRICE_LINES_MAX,
  priceBookRefusal,
  type CompiledPriceBook,
  type LineName,
  type MeterPrice,
  type PriceBook,
  type PriceLine,
  type PriceTier,
} from '#concepts';
import { commonRefusal, resolveLeapSecond } from '#domain';
import {
  Allow,
  Caller,
  EntryAnswer,
  LargeBody,
  listAnswerOf,
  ListCursor,
  ListQuery,
  VersionParam,
  Write,
  type KeyGrant,
  type ListAnswer,
  type WriteRequest,
} from '#platform';
import { CatalogueFollower, RegistryCommands } from '#wiring';

class PriceTierItem {
  @ApiProperty({ example: '200000' }) above!: string;
  @ApiProperty() price!: string;
}

class MeterPriceItem {
  @ApiProperty({ description: 'Tokens or dollars for so many units' }) price!: string;
  @ApiProperty({ example: '1000000' }) per!: string;
  @ApiPropertyOptional({ enum: ['token', 'usd'], description: 'Tokens unless it says usd' }) currency?: string;
  @ApiPropertyOptional({ type: [PriceTierItem], description: 'Other prices above a quantity, ascending' })
  tiers?: readonly PriceTierItem[];
  @ApiPropertyOptional({
    enum: ['graduated', 'volume'],
    description: 'Each tier prices its own part, or the last one prices all; graduated unless "of" is given',
  })
  mode?: string;
  @ApiPropertyOptional({ enum: ['call', 'month'], description: 'What tiers count; the call unless it says month' })
  over?: string;
  @ApiPropertyOptional({ type: [String], description: 'Meters whose sum chooses the tier' }) of?: readonly string[];
  @ApiPropertyOptional({ description: 'Units without a price: the first tier' }) included?: string;
}

class PriceHoursBody {
  @ApiProperty({ example: '00:30', description: 'UTC, included' })
  @IsString({ message: 'from must be a time of the day, UTC, such as 00:30' })
  from!: string;

  @ApiProperty({ example: '16:30', description: 'UTC, excluded; earlier than from when the hours go past midnight' })
  @IsString({ message: 'to must be a time of the day, UTC, such as 16:30' })
  to!: string;
}

class PriceLineBody {
  @ApiProperty({ example: 'ai.compute.usage' })
  @IsString({ message: 'type must be a usage type such as "ai.compute.usage"' })
  type!: string;

  @ApiProperty({ example: 'llama-3.1-70b', description: 'A model, or a pattern: * is any text, # a digit' })
  @IsString({ message: 'model must be a model, or a pattern in which * is any text and # a digit' })
  model!: string;

  @ApiPropertyOptional({
    example: 'p7',
    description: 'Only for this provider, or those that a pattern names; any when absent',
  })
  @IsOptional()
  @IsString({ message: 'provider must be a provider, or a pattern in which * is any text and # a digit' })
  provider?: string;

  @ApiPropertyOptional({ type: [String], description: 'Other names of the model' })
  @IsOptional()
  @IsArray()
  @IsString({ each: true, message: 'aliases must be names of the model, or patterns' })
  aliases?: string[];

  @ApiPropertyOptional({ example: 'eu-west-1', description: 'Only for usage of this region' })
  @IsOptional()
  @IsString({ message: 'region must be a name such as eu-west-1' })
  region?: string;

  @ApiPropertyOptional({ type: PriceHoursBody, description: 'Only for usage between two times of the day' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PriceHoursBody)
  hours?: PriceHoursBody;

  @ApiPropertyOptional({ example: '0.01', description: 'Least tokens for an event that measured anything' })
  @IsOptional()
  @IsString({ message: 'minimum must be a decimal string in tokens' })
  minimum?: string;

  @ApiPropertyOptional({ description: 'Names of models are compared without regard to case' })
  @IsOptional()
  @IsBoolean({ message: 'ignoreCase must be true or false' })
  ignoreCase?: boolean;

  @ApiPropertyOptional({ description: 'Lines with one are asked after those without, in this order' })
  @IsOptional()
  @IsInt({ message: 'order must be a whole number' })
  order?: number;

  @ApiProperty({
    example: { input_tokens: { price: '0.35', per: '1000000' } },
    description: 'What each meter costs',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(MeterPriceItem) },
  })
  @IsObject({ message: 'meters must be an object such as {"input_tokens": {"price": "0.35", "per": "1000000"}}' })
  meters!: Record<string, MeterPrice>;
}

/** What names a line. */
class LineNameBody extends PickType(PriceLineBody, ['type', 'model', 'provider', 'region', 'hours'] as const) {}

class PriceBookBody {
  @ApiProperty({
    example: '2026-01-01T00:00:00Z',
    description: 'Rates usage whose own time is at or after this instant',
  })
  @IsString({ message: 'effectiveAt must be RFC 3339, such as 2026-01-01T00:00:00Z' })
  effectiveAt!: string;

  @ApiProperty({ type: [PriceLineBody] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(PRICE_LINES_MAX)
  @ValidateNested({ each: true })
  @Type(() => PriceLineBody)
  prices!: PriceLineBody[];

  @ApiPropertyOptional({
    example: { reasoning_tokens: 'output_tokens' },
    description: 'A meter that a line does not price costs what this other meter costs there',
    type: 'object',
    additionalProperties: { type: 'string' },
  })
  @IsOptional()
  @IsObject({ message: 'fallbacks must name a meter for a meter' })
  fallbacks?: Record<string, string>;

  @ApiPropertyOptional({
    description: 'A published version: the book has its lines and fallbacks too, where its own do not replace them',
  })
  @IsOptional()
  @IsInt({ message: 'extends must be the number of a published version' })
  extends?: number;

  @ApiPropertyOptional({
    type: [LineNameBody],
    description: 'With extends: lines of that version that this one has not',
  })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => LineNameBody)
  remove?: LineNameBody[];
}

class DifferenceQuery {
  @ApiProperty({ example: 1, description: 'The version to compare with' })
  @Type(() => Number)
  @IsInt({ message: 'from must be the number of a published version' })
  from!: number;
}

class PriceBookItem {
  @ApiProperty() version!: number;
  @ApiProperty() effectiveAt!: string;
  @ApiProperty({ type: [PriceLineBody] }) prices!: readonly PriceLine[];
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  fallbacks?: Readonly<Record<string, string>>;
}

class ChangedLine {
  @ApiProperty({ type: PriceLineBody }) from!: PriceLine;
  @ApiProperty({ type: PriceLineBody }) to!: PriceLine;
}

class PriceBookDifference {
  @ApiProperty() from!: number;
  @ApiProperty() to!: number;
  @ApiProperty({ type: [PriceLineBody] }) added!: readonly PriceLine[];
  @ApiProperty({ type: [PriceLineBody] }) removed!: readonly PriceLine[];
  @ApiProperty({ type: [ChangedLine] }) changed!: readonly ChangedLine[];
  @ApiProperty({ type: [String], description: 'Meters that fall back to another one than before' })
  fallbacks!: readonly string[];
}

const PriceBooksAnswer = listAnswerOf(PriceBookItem, 'PriceBooksAnswer');

const PRICE_BOOKS = new ListCursor('price-books', ['int8']);

@ApiTags('configuration')
@ApiBearerAuth()
@ApiExtraModels(MeterPriceItem)
@Controller('price-books')
class PriceBooksController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly follower: CatalogueFollower,
  ) {}

  @Put(':version')
  @HttpCode(200)
  @LargeBody()
  @Allow('operator')
  @ApiOperation({ summary: 'Publish a price book; a version never changes' })
  @ApiOkResponse({ type: EntryAnswer })
  publishPriceBook(
    @VersionParam() version: number,
    @Body() body: PriceBookBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    const base = body.extends === undefined ? {} : { base: { version: body.extends, remove: removedBy(body) } };
    return this.commands.run({ type: 'PublishPriceBook', version, book: plainBook(body), ...base }, write);
  }

  @Get(':version')
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'One price book, whole; a provider’s key sees its own lines' })
  @ApiOkResponse({ type: PriceBookItem })
  priceBook(@VersionParam() version: number, @Caller() caller: KeyGrant): PriceBookItem {
    return present(caller, this.find(version));
  }

  @Get(':version/difference')
  @Allow('operator', 'finance', 'compliance')
  @ApiOperation({ summary: 'Which lines a price book adds to another one, lacks of it, and prices otherwise' })
  @ApiOkResponse({ type: PriceBookDifference })
  difference(@VersionParam() version: number, @Query() { from }: DifferenceQuery): PriceBookDifference {
    return { from, to: version, ...differenceOf(this.find(from, 'from').book, this.find(version).book) };
  }

  private find(version: number, path = 'version'): CompiledPriceBook {
    const book = this.follower.catalogue.rating.priceBooks.get(version);
    if (book === undefined) throw commonRefusal('NOT_FOUND', `There is no price book ${version}.`, path);
    return book;
  }

  @Get()
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Published price books, newest version first; a provider’s key sees its own lines' })
  @ApiOkResponse({ type: PriceBooksAnswer })
  priceBooks(@Query() query: ListQuery, @Caller() caller: KeyGrant): ListAnswer<PriceBookItem> {
    return PRICE_BOOKS.listDownwards(this.follower.catalogue.rating.priceBooks, query, (book) => present(caller, book));
  }
}

function present(caller: KeyGrant, compiled: CompiledPriceBook): PriceBookItem {
  const { version, effectiveAt, book } = compiled;
  return {
    ...{ version, effectiveAt },
    prices: linesFor(caller, compiled).map(({ source }) => ({ ...source, provider: source.provider ?? '*' })),
    ...(book.fallbacks === undefined ? {} : { fallbacks: book.fallbacks }),
  };
}

/** What one provider is paid is no other provider's business: its key sees the lines that may price its usage. */
function linesFor({ role, provider }: KeyGrant, { lines }: CompiledPriceBook): CompiledPriceBook['lines'] {
  if (role !== 'provider') return lines;
  return lines.filter((line) => provider !== undefined && matches(line.provider, provider));
}

function plainBook(body: PriceBookBody): PriceBook {
  return {
    effectiveAt: resolveLeapSecond(body.effectiveAt),
    prices: body.prices.map(plainLine),
    ...(body.fallbacks === undefined ? {} : { fallbacks: readFallbacks(body.fallbacks) }),
  };
}

function removedBy({ remove = [] }: PriceBookBody): LineName[] {
  return remove.map(({ type, model, provider, region, hours }) => ({
    ...{ type, model },
    ...(provider === undefined ? {} : { provider }),
    ...(region === undefined ? {} : { region }),
    ...(hours === undefined ? {} : { hours: { from: hours.from, to: hours.to } }),
  }));
}

function plainLine({
  type,
  model,
  provider,
  aliases,
  region,
  hours,
  minimum,
  ignoreCase,
  order,
  meters,
}: PriceLineBody): PriceLine {
  return {
    type,
    model,
    ...(provider === undefined ? {} : { provider }),
    ...(aliases === undefined ? {} : { aliases }),
    ...(region === undefined ? {} : { region }),
    ...(hours === undefined ? {} : { hours: { from: hours.from, to: hours.to } }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(ignoreCase === undefined ? {} : { ignoreCase }),
    ...(order === undefined ? {} : { order }),
    meters: Object.fromEntries(Object.entries(meters).map(([meter, price]) => [meter, readMeterPrice(price, meter)])),
  };
}

function readFallbacks(fallbacks: Record<string, unknown>): Record<string, string> {
  for (const [meter, like] of Object.entries(fallbacks)) {
    if (typeof like === 'string') continue;
    throw priceBookRefusal('PRICE_BOOK_INVALID', 'Fallbacks name a meter for a meter.', `fallbacks.${meter}`);
  }
  return fallbacks as Record<string, string>;
}

const TEXTS = ['price', 'per', 'currency', 'mode', 'over', 'included'] as const;

/** The members of a price, each of its kind; what they say is checked where the book is made ready. */
function readMeterPrice(value: unknown, meter: string): MeterPrice {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const { tiers, of } = given;
  const isSound =
    typeof given['price'] === 'string' &&
    typeof given['per'] === 'string' &&
    TEXTS.every((name) => given[name] === undefined || typeof given[name] === 'string') &&
    (of === undefined || isListOf(of, (one) => typeof one === 'string')) &&
    (tiers === undefined || isListOf(tiers, isTier));
  if (!isSound) {
    throw priceBookRefusal(
      'PRICE_BOOK_INVALID',
      'A meter costs {"price": "0.35", "per": "1000000"}, both decimal strings; tiers are [{"above": "200000", "price": "0.7"}].',
      `prices.meters.${meter}`,
    );
  }
  return {
    ...Object.fromEntries(TEXTS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]])),
    ...(tiers === undefined ? {} : { tiers: (tiers as PriceTier[]).map(({ above, price }) => ({ above, price })) }),
    ...(of === undefined ? {} : { of }),
  } as unknown as MeterPrice;
}

function isListOf(value: unknown, isElement: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isElement);
}

function isTier(value: unknown): boolean {
  const { above, price } = (typeof value === 'object' && value !== null ? value : {}) as Partial<PriceTier>;
  return typeof above === 'string' && typeof price === 'string';
}

@Module({ controllers: [PriceBooksController] })
export class PriceBookCommandsModule {}
