export { EngineError, type Engine, type EngineOptions } from './engine.js';
export { findFreePort } from './free-port.js';
export { startPostgres } from './postgres.js';
