/** What a token is worth in dollars: published as versions that never change, and read. */
import { Module } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { versionedTerms } from '#wiring';

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

const UsdRatesController = versionedTerms({
  ...{ path: 'rates', cursor: 'rates', body: UsdRateBody, item: UsdRateItem, answer: 'UsdRatesAnswer' },
  publishing: {
    summary: 'Publish what a token is worth in dollars; a version never changes',
    operationId: 'UsdRatesController_publish',
  },
  listing: {
    summary: 'Published rates of the token in dollars, newest version first',
    operationId: 'UsdRatesController_rates',
  },
  command: (version, { effectiveAt, usdPerToken }) => ({
    ...{ type: 'PublishUsdRate', version, rate: { effectiveAt, usdPerToken } },
  }),
  ready: ({ rating }) => rating.usdRates,
  present: ({ version, rate }) => ({ version, ...rate }),
});

@Module({ controllers: [UsdRatesController] })
export class UsdRateCommandsModule {}
