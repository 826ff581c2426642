export * from './authority.js';
export type { ShardKind } from './deciding.js';
export * from './lane.js';
export * from './page.js';
export * from './sequencer.js';
export * from './store.js';
export * from './trusted-journal.js';
export * from './usage-index.js';
export * from './verifier.js';
