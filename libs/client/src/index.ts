export { ApiClient, type Connection, RETRY_DEFAULT } from './api-client.js';
export { isRefusal, RequestRefused, ServiceUnreachable } from './failures.js';
export type { Answer, Method, PathOf, Schemas } from './operations.js';
