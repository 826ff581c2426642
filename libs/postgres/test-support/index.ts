/** `#postgres/testing`: a ledger on a PostgreSQL of its own, for specs of other libraries and of apps. */
export { ProjectedLedger } from './projected-ledger.js';
export { SpecDatabase } from './database.js';
export { Random } from './random.js';
