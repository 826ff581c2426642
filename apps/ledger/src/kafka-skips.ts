/**
 * `POST /v1/kafka/skips`: goes on behind a batch that cannot be read. Which process is asked does not matter: that a partition
 * stopped stands in Kafka's commit, that it was skipped stands in the journal, where the partition's owner looks for it.
 */
import { Body, Controller, HttpCode, Inject, Injectable, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { USAGE_ITEMS_MAX, type UsageItem } from '#concepts';
import type { Position } from '#journal';
import { stoppedBatchOf, type StoppedBatch } from '#kafka';
import {
  Allow,
  CONFIGURATION,
  IsReason,
  LOGGER,
  PositionAnswer,
  RequestError,
  Unavailable,
  Write,
  type Configuration,
  type Logger,
  type WriteRequest,
} from '#platform';
import { answerInTime, CatalogueFollower, Sequencers } from '#wiring';
import { historyOf } from './kafka-history.js';
import { CONSUMER_GROUP, kafkaConnectionOf } from './kafka-connection.js';
import { UsageMetrics } from './usage-metrics.js';
import { commonRefusal, UNREAD } from '#domain';

/** The code under which skipped offsets stand in the journal. */
const SKIPPED = 'SKIPPED';
/** Skipped offsets recorded one by one; of a larger batch the first ones and its range are recorded. */
const RECORDED_MAX = 20_000;
const RANGE = /^offsets (\d+) to (\d+) /;

class SkipBody {
  @ApiProperty({ example: 'airtime.usage.v1' })
  @Matches(/^[a-zA-Z0-9._-]{1,249}$/, { message: 'topic must be the name of a Kafka topic' })
  topic!: string;

  @ApiProperty({ example: 3, minimum: 0, maximum: 2 ** 31 - 1 })
  @IsInt()
  @Min(0)
  @Max(2 ** 31 - 1)
  partition!: number;

  @ApiProperty({ example: 4711, minimum: 0, description: 'An offset of the batch at which the partition stopped' })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  offset!: number;

  @ApiProperty({ example: 'producer bug, its owner sends the usage again' })
  @IsReason()
  reason!: string;
}

class SkipAnswer {
  @ApiProperty({ example: 'airtime.usage.v1' }) topic!: string;
  @ApiProperty({ example: 3 }) partition!: number;
  @ApiProperty({ example: 4700, description: 'First offset that is skipped' }) from!: number;
  @ApiProperty({ example: 4719, description: 'Last offset that is skipped' }) to!: number;
  @ApiProperty({ type: PositionAnswer }) position!: PositionAnswer;
}

/** What is recorded: the offsets, both inclusive, and one text for all of them. */
interface Skip {
  readonly from: number;
  readonly to: number;
  readonly detail: string;
}

@Injectable()
export class KafkaSkips {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
    private readonly metrics: UsageMetrics,
  ) {}

  /**
   * Records the batch that holds the offset as skipped. Doing it again changes nothing: the offset is the identity of a skip, which
   * moves no value and so leaves its Idempotency-Key free.
   *
   * @throws DomainError `NOT_FOUND` for a topic that is not consumed and a partition that it does not have; RequestError
   *   `PARTITION_NOT_STOPPED` for an offset at which its partition did not stop; Unavailable while Kafka is away
   */
  skip(body: SkipBody, { caller, provenance, request }: WriteRequest): Promise<SkipAnswer> {
    return this.sequencers.answerOnce(request, async () => {
      const { topic, partition } = body;
      await this.knowName(topic);
      const skip = (await this.known(body)) ?? (await this.decide(body, provenance.actor));
      const position = await this.record(body, skip, provenance.actor);
      this.logger.warn({ topic, partition, from: skip.from, to: skip.to, actor: caller.id }, 'offsets are skipped');
      return { topic, partition, from: skip.from, to: skip.to, position };
    });
  }

  /** A page names only what is registered: another process may have registered the topic just now. */
  private async knowName(topic: string): Promise<void> {
    const { topics } = this.follower.catalogue;
    if (topics.newestOf(topic) === undefined) await this.follower.refresh();
    if (topics.newestOf(topic) === undefined)
      throw commonRefusal('NOT_FOUND', `Topic ${topic} is not consumed here.`, 'topic');
  }

  /** A stop stands in the commit of a topic; it is the newest one of that name on the brokers. */
  private nameOf(topic: string): string {
    return this.follower.catalogue.topics.newestOf(topic)!.name;
  }

  /** All offsets of a partition that are skipped are recorded in one shard, so that each is recorded once. */
  private shardOf(partition: number): number {
    return partition % this.sequencers.shards;
  }

  /** What an offset was skipped with before. */
  private async known({ topic, partition, offset }: SkipBody): Promise<Skip | undefined> {
    const shard = this.sequencers.ledger(this.shardOf(partition));
    const rejection = await shard.readDurable((state) =>
      state.usage.rejectionAt(`${this.nameOf(topic)}/${partition}`, offset),
    );
    const range = rejection?.code === SKIPPED ? RANGE.exec(rejection.detail) : null;
    return range === null ? undefined : { from: Number(range[1]), to: Number(range[2]), detail: rejection!.detail };
  }

  private async decide({ topic, partition, offset, reason }: SkipBody, actor: string): Promise<Skip> {
    const stopped = await this.stopOf(topic, partition);
    if (stopped === undefined || offset < stopped.from || offset > stopped.to) {
      const where = stopped === undefined ? 'has not stopped' : `stopped at ${stopped.from}`;
      throw new RequestError(
        'PARTITION_NOT_STOPPED',
        `Partition ${partition} of ${topic} ${where}: only the offsets of a batch that cannot be read can be skipped.`,
      );
    }
    const { from, to, code } = stopped;
    return {
      from,
      to,
      detail: `offsets ${from} to ${to} cannot be read (${code}) and are skipped by ${actor}: ${reason}`,
    };
  }

  private async stopOf(topic: string, partition: number): Promise<StoppedBatch | undefined> {
    const connection = kafkaConnectionOf(this.configuration, this.logger);
    if (connection === undefined || topic !== this.configuration.kafkaUsageTopic) {
      throw commonRefusal('NOT_FOUND', `Topic ${topic} is not consumed here.`, 'topic');
    }
    let stop: StoppedBatch | undefined | 'no such partition';
    try {
      const owner = { ...historyOf(this.follower), name: this.nameOf(topic) };
      stop = await stoppedBatchOf(connection, CONSUMER_GROUP, { topic, partition, owner });
    } catch (error) {
      this.logger.warn({ err: error, topic, partition }, 'Kafka does not say where the partition stopped');
      throw new Unavailable('Kafka is away, and only it knows where the partition stopped; try again.', 5);
    }
    if (stop === 'no such partition') {
      throw commonRefusal('NOT_FOUND', `Topic ${topic} has no partition ${partition}.`, 'partition');
    }
    return stop;
  }

  private async record({ topic, partition }: SkipBody, { from, to, detail }: Skip, actor: string): Promise<Position> {
    const receivedAtMs = Date.now();
    const last = Math.min(to, from + RECORDED_MAX - 1);
    let position: Position | undefined;
    for (let first = from; first <= last; first += USAGE_ITEMS_MAX) {
      const end = Math.min(first + USAGE_ITEMS_MAX, last + 1);
      const items = Array.from({ length: end - first }, (_, index): UsageItem => {
        return { index, offset: first + index, invalid: { id: '', code: SKIPPED, detail } };
      });
      const { outcome, position: recordedAt } = await this.sequencers.execute(this.shardOf(partition), {
        type: 'ChargeUsage',
        items,
        actor,
        receivedAtMs,
        time: new Date(receivedAtMs).toISOString(),
        // The last command answers for all that is left.
        range: { name: this.nameOf(topic), partition, from: first, to: end > last ? to + 1 : end, fingerprint: UNREAD },
      });
      position ??= recordedAt;
      if (outcome.type === 'usage') this.metrics.count('kafka', outcome.answer);
    }
    return position!;
  }
}

@ApiTags('kafka')
@ApiBearerAuth()
@Controller('kafka/skips')
export class KafkaSkipsController {
  constructor(private readonly skips: KafkaSkips) {}

  @Post()
  @HttpCode(201)
  @Allow()
  @ApiOperation({
    summary: 'Go on behind a batch that cannot be read',
    description:
      'Only the offsets of the batch at which a partition stopped; 409 PARTITION_NOT_STOPPED otherwise. They are recorded as rejected usage with code SKIPPED. The partition goes on within seconds, whichever process owns it.',
  })
  @ApiCreatedResponse({ type: SkipAnswer })
  skip(@Body() body: SkipBody, @Write({ key: 'optional' }) write: WriteRequest): Promise<SkipAnswer> {
    return answerInTime(this.skips.skip(body, write));
  }
}
