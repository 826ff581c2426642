/** Price books: published as versions that never change, or tried out. */
import { Body, Controller, Module, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtraModels,
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
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import {
  bookOf,
  checkPublication,
  compilePriceBook,
  mayLosePrices,
  PRICE_LINES_MAX,
  priceBookRefusal,
  type LineName,
  type MeterPrice,
  type PriceBook,
  type PriceLine,
  type PriceTier,
  type PublicationGuard,
  type PublishPriceBook,
  type Removing,
} from '#concepts';
import { refusalOf, resolveLeapSecond } from '#domain';
import { EntryAnswer, IsReason, LargeBody, PublishesVersion, VersionParam, Write, type WriteRequest } from '#platform';
import { MetersInUse, PriceBookTrial, PriceBookTrials } from '#reading';
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

export class PriceLineBody {
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

  @ApiPropertyOptional({
    enum: [true],
    description: 'Prices of what was used in the last 30 days may go; without it a book that takes some is refused',
  })
  @IsOptional()
  @IsIn([true], { message: 'confirmRemoved is true, or left out' })
  confirmRemoved?: boolean;

  @ApiPropertyOptional({
    example: 'list price of October corrected',
    description: 'Why it is in force for a time that is over, where another one has been; recorded in its entry',
  })
  @IsOptional()
  @IsReason()
  retroactive?: string;
}

class PublishingQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'Answer what it would change, and write nothing',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'dryRun must be true or false' })
  dryRun?: string;
}

@ApiTags('configuration')
@ApiBearerAuth()
@ApiExtraModels(MeterPriceItem, EntryAnswer, PriceBookTrial)
@Controller('price-books')
class PublishPriceBookController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly follower: CatalogueFollower,
    private readonly inUse: MetersInUse,
    private readonly trials: PriceBookTrials,
  ) {}

  @PublishesVersion(
    { summary: 'Publish a price book; a version never changes' },
    {
      description: 'The entry that published it; of a dry run what it would change',
      schema: { oneOf: [EntryAnswer, PriceBookTrial].map((answer) => ({ $ref: getSchemaPath(answer) })) },
    },
  )
  @LargeBody()
  async publish(
    @VersionParam() version: number,
    @Body() body: PriceBookBody,
    @Query() { dryRun }: PublishingQuery,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer | PriceBookTrial> {
    const command = commandOf(version, body);
    // What another process published before this call is compared with too.
    await this.follower.refresh();
    if (dryRun === 'true') return this.tryOut(command, body, write);
    const removing = body.confirmRemoved === true ? 'confirmed' : await this.removing(command);
    return this.commands.run({ ...command, guard: guardOf(body, removing) }, write);
  }

  /** What the registry must know of usage. It decides by itself: this copy may be behind by then. */
  private async removing(command: PublishPriceBook): Promise<Removing> {
    const { catalogue } = this.follower;
    // A version that is published already is found or refused, whatever was used.
    if (catalogue.rating.priceBooks.has(command.version)) return 'none';
    const book = compilePriceBook(command.version, bookOf(catalogue, command));
    const before = catalogue.rating.findPriceBook(book.effectiveAtMs);
    if (before === undefined || !mayLosePrices(before, book)) return 'none';
    return (await this.inUse.find(Date.now())).uses;
  }

  private async tryOut(
    command: PublishPriceBook,
    body: PriceBookBody,
    { time }: WriteRequest,
  ): Promise<PriceBookTrial> {
    const { catalogue, shard } = this.follower;
    const book = compilePriceBook(command.version, bookOf(catalogue, command));
    const { uses, ...trial } = await this.trials.run(catalogue.rating, book, shard, Date.now());
    const guard = guardOf(body, body.confirmRemoved === true ? 'confirmed' : uses);
    const wouldRefuse = refusalOf(() => checkPublication(catalogue, book, guard, time));
    return { ...trial, ...(wouldRefuse === undefined ? {} : { wouldRefuse }) };
  }
}

function commandOf(version: number, body: PriceBookBody): PublishPriceBook {
  return {
    ...{ type: 'PublishPriceBook', version, book: plainBook(body) },
    ...(body.extends === undefined ? {} : { base: { version: body.extends, remove: removedBy(body) } }),
  };
}

function guardOf({ retroactive }: PriceBookBody, removing: Removing): PublicationGuard {
  return { removing, ...(retroactive === undefined ? {} : { retroactive }) };
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

@Module({ controllers: [PublishPriceBookController] })
export class PriceBookCommandsModule {}
