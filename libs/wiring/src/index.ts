export { CatalogueFollower } from './catalogue-follower.js';
export { CatalogueModule } from './catalogue.module.js';
export { FollowUps, HolderCommands, RegistryCommands } from './commands.js';
export { CoalescedRuns } from './coalesced-runs.js';
export { answerInTime } from './deadline.js';
export { partKey, Sequencers } from './sequencers.js';
export { SequencersModule } from './sequencers.module.js';
export { DATABASE, JOURNAL_STORE, READ_DATABASE, READ_JOURNAL, StoreModule } from './store.module.js';
