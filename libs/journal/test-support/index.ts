/** For specs of other libraries: a journal store in memory. */
export { MemoryStore, type MemoryPages } from './memory-store.js';
