/** For specs of every library and app: a ledger's foundation, commands, steps, and shards that decide at once. */
export { settleBatch, type BatchDetails, type BatchEnd } from '../settlement/settlement.steps.js';
export * from './foundation.js';
export * from './heads.js';
export * from './reword.js';
export { reversalOf } from './reversing.js';
export { addUp, instantAskedBy, nextOfRound, withPast } from './round.js';
export { correctionOf, readCharge } from './correcting.js';
export * from './step.js';
export * from './steps.js';
export { findExports, findTables } from './tables.js';
export * from './world.js';
export * from './spec-writers.js';
