/** Published price books, and what differs between two. */
import { Controller, Get, Module, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt } from 'class-validator';
import { differenceOf, matches, type CompiledPriceBook, type PriceLine } from '#concepts';
import { commonRefusal } from '#domain';
import {
  Allow,
  Caller,
  listAnswerOf,
  ListCursor,
  ListQuery,
  ListsVersions,
  VersionParam,
  type KeyGrant,
  type ListAnswer,
} from '#platform';
import { CatalogueFollower } from '#wiring';
import { PriceLineBody } from './price-book.commands.js';

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
@Controller('price-books')
class PriceBooksController {
  constructor(private readonly follower: CatalogueFollower) {}

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

  @ListsVersions(
    { summary: 'Published price books, newest version first; a provider’s key sees its own lines' },
    PriceBooksAnswer,
  )
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

@Module({ controllers: [PriceBooksController] })
export class PublishedBooksCommandsModule {}
