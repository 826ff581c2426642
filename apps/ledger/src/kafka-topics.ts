/**
 * Under which name the usage topic is registered, and `POST /v1/kafka/topics`, which registers one. A topic that was made
 * anew and one of another cluster begin again at offset 0: under the old name their events would be taken for old ones.
 */
import { Body, Controller, HttpCode, Inject, Injectable, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { isRefusal, type TopicRegistered } from '#concepts';
import { commonRefusal } from '#domain';
import { clusterIdOf, type KafkaConnection } from '#kafka';
import {
  Allow,
  CONFIGURATION,
  EntryAnswer,
  LOGGER,
  Unavailable,
  Write,
  type Configuration,
  type Logger,
  type WriteRequest,
} from '#platform';
import { answerInTime, CatalogueFollower, RegistryCommands, Sequencers } from '#wiring';
import { kafkaConnectionOf } from './kafka-connection.js';

const PROVENANCE = { actor: 'system:kafka', origin: 'system:kafka' };
const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/;

class TopicBody {
  @ApiProperty({ example: 'usage-2', description: 'How pages and origins are to call it; never used before' })
  @Matches(TOPIC_NAME, { message: 'name must have 1 to 249 letters, digits, ".", "_" and "-"' })
  name!: string;

  @ApiProperty({ example: 'airtime.usage.v1' })
  @Matches(TOPIC_NAME, { message: 'topic must be the name of a Kafka topic' })
  topic!: string;
}

class TopicAnswer extends EntryAnswer {
  @ApiProperty({ example: 'usage-2' }) name!: string;
  @ApiProperty({ example: 'airtime.usage.v1' }) topic!: string;
  @ApiProperty({ description: 'The cluster of the brokers that this service is connected to' }) clusterId!: string;
}

/** The usage topic is not registered and others are: a person must decide. Checked again all the same. */
export class TopicNotRegistered extends Error {
  override readonly name = 'TopicNotRegistered';
}

@Injectable()
export class KafkaTopics {
  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly sequencers: Sequencers,
    private readonly follower: CatalogueFollower,
  ) {}

  /**
   * The registration of a topic of the brokers' cluster. Where nothing is registered yet, it is registered under its own name.
   *
   * @throws TopicNotRegistered in one line that says what differs; the client's error while Kafka is away; Unavailable
   */
  async find(connection: KafkaConnection, topic: string): Promise<TopicRegistered> {
    const clusterId = await clusterIdOf(connection);
    await this.follower.refresh();
    const { topics } = this.follower.catalogue;
    if (topics.size === 0) await this.registerFirst(topic, clusterId);
    const registered = topics.newestOf(topic, clusterId);
    if (registered === undefined) throw new TopicNotRegistered(whatDiffers(topic, clusterId, [...topics.values()]));
    return registered;
  }

  /** The newest registration of the same topic, as far as this process knows it. */
  newest({ topic, clusterId }: TopicRegistered): TopicRegistered | undefined {
    return this.follower.catalogue.topics.newestOf(topic, clusterId);
  }

  /** @throws DomainError `NOT_FOUND` where no brokers are configured; Unavailable while Kafka is away */
  async clusterId(): Promise<string> {
    const connection = kafkaConnectionOf(this.configuration, this.logger);
    if (connection === undefined) throw commonRefusal('NOT_FOUND', 'This service is connected to no Kafka.', 'topic');
    try {
      return await clusterIdOf(connection);
    } catch (error) {
      this.logger.warn({ err: error }, 'Kafka does not say which cluster it is');
      throw new Unavailable('Kafka is away, and only it knows which cluster it is; try again.', 5);
    }
  }

  private async registerFirst(topic: string, clusterId: string): Promise<void> {
    const time = new Date().toISOString();
    const registration = { name: topic, topic, clusterId, time, provenance: PROVENANCE };
    try {
      await this.sequencers.executeRegistry({ type: 'RegisterTopic', ...registration });
    } catch (error) {
      // Another process was first.
      if (!isRefusal(error, 'TOPIC_EXISTS')) throw error;
    }
    await this.follower.refresh();
  }
}

function whatDiffers(topic: string, clusterId: string, registered: readonly TopicRegistered[]): string {
  const known = registered.map((one) => `${one.name} (topic ${one.topic} of cluster ${one.clusterId})`).join(', ');
  const isElsewhere = registered.some((one) => one.topic === topic);
  const what = isElsewhere
    ? `KAFKA_BROKERS leads to cluster ${clusterId}, where the topic ${topic} is not registered`
    : `KAFKA_USAGE_TOPIC is ${topic}, which is not registered`;
  return `${what}; registered is ${known}. Its events would be taken for old ones or old ones for new: name the registered topic or, to take this one as another, airtime kafka register NAME --topic ${topic}`;
}

@ApiTags('kafka')
@ApiBearerAuth()
@Controller('kafka/topics')
export class KafkaTopicsController {
  constructor(
    private readonly topics: KafkaTopics,
    private readonly commands: RegistryCommands,
  ) {}

  @Post()
  @HttpCode(201)
  @Allow()
  @ApiOperation({
    summary: 'Register a Kafka topic that usage is to be taken from, under a name of its own',
    description:
      'Of the cluster that this service is connected to. A topic that was made anew, or another cluster, is another topic: it needs another name. The first topic is registered by itself.',
  })
  @ApiCreatedResponse({ type: TopicAnswer })
  async register(
    @Body() { name, topic }: TopicBody,
    @Write({ key: 'optional' }) write: WriteRequest,
  ): Promise<TopicAnswer> {
    const clusterId = await answerInTime(this.topics.clusterId());
    const answer = await this.commands.run({ type: 'RegisterTopic', name, topic, clusterId }, write);
    return { ...answer, name, topic, clusterId };
  }
}
