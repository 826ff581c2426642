/** `POST /v1/stakes`, `/unstakes` and `/slashes`: tokens that are bound, come back, or are taken for a fault. */
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { parsePositiveAmount } from '#domain';
import {
  Allow,
  assertMayReadCustomer,
  Caller,
  EntryAnswer,
  IsHolder,
  IsReason,
  Write,
  type KeyGrant,
  type WriteRequest,
} from '#platform';
import { HolderCommands } from '#wiring';

class StakeBody {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  holder!: string;

  @ApiProperty({ example: '100', description: 'Tokens, a decimal string with at most 18 fraction digits' })
  @IsString({ message: 'amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;
}

class SlashBody extends StakeBody {
  @ApiProperty({ example: 'served a model that it does not have' })
  @IsReason()
  reason!: string;

  @ApiPropertyOptional({ example: 'globex', description: 'Who found the fault: it has a part of the amount' })
  @IsOptional()
  @IsHolder()
  finder?: string;
}

class UnstakeAnswer extends EntryAnswer {
  @ApiProperty({ example: '2-21-0', description: 'GET /v1/holders/{id}/stakes says when it completes' })
  unbonding!: string;
}

class SlashAnswer extends EntryAnswer {
  @ApiProperty({ example: '2-22-0' }) slash!: string;
}

@ApiTags('movements')
@ApiBearerAuth()
@Controller()
class StakesController {
  constructor(private readonly commands: HolderCommands) {}

  @Post('stakes')
  @HttpCode(201)
  @Allow('operator', 'customer')
  @ApiOperation({ summary: 'Stake tokens that were purchased or earned and have no end' })
  @ApiCreatedResponse({ type: EntryAnswer })
  stake(
    @Body() { holder, amount }: StakeBody,
    @Write() write: WriteRequest,
    @Caller() caller: KeyGrant,
  ): Promise<EntryAnswer> {
    assertMayReadCustomer(caller, holder);
    return this.commands.run(holder, { type: 'StakeTokens', holder, amount: parsePositiveAmount(amount) }, write);
  }

  @Post('unstakes')
  @HttpCode(201)
  @Allow('operator', 'customer')
  @ApiOperation({ summary: 'Take a part of a stake back: it earns no more, and is available when it has unbonded' })
  @ApiCreatedResponse({ type: UnstakeAnswer })
  async unstake(
    @Body() { holder, amount }: StakeBody,
    @Write() write: WriteRequest,
    @Caller() caller: KeyGrant,
  ): Promise<UnstakeAnswer> {
    assertMayReadCustomer(caller, holder);
    const command = { type: 'UnstakeTokens', holder, amount: parsePositiveAmount(amount) } as const;
    const made = await this.commands.run(holder, command, write);
    return { ...made, unbonding: made.entry };
  }

  @Post('slashes')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Take tokens for a fault: of what unbonds first, then of the stake' })
  @ApiCreatedResponse({ type: SlashAnswer })
  async slash(
    @Body() { holder, amount, reason, finder }: SlashBody,
    @Write() write: WriteRequest,
  ): Promise<SlashAnswer> {
    const made = await this.commands.run(
      holder,
      {
        ...{ type: 'SlashStake', holder, amount: parsePositiveAmount(amount), reason },
        ...(finder === undefined ? {} : { finder }),
      },
      write,
    );
    return { ...made, slash: made.entry };
  }
}

@Module({ controllers: [StakesController] })
export class StakeCommandsModule {}
