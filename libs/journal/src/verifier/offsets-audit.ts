/** Kafka offsets of one shard: each applied once, in order, and every event that names one lies in its page's ranges. */
import type { Page } from '../page.js';
import type { Findings, Place } from './findings.js';

/** A topic, a partition and an offset, written as a page's ranges are. */
const REPLAYED = /^replay:[A-Za-z0-9._-]{1,249}(?:\/(?:0|[1-9][0-9]{0,15})){2}$/;

export class OffsetsAudit {
  private readonly next = new Map<string, number>();
  /** The ranges of the page, each with what its origins begin with. */
  private ranges: { readonly prefix: string; readonly from: number; readonly to: number }[] = [];

  constructor(private readonly findings: Findings) {}

  checkPage(page: Page): void {
    const place = { shard: page.shard, height: page.height };
    let before: { name: string; partition: number } | undefined;
    this.ranges = page.offsets.map(({ name, partition, from, to }) => {
      return { prefix: `kafka:${name}/${partition}/`, from, to };
    });
    for (const range of page.offsets) {
      const key = `${range.name}/${range.partition}`;
      const next = this.next.get(key) ?? 0;
      const isAscending =
        before === undefined ||
        before.name < range.name ||
        (before.name === range.name && before.partition <= range.partition);
      if (range.from < next || range.to <= range.from || !isAscending) {
        const detail = `offsets ${range.from} to ${range.to} of ${key} do not follow ${next}`;
        this.findings.add('OFFSETS_WRONG', place, detail);
      }
      this.next.set(key, Math.max(next, range.to));
      before = range;
    }
  }

  /**
   * An event's origin is `kafka:<name>/<partition>/<offset>` when it came from Kafka; it is one of the page that
   * {@link checkPage} was shown last. `replay:` names a message that was played again: its offset is no range's.
   */
  checkOrigin(event: unknown, place: Place): void {
    const { origin } = event as { origin?: unknown };
    if (typeof origin !== 'string') return;
    if (origin.startsWith('replay:')) {
      if (!REPLAYED.test(origin)) this.findings.add('OFFSETS_WRONG', place, `${origin} names no message`);
      return;
    }
    if (!origin.startsWith('kafka:')) return;
    const length = origin.lastIndexOf('/') + 1;
    const digits = origin.slice(length);
    const offset = Number(digits);
    for (const { prefix, from, to } of this.ranges) {
      if (
        prefix.length === length &&
        origin.startsWith(prefix) &&
        offset >= from &&
        offset < to &&
        digits === `${offset}`
      )
        return;
    }
    this.findings.add('OFFSETS_WRONG', place, `${origin} is not among the offsets of its page`);
  }
}
