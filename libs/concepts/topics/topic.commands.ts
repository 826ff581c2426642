/** `GET /v1/kafka/topics`: the topics that usage is taken from. The ledger registers them. */
import { Controller, Get, Module } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow } from '#platform';
import { CatalogueFollower } from '#wiring';

class TopicItem {
  @ApiProperty({ example: 'airtime.usage.v1', description: 'How pages and origins call it' }) name!: string;
  @ApiProperty({ example: 'airtime.usage.v1' }) topic!: string;
  @ApiProperty({ description: 'The cluster that it is a topic of' }) clusterId!: string;
  @ApiProperty() registeredAt!: string;
}

class TopicsAnswer {
  @ApiProperty({ type: [TopicItem] }) items!: TopicItem[];
  @ApiProperty({ nullable: true, type: String }) nextCursor!: null;
}

@ApiTags('kafka')
@ApiBearerAuth()
@Controller('kafka/topics')
class TopicListController {
  constructor(private readonly follower: CatalogueFollower) {}

  @Get()
  @Allow('operator')
  @ApiOperation({ summary: 'Kafka topics that usage is taken from, in the order of their registration' })
  @ApiOkResponse({ type: TopicsAnswer })
  topics(): TopicsAnswer {
    const items = [...this.follower.catalogue.topics.values()].map(({ name, topic, clusterId, time }): TopicItem => ({
      ...{ name, topic, clusterId },
      registeredAt: time,
    }));
    return { items, nextCursor: null };
  }
}

@Module({ controllers: [TopicListController] })
export class TopicCommandsModule {}
