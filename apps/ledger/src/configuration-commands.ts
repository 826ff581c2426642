/** Price books and split policies: versioned configuration that is itself events. */
import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Put, Query } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
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
  type EntryPosition,
  type MeterPrice,
  type PriceBook,
  type RegistryCommand,
} from '#domain';
import { Allow, Caller, IdempotencyKey, ListQuery, RequestDigest, type KeyGrant } from '#platform';
import { CatalogueFollower, provenanceOf, requestIdentity, Sequencers } from '#wiring';
import { EntryAnswer, entryAnswer } from './answers.js';

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

/** Decide one registry command and wait until this process knows the outcome. */
export class ChangeRegistry {
  constructor(readonly command: RegistryCommand) {}
}

@CommandHandler(ChangeRegistry)
export class ChangeRegistryHandler implements ICommandHandler<ChangeRegistry, EntryPosition> {
  constructor(private readonly sequencers: Sequencers) {}

  async execute({ command }: ChangeRegistry): Promise<EntryPosition> {
    this.sequencers.refuseConflicting(command.request);
    return (await this.sequencers.executeRegistry(command)).outcome.entry;
  }
}

/** The fields that every registry command from a request has. */
export function registryContext(caller: KeyGrant, key: string | undefined, digest: string) {
  const request = requestIdentity(caller, key, digest);
  return {
    time: new Date().toISOString(),
    provenance: provenanceOf(caller),
    ...(request === undefined ? {} : { request }),
  };
}

@ApiTags('configuration')
@ApiBearerAuth()
@Controller()
export class ConfigurationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly follower: CatalogueFollower,
  ) {}

  @Put('price-books/:version')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ summary: 'Publish a price book; a version never changes' })
  @ApiOkResponse({ type: EntryAnswer })
  async publishPriceBook(
    @Param('version', ParseIntPipe) version: number,
    @Body() body: PriceBookBody,
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return this.change({
      type: 'PublishPriceBook',
      version: checkVersion(version),
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
    @Param('version', ParseIntPipe) version: number,
    @Body() body: SplitPolicyBody,
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return this.change({
      type: 'PublishSplitPolicy',
      version: checkVersion(version),
      policy: { ...body },
      ...registryContext(caller, key, digest),
    });
  }

  @Get('price-books')
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Published price books, newest version first' })
  priceBooks(@Query() query: ListQuery) {
    return pageOfVersions([...this.follower.catalogue.priceBooks.values()], query, (book) => ({
      version: book.version,
      effectiveAt: book.effectiveAt,
      prices: book.lines.map((line) => ({
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
  splitPolicies(@Query() query: ListQuery) {
    return pageOfVersions([...this.follower.catalogue.splitPolicies.values()], query, (policy) => {
      const [provider, treasury, stakers, burn] = policy.weights.map(Number);
      return { version: policy.version, effectiveAt: policy.effectiveAt, provider, treasury, stakers, burn };
    });
  }

  @Get('chains')
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Chains that payouts may go to, with their contracts' })
  chains(@Query() { limit }: ListQuery) {
    const chains = [...this.follower.catalogue.chains.values()].sort((a, b) => a.chainId - b.chainId);
    const items = chains
      .slice(0, limit)
      .map(({ chainId, token, vault, deployBlock }) => ({ chainId, token, vault, deployBlock }));
    return { items, nextCursor: null };
  }

  private async change(command: RegistryCommand): Promise<EntryAnswer> {
    return entryAnswer(await this.commands.execute<ChangeRegistry, EntryPosition>(new ChangeRegistry(command)));
  }
}

/** Lists versions downwards; the cursor is the last version shown. */
function pageOfVersions<T extends { readonly version: number }, A>(
  versions: T[],
  { limit, cursor }: ListQuery,
  present: (version: T) => A,
): { items: A[]; nextCursor: string | null } {
  const before = cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor);
  const rest = versions.filter(({ version }) => version < before).sort((a, b) => b.version - a.version);
  const shown = rest.slice(0, limit);
  return { items: shown.map(present), nextCursor: rest.length > shown.length ? String(shown.at(-1)!.version) : null };
}

function checkVersion(version: number): number {
  if (version < 1 || version > 1_000_000_000)
    throw new DomainError('NOT_FOUND', 'A version is a whole number from 1.', 'version');
  return version;
}

function plainBook(body: PriceBookBody): PriceBook {
  const prices = body.prices.map(({ type, model, provider, meters }) => ({
    type,
    model,
    ...(provider === undefined ? {} : { provider }),
    meters: Object.fromEntries(Object.entries(meters).map(([meter, price]) => [meter, readMeterPrice(price, meter)])),
  }));
  return { effectiveAt: body.effectiveAt, prices };
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
