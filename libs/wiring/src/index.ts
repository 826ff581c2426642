export * from './catalogue-follower.js';
export * from './sequencers.js';
export { CatalogueModule, DATABASE, JOURNAL_STORE, SequencersModule, StoreModule } from './store.module.js';
export { provenanceOf, requestIdentity } from './request-identity.js';
