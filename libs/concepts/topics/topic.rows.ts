/** Topics have no table: their entries tell which are registered, and `kafka_offsets` how far each is applied. */
import type { Rows } from '#domain';
import type { TopicEvent } from './topic.js';

export const topicRows: Rows<TopicEvent> = {
  TopicRegistered: { entry: () => ({}), movement: null, changes: null },
};
