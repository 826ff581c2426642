export { CatalogueFollower } from './catalogue-follower.js';
export { CatalogueModule } from './catalogue.module.js';
export { FollowUps, HolderCommands, RegistryCommands } from './commands.js';
export { ANSWER_WAIT_MAX_MS, answerInTime } from './deadline.js';
export { partKey, Sequencers, type SequencersOptions } from './sequencers.js';
export { SequencersModule } from './sequencers.module.js';
export { refuseOtherShardCount } from './shard-count.js';
export { DATABASE, JOURNAL_STORE, READ_DATABASE, READ_JOURNAL, StoreModule } from './store.module.js';
