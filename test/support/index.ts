export { eventually, HANG_MS } from './waiting.js';
