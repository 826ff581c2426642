/** Topics: registering one moves no value. */
import type { AuditTable, AuditWalk, ConceptAudit } from '#journal';
import type { TopicEvent } from './topic.js';

/**
 * - `TopicRegistered`: once for each name. `name` is what `offsets` and origins call the topic.
 */
export class TopicsAudit implements ConceptAudit<never, TopicEvent> {
  readonly laws = {
    TOPIC_WRONG: 'A name stands for one topic of one cluster, for ever.',
  };

  readonly registry: AuditTable<TopicEvent> = {
    TopicRegistered: ({ name }, place) => {
      if (this.names.has(name)) this.walk.find('TOPIC_WRONG', place, `${name} is registered a second time`);
      this.names.add(name);
      return [];
    },
  };

  private readonly names = new Set<string>();

  constructor(private readonly walk: AuditWalk) {}
}
