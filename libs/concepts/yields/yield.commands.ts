/** `POST /v1/yield-distributions` shares out what stakers are due; `PUT /v1/holders/{id}/compounding` has a holder's part staked. */
import { Body, Controller, HttpCode, Module, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsString } from 'class-validator';
import { resolveLeapSecond } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  EntryAnswer,
  HolderParam,
  Write,
  type KeyGrant,
  type WriteRequest,
} from '#platform';
import { HolderCommands, RegistryCommands } from '#wiring';

class DistributionBody {
  @ApiProperty({ example: '2026-11-01T00:00:00Z', description: 'The epoch begins; RFC 3339' })
  @IsString({ message: 'from must be an RFC 3339 time, such as 2026-11-01T00:00:00Z' })
  from!: string;

  @ApiProperty({ example: '2026-11-08T00:00:00Z', description: 'It ends before this instant, at most 31 days ago' })
  @IsString({ message: 'to must be an RFC 3339 time, such as 2026-11-08T00:00:00Z' })
  to!: string;
}

class DistributionOpenedAnswer extends EntryAnswer {
  @ApiProperty({ example: '4-31-0', description: 'Follow it with GET /v1/yield-distributions/{id}' })
  distribution!: string;
}

class CompoundingBody {
  @ApiProperty({ description: 'Whether what is paid from here on is staked at once' })
  @IsBoolean({ message: 'compounding must be true or false' })
  compounding!: boolean;
}

@ApiTags('movements')
@ApiBearerAuth()
@Controller()
class YieldsController {
  constructor(
    private readonly registry: RegistryCommands,
    private readonly holders: HolderCommands,
  ) {}

  @Post('yield-distributions')
  @HttpCode(201)
  @Allow('operator', 'finance')
  @ApiOperation({
    summary: 'Share out the rewards of stakers as of the end of an epoch, by stake and time within it',
    description: 'What cannot be divided is carried to the next distribution. An epoch may not overlap an earlier one.',
  })
  @ApiCreatedResponse({ type: DistributionOpenedAnswer })
  async open(@Body() { from, to }: DistributionBody, @Write() write: WriteRequest): Promise<DistributionOpenedAnswer> {
    const command = { type: 'OpenYield', from: resolveLeapSecond(from), to: resolveLeapSecond(to) } as const;
    const made = await this.registry.run(command, write);
    return { ...made, distribution: made.entry };
  }

  @Put('holders/:id/compounding')
  @HttpCode(200)
  @Allow('operator', 'customer')
  @ApiOperation({ summary: 'Say whether a holder’s yield is staked at once' })
  @ApiOkResponse({ type: EntryAnswer })
  setCompounding(
    @HolderParam() holder: string,
    @Body() { compounding }: CompoundingBody,
    @Write() write: WriteRequest,
    @Caller() caller: KeyGrant,
  ): Promise<EntryAnswer> {
    assertMayReadCustomer(caller, holder);
    return this.holders.run(holder, { type: 'SetCompounding', holder, compounding }, write);
  }
}

@Module({ controllers: [YieldsController] })
export class YieldCommandsModule {}
