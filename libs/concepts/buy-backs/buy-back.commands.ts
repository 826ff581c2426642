/** `POST /v1/buy-backs`: tokens that were bought from their holder are burned. */
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { parsePositiveAmount } from '#domain';
import { Allow, EntryAnswer, IsHolder, IsReason, Write, type WriteRequest } from '#platform';
import { HolderCommands } from '#wiring';

const PAID = 'paid must be a decimal string in dollars, such as "250.00"';

class BuyBackBody {
  @ApiProperty({ example: 'acme', description: 'Who sold them' })
  @IsHolder()
  holder!: string;

  @ApiProperty({
    example: '1000.5',
    description:
      'Tokens, of what the holder purchased or earned and has no end; a decimal string with at most 18 fraction digits',
  })
  @IsString({ message: 'amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;

  @ApiProperty({ example: '20.01', description: 'Dollars for all of them together; they moved outside of the ledger' })
  @IsString({ message: PAID })
  @MaxLength(60, { message: PAID })
  paid!: string;

  @ApiProperty({ example: 'buy-back of November, bank order 4711' })
  @IsReason()
  reason!: string;
}

@ApiTags('movements')
@ApiBearerAuth()
@Controller('buy-backs')
class BuyBacksController {
  constructor(private readonly commands: HolderCommands) {}

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Burn tokens that were bought from their holder' })
  @ApiCreatedResponse({ type: EntryAnswer })
  buyBack(@Body() { holder, amount, paid, reason }: BuyBackBody, @Write() write: WriteRequest): Promise<EntryAnswer> {
    const command = { type: 'BuyBackTokens', holder, amount: parsePositiveAmount(amount), paid, reason } as const;
    return this.commands.run(holder, command, write);
  }
}

@Module({ controllers: [BuyBacksController] })
export class BuyBackCommandsModule {}
