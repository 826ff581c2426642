export { callEvent } from './call-event.js';
export { layFoundation } from './founding.js';
export type { Route, RouteAnswer } from './routes.js';
export { eventually, HANG_MS } from './waiting.js';
