export * from './balances.js';
export * from './comparisons.js';
export * from './entry-lines.js';
export * from './explanations.js';
export * from './movement-reports.js';
export * from './snapshot.js';
export { PRESENT, type Where } from './table-rows.js';
export * from './totals.js';
