export * from './keccak.js';
export * from './signature.js';
