/** `POST /v1/mints` and `/burns`: change the supply at somebody's word. */
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { parsePositiveAmount } from '#domain';
import { Allow, EntryAnswer, IsHolder, IsReason, Write, type WriteRequest } from '#platform';
import { HolderCommands } from '#wiring';

class SupplyBody {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  holder!: string;

  @ApiProperty({ example: '1000.5', description: 'Tokens, a decimal string with at most 18 fraction digits' })
  @IsString({ message: 'amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;

  @ApiProperty({ example: 'card payment 4711' })
  @IsReason()
  reason!: string;
}

@ApiTags('movements')
@ApiBearerAuth()
@Controller()
class SupplyController {
  constructor(private readonly commands: HolderCommands) {}

  @Post('mints')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Issue tokens to a holder' })
  @ApiCreatedResponse({ type: EntryAnswer })
  mint(@Body() { holder, amount, reason }: SupplyBody, @Write() write: WriteRequest): Promise<EntryAnswer> {
    const command = { type: 'MintTokens', holder, amount: parsePositiveAmount(amount), reason } as const;
    return this.commands.run(holder, command, write);
  }

  @Post('burns')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Take a holder’s tokens out of existence' })
  @ApiCreatedResponse({ type: EntryAnswer })
  burn(@Body() { holder, amount, reason }: SupplyBody, @Write() write: WriteRequest): Promise<EntryAnswer> {
    const command = { type: 'BurnTokens', holder, amount: parsePositiveAmount(amount), reason } as const;
    return this.commands.run(holder, command, write);
  }
}

@Module({ controllers: [SupplyController] })
export class SupplyCommandsModule {}
