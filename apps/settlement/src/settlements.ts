/** `POST /v1/settlements`, and the driver that brings the batch under way to its end. */
import { randomUUID } from 'node:crypto';
import {
  Controller,
  HttpCode,
  Inject,
  Injectable,
  Post,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiHeader, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Provenance, RequestIdentity } from '#domain';
import type { JournalStore, Position } from '#journal';
import {
  Allow,
  Caller,
  HealthRegistry,
  IdempotencyKey,
  LOGGER,
  Metrics,
  RequestDigest,
  type KeyGrant,
  type Logger,
} from '#platform';
import { JOURNAL_STORE, provenanceOf, requestIdentity, Sequencers } from '#wiring';
import { ChainConnection } from './chain-connection.js';
import { SettlementRun, type SettlementMoment } from './settlement-run.js';

const IDLE_MS = 1_000;
const WAITING_MS = 250;
const FAILING_MAX_MS = 15_000;

/** Steps the batch under way for as long as the process lives: also one that another process left half done. */
@Injectable()
export class SettlementDriver implements OnApplicationBootstrap, OnModuleDestroy {
  readonly run: SettlementRun;
  private isStopping = false;
  private trouble: string | undefined;
  private loop: Promise<void> | undefined;
  private wake: () => void = () => undefined;

  constructor(
    sequencers: Sequencers,
    @Inject(JOURNAL_STORE) journal: JournalStore,
    chain: ChainConnection,
    private readonly health: HealthRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    const moments = metrics.counter({
      name: 'airtime_settlement_moments_total',
      help: 'Steps that settlement batches took',
      labels: ['moment'],
    });
    this.run = new SettlementRun({
      sequencers,
      journal,
      chain: () => chain.get(),
      observe: (moment: SettlementMoment, batch) => {
        moments.inc({ moment });
        this.logger.info({ batch, moment }, 'settlement');
      },
    });
  }

  onApplicationBootstrap(): void {
    this.health.register('settlement', () =>
      this.trouble === undefined ? { ok: true } : { ok: false, detail: this.trouble },
    );
    this.loop = this.drive();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    this.wake();
    await this.loop;
  }

  /** Looks for work now instead of at the next tick. */
  kick(): void {
    this.wake();
  }

  private async drive(): Promise<void> {
    let failingMs = WAITING_MS;
    while (!this.isStopping) {
      let pauseMs: number;
      try {
        const result = await this.run.step();
        this.trouble = undefined;
        failingMs = WAITING_MS;
        pauseMs = result === 'advanced' ? 0 : result === 'waiting' ? WAITING_MS : IDLE_MS;
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error);
        this.logger.warn({ err: error }, 'the settlement step failed; trying again');
        pauseMs = failingMs;
        failingMs = Math.min(failingMs * 2, FAILING_MAX_MS);
      }
      if (pauseMs > 0 && !this.isStopping) await this.pause(pauseMs);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

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

  async execute({ batch, provenance, request }: OpenSettlement): Promise<SettlementAnswer> {
    this.sequencers.refuseConflicting(request);
    const { shard, height } = await this.driver.run.open(batch, {
      provenance,
      ...(request === undefined ? {} : { request }),
    });
    this.driver.kick();
    return { id: await this.batchAt({ shard, height }, batch), position: { shard, height } };
  }

  /** A repeated request is answered with the batch that it opened the first time. */
  private batchAt({ height }: Position, asked: string): Promise<string> {
    return this.sequencers.registry.readDurable(({ batches }) => {
      for (const { batch, openedAt } of batches.values()) if (openedAt.height === height) return batch;
      return asked;
    });
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
  @ApiOperation({ summary: 'Cut, pay and book a settlement batch now' })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiAcceptedResponse({ type: SettlementAnswer })
  open(
    @Caller() caller: KeyGrant,
    @IdempotencyKey({ required: false }) key: string | undefined,
    @RequestDigest() digest: string,
  ): Promise<SettlementAnswer> {
    return this.commands.execute<OpenSettlement, SettlementAnswer>(
      new OpenSettlement(randomUUID(), provenanceOf(caller), requestIdentity(caller, key, digest)),
    );
  }
}
