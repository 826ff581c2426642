/** The page that is being decided: its lines, its offsets, and who is answered once it is durable. */
import type { AppliedOffsets } from '#domain';
import type { Lane, Position, Waiting } from './lane.js';
import { BODY_BYTES_MAX, PAGE_EVENTS_MAX } from './page.js';

export class Draft<Command, Outcome> {
  readonly lines: string[] = [];
  readonly decided: { readonly waiting: Waiting<Command, Outcome>; readonly answer: (position: Position) => void }[] =
    [];
  /** Lanes in which this draft refuses a command: those behind it are refused too, unless it is decided again. */
  readonly brokenLanes = new Set<Lane>();
  private bytes = 0;
  private readonly ranges = new Map<string, AppliedOffsets[]>();

  /** @param isDue whether it holds what acts by itself: nobody waits for it, and it is not decided again as it was */
  constructor(readonly isDue = false) {}

  get isEmpty(): boolean {
    return this.lines.length === 0 && this.ranges.size === 0;
  }

  get isOverfull(): boolean {
    return this.bytes > BODY_BYTES_MAX || this.lines.length > PAGE_EVENTS_MAX;
  }

  /** Bytes of the body. */
  get size(): number {
    return this.bytes;
  }

  addLine(line: string): void {
    this.lines.push(line);
    this.bytes += Buffer.byteLength(line) + 1;
  }

  mark(): { readonly lines: number; readonly bytes: number } {
    return { lines: this.lines.length, bytes: this.bytes };
  }

  takeBack(mark: { readonly lines: number; readonly bytes: number }): void {
    this.lines.length = mark.lines;
    this.bytes = mark.bytes;
  }

  /** Adds a range that begins at or after the end of the partition's ranges so far; adjacent ones become one. */
  addRange(range: AppliedOffsets): void {
    const key = `${range.name}/${range.partition}`;
    const ranges = this.ranges.get(key) ?? [];
    this.ranges.set(key, ranges);
    const last = ranges.at(-1);
    if (last?.to === range.from) ranges[ranges.length - 1] = { ...range, from: last.from };
    else ranges.push(range);
  }

  /** All ranges, ascending by name (as UTF-16 code units), partition and offset. */
  offsets(): AppliedOffsets[] {
    return [...this.ranges.values()]
      .flat()
      .sort((a, b) => (a.name === b.name ? a.partition - b.partition || a.from - b.from : a.name < b.name ? -1 : 1));
  }
}
