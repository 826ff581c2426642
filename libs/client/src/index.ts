export { ApiClient, type Connection, RETRY_DEFAULT } from './api-client.js';
export { isRefusal, RequestRefused, ServiceUnreachable } from './failures.js';
export type { Answer, Call, ItemOf, Method, PathOf, Schemas } from './operations.js';
export { ROUTE_ROLES } from './route-roles.js';
