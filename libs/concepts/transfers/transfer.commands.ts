/** `POST /v1/transfers`: moves tokens from one holder to another. */
import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { parsePositiveAmount } from '#domain';
import { Allow, EntryAnswer, IsHolder, IsReason, Write, type WriteRequest } from '#platform';
import { HolderCommands } from '#wiring';

class TransferBody {
  @ApiProperty({ example: 'acme' })
  @IsHolder()
  from!: string;

  @ApiProperty({ example: 'globex' })
  @IsHolder()
  to!: string;

  @ApiProperty({ example: '25' })
  @IsString({ message: 'amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;

  @ApiProperty({ example: 'team budget' })
  @IsReason()
  reason!: string;
}

@ApiTags('movements')
@ApiBearerAuth()
@Controller('transfers')
class TransfersController {
  constructor(private readonly commands: HolderCommands) {}

  @Post()
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Move tokens from one holder to another' })
  @ApiCreatedResponse({ type: EntryAnswer })
  transfer(@Body() { from, to, amount, reason }: TransferBody, @Write() write: WriteRequest): Promise<EntryAnswer> {
    const value = parsePositiveAmount(amount);
    const command = { type: 'SendTransfer', transfer: randomUUID(), from, to, amount: value, reason } as const;
    return this.commands.run(from, command, write);
  }
}

@Module({ controllers: [TransfersController] })
export class TransferCommandsModule {}
