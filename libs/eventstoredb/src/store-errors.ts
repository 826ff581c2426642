/** Which of the client's failures time may cure. */
import {
  AccessDeniedError,
  InvalidArgumentError,
  isCommandError,
  MaxAppendSizeExceededError,
  UnsupportedError,
} from '@eventstore/db-client';
import { HeightTaken, JournalOfOlderFormat, ShardLost, StoreUnavailable } from '#journal';
import { MisplacedPage } from './page-event.js';

/** Repeating the call changes nothing: somebody must change a grant, a limit or the program. */
const FINAL = [
  HeightTaken,
  JournalOfOlderFormat,
  ShardLost,
  MisplacedPage,
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  UnsupportedError,
  TypeError,
  RangeError,
];

/** Whether the server refuses the user that the connection string names, or its password, or what it may do. */
export function isAccessDenied(error: unknown): boolean {
  return error instanceof AccessDeniedError;
}

/** gRPC codes of the same kind that the client gives no name: INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED. */
const FINAL_CODES = new Set([3, 7, 12]);

/**
 * What to throw for a failed call. Everything that is not known to be final is {@link StoreUnavailable}: lost and
 * refused connections, deadlines, a node that is not the leader or not ready, a cluster that cannot be discovered.
 */
export function toStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailable) return error;
  if (!(error instanceof Error)) return new StoreUnavailable('the client failed without an error', { cause: error });
  if (FINAL.some((final) => error instanceof final)) return error;
  if (isCommandError(error) && error.code !== undefined && FINAL_CODES.has(error.code)) return error;
  return new StoreUnavailable(error.message === '' ? error.name : error.message, { cause: error });
}
