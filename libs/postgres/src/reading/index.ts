export * from './account-entries.js';
export * from './balances.js';
export * from './movement-reports.js';
export * from './parties.js';
export * from './payouts.js';
export * from './settlements.js';
export * from './snapshot.js';
export * from './usage.js';
