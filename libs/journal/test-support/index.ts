/** For specs of other libraries: a journal store in memory. */
export { MemoryStore } from './memory-store.js';
