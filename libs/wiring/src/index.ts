export * from './catalogue-follower.js';
export * from './sequencers.js';
export { CatalogueModule, DATABASE, JOURNAL_STORE, SequencersModule, StoreModule } from './store.module.js';
