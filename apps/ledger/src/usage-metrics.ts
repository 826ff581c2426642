/** What is counted of usage, whichever way it comes in. */
import { Injectable } from '@nestjs/common';
import type { UsageAnswer } from '#concepts';
import { Metrics, type Counter } from '#platform';

export type UsageWay = 'http' | 'kafka' | 'replay';

@Injectable()
export class UsageMetrics {
  private readonly events: Counter<'way' | 'outcome'>;
  private readonly rejections: Counter<'way' | 'code'>;

  constructor(metrics: Metrics) {
    this.events = metrics.counter({
      name: 'airtime_usage_events_total',
      help: 'Usage events by what became of them: accepted, duplicate, conflict, rejected',
      labels: ['way', 'outcome'],
    });
    this.rejections = metrics.counter({
      name: 'airtime_usage_rejections_total',
      help: 'Rejected usage events by reason',
      labels: ['way', 'code'],
    });
  }

  /** Counts each message once: a rejection that Kafka delivers again was counted when it was recorded. */
  count(way: UsageWay, { accepted, duplicates, conflicts, rejected: told }: UsageAnswer): void {
    const rejected = told.filter(({ repeated }) => repeated !== true);
    this.events.inc({ way, outcome: 'accepted' }, accepted);
    this.events.inc({ way, outcome: 'duplicate' }, duplicates);
    this.events.inc({ way, outcome: 'conflict' }, conflicts);
    this.events.inc({ way, outcome: 'rejected' }, rejected.length);
    // Codes are a closed set of this program's own.
    for (const { code } of rejected) this.rejections.inc({ way, code });
  }
}
