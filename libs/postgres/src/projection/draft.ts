/** A run of pages of one shard turned into rows, before any of them is written. Pure: the same pages give the same rows. */
import {
  attoOf,
  insert,
  upsert,
  type EntryPosition,
  type RecordedEvent,
  type RowChange,
  type RowsPart,
  type RowTables,
  type RowWriter,
} from '#domain';
import { readEvents, type Page } from '#journal';
import { KAFKA_OFFSETS, PAGE_TIMES } from '../tables/positions.js';
import { entryLine, UnknownEvent } from './entries.js';
import { MovementsDraft } from './movements.js';
import { toStatement } from './row-change.js';
import type { Statement } from './statement.js';
import { digest, keyText } from './text.js';
import { TotalsDraft, type AccountTotals } from './totals.js';

/** A writer that is called with what the table of writers says that it takes. */
type AnyWriter = RowWriter<RecordedEvent, Readonly<Record<string, RowsPart>>>;

export class BooksDraft {
  readonly movements: MovementsDraft;
  /** Complete once {@link addAccountTotals} was called. */
  readonly totals: TotalsDraft;
  private readonly entries: string[] = [];
  private readonly parts: Readonly<Record<string, RowsPart>>;
  private readonly pages: Page[] = [];
  private readonly nextOffsets = new Map<string, { topic: string; partition: number; nextOffset: number }>();
  /** Changes of the rarer events, in journal order. */
  private readonly others: RowChange[] = [];
  /** The type of the event before and its writer: most events are of the type of the one before. */
  private lastType = '';
  private lastWriter: AnyWriter | undefined;

  constructor(
    private readonly shard: number,
    private readonly tables: RowTables,
    private readonly accountTotals: AccountTotals,
  ) {
    this.movements = new MovementsDraft(shard);
    this.totals = new TotalsDraft(shard);
    this.parts = tables.createParts({ shard, keyText, digest });
  }

  /** @throws UnknownEvent, LineUnreadable */
  add(page: Page): void {
    const { recordedAt } = page;
    this.pages.push(page);
    for (const { name: topic, partition, to } of page.offsets) {
      this.nextOffsets.set(`${topic}/${partition}`, { topic, partition, nextOffset: to });
    }
    for (const { event, position } of readEvents<RecordedEvent>(page, this.tables.codec)) {
      const writer = this.writerOf(event.type, position);
      const parties = writer.entry(event);
      this.entries.push(entryLine(event, parties, position, recordedAt));
      this.movements.add(event, position);
      if (writer.total !== undefined && parties.amount !== undefined) {
        this.totals.add(writer.total, page.height, attoOf(parties.amount));
      }
      if (writer.changes === null) continue;
      const changes = writer.changes(event, position, recordedAt, this.parts);
      if (changes.length > 0) this.others.push(...changes);
    }
  }

  /** Call once, when all pages are in. */
  addAccountTotals(): void {
    this.movements.addTotals(this.totals, this.accountTotals);
  }

  entriesCopyText(): string {
    return this.entries.join('');
  }

  /** Everything but entries, movements, balances and totals. */
  statements(): Statement[] {
    const { shard } = this;
    const times = this.pages.map(({ height, recordedAt, hash, count }) => ({ shard, height, recordedAt, hash, count }));
    const offsets = [...this.nextOffsets.values()].map((next) => ({ ...next, shard }));
    return [
      insert(PAGE_TIMES, ...times),
      ...Object.values(this.parts).flatMap((part) => part.changes()),
      ...this.others,
      ...(offsets.length === 0 ? [] : [upsert(KAFKA_OFFSETS, ...offsets)]),
    ].map(toStatement);
  }

  private writerOf(type: string, position: EntryPosition): AnyWriter {
    // A text that was just parsed is compared faster than it is looked up.
    if (type === this.lastType && this.lastWriter !== undefined) return this.lastWriter;
    const writer = this.tables.writers[type] as AnyWriter | undefined;
    if (writer === undefined) throw new UnknownEvent(type, position);
    this.lastType = type;
    this.lastWriter = writer;
    return writer;
  }
}
