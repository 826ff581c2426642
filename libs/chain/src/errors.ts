import { BaseError, HttpRequestError, ResponseBodyTooLargeError, TimeoutError } from 'viem';

/**
 * The node did not answer, or could not. Nothing follows about what it did: a transaction sent before a time-out may
 * well be in its pool. Always safe to retry, because the bytes of a transaction are fixed before it is sent.
 */
export class ChainUnavailable extends Error {
  readonly retriable = true;

  constructor(what: string, detail: string) {
    super(`${what}: ${detail}`);
    this.name = 'ChainUnavailable';
  }
}

/** What is configured is not what stands on the chain (other chain, other signer, no contract). Retrying cannot help. */
export class ChainMismatch extends Error {
  readonly retriable = false;

  constructor(message: string) {
    super(message);
    this.name = 'ChainMismatch';
  }
}

/**
 * Why the chain (or the look before the leap) refused a settlement.
 *
 * - `already_settled`: the batch id was used; the batch is paid, by whichever transaction.
 * - `paused`: a guardian stopped the vault; try again when the admin has resumed it.
 * - `insufficient_vault`: the vault holds less than the batch burns and pays. Ledger and chain disagree, or an
 *   earlier batch, which mints, is not mined yet.
 * - `not_settler`: the signer lacks the settler role.
 * - `invalid_instruction`: zero or too large amounts, duplicate or forbidden payees, a batch that changes nothing.
 * - `batch_too_large`: more gas than one transaction may use; cut it into several batches.
 * - `insufficient_gas_funds`: the signer cannot pay for gas.
 * - `replacement_underpriced`: another transaction holds this nonce; sign again with its fees as `previous`.
 * - `underpriced`: the fees are below what the node or the base fee demands now; sign again at the market's.
 * - `gas_limit`: the gas limit fits the chain no longer; sign again.
 * - `fee_above_limit`: the market, or the bump, asks for more than the caller allows.
 * - `rejected`: any other refusal; the message carries the node's words.
 */
export type SettlementRefusal =
  | 'already_settled'
  | 'paused'
  | 'insufficient_vault'
  | 'not_settler'
  | 'invalid_instruction'
  | 'batch_too_large'
  | 'insufficient_gas_funds'
  | 'replacement_underpriced'
  | 'underpriced'
  | 'gas_limit'
  | 'fee_above_limit'
  | 'rejected';

/** Refusals that may go away by themselves or by somebody's hand, so that the same attempt can succeed later. */
const PASSING: readonly SettlementRefusal[] = [
  ...(['paused', 'insufficient_gas_funds', 'fee_above_limit', 'underpriced', 'gas_limit', 'rejected'] as const),
];

/** A settlement that was refused before it could move anything. */
export class SettlementRefused extends Error {
  /** Whether the same attempt may succeed later. Sending fixed bytes again is harmless in any case. */
  get retriable(): boolean {
    return PASSING.includes(this.code);
  }

  constructor(
    readonly code: SettlementRefusal,
    message: string,
    /** The least tip that the node demands, wei per gas, where it says so with `underpriced`. */
    readonly tipDemanded?: bigint,
  ) {
    super(message);
    this.name = 'SettlementRefused';
  }
}

/** Two answers of the node contradict each other. Stop and look; never guess with money. */
export class ChainContradiction extends Error {
  readonly retriable = false;

  constructor(message: string) {
    super(message);
    this.name = 'ChainContradiction';
  }
}

const WORDS_LENGTH_MAX = 500;

/**
 * The node's own words, the beginning of them on one line: a page of HTML may stand in their place. Never the whole error:
 * viem's messages carry the URL, and an RPC URL often is a secret.
 */
export function nodeWords(error: BaseError): string {
  return shorten(error.details || error.shortMessage);
}

function shorten(words: string): string {
  const shown = words.slice(0, WORDS_LENGTH_MAX).replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return words.length > WORDS_LENGTH_MAX ? `${shown}…` : shown;
}

/** What providers answer to whoever asks too much: EIP-1474's "limit exceeded", and HTTP's status repeated as a code. */
const ASKED_TOO_MUCH: readonly unknown[] = [-32_005, 429];

/** Whether the request may never have been answered or looked at, so that its effect is unknown. */
export function isTransportFailure(error: BaseError): boolean {
  const isFailure = (cause: unknown): boolean =>
    cause instanceof HttpRequestError ||
    cause instanceof TimeoutError ||
    cause instanceof ResponseBodyTooLargeError ||
    (typeof cause === 'object' && cause !== null && 'code' in cause && ASKED_TOO_MUCH.includes(cause.code));
  return error.walk(isFailure) !== null;
}

/** What the client library throws at a member that is no number, beside its own errors. */
const UNREADABLE = [SyntaxError, TypeError, RangeError];

/** Runs a read. Whatever the node answers to a read is retriable: it changed nothing. Our own errors pass through. */
export async function reading<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BaseError) throw new ChainUnavailable(what, nodeWords(error));
    if (!UNREADABLE.some((kind) => error instanceof kind)) throw error;
    throw new ChainUnavailable(what, `the node's answer cannot be read: ${shorten((error as Error).message)}`);
  }
}
