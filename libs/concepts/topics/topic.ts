/** Topics: the Kafka topics that usage is taken from, each of one cluster and under a name of its own. */
import {
  optional,
  plain,
  refusalsOf,
  requestLayout,
  UndoableMap,
  type DecideEvent,
  type Evolve,
  type Layouts,
  type Recorded,
  type Refusals,
  type Requested,
} from '#domain';

export const topicRefusals = {
  TOPIC_EXISTS: 'conflict',
} as const satisfies Refusals;
export const topicRefusal = refusalsOf(topicRefusals);

/**
 * The name of a Kafka topic, or the one that it is registered under.
 *
 * @pattern ^[A-Za-z0-9._-]{1,249}$
 */
export type TopicName = string;

/**
 * The id that a Kafka cluster got when it was made.
 *
 * @pattern ^[!-~]{1,200}$
 */
export type ClusterId = string;

/**
 * From here on the offsets of this topic of this cluster stand in pages under this name. A topic that was made anew, and
 * one of another cluster, begins again at offset 0: it is another one, and is registered under another name.
 */
export interface TopicRegistered extends Recorded {
  readonly type: 'TopicRegistered';
  readonly name: TopicName;
  readonly topic: TopicName;
  readonly clusterId: ClusterId;
}

export type TopicEvent = TopicRegistered;

export const topicLayouts = {
  TopicRegistered: { name: plain, topic: plain, clusterId: plain, request: optional(requestLayout) },
} as const satisfies Layouts<TopicEvent>;

export interface RegisterTopic extends Requested {
  readonly type: 'RegisterTopic';
  readonly name: string;
  readonly topic: string;
  readonly clusterId: string;
}

export type TopicCommand = RegisterTopic;

/** The registered topics by their name, in the order of their registration. */
export class TopicsPart extends UndoableMap<string, TopicRegistered> {
  /** The newest registration of a topic; of one cluster, where that is said. */
  newestOf(topic: string, clusterId?: string): TopicRegistered | undefined {
    let newest: TopicRegistered | undefined;
    for (const known of this.values()) {
      if (known.topic === topic && (clusterId === undefined || known.clusterId === clusterId)) newest = known;
    }
    return newest;
  }
}

/** What every shard reads of this concept. */
export interface TopicsState {
  readonly topics: TopicsPart;
}

export const evolveTopics: Evolve<TopicEvent, TopicsState> = {
  TopicRegistered: ({ topics }, event) => {
    topics.set(event.name, event);
  },
};

export const decideTopics: DecideEvent<TopicCommand, { readonly catalogue: TopicsState }, TopicEvent> = {
  RegisterTopic: ({ catalogue: { topics } }, { name, topic, clusterId, time, provenance }) => {
    const known = topics.get(name);
    if (known !== undefined) {
      throw topicRefusal(
        'TOPIC_EXISTS',
        `${name} is registered as the topic ${known.topic} of cluster ${known.clusterId}; a name stands for one topic for ever.`,
        'name',
      );
    }
    return { type: 'TopicRegistered', time, ...provenance, name, topic, clusterId };
  },
};
