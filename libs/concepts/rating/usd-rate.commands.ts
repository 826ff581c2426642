/** What a token is worth in dollars: published as versions that never change, and read. */
import { Body, Controller, Module, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { resolveLeapSecond } from '#domain';
import {
  listAnswerOf,
  ListCursor,
  ListQuery,
  ListsVersions,
  PublishesVersion,
  VersionParam,
  Write,
  type EntryAnswer,
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

  @PublishesVersion('Publish what a token is worth in dollars; a version never changes')
  publish(
    @VersionParam() version: number,
    @Body() { effectiveAt, usdPerToken }: UsdRateBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<EntryAnswer> {
    const rate = { effectiveAt: resolveLeapSecond(effectiveAt), usdPerToken };
    return this.commands.run({ type: 'PublishUsdRate', version, rate }, write);
  }

  @ListsVersions('Published rates of the token in dollars, newest version first', UsdRatesAnswer)
  rates(@Query() query: ListQuery): ListAnswer<UsdRateItem> {
    return USD_RATES.listDownwards(this.follower.catalogue.rating.usdRates, query, ({ version, rate }) => ({
      version,
      ...rate,
    }));
  }
}

@Module({ controllers: [UsdRatesController] })
export class UsdRateCommandsModule {}
