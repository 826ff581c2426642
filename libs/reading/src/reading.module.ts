/** What every desk reads with. */
import { Global, Module } from '@nestjs/common';
import { CatalogueModule } from '#wiring';
import { Books } from './books.js';
import { JournalEntries } from './journal-entries.js';
import { KnownParties } from './known-parties.js';

@Global()
@Module({
  imports: [CatalogueModule],
  providers: [Books, JournalEntries, KnownParties],
  exports: [Books, JournalEntries, KnownParties],
})
export class ReadingModule {}
