export { CatalogueFollower } from './catalogue-follower.js';
export { CatalogueModule } from './catalogue.module.js';
export { HolderCommands, RegistryCommands, type HolderRequest } from './commands.js';
export { HeadMemories, KAFKA_MEMORY, type MemorySource } from './head-memories.js';
export { loadWriterKey } from './key-files.js';
export { HeadsUnreadable, RememberedHeads } from './remembered-heads.js';
export { answerInTime } from './deadline.js';
export { ClosingWork } from './closing-work.js';
export { DueWork } from './due-work.js';
export { driveRounds, type RoundMoment } from './round-driver.js';
export { RoundLoop } from './round-loop.js';
export { partKey, Sequencers } from './sequencers.js';
export { SequencersModule } from './sequencers.module.js';
export {
  CLOSING_WISHES,
  DATABASE,
  JOURNAL_STORE,
  READ_DATABASE,
  READ_JOURNAL,
  StoreModule,
  UNTRUSTED_READ_JOURNAL,
} from './store.module.js';
export { versionedTerms } from './versioned-terms.js';
