/** Finds the newest charge of a usage: the shard knows its page, the journal has it. */
import { Inject, Injectable } from '@nestjs/common';
import {
  CODEC,
  readCoverings,
  standingOf,
  unknownUsage,
  type LedgerEvent,
  type ReadCharge,
  type ReadEntry,
  type UsageCharged,
} from '#concepts';
import { entryId } from '#domain';
import { readEvents, type JournalStore } from '#journal';
import { JOURNAL_STORE, Sequencers } from '#wiring';
import { EntriesOfPages } from './entries-of-pages.js';

type ChargeEntry = ReadEntry<UsageCharged>;

/** A shard keeps the last 32 bits of a page's height. */
const WORD = 2 ** 32;

@Injectable()
export class NewestCharges {
  constructor(
    private readonly sequencers: Sequencers,
    @Inject(JOURNAL_STORE) private readonly journal: JournalStore,
  ) {}

  /**
   * The newest charge of a usage in whichever shard, what stands of it, and what covered it since. What happens to it while it is
   * read, its decision refuses with `ENTRY_CHANGED`.
   *
   * @throws DomainError `UNKNOWN_USAGE`; SequencerHalted or StoreUnavailable where a shard cannot be read
   */
  async find(source: string, id: string): Promise<ReadCharge> {
    for (let shard = 0; shard < this.sequencers.shards; shard++) {
      const page = await this.sequencers.ledger(shard).readDurable(({ usage }) => usage.pageOf(source, id));
      const charge = page === undefined ? undefined : await this.readCharge(shard, page, source, id);
      if (charge !== undefined) return this.readStanding(charge);
    }
    throw unknownUsage(source, id);
  }

  /** What stands of a charge, and what covered it since. @param pages where its journal is read */
  async readStanding(
    charge: ChargeEntry,
    pages: EntriesOfPages = new EntriesOfPages(this.journal),
  ): Promise<ReadCharge> {
    const { state } = this.sequencers.ledger(charge.position.shard);
    const { at } = standingOf(state.corrections, entryId(charge.position));
    const standing = (at === undefined ? undefined : await pages.entry(at)) ?? charge;
    return { charge, standing, coverings: await readCoverings(state, standing, (place) => pages.entry(place)) };
  }

  private async readCharge(shard: number, word: number, source: string, id: string): Promise<ChargeEntry | undefined> {
    for (let height = word === 0 ? WORD : word; ; height += WORD) {
      const [page] = await this.journal.read(shard, height, 1);
      if (page?.height !== height) return undefined;
      const isIts = ({ event }: ReadEntry<LedgerEvent>) =>
        event.type === 'UsageCharged' && event.usage.source === source && event.usage.id === id;
      const found = [...readEvents<LedgerEvent>(page, CODEC)].findLast(isIts);
      if (found !== undefined) return found as ChargeEntry;
    }
  }
}
