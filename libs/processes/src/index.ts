export * from './child-environment.js';
export * from './lifeline.js';
export * from './parent-watch.js';
export * from './programs.js';
