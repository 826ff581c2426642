/** How a topic's registration is explained. */
import type { Explain } from '#domain';
import type { TopicEvent } from './topic.js';

export const explainTopics: Explain<TopicEvent, unknown> = {
  TopicRegistered: ({ name, topic, clusterId }) => ({
    summary: 'A topic was registered: usage is taken from it, under a name of its own.',
    facts: { name, topic, clusterId },
  }),
};
