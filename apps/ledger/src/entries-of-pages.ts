/** Entries of the journal by their positions: each page is read once, for as long as this is kept. */
import { CODEC, type EntryReversed, type LedgerEvent, type ReadEntry, type UsageCharged } from '#concepts';
import type { EntryPosition } from '#domain';
import { readEvents, type JournalStore } from '#journal';

/** A reversal of a charge, and what was charged instead. */
export interface TakenBack {
  readonly reversal: EntryReversed;
  readonly charged?: UsageCharged;
}

type Entries = readonly ReadEntry<LedgerEvent>[];

export class EntriesOfPages {
  private readonly pages = new Map<string, Promise<Entries>>();

  constructor(private readonly journal: JournalStore) {}

  /** @returns undefined where nothing stands, or nothing durable */
  async entry(position: EntryPosition): Promise<ReadEntry<LedgerEvent> | undefined> {
    return (await this.entriesOf(position))[position.index];
  }

  /**
   * What took a charge back, and the charge that took its place in the same page, if there is one.
   *
   * @param position of the newest entry that followed from a charge which is void
   * @returns undefined where that is not durable yet
   */
  async takenBack(position: EntryPosition): Promise<TakenBack | undefined> {
    const entries = await this.entriesOf(position);
    const reversal = entries[position.index]?.event;
    if (reversal?.type !== 'EntryReversed') return undefined;
    for (const { event } of entries.slice(position.index + 1)) {
      if (event.type === 'UsageCharged' && event.corrects?.entry === reversal.entry)
        return { reversal, charged: event };
    }
    return { reversal };
  }

  private entriesOf({ shard, height }: EntryPosition): Promise<Entries> {
    const name = `${shard}-${height}`;
    const known = this.pages.get(name);
    if (known !== undefined) return known;
    const read = this.read(shard, height);
    this.pages.set(name, read);
    return read;
  }

  private async read(shard: number, height: number): Promise<Entries> {
    const [page] = await this.journal.read(shard, height, 1);
    return page?.height === height ? [...readEvents<LedgerEvent>(page, CODEC)] : [];
  }
}
