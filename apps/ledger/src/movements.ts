/** `POST /v1/mints`, `/burns`, `/transfers`: the use cases that move value at somebody's word. */
import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiCreatedResponse, ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import {
  entryId,
  parsePositiveAmount,
  type EntryPosition,
  type LedgerCommand,
  type Provenance,
  type RequestIdentity,
} from '#domain';
import { Allow, Caller, IdempotencyKey, LOGGER, RequestDigest, type KeyGrant, type Logger } from '#platform';
import { answerInTime, provenanceOf, requestIdentity, Sequencers } from '#wiring';
import { EntryAnswer, entryAnswer } from './answers.js';
import { HOLDER, HOLDER_MESSAGE, REASON, REASON_MESSAGE } from './fields.js';
import { ReceivableCovering } from './receivable-covering.js';
import { TransferRelay } from './transfer-relay.js';

class SupplyBody {
  @ApiProperty({ example: 'acme' })
  @Matches(HOLDER, { message: HOLDER_MESSAGE })
  holder!: string;

  @ApiProperty({ example: '1000.5', description: 'Tokens, a decimal string with at most 18 fraction digits' })
  @IsString({ message: 'amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;

  @ApiProperty({ example: 'card payment 4711' })
  @Matches(REASON, { message: REASON_MESSAGE })
  reason!: string;
}

class TransferBody {
  @ApiProperty({ example: 'acme' })
  @Matches(HOLDER, { message: HOLDER_MESSAGE })
  from!: string;

  @ApiProperty({ example: 'globex' })
  @Matches(HOLDER, { message: HOLDER_MESSAGE })
  to!: string;

  @ApiProperty({ example: '25' })
  @IsString({ message: 'amount must be a decimal string in tokens, such as "12.5"' })
  amount!: string;

  @ApiProperty({ example: 'team budget' })
  @Matches(REASON, { message: REASON_MESSAGE })
  reason!: string;
}

/** Change the supply: issue tokens to a holder, or take them out of existence. */
export class ChangeSupply {
  constructor(
    readonly direction: 'mint' | 'burn',
    readonly body: SupplyBody,
    readonly provenance: Provenance,
    readonly request: RequestIdentity,
  ) {}
}

@CommandHandler(ChangeSupply)
export class ChangeSupplyHandler implements ICommandHandler<ChangeSupply, EntryPosition> {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly covering: ReceivableCovering,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute({ direction, body, provenance, request }: ChangeSupply): Promise<EntryPosition> {
    const amount = parsePositiveAmount(body.amount);
    const entry = await executeEntry(this.sequencers, body.holder, {
      type: direction === 'mint' ? 'MintTokens' : 'BurnTokens',
      holder: body.holder,
      amount,
      reason: body.reason,
      time: new Date().toISOString(),
      provenance,
      request,
    });
    if (direction === 'mint') this.covering.continue(body.holder);
    const { holder, amount: tokens } = body;
    this.logger.info(
      { entry: entryId(entry), holder, amount: tokens, actor: provenance.actor },
      direction === 'mint' ? 'tokens were minted' : 'tokens were burned',
    );
    return entry;
  }
}

/** Move tokens from one holder to another. */
export class TransferTokens {
  constructor(
    readonly body: TransferBody,
    readonly provenance: Provenance,
    readonly request: RequestIdentity,
  ) {}
}

@CommandHandler(TransferTokens)
export class TransferTokensHandler implements ICommandHandler<TransferTokens, EntryPosition> {
  constructor(
    private readonly sequencers: Sequencers,
    private readonly relay: TransferRelay,
    private readonly covering: ReceivableCovering,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute({ body, provenance, request }: TransferTokens): Promise<EntryPosition> {
    const amount = parsePositiveAmount(body.amount);
    const entry = await executeEntry(this.sequencers, body.from, {
      type: 'SendTransfer',
      transfer: randomUUID(),
      from: body.from,
      to: body.to,
      amount,
      reason: body.reason,
      time: new Date().toISOString(),
      provenance,
      request,
    });
    await this.relay.finish(entry.shard);
    this.covering.continue(body.to);
    const { from, to, amount: tokens } = body;
    this.logger.info({ entry: entryId(entry), from, to, amount: tokens, actor: provenance.actor }, 'tokens were sent');
    return entry;
  }
}

/** Decides one command in the shard of a holder, once for its request. */
function executeEntry(
  sequencers: Sequencers,
  holder: string,
  command: LedgerCommand & { readonly request: RequestIdentity },
): Promise<EntryPosition> {
  return sequencers.answerOnce(command.request, async () => {
    const { outcome } = await sequencers.execute(sequencers.shardOf(holder), command);
    if (outcome.type !== 'entry') throw new Error(`${command.type} came to ${outcome.type}`);
    return outcome.entry;
  });
}

@ApiTags('movements')
@ApiBearerAuth()
@ApiHeader({ name: 'Idempotency-Key', required: true })
@Controller()
export class MovementsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('mints')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Issue tokens to a holder' })
  @ApiCreatedResponse({ type: EntryAnswer })
  async mint(
    @Body() body: SupplyBody,
    @Caller() caller: KeyGrant,
    @IdempotencyKey() key: string,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return this.run(new ChangeSupply('mint', body, provenanceOf(caller), requestIdentity(caller, key, digest)));
  }

  @Post('burns')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Take a holder’s tokens out of existence' })
  @ApiCreatedResponse({ type: EntryAnswer })
  async burn(
    @Body() body: SupplyBody,
    @Caller() caller: KeyGrant,
    @IdempotencyKey() key: string,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return this.run(new ChangeSupply('burn', body, provenanceOf(caller), requestIdentity(caller, key, digest)));
  }

  @Post('transfers')
  @HttpCode(201)
  @Allow('operator')
  @ApiOperation({ summary: 'Move tokens from one holder to another' })
  @ApiCreatedResponse({ type: EntryAnswer })
  async transfer(
    @Body() body: TransferBody,
    @Caller() caller: KeyGrant,
    @IdempotencyKey() key: string,
    @RequestDigest() digest: string,
  ): Promise<EntryAnswer> {
    return this.run(new TransferTokens(body, provenanceOf(caller), requestIdentity(caller, key, digest)));
  }

  private async run(command: ChangeSupply | TransferTokens): Promise<EntryAnswer> {
    return entryAnswer(await answerInTime(this.commands.execute<typeof command, EntryPosition>(command)));
  }
}
