/** Price books and split policies: versioned configuration that is itself events. */
import { Body, Controller, Get, HttpCode, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
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
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  DomainError,
  formatAmount,
  PRICE_LINES_MAX,
  resolveLeapSecond,
  type CompiledPriceBook,
  type MeterPrice,
  type PriceBook,
} from '#domain';
import {
  Allow,
  Caller,
  IdempotencyKey,
  LargeBody,
  ListCursor,
  ListQuery,
  RequestDigest,
  type KeyGrant,
  type ListAnswer,
  VersionParam,
} from '#platform';
import { CatalogueFollower } from '#wiring';
import { EntryAnswer } from './answers.js';
import { changeRegistry, registryContext } from './registry-changes.js';

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

class SplitPolicyBody {
  @ApiProperty({ example: '2026-01-01T00:00:00Z' })
  @IsString({ message: 'effectiveAt must be RFC 3339, such as 2026-01-01T00:00:00Z' })
  effectiveAt!: string;

  @ApiProperty({ example: 8000, description: 'Basis points of each charge; the four sum to 10000' })
  @IsInt()
  @Min(0)
  @Max(10_000)
  provider!: number;

  @ApiProperty({ example: 1000 })
  @IsInt()
  @Min(0)
  @Max(10_000)
  treasury!: number;

  @ApiProperty({ example: 500 })
  @IsInt()
  @Min(0)
  @Max(10_000)
  stakers!: number;

  @ApiProperty({ example: 500 })
  @IsInt()
  @Min(0)
  @Max(10_000)
  burn!: number;
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

class PriceBooksAnswer {
  @ApiProperty({ type: [PriceBookItem] }) items!: readonly PriceBookItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
}

class SplitPolicyItem {
  @ApiProperty() version!: number;
  @ApiProperty() effectiveAt!: string;
  @ApiProperty({ description: 'Basis points; the four sum to 10000' }) provider!: number;
  @ApiProperty() treasury!: number;
  @ApiProperty() stakers!: number;
  @ApiProperty() burn!: number;
}

class SplitPoliciesAnswer {
  @ApiProperty({ type: [SplitPolicyItem] }) items!: readonly SplitPolicyItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
}

class ChainItem {
  @ApiProperty({ example: 31337 }) chainId!: number;
  @ApiProperty() token!: string;
  @ApiProperty() vault!: string;
  @ApiProperty() deployBlock!: string;
}

class ChainsAnswer {
  @ApiProperty({ type: [ChainItem] }) items!: readonly ChainItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: string | null;
}

@ApiTags('configuration')
@ApiBearerAuth()
@ApiExtraModels(MeterPriceItem)
@Controller()
export class ConfigurationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly follower: CatalogueFollower,
  ) {}

  @Put('price-books/:version')
  @HttpCode(200)
  @LargeBody()
  @Allow('operator')
  @ApiOperation({ summary: 'Publish a price book; a version never changes' })
  @ApiOkResponse({ type: EntryAnswer })
  async publishPriceBook(
    @VersionParam() version: number,
    @Body() body: PriceBookBody,
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return changeRegistry(this.commands, {
      type: 'PublishPriceBook',
      version,
      book: plainBook(body),
      ...registryContext(caller, key, digest),
    });
  }

  @Put('policies/split/:version')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ summary: 'Publish a split policy; a version never changes' })
  @ApiOkResponse({ type: EntryAnswer })
  async publishSplitPolicy(
    @VersionParam() version: number,
    @Body() body: SplitPolicyBody,
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return changeRegistry(this.commands, {
      type: 'PublishSplitPolicy',
      version,
      policy: { ...body, effectiveAt: resolveLeapSecond(body.effectiveAt) },
      ...registryContext(caller, key, digest),
    });
  }

  @Get('price-books')
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Published price books, newest version first; a provider’s key sees its own lines' })
  @ApiOkResponse({ type: PriceBooksAnswer })
  priceBooks(@Query() query: ListQuery, @Caller() caller: KeyGrant): PriceBooksAnswer {
    return listDownwards(PRICE_BOOKS, this.follower.catalogue.priceBooks, query, (book) => ({
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

  @Get('policies/split')
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Published split policies, newest version first' })
  @ApiOkResponse({ type: SplitPoliciesAnswer })
  splitPolicies(@Query() query: ListQuery): SplitPoliciesAnswer {
    return listDownwards(SPLIT_POLICIES, this.follower.catalogue.splitPolicies, query, (policy) => {
      const [provider, treasury, stakers, burn] = policy.weights;
      return {
        version: policy.version,
        effectiveAt: policy.effectiveAt,
        provider: Number(provider),
        treasury: Number(treasury),
        stakers: Number(stakers),
        burn: Number(burn),
      };
    });
  }

  @Get('chains')
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Chains that payouts may go to, with their contracts, highest chain id first' })
  @ApiOkResponse({ type: ChainsAnswer })
  chains(@Query() query: ListQuery): ChainsAnswer {
    return listDownwards(CHAINS, this.follower.catalogue.chains, query, ({ chainId, token, vault, deployBlock }) => ({
      chainId,
      token,
      vault,
      deployBlock,
    }));
  }
}

const PRICE_BOOKS = new ListCursor('price-books', ['int8']);
const SPLIT_POLICIES = new ListCursor('split-policies', ['int8']);
const CHAINS = new ListCursor('chains', ['int8']);

/** What one provider is paid is no other provider's business: its key sees the lines that may price its usage. */
function linesFor({ role, provider }: KeyGrant, { lines }: CompiledPriceBook): CompiledPriceBook['lines'] {
  if (role !== 'provider') return lines;
  return lines.filter(({ provider: { text, isPrefix } }) =>
    isPrefix ? provider?.startsWith(text) === true : text === provider,
  );
}

/** Lists numbered things downwards; the cursor is the last number shown. */
function listDownwards<T, A>(
  list: ListCursor<readonly ['int8']>,
  numbered: ReadonlyMap<number, T>,
  { limit, cursor }: ListQuery,
  present: (thing: T) => A,
): ListAnswer<A> {
  const before = list.after(cursor)?.[0] ?? Number.POSITIVE_INFINITY;
  const rows = [...numbered]
    .filter(([number]) => number < before)
    .sort(([a], [b]) => b - a)
    .slice(0, limit + 1);
  const { items, nextCursor } = list.answer(rows, limit, ([number]) => [number]);
  return { items: items.map(([, thing]) => present(thing)), nextCursor };
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
    throw new DomainError(
      'PRICE_BOOK_INVALID',
      'A meter costs {"price": "0.35", "per": "1000000"}, both decimal strings.',
      `prices.meters.${meter}`,
    );
  }
  return { price, per };
}
