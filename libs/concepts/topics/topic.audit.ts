/** Topics: registering one moves no value, and a page takes offsets from none that is not registered. */
import type { AppliedOffsets } from '#domain';
import type { AuditTable, AuditWalk, ConceptAudit, Place } from '#journal';
import type { TopicEvent, TopicRegistered } from './topic.js';

/**
 * - `TopicRegistered`: once for each name. `name` is what `offsets` and origins call the topic. A name that stands in a page's `offsets` is
 *   registered at the height of the registry that the page names.
 */
export class TopicsAudit implements ConceptAudit<never, TopicEvent> {
  readonly laws = {
    TOPIC_WRONG:
      'A name stands for one topic of one cluster, for ever, and is registered at the height of the registry that a page with its offsets names.',
  };

  readonly registry: AuditTable<TopicEvent> = {
    TopicRegistered: (event, place) => {
      if (this.since.has(event.name)) this.wrong(place, `${event.name} is registered a second time`);
      this.later.TopicRegistered(event, place);
      return [];
    },
  };

  readonly later = {
    TopicRegistered: ({ name }: TopicRegistered, { height }: Place): void => {
      if (!this.since.has(name)) this.since.set(name, height);
    },
  };

  /** The height of the registry at which each name is registered. */
  private readonly since = new Map<string, number>();

  constructor(private readonly walk: AuditWalk) {}

  eachPage({ offsets }: { readonly offsets: readonly AppliedOffsets[] }, place: Place): void {
    for (const { name } of offsets) {
      if ((this.since.get(name) ?? Infinity) <= this.walk.restsOn) continue;
      this.wrong(place, `${name} is no topic at height ${this.walk.restsOn} of the registry`);
    }
  }

  private wrong(place: Place, detail: string): void {
    this.walk.find('TOPIC_WRONG', place, detail);
  }
}
