/** What a token is worth in dollars: published as versions that never change, and read. */
import { Body, Controller, Get, HttpCode, Module, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { resolveLeapSecond } from '#domain';
import {
  Allow,
  EntryAnswer,
  listAnswerOf,
  ListCursor,
  ListQuery,
  VersionParam,
  Write,
  type ListAnswer,
  type WriteRequest,
} from '#platform';
import { CatalogueFollower, RegistryCommands } from '#wiring';

class UsdRateBody {
  @ApiProperty({
    example: '2026-01-01T00:00:00Z',
    description: 'Prices in dollars of usage whose own time is at or after this instant',
  })
  @IsString({ message: 'effectiveAt must be RFC 3339, such as 2026-01-01T00:00:00Z' })
  effectiveAt!: string;

  @ApiProperty({ example: '0.02', description: 'Dollars for one token; at most 18 fraction digits' })
  @IsString({ message: 'usdPerToken must be a decimal string such as "0.02"' })
  usdPerToken!: string;
}

class UsdRateItem extends UsdRateBody {
  @ApiProperty() version!: number;
}

const UsdRatesAnswer = listAnswerOf(UsdRateItem, 'UsdRatesAnswer');

const USD_RATES = new ListCursor('rates', ['int8']);

@ApiTags('configuration')
@ApiBearerAuth()
@Controller('rates')
class UsdRatesController {
  constructor(
    private readonly commands: RegistryCommands,
    private readonly follower: CatalogueFollower,
  ) {}

  @Put(':version')
  @HttpCode(200)
  @Allow('operator')
  @ApiOperation({ summary: 'Publish what a token is worth in dollars; a version never changes' })
  @ApiOkResponse({ type: EntryAnswer })
  publish(
    @VersionParam() version: number,
    @Body() { effectiveAt, usdPerToken }: UsdRateBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    const rate = { effectiveAt: resolveLeapSecond(effectiveAt), usdPerToken };
    return this.commands.run({ type: 'PublishUsdRate', version, rate }, write);
  }

  @Get()
  @Allow('operator', 'finance', 'provider', 'compliance')
  @ApiOperation({ summary: 'Published rates of the token in dollars, newest version first' })
  @ApiOkResponse({ type: UsdRatesAnswer })
  rates(@Query() query: ListQuery): ListAnswer<UsdRateItem> {
    return USD_RATES.listDownwards(this.follower.catalogue.rating.usdRates, query, ({ version, rate }) => ({
      version,
      ...rate,
    }));
  }
}

@Module({ controllers: [UsdRatesController] })
export class UsdRateCommandsModule {}
