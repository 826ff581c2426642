/** `POST /v1/settlements`: opens a batch over everybody who is owed something; the driver brings it to its end. */
import { randomUUID } from 'node:crypto';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { EntryPosition } from '#domain';
import { Allow, PositionAnswer, Write, type CommandContext, type WriteRequest } from '#platform';
import { answerInTime, Sequencers } from '#wiring';
import { SettlementDriver } from './settlement-driver.js';

/** Open a batch over everybody who is owed something. */
export class OpenSettlement {
  constructor(
    readonly batch: string,
    readonly write: CommandContext,
  ) {}
}

@CommandHandler(OpenSettlement)
export class OpenSettlementHandler implements ICommandHandler<OpenSettlement, SettlementAnswer> {
  constructor(
    private readonly driver: SettlementDriver,
    private readonly sequencers: Sequencers,
  ) {}

  execute({ batch, write }: OpenSettlement): Promise<SettlementAnswer> {
    return this.sequencers.answerOnce(write.request, async () => {
      // A repeated request is answered with the batch that it opened, whatever is under way and whether the chain is there.
      const known = await this.sequencers.registryAnswer(write.request);
      if (known !== undefined) return this.answerAt(known);
      const entry = await this.driver.run.open(batch, write);
      this.driver.kick();
      return this.answerAt(entry);
    });
  }

  private async answerAt({ shard, height, index }: EntryPosition): Promise<SettlementAnswer> {
    const batch = await this.sequencers.registry.readDurable(({ settlement: { batches } }) =>
      [...batches.values()].find(({ openedAt }) => openedAt.height === height && openedAt.index === index),
    );
    if (batch === undefined) throw new Error(`entry ${shard}-${height}-${index} opened no settlement batch`);
    return { id: batch.batch, position: { shard, height } };
  }
}

class SettlementAnswer {
  @ApiProperty({ description: 'The batch; follow it with GET /v1/settlements/{id}' }) id!: string;
  @ApiProperty({ type: PositionAnswer }) position!: PositionAnswer;
}

@ApiTags('settlement')
@ApiBearerAuth()
@Controller('settlements')
export class SettlementsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(202)
  @Allow('operator', 'finance')
  @ApiOperation({
    summary: 'Cut, pay and book a settlement batch now',
    description: 'A batch that finds nothing to pay and no supply to move ends as empty.',
  })
  @ApiAcceptedResponse({ type: SettlementAnswer })
  open(@Write({ key: 'optional' }) write: WriteRequest): Promise<SettlementAnswer> {
    const command = new OpenSettlement(randomUUID(), write);
    return answerInTime(this.commands.execute<OpenSettlement, SettlementAnswer>(command));
  }
}
