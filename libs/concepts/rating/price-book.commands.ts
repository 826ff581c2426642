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
} from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { PRICE_LINES_MAX, priceBookRefusal, type CompiledPriceBook, type MeterPrice, type PriceBook } from '#concepts';
import { formatAmount, resolveLeapSecond } from '#domain';
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

class PriceLineBody {
  @ApiProperty({ example: 'ai.compute.usage' })
  @IsString({ message: 'type must be a usage type such as "ai.compute.usage"' })
  type!: string;

  @ApiProperty({ example: 'llama-3.1-70b', description: 'A model, or a beginning of models followed by *' })
  @IsString({ message: 'model must be a model, or a beginning of models followed by *' })
  model!: string;

  @ApiPropertyOptional({ example: 'p7', description: 'Only for this provider; any provider when absent' })
  @IsOptional()
  @IsString({ message: 'provider must be a provider, or a beginning followed by *' })
  provider?: string;

  @ApiProperty({
    example: { input_tokens: { price: '0.35', per: '1000000' } },
    description: 'Tokens per so many units of each meter',
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { price: { type: 'string' }, per: { type: 'string' } },
      required: ['price', 'per'],
    },
  })
  @IsObject({ message: 'meters must be an object such as {"input_tokens": {"price": "0.35", "per": "1000000"}}' })
  meters!: Record<string, MeterPrice>;
}

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
}

class MeterPriceItem {
  @ApiProperty({ description: 'Tokens' }) price!: string;
  @ApiProperty({ example: '1' }) per!: string;
}

class PriceLineItem {
  @ApiProperty() type!: string;
  @ApiProperty({ description: 'A model, or a beginning of models followed by *' }) model!: string;
  @ApiProperty({ description: 'A provider, or a beginning followed by *' }) provider!: string;
  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(MeterPriceItem) } })
  meters!: Readonly<Record<string, MeterPriceItem>>;
}

class PriceBookItem {
  @ApiProperty() version!: number;
  @ApiProperty() effectiveAt!: string;
  @ApiProperty({ type: [PriceLineItem] }) prices!: readonly PriceLineItem[];
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
    return this.commands.run({ type: 'PublishPriceBook', version, book: plainBook(body) }, write);
  }

  @Get()
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Published price books, newest version first; a provider’s key sees its own lines' })
  @ApiOkResponse({ type: PriceBooksAnswer })
  priceBooks(@Query() query: ListQuery, @Caller() caller: KeyGrant): ListAnswer<PriceBookItem> {
    return PRICE_BOOKS.listDownwards(this.follower.catalogue.rating.priceBooks, query, (book) => ({
      version: book.version,
      effectiveAt: book.effectiveAt,
      prices: linesFor(caller, book).map((line) => ({
        type: line.type,
        model: line.model.text + (line.model.isPrefix ? '*' : ''),
        provider: line.provider.text + (line.provider.isPrefix ? '*' : ''),
        meters: Object.fromEntries(
          [...line.attoPerUnit].map(([meter, atto]) => [meter, { price: formatAmount(atto), per: '1' }]),
        ),
      })),
    }));
  }
}

/** What one provider is paid is no other provider's business: its key sees the lines that may price its usage. */
function linesFor({ role, provider }: KeyGrant, { lines }: CompiledPriceBook): CompiledPriceBook['lines'] {
  if (role !== 'provider') return lines;
  return lines.filter(({ provider: { text, isPrefix } }) =>
    isPrefix ? provider?.startsWith(text) === true : text === provider,
  );
}

function plainBook(body: PriceBookBody): PriceBook {
  const prices = body.prices.map(({ type, model, provider, meters }) => ({
    type,
    model,
    ...(provider === undefined ? {} : { provider }),
    meters: Object.fromEntries(Object.entries(meters).map(([meter, price]) => [meter, readMeterPrice(price, meter)])),
  }));
  return { effectiveAt: resolveLeapSecond(body.effectiveAt), prices };
}

function readMeterPrice(value: unknown, meter: string): MeterPrice {
  const { price, per } = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<'price' | 'per', unknown>
  >;
  if (typeof price !== 'string' || typeof per !== 'string') {
    throw priceBookRefusal(
      'PRICE_BOOK_INVALID',
      'A meter costs {"price": "0.35", "per": "1000000"}, both decimal strings.',
      `prices.meters.${meter}`,
    );
  }
  return { price, per };
}

@Module({ controllers: [PriceBooksController] })
export class PriceBookCommandsModule {}
