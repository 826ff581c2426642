/** `POST /v1/settlements`: opens a batch over everybody who is owed something; the driver brings it to its end. */
import { randomUUID } from 'node:crypto';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { EntryPosition, Provenance, RequestIdentity } from '#domain';
import { Allow, Caller, IdempotencyKey, RequestDigest, type KeyGrant } from '#platform';
import { answerInTime, provenanceOf, requestIdentity, Sequencers } from '#wiring';
import { SettlementDriver } from './settlement-driver.js';

/** Open a batch over everybody who is owed something. */
export class OpenSettlement {
  constructor(
    readonly batch: string,
    readonly provenance: Provenance,
    readonly request: RequestIdentity | undefined,
  ) {}
}

@CommandHandler(OpenSettlement)
export class OpenSettlementHandler implements ICommandHandler<OpenSettlement, SettlementAnswer> {
  constructor(
    private readonly driver: SettlementDriver,
    private readonly sequencers: Sequencers,
  ) {}

  execute({ batch, provenance, request }: OpenSettlement): Promise<SettlementAnswer> {
    return this.sequencers.answerOnce(request, async () => {
      const first = await this.firstAnswer(request);
      if (first !== undefined) return first;
      const entry = await this.driver.run.open(batch, {
        provenance,
        ...(request === undefined ? {} : { request }),
      });
      this.driver.kick();
      return this.answerAt(entry);
    });
  }

  /** A repeated request is answered with the batch that it opened, whatever is under way and whether the chain is there. */
  private async firstAnswer(request: RequestIdentity | undefined): Promise<SettlementAnswer | undefined> {
    if (request === undefined) return undefined;
    const known = await this.sequencers.registry.readDurable(({ answers }) => answers.get(request.key));
    return known === undefined ? undefined : this.answerAt(known.position);
  }

  private async answerAt({ shard, height, index }: EntryPosition): Promise<SettlementAnswer> {
    const batch = await this.sequencers.registry.readDurable(({ batches }) =>
      [...batches.values()].find(({ openedAt }) => openedAt.height === height && openedAt.index === index),
    );
    if (batch === undefined) throw new Error(`entry ${shard}-${height}-${index} opened no settlement batch`);
    return { id: batch.batch, position: { shard, height } };
  }
}

class PositionBody {
  @ApiProperty() shard!: number;
  @ApiProperty() height!: number;
}

class SettlementAnswer {
  @ApiProperty({ description: 'The batch; follow it with GET /v1/settlements/{id}' }) id!: string;
  @ApiProperty({ type: PositionBody }) position!: PositionBody;
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
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiAcceptedResponse({ type: SettlementAnswer })
  open(
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<SettlementAnswer> {
    return answerInTime(
      this.commands.execute<OpenSettlement, SettlementAnswer>(
        new OpenSettlement(randomUUID(), provenanceOf(caller), requestIdentity(caller, key, digest)),
      ),
    );
  }
}
