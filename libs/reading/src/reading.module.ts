/** What every desk reads with. */
import { Global, Module } from '@nestjs/common';
import { CatalogueModule } from '#wiring';
import { Books } from './books.js';
import { HolderLists } from './holder-lists.js';
import { JournalEntries } from './journal-entries.js';
import { KnownParties } from './known-parties.js';
import { MetersInUse } from './meters-in-use.js';
import { PriceBookTrials } from './price-book-trial.js';
import { RecordedUsage } from './recorded-usage.js';

@Global()
@Module({
  imports: [CatalogueModule],
  providers: [Books, HolderLists, JournalEntries, KnownParties, MetersInUse, PriceBookTrials, RecordedUsage],
  exports: [Books, HolderLists, JournalEntries, KnownParties, MetersInUse, PriceBookTrials],
})
export class ReadingModule {}
